//! What the URL asks of the list, and the URLs of other lists. P1

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_query_map, location::Url};

use crate::domain::people::PeopleQuery;

/// What the URL asks for.
pub fn asked_for() -> Memo<PeopleQuery> {
    let map = use_query_map();
    Memo::new(move |_| map.with(|map| PeopleQuery::read(|name| map.get(name))))
}

/// The query of the list's URL: nothing, or with its `?`.
pub fn string_of(query: &PeopleQuery) -> String {
    joined(&query.pairs())
}

/// Names and values as the query of a URL: nothing, or with its `?`.
pub fn joined(pairs: &[(&'static str, String)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Percent-encoded, but for what needs no encoding (RFC 3986, 2.3): the router's own encodes it on the
/// server, not in the browser, and one list would have two addresses.
fn escaped(value: &str) -> String {
    [("%2D", "-"), ("%2E", "."), ("%5F", "_"), ("%7E", "~")]
        .into_iter()
        .fold(Url::escape(value), |escaped, (code, plain)| escaped.replace(code, plain))
}

/// Where a list stands.
pub fn href(query: &PeopleQuery) -> String {
    format!("/members{}", string_of(query))
}

/// Whether Back leads to the list as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    New,
    /// More was typed into the same field.
    Same,
}

/// Goes to another list on the same page.
pub fn navigator() -> impl Fn(&PeopleQuery, Step) + Clone {
    let navigate = leptos_router::hooks::use_navigate();
    move |query, step| {
        let options = NavigateOptions { scroll: false, replace: step == Step::Same, ..Default::default() };
        navigate(&href(query), options);
    }
}
