//! What is asked about people before anything is done with them. N6, P2

use leptos::prelude::*;

use super::{role_dialog::RoleChange, selection::Chosen};
use crate::domain::people::{BulkAct, Person};

/// What is being asked about somebody in a dialog.
#[derive(Clone, Debug, PartialEq)]
pub enum Asking {
    Mend(Person),
    Revoke(Person),
    Remove(Person),
    /// Another name or title.
    Correct(Person),
    Role(Person, RoleChange),
    /// About one or several.
    Bulk(BulkAct, Chosen),
}

/// The dialog that is open, if one is.
pub type Ask = RwSignal<Option<Asking>>;
