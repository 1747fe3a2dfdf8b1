//! The lead's page of all headshots. H4

pub mod api;

use leptos::prelude::*;

use crate::{
    app::{
        components::{Empty, Load},
        console::{
            context::{Changes, lead},
            headshots::api::ShownMember,
        },
    },
    words,
};

#[component]
pub fn Headshots() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::headshots(org));
    view! {
        <main class="page" id="main">
            <Load data show={move |shown: Vec<ShownMember>| view! { <All shown /> }} />
        </main>
    }
}

#[component]
fn All(shown: Vec<ShownMember>) -> impl IntoView {
    let undecided = shown.iter().filter(|one| !one.chosen).count();
    let text = match (shown.len(), undecided) {
        (0, _) => words::console::headshots_none_yet().to_owned(),
        (_, 0) => words::console::headshots().to_owned(),
        (_, undecided) => words::console::headshots_undecided(undecided as i64),
    };
    view! {
        <div class="head">
            <div>
                <h1>{words::console::headshots_ready(shown.len() as i64)}</h1>
                <p>{text}</p>
            </div>
        </div>
        {if shown.is_empty() {
            view! {
                <Empty title=words::console::no_headshots() text=words::console::no_headshots_text()>
                    <a class="btn" href="/me" rel="external">
                        {words::console::no_headshots_button()}
                    </a>
                </Empty>
            }
                .into_any()
        } else {
            view! {
                <ul role="list" class="frames big">
                    {shown
                        .into_iter()
                        .map(|one| {
                            let below = match (&one.address, &one.team) {
                                (None, _) => words::console::headshots_for_leads().to_owned(),
                                (Some(_), Some(team)) => team.clone(),
                                (Some(_), None) => words::console::no_team().to_owned(),
                            };
                            view! {
                                <li class="frame">
                                    <a href=format!("/members/{}/shoot", one.member) rel="external">
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
                                        <b>{one.name}</b>
                                        <br />
                                        {below}
                                    </span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            }
                .into_any()
        }}
    }
}
