//! Real forms: they post to the server before and without WebAssembly. With it they do not post twice, which
//! `browser::forms::post_once` sees to for the whole page. J2, N6

use leptos::prelude::*;

/// A form that posts to `action`. Where there are `domains`, its `email` is judged by them before the server
/// would: the client of guests knows them by the attribute. Each as it is stored, a space between two.
#[component]
pub fn PostForm(
    #[prop(into)] action: String,
    #[prop(default = "stack")] class: &'static str,
    #[prop(default = "application/x-www-form-urlencoded")] enctype: &'static str,
    #[prop(into, optional)] domains: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <form
            method="post"
            action=action
            enctype=enctype
            class=class
            novalidate=domains.is_some()
            data-domains=domains
        >
            {children()}
        </form>
    }
}
