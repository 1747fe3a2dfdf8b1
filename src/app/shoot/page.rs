//! A person's shoot page: their photos, the headshot session, the headshots. H1 to H4, M2

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    draft::Draft,
    gallery::{Gallery, HeadshotView},
};
use crate::{
    app::{
        browser::uploads::{self, PhotoView, RefusedPhoto},
        components::{Icon, MemberTop, Note, PostForm, Tone},
    },
    domain::{ids::MemberId, photo::PhotoLimits, shoot::ShootState},
};

/// Everything on a person's shoot page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShootPage {
    pub member: MemberId,
    pub name: String,
    pub org: String,
    /// The person is looking; otherwise a lead is.
    pub own: bool,
    /// The viewer can go to the members list.
    pub lead: bool,
    pub viewer: String,
    /// Where mails to the person go; `None` when only leads see the results. M3
    pub address: Option<String>,
    pub draft: Vec<PhotoView>,
    pub refused: Vec<RefusedPhoto>,
    pub shoot: Option<ShootView>,
    pub gallery: Vec<HeadshotView>,
    pub limits: PhotoLimits,
    pub submit_error: Option<String>,
    /// The private link of a managed member with an address, for leads. M3
    pub results_link: Option<ResultsLink>,
}

/// A headshot session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShootView {
    pub state: ShootState,
    pub failure: Option<String>,
    pub photos: i64,
}

/// Whether a managed member's private link works, and the link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResultsLink {
    pub url: Option<String>,
}

impl ShootPage {
    fn first_name(&self) -> String {
        self.name.split(' ').next().unwrap_or(&self.name).to_owned()
    }

    fn running(&self) -> bool {
        matches!(
            self.shoot.as_ref().map(|shoot| shoot.state),
            Some(ShootState::Queued | ShootState::Generating)
        )
    }
}

/// A person's shoot page.
#[component]
pub fn Shoot(page: ShootPage) -> impl IntoView {
    let base = format!("/members/{}", page.member);
    let running = page.running();
    let failure = page.shoot.as_ref().and_then(|shoot| shoot.failure.clone());
    let has_results = !page.gallery.is_empty();
    let first = page.first_name();
    let title = match (page.own, running, has_results) {
        (_, true, _) => "Your headshots are being made".to_owned(),
        (true, false, true) => format!("Here you are, {first}"),
        (false, false, true) => format!("{first}’s headshots"),
        (true, false, false) => format!("Your photos, {first}"),
        (false, false, false) => format!("Photos of {first}"),
    };
    let title = if running && !page.own { format!("{first}’s headshots are being made") } else { title };
    let whom = match (page.own, &page.address) {
        (true, _) => "We email you when they are ready.".to_owned(),
        (false, Some(address)) => format!("We email {address} when they are ready."),
        (false, None) => format!(
            "There is no email address, so only Team Leads see the results. Pass them on to {first} yourself."
        ),
    };
    let intro = match (running, has_results) {
        (true, _) => format!("It takes a few minutes, and goes on without this page. {whom}"),
        (false, true) => format!(
            "Pick a favorite, download one or all. {} sees them too.",
            if page.own { "Your Team Lead" } else { "The member" }
        ),
        (false, false) => format!(
            "Add {} to {} photos: from different days, in daylight, with nobody else in the picture. You can stop and come back.",
            page.limits.min_photos, page.limits.max_photos
        ),
    };
    let intro = if has_results && !running && !page.own && page.address.is_none() {
        "Pick a favorite, download one or all. Only Team Leads see them.".to_owned()
    } else {
        intro
    };
    let photos_sent = page.shoot.as_ref().map_or(0, |shoot| shoot.photos);
    let again = has_results && !running;
    let draft = view! {
        <Draft
            base=base.clone()
            photos=page.draft.clone()
            refused=page.refused.clone()
            limits=page.limits
            org=page.org.clone()
            submit_error=page.submit_error.clone()
        />
    };
    view! {
        <MemberTop name=page.viewer.clone() org=page.org.clone() lead=page.lead/>
        <main class="page" id="main">
            {failure
                .map(|failure| {
                    view! {
                        <Note tone=Tone::Bad>
                            <p>
                                <b>{failure}</b>
                                " The credit was returned. The photos are below again: replace some, then submit once more."
                            </p>
                        </Note>
                    }
                })}
            <div class="head">
                <div>
                    <h1>{title}</h1>
                    <p>{intro}</p>
                </div>
                {has_results
                    .then(|| {
                        view! {
                            <a class="btn go" href=format!("{base}/headshots.zip") download rel="external">
                                <Icon name="down"/>
                                "Download all"
                            </a>
                        }
                    })}
            </div>
            {running.then(|| view! { <Running base=base.clone() photos=photos_sent/> })}
            {has_results
                .then(|| {
                    view! {
                        <Gallery
                            headshots=page.gallery.clone()
                            pictures="/headshots".to_owned()
                            choose=format!("{base}/headshots")
                        />
                    }
                })}
            {page.results_link.clone().map(|link| view! { <PrivateLink link base=base.clone() first=first.clone()/> })}
            {if running {
                ().into_any()
            } else if again {
                view! {
                    <details class="fold">
                        <summary>"Another shoot"</summary>
                        <p class="hint">"New photos make a new headshot session, which uses one more credit."</p>
                        {draft}
                    </details>
                }
                    .into_any()
            } else {
                draft.into_any()
            }}
        </main>
    }
}

/// The wait for a running shoot. The page follows by itself; without scripts it is loaded anew. N6
#[component]
fn Running(base: String, photos: i64) -> impl IntoView {
    uploads::follow(format!("{base}/progress"));
    view! {
        <section class="part" aria-live="polite">
            <progress class="meter ok" aria-label="Making the headshots"></progress>
            <p>{format!("{photos} photos are in. One credit has been used for this headshot session.")}</p>
            <p class="asleep">
                <a class="btn" href="">
                    "Look again"
                </a>
            </p>
        </section>
    }
}

/// The private link of a managed member: shown, renewed, revoked. M3
#[component]
fn PrivateLink(link: ResultsLink, base: String, first: String) -> impl IntoView {
    view! {
        <section class="part narrow" aria-labelledby="h-private">
            <header>
                <h2 id="h-private">"Private link"</h2>
            </header>
            {match link.url {
                Some(url) => {
                    view! {
                        <p>{format!("{first} sees the headshots with this link, without an account.")}</p>
                        <p>
                            <code>{url}</code>
                        </p>
                        <div class="row">
                            <PostForm action=format!("{base}/results-link/renew") class="row">
                                <button class="btn">"Renew link"</button>
                            </PostForm>
                            <PostForm action=format!("{base}/results-link/revoke") class="row">
                                <button class="btn no">"Revoke link"</button>
                            </PostForm>
                        </div>
                        <p class="hint">"Renewing makes a new link; the old one stops working. Revoking turns it off."</p>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <p>{format!("The link is off: {first} cannot see the headshots.")}</p>
                        <PostForm action=format!("{base}/results-link/renew") class="row">
                            <button class="btn">"Make a new link"</button>
                        </PostForm>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}
