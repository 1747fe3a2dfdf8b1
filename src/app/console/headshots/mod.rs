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
    domain::credit::count,
};

#[component]
pub fn Headshots() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::headshots(org));
    view! {
        <main class="page" id="main">
            <Load data show={move |shown: Vec<ShownMember>| view! { <All shown/> }}/>
        </main>
    }
}

#[component]
fn All(shown: Vec<ShownMember>) -> impl IntoView {
    let undecided = shown.iter().filter(|one| !one.chosen).count();
    let text = match (shown.len(), undecided) {
        (0, _) => "They appear here as soon as the first ones are made.".to_owned(),
        (_, 0) => "The favorite of each person.".to_owned(),
        (_, n) => format!(
            "The favorite of each person. {} not chosen yet.",
            count(n as i64, "person has", "people have")
        ),
    };
    view! {
        <div class="head">
            <div>
                <h1>{count(shown.len() as i64, "person’s headshots are ready", "people’s headshots are ready")}</h1>
                <p>{text}</p>
            </div>
        </div>
        {if shown.is_empty() {
            view! {
                <Empty
                    title="No headshots yet"
                    text="Add members, or begin with your own photos. Each person’s favorite will stand here."
                >
                    <a class="btn" href="/me" rel="external">"My own photos"</a>
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
                                (None, _) => "Only leads see it".to_owned(),
                                (Some(_), Some(team)) => team.clone(),
                                (Some(_), None) => "No team".to_owned(),
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
                                                alt=format!("Headshot of {}", one.name)
                                                loading="lazy"
                                            />
                                        </span>
                                    </a>
                                    <span class="cap">
                                        <b>{one.name}</b>
                                        <br/>
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
