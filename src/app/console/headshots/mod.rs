//! The lead's page of all headshots. H4

pub mod api;

use leptos::prelude::*;

use crate::{
    app::{
        components::{Empty, Icon, Load},
        console::{
            context::{Changes, lead},
            headshots::api::ShownMember,
        },
    },
    domain::ids::TeamId,
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
    let title = if shown.is_empty() {
        words::shared::page_headshots().to_owned()
    } else {
        words::console::headshots_ready(shown.len() as i64)
    };
    let team = RwSignal::new(None::<TeamId>);
    let href = move || match team.get() {
        Some(team) => format!("/headshots.zip?team={team}"),
        None => "/headshots.zip".to_owned(),
    };
    view! {
        <div class="head">
            <div>
                <h1>{title}</h1>
                <p>{text}</p>
            </div>
            {(!shown.is_empty())
                .then(|| {
                    view! {
                        <a class="btn" href=href download rel="external">
                            <Icon name="down" />
                            {move || match team.get() {
                                Some(_) => words::console::headshots_download_team(),
                                None => words::console::headshots_download(),
                            }}
                        </a>
                    }
                })}
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
            view! { <Filtered shown team /> }.into_any()
        }}
    }
}

/// The people whose headshots are there, narrowed by name, team, and whether they chose one.
#[component]
fn Filtered(shown: Vec<ShownMember>, team: RwSignal<Option<TeamId>>) -> impl IntoView {
    let mut teams: Vec<(TeamId, String)> = shown.iter().filter_map(|one| one.team.clone()).collect();
    teams.sort_by(|a, b| a.1.cmp(&b.1));
    teams.dedup();
    let name = RwSignal::new(String::new());
    let undecided = RwSignal::new(false);
    let shown = StoredValue::new(shown);
    let wanted = move || {
        let name = name.get().to_lowercase();
        shown.with_value(|shown| {
            let fits = |one: &&ShownMember| {
                one.name.to_lowercase().contains(&name)
                    && (team.get().is_none() || one.team.as_ref().map(|(id, _)| *id) == team.get())
                    && !(undecided.get() && one.chosen)
            };
            shown.iter().filter(fits).cloned().collect::<Vec<_>>()
        })
    };
    view! {
        <div class="tools" role="search">
            <label class="box">
                <Icon name="search" />
                <span class="visually-hidden">{words::console::headshots_search()}</span>
                <input type="search" placeholder=words::console::headshots_search() bind:value=name />
            </label>
            {(!teams.is_empty())
                .then(|| {
                    view! {
                        <label class="pick">
                            <span class="visually-hidden">{words::console::headshots_team()}</span>
                            <select on:change=move |event| team.set(event_target_value(&event).parse().ok())>
                                <option value="">{words::console::headshots_all_teams()}</option>
                                {teams
                                    .into_iter()
                                    .map(|(id, name)| view! { <option value=id.to_string()>{name}</option> })
                                    .collect_view()}
                            </select>
                        </label>
                    }
                })}
            <label class="opt">
                <input type="checkbox" bind:checked=undecided />
                <span>{words::console::headshots_not_chosen()}</span>
            </label>
        </div>
        <p role="status">{move || wanted().is_empty().then(|| words::console::headshots_none_found())}</p>
        <ul role="list" class="frames big">
            <For each=wanted key=|one| (one.member, one.face) let:one>
                <Portrait one />
            </For>
        </ul>
    }
}

#[component]
fn Portrait(one: ShownMember) -> impl IntoView {
    let below = match (one.address, one.team) {
        (None, _) => words::console::headshots_for_leads().to_owned(),
        (Some(_), Some((_, team))) => team,
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
            </span>
        </li>
    }
}
