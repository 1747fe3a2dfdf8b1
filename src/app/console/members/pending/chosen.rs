//! What is chosen in the list of pending invites.

use std::collections::HashSet;

use leptos::prelude::*;

use crate::domain::ids::InviteId;

pub type Chosen = RwSignal<HashSet<InviteId>>;
