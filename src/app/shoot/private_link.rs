//! The private link of a managed member: shown, copied, renewed, revoked. M3, M6

use leptos::prelude::*;

use super::part::Part;
use crate::{
    app::components::{CopyButton, PostForm, Precision, Timestamp},
    domain::moment::Moment,
    words,
};

/// Whether a managed member's private link works, and the link.
#[derive(Clone, Debug)]
pub struct ResultsLink {
    pub url: Option<String>,
    /// Where it is mailed.
    pub address: String,
    /// When a lead last had it mailed.
    pub mailed_at: Option<Moment>,
}

/// `base` is the address of the member's pages, `first` their first name.
#[component]
pub fn PrivateLink(link: ResultsLink, base: String, first: String) -> impl IntoView {
    view! {
        <section class="section narrow" aria-labelledby="h-private">
            <header>
                <h2 id="h-private">{words::shoot::private_link()}</h2>
            </header>
            {match link.url {
                Some(url) => {
                    view! {
                        <p>{words::shoot::private_link_text(&first)}</p>
                        <Part name="link" class="row">
                            <CopyLink url />
                        </Part>
                        <PostForm action=format!("{base}/results-link/mail") class="row">
                            <button class="btn">{words::shoot::private_link_mail(link.address)}</button>
                            {link
                                .mailed_at
                                .map(|at| {
                                    view! {
                                        <small>
                                            {words::shoot::private_link_mailed()} " "
                                            <Timestamp at precision=Precision::Minute />
                                        </small>
                                    }
                                })}
                        </PostForm>
                        <p class="hint">{words::shoot::private_link_mail_hint()}</p>
                        <Asked
                            question=words::shoot::private_link_renew()
                            text=words::shoot::private_link_renew_text(&first)
                            action=format!("{base}/results-link/renew")
                        />
                        <Asked
                            question=words::shoot::private_link_revoke()
                            text=words::shoot::private_link_revoke_text(first)
                            action=format!("{base}/results-link/revoke")
                        />
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <p>{words::shoot::private_link_revoked(first)}</p>
                        <PostForm action=format!("{base}/results-link/renew") class="row">
                            <button class="btn">{words::shoot::private_link_make()}</button>
                        </PostForm>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

/// An act behind what it does; before and without scripts as well. N6
#[component]
fn Asked(question: &'static str, text: String, action: String) -> impl IntoView {
    view! {
        <details class="fold">
            <summary>{question}</summary>
            <p>{text}</p>
            <PostForm action class="row">
                <button class="btn danger">{question}</button>
            </PostForm>
        </details>
    }
}

/// The link, to be copied, and whether that worked.
#[component]
pub fn CopyLink(url: String) -> impl IntoView {
    let copied = RwSignal::new(None);
    let then = Callback::new(move |good| copied.set(Some(good)));
    view! {
        <code>{url.clone()}</code>
        <CopyButton text=url what=words::shoot::private_link_what() then />
        <span role="status">
            {move || {
                copied
                    .get()
                    .map(|done| {
                        if done {
                            words::shoot::private_link_copied()
                        } else {
                            words::shoot::private_link_not_copied()
                        }
                    })
            }}
        </span>
    }
}
