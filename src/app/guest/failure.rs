//! What somebody reads when their request came to nothing, though not by a rule of the business. N1

use leptos::prelude::*;

use crate::{
    app::components::{Note, PublicLayout, Tone},
    words,
};

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nothing is here, or it is not for this person: the two look alike. N2
    NotFound,
    /// Nobody is signed in; who opens a page is led to the sign-in page instead.
    SignedOut,
    /// Whoever is signed in belongs to no organization, or no longer; who opens a page is led to one that says so.
    NoMembership,
    /// The database does not answer. N1
    DatabaseAway,
    /// Others change the same at this moment.
    Busy,
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
    pub fn title(&self) -> &'static str {
        match self {
            Self::NotFound | Self::NoMembership | Self::WrongMethod => words::guest::nothing_here(),
            Self::SignedOut => words::guest::signed_out(),
            Self::DatabaseAway | Self::StorageAway => words::guest::away(),
            Self::Busy => words::guest::busy(),
            Self::Broken { .. } => words::guest::broken(),
            Self::Unreadable => words::guest::unreadable(),
            Self::TooLarge => words::guest::too_large(),
            Self::BrokenOff => words::guest::broken_off(),
        }
    }

    /// What happened, and what to do next.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::NotFound | Self::NoMembership => words::guest::nothing_here_text().into(),
            Self::SignedOut => words::guest::signed_out_text().into(),
            Self::DatabaseAway => words::guest::away_text_of_database().into(),
            Self::Busy => words::guest::busy_text().into(),
            Self::StorageAway => words::guest::away_text_of_pictures().into(),
            Self::Broken { incident } => words::guest::broken_text(incident),
            Self::Unreadable => words::guest::unreadable_text().into(),
            Self::TooLarge => words::guest::too_large_text().into(),
            Self::BrokenOff => words::guest::broken_off_text().into(),
            Self::WrongMethod => words::guest::nothing_here_text_of_method().into(),
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
                    <a class="btn primary" href="/">
                        {words::guest::home_button()}
                    </a>
                </div>
            </div>
        </PublicLayout>
    }
}
