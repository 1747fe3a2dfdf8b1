//! The parts of the pages that the client hydrates, and what it has to know for that.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    draft::{Draft, DraftData},
    private_link::CopyLink,
    viewer::{Prints, Viewer},
};
use crate::app::page_data::page_data;

/// What the parts of a page show, where it has them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Live {
    pub draft: Option<DraftData>,
    pub prints: Option<Prints>,
    /// A private link to copy.
    pub link: Option<String>,
}

/// Draws a part with what the page brought.
pub type Draw = fn() -> AnyView;

/// The parts by their names, for the client.
pub const PARTS: [(&str, Draw); 3] = [
    ("draft", || live().draft.map_or_else(nothing, |data| view! { <Draft data /> }.into_any())),
    ("prints", || live().prints.map_or_else(nothing, |prints| view! { <Viewer prints /> }.into_any())),
    ("link", || live().link.map_or_else(nothing, |url| view! { <CopyLink url /> }.into_any())),
];

fn live() -> Live {
    page_data(Live::default)
}

fn nothing() -> AnyView {
    ().into_any()
}
