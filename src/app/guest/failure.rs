//! What somebody reads when their request came to nothing, though not by a rule of the business. N1

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::app::components::{Note, PublicLayout, Tone};

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// Nothing is here, or it is not for this person: the two look alike. N2
    NotFound,
    /// Nobody is signed in; who opens a page is led to the sign-in page instead.
    SignedOut,
    /// The database does not answer. N1
    DatabaseAway,
    /// The pictures' storage does not answer.
    StorageAway,
    /// The machinery broke; the operator finds `incident` in the log.
    Broken {
        incident: String,
    },
    /// The form or the rest of the address is not as our pages send it.
    Unreadable,
    TooLarge,
    /// An upload ended before its end.
    BrokenOff,
    /// The address is there, and takes no such request.
    WrongMethod,
}

impl Failure {
    /// The heading of its page, and the page's title.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::NotFound | Self::WrongMethod => "There is nothing here",
            Self::SignedOut => "You are signed out",
            Self::DatabaseAway | Self::StorageAway => "Back in a moment",
            Self::Broken { .. } => "Something broke on our side",
            Self::Unreadable => "This could not be read",
            Self::TooLarge => "This is too much at once",
            Self::BrokenOff => "The upload broke off",
        }
    }

    /// What happened, and what to do next.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::NotFound => "The address is mistyped, or what it led to is gone. If you followed a link, ask whoever sent it for a new one.".into(),
            Self::SignedOut => "Sign in again, then repeat what you did.".into(),
            Self::DatabaseAway => "Headcount cannot reach its database. Nothing was changed. Try again in a few seconds.".into(),
            Self::StorageAway => "Headcount cannot reach its pictures. They are safe. Try again in a few seconds.".into(),
            Self::Broken { incident } => format!("Nothing was changed. Go back and try again; if it stays, tell your operator: {incident}."),
            Self::Unreadable => "The address or the form is not complete. Open the page again from its link, and send it once more.".into(),
            Self::TooLarge => "Go back, shorten what you typed or pasted, and send it again.".into(),
            Self::BrokenOff => "Photos that were in stay in; go back and add the rest again.".into(),
            Self::WrongMethod => "This address only takes what a page of ours sends. Go to the page and press its button.".into(),
        }
    }
}

#[component]
pub fn FailurePage(failure: Failure) -> impl IntoView {
    let tone = if matches!(failure, Failure::Broken { .. }) { Tone::Bad } else { Tone::Info };
    view! {
        <PublicLayout>
            <div class="stack">
                <h1>{failure.title()}</h1>
                <Note tone=tone>
                    <p>{failure.text()}</p>
                </Note>
                <div class="row">
                    <a class="btn go" href="/">"Go to the home page"</a>
                </div>
            </div>
        </PublicLayout>
    }
}
