//! The page behind a private results link. M3

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::gallery::{Gallery, SessionView};
use crate::{
    app::components::{Icon, PublicLayout},
    words,
};

/// What whoever holds a private link sees. M3
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResultsPage {
    pub token: String,
    pub name: String,
    pub org: String,
    pub lead: String,
    pub sessions: Vec<SessionView>,
}

/// What whoever holds a private link reads that was a good one and is none any more. M6
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LinkEndedPage {
    pub org: String,
    pub lead: String,
    /// It ended because the member can sign in.
    pub has_account: bool,
}

/// The page behind a private link that ended.
#[component]
pub fn LinkEnded(page: LinkEndedPage) -> impl IntoView {
    view! {
        <PublicLayout>
            <div class="stack">
                <h1>{words::shoot::link_ended()}</h1>
                {if page.has_account {
                    view! {
                        <p>{words::shoot::link_ended_account()}</p>
                        <p>
                            <a class="btn primary" href="/sign-in">
                                {words::shoot::link_ended_sign_in()}
                            </a>
                        </p>
                    }
                        .into_any()
                } else {
                    view! { <p>{words::shoot::link_ended_text(page.org, page.lead)}</p> }.into_any()
                }}
            </div>
        </PublicLayout>
    }
}

/// The page behind a private link.
#[component]
pub fn Results(page: ResultsPage) -> impl IntoView {
    let first = page.name.split(' ').next().unwrap_or(&page.name).to_owned();
    if page.sessions.is_empty() {
        return view! {
            <PublicLayout>
                <div class="stack">
                    <h1>{words::shoot::results_not_ready()}</h1>
                    <p>{words::shoot::results_not_ready_text(page.lead)}</p>
                </div>
            </PublicLayout>
        }
        .into_any();
    }
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
        <main class="page" id="main">
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
            <Gallery
                sessions=page.sessions
                pictures=format!("/r/{}/headshots", page.token)
                choose=format!("/r/{}/headshots", page.token)
            />
        </main>
    }
    .into_any()
}
