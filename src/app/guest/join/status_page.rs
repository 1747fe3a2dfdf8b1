//! The frame of every page that says how things stand at the door: a sign, a title, a text, and what
//! to do next. L7, I9

use leptos::prelude::*;

use crate::{
    app::components::{Icon, PublicLayout, Sentence, mailto},
    domain::email::EmailAddress,
    words,
};

/// Who stands behind an invite or a link.
#[derive(Clone, Debug)]
pub struct Host {
    pub org: String,
    pub name: String,
    pub address: Option<String>,
    /// The organization's own address for whoever does not get on.
    pub support: Option<EmailAddress>,
}

/// For whoever has an account already.
#[component]
pub fn AlreadyJoined() -> impl IntoView {
    view! {
        <p class="hint">
            <Sentence words=words::guest::already_joined()>
                <a href="/sign-in">{words::guest::already_joined_link()}</a>
            </Sentence>
        </p>
    }
}

#[component]
pub fn StatusPage(
    icon: &'static str,
    #[prop(into)] title: String,
    text: AnyView,
    next: Option<AnyView>,
    #[prop(optional_no_strip)] support: Option<EmailAddress>,
) -> impl IntoView {
    let support = support.map(|address| {
        let address = address.to_string();
        let href = mailto(&address, words::shared::mail_subject(), None);
        view! {
            <p class="hint">
                <Sentence words=words::guest::support()>
                    <a href=href>{address}</a>
                </Sentence>
            </p>
        }
    });
    view! {
        <PublicLayout>
            <article class="empty">
                <Icon name=icon />
                <h1>{title}</h1>
                <p>{text}</p>
                {next}
                {support}
            </article>
        </PublicLayout>
    }
}
