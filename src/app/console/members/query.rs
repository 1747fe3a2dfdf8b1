//! What the URL asks of the list, and the URLs of other lists. P1

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{app::console::listing::query_string, domain::people::PeopleQuery};

/// What the URL asks for.
pub fn asked_for() -> Memo<PeopleQuery> {
    let map = use_query_map();
    Memo::new(move |_| map.with(|map| PeopleQuery::read(|name| map.get(name))))
}

/// The query of the list's URL: nothing, or with its `?`.
pub fn string_of(query: &PeopleQuery) -> String {
    query_string(&query.pairs())
}

/// Where a list stands.
pub fn href(query: &PeopleQuery) -> String {
    format!("/members{}", string_of(query))
}
