//! What was typed about links and not sent. D2

use leptos::prelude::*;

/// What was typed here and not sent: the dialog asks before it is lost. D2
#[derive(Clone, Copy)]
pub struct Unsent {
    pub new_link: RwSignal<bool>,
    pub edit: RwSignal<bool>,
}
