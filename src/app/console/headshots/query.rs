//! What the URL asks of the list, and the URLs of other lists. H4

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{app::console::listing::query_string, domain::headshot_list::HeadshotQuery};

/// What the URL asks for.
pub fn asked_for() -> Memo<HeadshotQuery> {
    let map = use_query_map();
    Memo::new(move |_| map.with(|map| HeadshotQuery::read(|name| map.get(name))))
}

/// The query of the list's URL: nothing, or with its `?`.
pub fn string_of(query: &HeadshotQuery) -> String {
    query_string(&query.pairs())
}

/// Where a list stands.
pub fn href(query: &HeadshotQuery) -> String {
    format!("/headshots{}", string_of(query))
}
