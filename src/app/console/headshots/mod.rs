//! The lead's page of all headshots: searched and filtered by the URL, a page at a time; and all of what is
//! listed as one file. H4

pub mod api;
mod download;
mod filters;
mod query;

use leptos::prelude::*;

use self::{
    api::{HeadshotPage, ShownMember},
    download::Download,
    filters::Filters,
    query::{asked_for, href},
};
use crate::{
    app::{
        components::{Empty, LoadLive, deferred},
        console::{
            context::{Changes, lead},
            listing::Pages,
        },
    },
    domain::{headshot_list::HeadshotQuery, people::Place},
    words,
};

#[component]
pub fn Headshots() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let query = asked_for();
    let data = Resource::new(
        move || (query.get(), changes.track()),
        move |(query, _)| api::headshots(org, query::string_of(&query)),
    );
    view! {
        <main class="page" id="main">
            <LoadLive data show={move |page: Signal<HeadshotPage>| view! { <All page /> }} />
        </main>
    }
}

#[component]
fn All(page: Signal<HeadshotPage>) -> impl IntoView {
    let none_yet = Memo::new(move |_| page.with(|page| page.counts.people == 0 && !page.query.is_narrowed()));
    let title = move || {
        page.with(|page| match page.counts.people {
            _ if page.query.is_narrowed() => words::shared::page_headshots().to_owned(),
            0 => words::shared::page_headshots().to_owned(),
            people => words::console::headshots_ready(people),
        })
    };
    let text = move || {
        page.with(|page| match (page.counts.people, page.counts.undecided) {
            _ if page.query.is_narrowed() => {
                words::console::headshots_found(page.counts.matching(page.query.choice))
            }
            (0, _) => words::console::headshots_none_yet().to_owned(),
            (_, 0) => words::console::headshots().to_owned(),
            (_, undecided) => words::console::headshots_undecided(undecided),
        })
    };
    view! {
        <div class="head">
            <div>
                <h1>{title}</h1>
                <p role="status">{text}</p>
            </div>
        </div>
        <Show
            when=move || !none_yet.get()
            fallback=|| {
                view! {
                    <Empty title=words::console::no_headshots() text=words::console::no_headshots_text()>
                        <a class="btn" href="/me" rel="external">
                            {words::console::no_headshots_button()}
                        </a>
                    </Empty>
                }
            }
        >
            <Filters page />
            <Show when=move || page.with(|page| page.counts.matching(page.query.choice) > 0)>
                <Download page />
            </Show>
            <ul role="list" class="frames big">
                <For each=move || page.with(|page| page.people.clone()) key=Clone::clone let:one>
                    {deferred(move || view! { <Portrait one /> })}
                </For>
            </ul>
            <Pages
                before=beside(page, |page| page.before.clone().map(Place::Before))
                after=beside(page, |page| page.after.clone().map(Place::After))
                shown=Signal::derive(move || page.with(|page| page.people.len() as i64))
                all=Signal::derive(move || page.with(|page| page.counts.matching(page.query.choice)))
            />
        </Show>
    }
}

#[component]
fn Portrait(one: ShownMember) -> impl IntoView {
    let below = match (one.address, one.team) {
        (None, _) => words::console::headshots_for_leads().to_owned(),
        (Some(_), Some(team)) => team,
        (Some(_), None) => words::console::no_team().to_owned(),
    };
    view! {
        <li class="frame">
            <a href=format!("/members/{}", one.member)>
                <span class="pic">
                    <img
                        class="print"
                        src=format!("/headshots/{}?size=small", one.face)
                        width="320"
                        height="400"
                        alt=words::console::headshots_alt(&one.name)
                        loading="lazy"
                    />
                </span>
            </a>
            <span class="cap">
                <b>
                    <a href=format!("/members/{}", one.member)>{one.name}</a>
                </b>
                <br />
                {below}
                {(!one.chosen)
                    .then(|| {
                        view! {
                            <br />
                            {words::console::headshots_first_of_them()}
                        }
                    })}
            </span>
        </li>
    }
}

/// Where the page beside this one is, if there is one.
fn beside(page: Signal<HeadshotPage>, place: fn(&HeadshotPage) -> Option<Place>) -> Memo<Option<String>> {
    Memo::new(move |_| {
        page.with(|page| place(page).map(|place| href(&HeadshotQuery { place, ..page.query.clone() })))
    })
}
