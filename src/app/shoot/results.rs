//! The page behind a private results link. M3

use leptos::prelude::*;

use super::{
    gallery::{Gallery, SessionView, prints},
    viewer::Prints,
};
use crate::{
    app::components::{Icon, PublicLayout, mailto},
    words,
};

/// What whoever holds a private link sees. M3
#[derive(Clone, Debug)]
pub struct ResultsPage {
    pub token: String,
    pub name: String,
    pub org: String,
    pub lead: String,
    pub sessions: Vec<SessionView>,
}

impl ResultsPage {
    /// The headshots, where there are any.
    pub fn prints(&self) -> Option<Prints> {
        let address = format!("/r/{}/headshots", self.token);
        (!self.sessions.is_empty()).then(|| Prints {
            all: prints(&self.sessions),
            pictures: address.clone(),
            choose: address,
        })
    }
}

/// What whoever holds a private link reads that was a good one and is none any more. M6
#[derive(Clone, Debug)]
pub struct LinkEndedPage {
    pub org: String,
    /// Whom to ask, and where they read mail.
    pub lead: String,
    pub lead_address: Option<String>,
    pub how: LinkEnd,
}

/// How a private link ended. M6
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// A lead made a new one.
    Renewed,
    Revoked,
    /// The member can sign in.
    Account,
}

/// The page behind a private link that ended: what happened, and the one thing to do about it. M6
#[component]
pub fn LinkEnded(page: LinkEndedPage) -> impl IntoView {
    let LinkEndedPage { org, lead, lead_address, how } = page;
    let (title, text) = match how {
        LinkEnd::Renewed => (words::shoot::link_renewed(), words::shoot::link_renewed_text(&org, &lead)),
        LinkEnd::Revoked => (words::shoot::link_revoked(), words::shoot::link_revoked_text(&org, &lead)),
        LinkEnd::Account => (words::shoot::link_account(), words::shoot::link_account_text().to_owned()),
    };
    let next = match how {
        LinkEnd::Account => Some(("/sign-in".to_owned(), words::shoot::link_account_sign_in().to_owned())),
        LinkEnd::Renewed | LinkEnd::Revoked => lead_address.map(|address| {
            let subject = words::shared::mail_subject();
            (mailto(&address, subject, None), words::shoot::link_ended_write(&lead))
        }),
    };
    view! {
        <PublicLayout>
            <div class="stack">
                <h1>{title}</h1>
                <p>{text}</p>
                {next
                    .map(|(href, label)| {
                        view! {
                            <p>
                                <a class="btn primary" href=href>
                                    {label}
                                </a>
                            </p>
                        }
                    })}
            </div>
        </PublicLayout>
    }
}

/// The page behind a private link.
#[component]
pub fn Results(page: ResultsPage) -> impl IntoView {
    let first = page.name.split(' ').next().unwrap_or(&page.name).to_owned();
    let Some(prints) = page.prints() else {
        return view! {
            <PublicLayout>
                <div class="stack">
                    <h1>{words::shoot::results_not_ready()}</h1>
                    <p>{words::shoot::results_not_ready_text(page.lead)}</p>
                </div>
            </PublicLayout>
        }
        .into_any();
    };
    view! {
        <a class="skip" href="#main">
            {words::shared::skip_to_content()}
        </a>
        <header class="top">
            <span class="brand">
                <Icon name="brand" />
                "Headcount"
            </span>
        </header>
        <main class="page" id="main" data-follow=format!("/r/{}", page.token)>
            <div class="head">
                <div>
                    <h1>{words::shoot::ready(first)}</h1>
                    <p>{words::shoot::results(page.lead, page.org)}</p>
                </div>
                <a
                    class="btn primary"
                    href=format!("/r/{}/headshots.zip", page.token)
                    download
                    rel="external"
                >
                    <Icon name="down" />
                    {words::shoot::download_all()}
                </a>
            </div>
            <Gallery sessions=page.sessions prints />
        </main>
    }
    .into_any()
}
