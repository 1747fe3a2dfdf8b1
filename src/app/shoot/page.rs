//! A person's shoot page: their photos, the headshot session, the headshots. H1 to H4, M2

use leptos::prelude::*;

use super::{
    about::{About, AboutMember},
    draft::{Draft, DraftData, Tips},
    gallery::{Gallery, SessionView, prints},
    part::Part,
    private_link::{PrivateLink, ResultsLink},
    viewer::Prints,
};
use crate::{
    app::{
        browser::uploads::{PhotoView, RefusedPhoto, Target, Unfinished},
        components::{Icon, MemberTop, Note, Precision, Sentence, Timestamp, Tone},
    },
    domain::{
        ids::MemberId,
        moment::Moment,
        photo::{DraftNumber, PhotoLimits},
        shoot::ShootState,
    },
    words,
};

/// Everything on a person's shoot page.
#[derive(Clone, Debug)]
pub struct ShootPage {
    pub member: MemberId,
    pub name: String,
    pub org: String,
    /// The person is looking; otherwise a lead is.
    pub own: bool,
    /// What is known of them, for themselves. P4
    pub about: Option<AboutMember>,
    /// The viewer can go to the members list.
    pub lead: bool,
    pub viewer: String,
    pub viewer_id: MemberId,
    /// Where mails to the person go; `None` when only leads see the results. M3
    pub address: Option<String>,
    pub draft: Vec<PhotoView>,
    /// Files that broke off on their way into it.
    pub unfinished: Vec<Unfinished>,
    pub draft_number: DraftNumber,
    /// They want to begin another shoot.
    pub another: bool,
    pub refused: Vec<RefusedPhoto>,
    pub shoot: Option<ShootView>,
    pub sessions: Vec<SessionView>,
    pub limits: PhotoLimits,
    pub submit_error: Option<String>,
    /// The balance, where the viewer may see it. C4
    pub credits: Option<i32>,
    /// The private link of a managed member with an address, for leads. M3
    pub results_link: Option<ResultsLink>,
}

/// A headshot session.
#[derive(Clone, Debug)]
pub struct ShootView {
    pub state: ShootState,
    pub failure: Option<String>,
    pub photos: i64,
    /// Its organization had all pictures of it deleted then. H5
    pub pictures_deleted_at: Option<Moment>,
}

impl ShootPage {
    fn first_name(&self) -> String {
        self.name.split(' ').next().unwrap_or(&self.name).to_owned()
    }

    /// Its own path.
    fn path(&self) -> String {
        if self.own { "/me".into() } else { format!("/members/{}/shoot", self.member) }
    }

    /// Under which path everything of the member is.
    fn base(&self) -> String {
        format!("/members/{}", self.member)
    }

    /// The draft, where photos can be added.
    pub fn draft_data(&self) -> Option<DraftData> {
        (!self.running()).then(|| DraftData {
            target: Target {
                base: self.base(),
                viewer: self.viewer_id,
                draft: self.draft_number,
                limits: self.limits,
            },
            page: self.path(),
            photos: self.draft.clone(),
            unfinished: self.unfinished.clone(),
            org: self.org.clone(),
            submit_error: self.submit_error.clone(),
        })
    }

    /// The headshots, where there are any.
    pub fn prints(&self) -> Option<Prints> {
        let (pictures, choose) = ("/headshots".to_owned(), format!("{}/headshots", self.base()));
        (!self.sessions.is_empty()).then(|| Prints { all: prints(&self.sessions), pictures, choose })
    }

    /// The private link, where there is one that works.
    pub fn link(&self) -> Option<String> {
        self.results_link.as_ref().and_then(|link| link.url.clone())
    }

    /// What was wrong with each photo of a shoot that failed.
    fn faults(&self) -> Vec<(String, String)> {
        let faulty =
            self.draft.iter().filter_map(|photo| Some((photo.file_name.clone(), photo.fault?.to_string())));
        faulty.collect()
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
    let base = page.base();
    let running = page.running();
    let faults = page.faults();
    let failure = page.shoot.as_ref().and_then(|shoot| shoot.failure.clone());
    let has_results = !page.sessions.is_empty();
    let first = page.first_name();
    let title = match (page.own, running, has_results) {
        (true, true, _) => words::shoot::making().to_owned(),
        (false, true, _) => words::shoot::making_of(&first),
        (true, false, true) => words::shoot::ready(&first),
        (false, false, true) => words::shoot::ready_of(&first),
        (true, false, false) => words::shoot::photos(&first),
        (false, false, false) => words::shoot::photos_of(&first),
    };
    let mail = match (page.own, &page.address) {
        (true, _) => words::shoot::mail_when_ready().to_owned(),
        (false, Some(address)) => words::shoot::mail_when_ready_them(address),
        (false, None) => words::shoot::mail_when_ready_nobody(&first),
    };
    let intro = match (running, has_results) {
        (true, _) => words::shoot::making_intro(mail),
        (false, true) => match (page.own, &page.address) {
            (true, _) => words::shoot::ready_intro().to_owned(),
            (false, Some(_)) if page.results_link.as_ref().is_none_or(|link| link.url.is_some()) => {
                words::shoot::ready_intro_of().to_owned()
            }
            (false, _) => words::shoot::ready_intro_for_leads().to_owned(),
        },
        (false, false) => {
            words::shoot::photos_intro(page.limits.min_photos, page.limits.max_photos, &page.org)
        }
    };
    let gone = page.shoot.as_ref().and_then(|shoot| shoot.pictures_deleted_at);
    let gone_by = page.org.clone();
    let photos_sent = page.shoot.as_ref().map_or(0, |shoot| shoot.photos);
    let shown = page.shoot.as_ref().filter(|_| running).map(|shoot| shoot.state.as_str());
    let again = has_results && !running;
    let wants_another = page.another || !page.refused.is_empty() || page.submit_error.is_some();
    let no_credits = page.credits == Some(0);
    let draft = page.draft_data().map(|data| {
        let org = data.org.clone();
        view! {
            {no_credits.then(|| view! { <NoCredits org /> })}
            <Tips />
            <Part name="draft" class="split">
                <Draft data />
            </Part>
        }
    });
    view! {
        <MemberTop
            name=page.viewer.clone()
            org=page.org.clone()
            lead=page.lead
            here=if page.own { "" } else { "/members" }
        />
        <main class="page" id="main" data-follow=format!("{base}/progress") data-shown=shown>
            {failure
                .map(|failure| {
                    view! {
                        <Note tone=Tone::Bad>
                            <p>
                                <b>{failure}</b>
                                " "
                                {words::shoot::shoot_failed()}
                            </p>
                            <Reasons files=faults />
                        </Note>
                    }
                })}
            {gone
                .map(|at| {
                    view! {
                        <Note tone=Tone::Info>
                            <p>
                                <Sentence words=words::shoot::pictures_deleted(gone_by)>
                                    <Timestamp at precision=Precision::Day />
                                </Sentence>
                            </p>
                        </Note>
                    }
                })}
            <div class="head">
                <div>
                    <h1>{title}</h1>
                    <p>{intro}</p>
                    {(!page.own)
                        .then(|| {
                            view! {
                                <p>
                                    <a href=base.clone()>{words::shoot::about_them(&first)}</a>
                                </p>
                            }
                        })}
                </div>
                {has_results
                    .then(|| {
                        view! {
                            <a
                                class="btn primary"
                                href=format!("{base}/headshots.zip")
                                download
                                rel="external"
                            >
                                <Icon name="down" />
                                {words::shoot::download_all()}
                            </a>
                        }
                    })}
            </div>
            {(!page.refused.is_empty())
                .then(|| {
                    let refused = page
                        .refused
                        .iter()
                        .map(|file| (file.file_name.clone(), file.reason.clone()))
                        .collect();
                    view! {
                        <Note tone=Tone::Bad>
                            <p>
                                <b>{words::shoot::files_refused()}</b>
                            </p>
                            <Reasons files=refused />
                        </Note>
                    }
                })}
            {running.then(|| view! { <Running photos=photos_sent another=page.another /> })}
            {page.prints().map(|prints| view! { <Gallery sessions=page.sessions.clone() prints /> })}
            {page
                .results_link
                .clone()
                .map(|link| view! { <PrivateLink link base=base.clone() first=first.clone() /> })}
            {if again {
                view! {
                    <details class="fold" id="another" open=wants_another>
                        <summary>{words::shoot::another_shoot()}</summary>
                        <p class="hint">{words::shoot::another_shoot_hint()}</p>
                        {draft}
                    </details>
                }
                    .into_any()
            } else {
                draft.into_any()
            }}
            {page
                .about
                .clone()
                .map(|about| {
                    view! { <About about name=page.name.clone() address=page.address.clone() /> }
                })}
        </main>
    }
}

/// That submitting will need a credit which is not there, and where to get it; photos can be added. C4
#[component]
fn NoCredits(org: String) -> impl IntoView {
    view! {
        <Note tone=Tone::Warn>
            <p>
                <b>{words::shoot::no_credits(org)}</b>
                " "
                {words::shoot::no_credits_text()}
            </p>
            <p class="row">
                <a class="btn" href="/credits">
                    {words::shoot::no_credits_get()}
                </a>
            </p>
        </Note>
    }
}

/// The wait for a running shoot. The page follows by itself; without scripts it is loaded again. N6
#[component]
fn Running(photos: i64, another: bool) -> impl IntoView {
    view! {
        <section class="section" aria-live="polite">
            <progress class="meter ok" aria-label=words::shoot::making_meter()></progress>
            <p>{words::shoot::making_submitted(photos)}</p>
            {another.then(|| view! { <p>{words::shoot::another_waits()}</p> })}
            <p class="asleep">
                <a class="btn" href="">
                    {words::shoot::making_check_again()}
                </a>
            </p>
        </section>
    }
}

/// Files by their names, each with what is wrong with it.
#[component]
fn Reasons(files: Vec<(String, String)>) -> impl IntoView {
    (!files.is_empty()).then(|| {
        view! {
            <ul>
                {files
                    .into_iter()
                    .map(|(file, reason)| view! { <li>{file} ": " {reason}</li> })
                    .collect_view()}
            </ul>
        }
    })
}
