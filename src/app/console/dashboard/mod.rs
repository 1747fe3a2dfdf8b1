//! The dashboard: how far everybody is, what waits for a lead, what is left.

pub mod api;
mod first_run;
mod remind;

use leptos::prelude::*;

use self::{
    api::{Attention, DashboardView},
    first_run::FirstRun,
    remind::Remind,
};
use crate::{
    app::{
        components::{Avatar, Icon, Load, Precision, Sentence, StageIcon, Timestamp},
        console::{
            add_member::button::AddButton,
            context::{Changes, lead},
            teams::api::TeamView,
        },
    },
    domain::{
        credit::CreditOutlook,
        member::MemberKind,
        people::{Person, Standing},
        shoot::Stage,
    },
    words,
};

#[component]
pub fn Dashboard() -> impl IntoView {
    let me = lead();
    let org = me.org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::dashboard(org));
    view! {
        <main class="page" id="main">
            <Load
                data
                show={move |view: DashboardView| view! { <Overview view org_name=me.org_name.clone() /> }}
            />
        </main>
    }
}

#[component]
fn Overview(view: DashboardView, org_name: String) -> impl IntoView {
    let [invited, .., ready] = view.reached;
    let first_day = invited == 0;
    let title = match (first_day, ready) {
        (true, _) => words::console::nobody_invited().to_owned(),
        (false, 0) => words::console::people_on_the_way(invited),
        (false, ready) => words::console::people_ready(ready, invited),
    };
    let balance = view.outlook.balance;
    view! {
        <div class="head">
            <div>
                <h1>{title}</h1>
                <p>{org_name}</p>
            </div>
            <AddButton balance />
        </div>
        {if first_day {
            view! { <FirstRun balance teams=view.teams.len() /> }.into_any()
        } else {
            view! { <Strip reached=view.reached at=view.at /> }.into_any()
        }}
        <div class="split">
            <div class="stack">
                {(!view.attention.is_empty()).then(|| view! { <NeedsYou things=view.attention /> })}
                {(!view.teams.is_empty()).then(|| view! { <ByTeam teams=view.teams /> })}
                {(!view.ready.is_empty()).then(|| view! { <Ready people=view.ready /> })}
            </div>
            <div class="stack">
                <Left outlook=view.outlook />
                <Lately people=view.recent />
            </div>
        </div>
    }
}

/// The test strip: five exposures from invited to ready.
#[component]
fn Strip(reached: [i64; 5], at: [i64; 5]) -> impl IntoView {
    let whole = reached[0].max(1);
    // Those who wait for a stage are in the one before: as many as the list shows behind the link.
    view! {
        <section class="strip" aria-labelledby="h-roll">
            <h2 id="h-roll" class="visually-hidden">
                {words::console::roll_out()}
            </h2>
            <ol role="list">
                {Stage::ROLL_OUT
                    .into_iter()
                    .zip(reached)
                    .enumerate()
                    .map(|(n, (stage, people))| {
                        let top = 64 - people * 64 / whole;
                        let wide = people * 64 / whole;
                        let waiting = if n == 0 { 0 } else { at[n - 1] };
                        let to = (n > 0 && waiting > 0)
                            .then(|| format!("/members?stage={}", Stage::ROLL_OUT[n - 1].as_str()));
                        let more = match (stage, waiting) {
                            (Stage::Invited, _) => words::console::roll_out_all().to_owned(),
                            (_, 0) => words::console::roll_out_complete().to_owned(),
                            (Stage::Joined, n) => words::console::roll_out_not_joined(n),
                            (Stage::AddingPhotos, n) => words::console::roll_out_without_photos(n),
                            (Stage::Generating, n) => words::console::roll_out_adding_photos(n),
                            (_, n) => words::console::roll_out_being_made(n),
                        };
                        view! {
                            <li>
                                <span class="name">
                                    <StageIcon stage />
                                </span>
                                " "
                                <b class="fig">{people}</b>
                                <svg
                                    class="v"
                                    viewBox="0 0 100 64"
                                    preserveAspectRatio="none"
                                    aria-hidden="true"
                                >
                                    <path d=format!("M0 {top}h100V64H0z")></path>
                                </svg>
                                <svg
                                    class="h"
                                    viewBox="0 0 64 10"
                                    preserveAspectRatio="none"
                                    aria-hidden="true"
                                >
                                    <path d=format!("M0 0h{wide}v10H0z")></path>
                                </svg>
                                <span class="more">
                                    {match to {
                                        Some(href) => view! { <a href=href>{more}</a> }.into_any(),
                                        None => more.into_any(),
                                    }}
                                </span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </section>
    }
}

#[component]
fn NeedsYou(things: Vec<Attention>) -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="h-needs">
            <header>
                <h2 id="h-needs">{words::console::needs_you()}</h2>
                <small>{words::console::needs_you_count(things.len() as i64)}</small>
            </header>
            <ul role="list" class="lines todo">
                {things
                    .into_iter()
                    .map(|thing| {
                        view! {
                            <li>
                                <span class="bad">
                                    <Icon name="alert" />
                                </span>
                                <p>
                                    <b>{thing.what}</b>
                                    <br />
                                    <small>{thing.why}</small>
                                </p>
                                {thing.remind.map(|(stage, people)| view! { <Remind stage people /> })}
                                <a class="btn sm" href=thing.href rel="external">
                                    {thing.button}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn ByTeam(teams: Vec<TeamView>) -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="h-by-team">
            <header>
                <h2 id="h-by-team">{words::console::by_team()}</h2>
                <small>{words::console::by_team_hint()}</small>
            </header>
            <table class="teams">
                <thead class="visually-hidden">
                    <tr>
                        <th scope="col">{words::console::team_field()}</th>
                        <th scope="col">{words::console::by_team_progress()}</th>
                        <th scope="col">{words::console::by_team_ready()}</th>
                    </tr>
                </thead>
                <tbody>
                    {teams
                        .into_iter()
                        .map(|team| {
                            view! {
                                <tr>
                                    <th scope="row">{team.name.clone()}</th>
                                    <td>
                                        <progress
                                            class="meter ok"
                                            value=team.ready.to_string()
                                            max=team.people.max(1).to_string()
                                            aria-label=team.name
                                        ></progress>
                                    </td>
                                    <td class="n">
                                        {words::console::by_team_share(team.ready, team.people)}
                                    </td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </section>
    }
}

#[component]
fn Ready(people: Vec<Person>) -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="h-ready">
            <header>
                <h2 id="h-ready">{words::console::ready_headshots()}</h2>
                <small>
                    <a href="/headshots">{words::console::ready_headshots_all()}</a>
                </small>
            </header>
            <ul role="list" class="frames small">
                {people
                    .into_iter()
                    .filter_map(|member| {
                        let Standing::Member { face: Some(face), .. } = member.standing else { return None };
                        Some(
                            view! {
                                <li>
                                    <a href=format!("/members/{}/shoot", member.id) rel="external">
                                        <img
                                            class="print"
                                            src=format!("/headshots/{face}?size=small")
                                            width="320"
                                            height="400"
                                            alt=member.name.unwrap_or_default()
                                            loading="lazy"
                                        />
                                    </a>
                                </li>
                            },
                        )
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Left(outlook: CreditOutlook) -> impl IntoView {
    let hint = match (outlook.reserved(), outlook.unreserved()) {
        (0, _) => words::console::credits_left_card_hint().to_owned(),
        (people, left) if left >= 0 => words::console::credits_left_card_reserved(people, left),
        (people, left) => words::console::credits_left_card_missing(people, -left),
    };
    view! {
        <section class="section" aria-labelledby="h-left">
            <header>
                <h2 id="h-left">{words::console::credits()}</h2>
                <small>
                    <a href="/credits">{words::console::credits_left_card_ledger()}</a>
                </small>
            </header>
            <p class="stat">
                <Sentence words=words::console::credits_left_card()>
                    <b>{outlook.balance}</b>
                </Sentence>
            </p>
            <p class="hint">{hint}</p>
        </section>
    }
}

#[component]
fn Lately(people: Vec<Person>) -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="h-lately">
            <header>
                <h2 id="h-lately">{words::console::recent_members()}</h2>
                <small>
                    <a href="/members">{words::console::recent_members_all()}</a>
                </small>
            </header>
            <ol role="list" class="lines feed">
                {people
                    .into_iter()
                    .filter_map(|member| {
                        let Standing::Member { kind, face, .. } = member.standing else { return None };
                        let name = member.name.unwrap_or_default();
                        let page = format!("/members/{}", member.id);
                        let how = match kind {
                            MemberKind::Founder => words::console::recent_members_founder(),
                            MemberKind::Invite => words::console::recent_members_invite(),
                            MemberKind::Link => words::console::recent_members_link(),
                            MemberKind::Managed => words::console::recent_members_managed(),
                            MemberKind::Sso => words::console::recent_members_sso(),
                        };
                        Some(
                            view! {
                                <li>
                                    <Avatar name=name.clone() headshot=face />
                                    <p>
                                        <Sentence words=how>
                                            <a href=page>{name}</a>
                                        </Sentence>
                                        <br />
                                        <small>
                                            <Timestamp at=member.since precision=Precision::Minute />
                                        </small>
                                    </p>
                                </li>
                            },
                        )
                    })
                    .collect_view()}
            </ol>
        </section>
    }
}
