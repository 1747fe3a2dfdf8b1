//! Words with something in them that is more than words: a link, a date, bold type.

use leptos::prelude::*;

/// The children between the words before and behind them, as a message has these that has a name in
/// capitals.
#[component]
pub fn Sentence<W>(words: (W, W), children: Children) -> impl IntoView
where
    W: AsRef<str> + IntoView + 'static,
{
    // An empty text is a space when it comes from the server.
    let some = |words: W| (!words.as_ref().is_empty()).then_some(words);
    let (before, after) = words;
    view! {
        {some(before)}
        {children()}
        {some(after)}
    }
}
