//! The pages of an open link that does not let somebody in: each says what happened, and the one
//! thing to do about it. L7

use leptos::prelude::*;

use crate::{
    app::{
        components::{PostForm, Precision, Sentence, TextField, Timestamp, mailto},
        guest::join::status_page::{AlreadyJoined, Host, StatusPage},
    },
    domain::{domain_rule::DomainRule, link::or_list, moment::Moment},
    words,
};

/// An open link that does not let this person in, and who stands behind it.
#[derive(Clone, Debug)]
pub struct ClosedLinkPage {
    pub reason: ClosedLink,
    pub host: Host,
}

/// Why an open link does not let somebody in.
#[derive(Clone, Debug)]
pub enum ClosedLink {
    Expired {
        at: Option<Moment>,
    },
    Revoked {
        at: Option<Moment>,
    },
    Paused,
    Full(FullPage),
    /// The link is full, and the person's address is on the list.
    Waiting,
    WrongDomain {
        expected: Vec<DomainRule>,
        address: String,
        again: String,
    },
    AlreadyMember {
        address: String,
    },
    /// The person was removed after the link was made.
    Removed {
        address: String,
    },
}

/// A full link: leave an address, and the lead is told.
#[derive(Clone, Debug)]
pub struct FullPage {
    pub limit: i32,
    pub action: String,
    /// What the form holds, and what is wrong with it.
    pub email: String,
    pub error: Option<String>,
}

#[component]
pub fn ClosedLink(page: ClosedLinkPage) -> impl IntoView {
    let Host { org, name, address: write_to, support } = page.host;
    let write = write_to.map(|address| {
        let href = mailto(&address, words::shared::mail_subject(), None);
        view! {
            <a class="btn primary" href=href>
                {words::guest::write_to(&name)}
            </a>
        }
    });
    let (icon, title, text, next): (&'static str, String, AnyView, AnyView) = match page.reason {
        ClosedLink::Expired { at } => (
            "clock",
            words::guest::link_expired().into(),
            view! {
                {at
                    .map(|at| {
                        view! {
                            <Sentence words=words::guest::link_expired_closed()>
                                <Timestamp at precision=Precision::Minute />
                            </Sentence>
                            " "
                        }
                    })}
                {words::guest::link_expired_text(org, name)}
            }
            .into_any(),
            view! {
                {write}
                <AlreadyJoined />
            }
            .into_any(),
        ),
        ClosedLink::Revoked { at } => (
            "lock",
            words::guest::link_revoked().into(),
            match at {
                Some(at) => view! {
                    <Sentence words=words::guest::link_revoked_text_with_date(name)>
                        <Timestamp at precision=Precision::Day />
                    </Sentence>
                }
                .into_any(),
                None => words::guest::link_revoked_text(name).into_any(),
            },
            view! {
                {write}
                <AlreadyJoined />
            }
            .into_any(),
        ),
        ClosedLink::Paused => (
            "pause",
            words::guest::link_paused().into(),
            words::guest::link_paused_text(name).into_any(),
            view! {
                {write}
                <AlreadyJoined />
            }
            .into_any(),
        ),
        ClosedLink::Full(full) => (
            "people",
            words::guest::link_full(full.limit.into()),
            words::guest::link_full_text(name).into_any(),
            view! {
                <WaitForm full />
                <AlreadyJoined />
            }
            .into_any(),
        ),
        ClosedLink::Waiting => (
            "check",
            words::guest::waitlist_done().into(),
            words::guest::waitlist_done_text(name).into_any(),
            view! {
                {write}
                <AlreadyJoined />
            }
            .into_any(),
        ),
        ClosedLink::WrongDomain { expected, address, again } => (
            "mail",
            words::guest::link_wrong_domain(or_list(&expected)),
            view! {
                <Sentence words=words::guest::link_wrong_domain_text()>
                    <b>{address}</b>
                </Sentence>
            }
            .into_any(),
            view! {
                <a class="btn primary" href=again>
                    {words::guest::link_wrong_domain_button()}
                </a>
                <p class="hint">{words::guest::link_wrong_domain_hint(name)}</p>
            }
            .into_any(),
        ),
        ClosedLink::AlreadyMember { address } => (
            "check",
            words::guest::already_in().into(),
            view! {
                <Sentence words=words::guest::link_for_members(org)>
                    <b>{address}</b>
                </Sentence>
            }
            .into_any(),
            view! {
                <a class="btn primary" href="/me">
                    {words::guest::see_photos_button()}
                </a>
            }
            .into_any(),
        ),
        ClosedLink::Removed { address } => (
            "lock",
            words::guest::link_after_removal().into(),
            view! {
                <Sentence words=words::guest::link_after_removal_text(org, name)>
                    <b>{address}</b>
                </Sentence>
            }
            .into_any(),
            view! { {write} }.into_any(),
        ),
    };
    view! { <StatusPage icon title text next=Some(next) support /> }
}

/// A plain form: it works before and without any script. Any domain may wait. J2
#[component]
fn WaitForm(full: FullPage) -> impl IntoView {
    view! {
        <PostForm action=full.action domains="">
            <TextField
                name="email"
                label=words::guest::work_email_field()
                kind="email"
                value=full.email
                hint=words::guest::waitlist_email_hint()
                error=Signal::stored(full.error)
                autocomplete="email"
                required=true
            />
            <button class="btn primary wide">{words::guest::waitlist_button()}</button>
        </PostForm>
    }
}
