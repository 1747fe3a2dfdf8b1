//! Finished headshots: the favorite large, and each shoot as a contact sheet. A picture is a real link to
//! itself; with scripts it opens the viewer. H4, H7

use leptos::prelude::*;

use super::{
    headshot::{Choose, Files, HeadshotView},
    part::Part,
    viewer::{Print, Prints, Viewer},
};
use crate::{
    app::components::{Icon, Precision, Ring, Sentence, Timestamp},
    domain::{ids::ShootId, moment::Moment},
    words,
};

/// The headshots of one shoot, best first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    pub id: ShootId,
    pub finished_at: Moment,
    /// When the organization has all of it deleted. H5
    pub kept_until: Option<Moment>,
    pub headshots: Vec<HeadshotView>,
}

/// A link to a headshot's file, which opens the viewer at its place.
#[component]
fn Enlarge(file: String, number: String, place: usize, children: Children) -> impl IntoView {
    view! {
        <a
            class="pic"
            href=file
            rel="external"
            aria-label=words::shoot::headshot_enlarge(&number)
            data-place=place.to_string()
        >
            {children()}
        </a>
    }
}

/// All headshots, in the order of their places on the page.
pub fn prints(sessions: &[SessionView]) -> Vec<Print> {
    let of_session = |session: &SessionView| {
        let made_at = session.finished_at;
        let headshots = session.headshots.clone();
        headshots.into_iter().map(move |headshot| Print { headshot, made_at })
    };
    sessions.iter().flat_map(of_session).collect()
}

/// Every shoot of a person, the newest first. H4, H7
#[component]
pub fn Gallery(sessions: Vec<SessionView>, prints: Prints) -> impl IntoView {
    let Prints { all, pictures, choose } = prints.clone();
    let favorite = all.iter().position(|print| print.headshot.favorite);
    let hero = all.get(favorite.unwrap_or(0)).map(|print| print.headshot.clone());
    let mut place = 0;
    let sheets = sessions
        .into_iter()
        .map(|session| {
            let first = place;
            place += session.headshots.len();
            view! { <Sheet session first pictures=pictures.clone() choose=choose.clone() /> }
        })
        .collect_view();
    view! {
        {hero
            .map(|headshot| {
                let chosen = favorite.is_some();
                let place = favorite.unwrap_or(0);
                view! { <Hero headshot chosen place pictures=pictures.clone() /> }
            })}
        {sheets}
        <Part name="prints">
            <Viewer prints />
        </Part>
    }
}

/// The favorite, or the first where none was chosen, with the files of it.
#[component]
fn Hero(headshot: HeadshotView, chosen: bool, place: usize, pictures: String) -> impl IntoView {
    let full = format!("{pictures}/{}", headshot.id);
    let src = full.clone();
    let number = headshot.numbered();
    let alt =
        if chosen { words::shoot::favorite_alt(&number) } else { words::shoot::favorite_alt_first(&number) };
    view! {
        <div class="hero">
            <span class="frame">
                <Enlarge file=full.clone() number=number.clone() place>
                    <img
                        class="print"
                        src=src
                        width=headshot.width.to_string()
                        height=headshot.height.to_string()
                        alt=alt
                    />
                </Enlarge>
            </span>
            <div class="stack">
                <p>
                    {if chosen {
                        words::shoot::favorite(&number)
                    } else {
                        words::shoot::favorite_none().to_owned()
                    }}
                </p>
                <div class="row">
                    <a class="btn" href=format!("{full}?download=true") download rel="external">
                        <Icon name="down" />
                        {words::shoot::favorite_download(&number)}
                    </a>
                </div>
                <p class="hint">{words::shoot::picture_facts(headshot.width, headshot.height)}</p>
                <Files file=full number />
            </div>
        </div>
    }
}

/// The contact sheet of one shoot, with its date. `first` is the place of its first headshot on the page.
#[component]
fn Sheet(session: SessionView, first: usize, pictures: String, choose: String) -> impl IntoView {
    let SessionView { id, finished_at, kept_until, headshots } = session;
    let heading = format!("h-{id}");
    view! {
        <section class="section" aria-labelledby=heading.clone()>
            <header>
                <h2 id=heading.clone()>{words::shoot::sheet(finished_at.long_date())}</h2>
                <small>{words::shoot::sheet_count(headshots.len() as i64)}</small>
            </header>
            {kept_until
                .map(|at| {
                    view! {
                        <p class="hint">
                            <Sentence words=words::shoot::sheet_kept_until()>
                                <Timestamp at precision=Precision::Day />
                            </Sentence>
                        </p>
                    }
                })}
            <ol role="list" class="frames big">
                {headshots
                    .into_iter()
                    .enumerate()
                    .map(|(n, headshot)| {
                        let file = format!("{pictures}/{}", headshot.id);
                        let choose = format!("{choose}/{}/choose", headshot.id);
                        view! { <OnSheet headshot place=first + n file choose /> }
                    })
                    .collect_view()}
            </ol>
        </section>
    }
}

/// One headshot of a sheet. `file` is its address, `choose` where choosing it is posted.
#[component]
fn OnSheet(headshot: HeadshotView, place: usize, file: String, choose: String) -> impl IntoView {
    let number = headshot.numbered();
    let small = format!("{file}?size=small");
    let alt = words::shoot::headshot(&number);
    view! {
        <li class="frame">
            <Enlarge file=file.clone() number=number.clone() place>
                <img class="print" src=small width="320" height="400" loading="lazy" alt=alt />
                {headshot.favorite.then(|| view! { <Ring /> })}
            </Enlarge>
            <span class="number">
                <span>{number.clone()}</span>
                <Choose favorite=headshot.favorite action=choose number=number.clone() />
            </span>
            <details class="fold files">
                <summary aria-label=words::shoot::headshot_download_label(
                    &number,
                )>{words::shoot::headshot_download()}</summary>
                <Files file number />
            </details>
        </li>
    }
}
