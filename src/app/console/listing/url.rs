//! The query of a list, as its URL has it, and the way to another list.

use leptos_router::{NavigateOptions, hooks::use_navigate, location::Url};

/// Names and values as the query of a URL: nothing, or with its `?`.
pub fn query_string(pairs: &[(&'static str, String)]) -> String {
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

/// Whether Back leads to the list as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    New,
    /// More was typed into the same field.
    Same,
}

/// Goes to another list on the same page.
pub fn navigator() -> impl Fn(&str, Step) + Clone {
    let navigate = use_navigate();
    move |href, step| {
        let options = NavigateOptions { scroll: false, replace: step == Step::Same, ..Default::default() };
        navigate(href, options);
    }
}
