//! The dashboard: how far everybody is, what waits for a lead, what is left.

pub mod api;

use leptos::prelude::*;

use self::api::{Attention, DashboardView};
use crate::{
    app::{
        components::{Avatar, Empty, Icon, Load, Precision, StageIcon, Timestamp},
        console::{
            add_member::button::AddButton,
            context::{Changes, lead},
            members::api::MemberRow,
            teams::api::TeamView,
        },
    },
    domain::{
        credit::{CreditOutlook, count},
        member::MemberKind,
        shoot::Stage,
    },
};

#[component]
pub fn Dashboard() -> impl IntoView {
    let me = lead();
    let org = me.org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::dashboard(org));
    view! {
        <main class="page" id="main">
            <Load data show={move |view: DashboardView| view! { <Overview view org_name=me.org_name.clone()/> }}/>
        </main>
    }
}

#[component]
fn Overview(view: DashboardView, org_name: String) -> impl IntoView {
    let [invited, .., ready] = view.reached;
    let first_day = invited == 0;
    let title = match (first_day, ready) {
        (true, _) => "Nobody invited yet".to_owned(),
        (false, 0) => format!("{} on the way", count(invited, "person is", "people are")),
        (false, ready) => format!("{ready} of {invited} headshots are ready"),
    };
    let balance = view.outlook.balance;
    view! {
        <div class="head">
            <div>
                <h1>{title}</h1>
                <p>{org_name}</p>
            </div>
            <AddButton balance/>
        </div>
        {if first_day {
            view! {
                <Empty
                    title="Begin with the first people"
                    text=format!(
                        "You have {}. Invite your team, and this page shows how far everyone has come.",
                        count(balance, "credit", "credits"),
                    )
                />
            }
                .into_any()
        } else {
            view! { <Strip reached=view.reached/> }.into_any()
        }}
        <div class="split">
            <div class="stack">
                {(!view.attention.is_empty()).then(|| view! { <NeedsYou things=view.attention/> })}
                {(!view.teams.is_empty()).then(|| view! { <ByTeam teams=view.teams/> })}
                {(!view.ready.is_empty()).then(|| view! { <Ready people=view.ready/> })}
            </div>
            <div class="stack">
                <Left outlook=view.outlook/>
                <Lately people=view.recent/>
            </div>
        </div>
    }
}

/// The test strip: five exposures from invited to ready.
#[component]
fn Strip(reached: [i64; 5]) -> impl IntoView {
    let whole = reached[0].max(1);
    view! {
        <section class="strip" aria-labelledby="h-roll">
            <h2 id="h-roll" class="vh">"Roll-out, step by step"</h2>
            <ol role="list">
                {Stage::ROLL_OUT
                    .into_iter()
                    .zip(reached)
                    .enumerate()
                    .map(|(n, (stage, people))| {
                        let top = 64 - people * 64 / whole;
                        let wide = people * 64 / whole;
                        let before = if n == 0 { people } else { reached[n - 1] };
                        let waiting = before - people;
                        let more = match (stage, waiting) {
                            (Stage::Invited, _) => "In all".to_owned(),
                            (_, 0) => "Nobody waits here".to_owned(),
                            (Stage::Joined, n) => format!("{n} not joined yet"),
                            (Stage::AddingPhotos, n) => format!("{n} without photos"),
                            (Stage::Generating, n) => format!("{n} still adding photos"),
                            (_, n) => format!("{n} being made"),
                        };
                        view! {
                            <li>
                                <span class="name">
                                    <StageIcon stage/>
                                </span>
                                " "
                                <b class="fig">{people}</b>
                                <svg class="v" viewBox="0 0 100 64" preserveAspectRatio="none" aria-hidden="true">
                                    <path d=format!("M0 {top}h100V64H0z")></path>
                                </svg>
                                <svg class="h" viewBox="0 0 64 10" preserveAspectRatio="none" aria-hidden="true">
                                    <path d=format!("M0 0h{wide}v10H0z")></path>
                                </svg>
                                <span class="more">{more}</span>
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
        <section class="part" aria-labelledby="h-needs">
            <header>
                <h2 id="h-needs">"Needs you"</h2>
                <small>{count(things.len() as i64, "thing", "things")}</small>
            </header>
            <ul role="list" class="lines todo">
                {things
                    .into_iter()
                    .map(|thing| {
                        view! {
                            <li>
                                <span class="bad">
                                    <Icon name="alert"/>
                                </span>
                                <p>
                                    <b>{thing.what}</b>
                                    <br/>
                                    <small>{thing.why}</small>
                                </p>
                                <a class="btn sm" href=thing.href rel="external">{thing.button}</a>
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
        <section class="part" aria-labelledby="h-by-team">
            <header>
                <h2 id="h-by-team">"By team"</h2>
                <small>"Ready, of joined"</small>
            </header>
            <table class="teams">
                <thead class="vh">
                    <tr>
                        <th scope="col">"Team"</th>
                        <th scope="col">"Progress"</th>
                        <th scope="col">"Ready"</th>
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
                                    <td class="n">{format!("{} of {}", team.ready, team.people)}</td>
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
fn Ready(people: Vec<MemberRow>) -> impl IntoView {
    view! {
        <section class="part" aria-labelledby="h-ready">
            <header>
                <h2 id="h-ready">"Ready headshots"</h2>
                <small>
                    <a href="/headshots">"All headshots"</a>
                </small>
            </header>
            <ul role="list" class="frames small">
                {people
                    .into_iter()
                    .filter_map(|member| {
                        let face = member.face?;
                        Some(
                            view! {
                                <li>
                                    <a href=format!("/members/{}/shoot", member.id) rel="external">
                                        <img
                                            class="print"
                                            src=format!("/headshots/{face}?size=small")
                                            width="320"
                                            height="400"
                                            alt=member.name
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
    let promised = outlook.reserved();
    let hint = match (promised, outlook.spare()) {
        (0, _) => "One credit is used when somebody submits their photos.".to_owned(),
        (n, spare) if spare >= 0 => format!(
            "{} invited or joined {} not submitted photos. Each will use one credit, so {spare} {} spare.",
            count(n, "person", "people"),
            if n == 1 { "has" } else { "have" },
            if spare == 1 { "is" } else { "are" },
        ),
        (n, spare) => {
            format!("{} invited or joined will need {} more.", count(n, "person", "people"), -spare)
        }
    };
    view! {
        <section class="part" aria-labelledby="h-left">
            <header>
                <h2 id="h-left">"Credits"</h2>
                <small>
                    <a href="/credits">"Ledger"</a>
                </small>
            </header>
            <p class="sum">
                <b>{outlook.balance}</b>
                " left"
            </p>
            <p class="hint">{hint}</p>
        </section>
    }
}

#[component]
fn Lately(people: Vec<MemberRow>) -> impl IntoView {
    view! {
        <section class="part" aria-labelledby="h-lately">
            <header>
                <h2 id="h-lately">"Recent members"</h2>
                <small>
                    <a href="/members">"All members"</a>
                </small>
            </header>
            <ol role="list" class="lines feed">
                {people
                    .into_iter()
                    .map(|member| {
                        let how = match member.kind {
                            MemberKind::Founder => "made the organization",
                            MemberKind::Invite => "joined by invite",
                            MemberKind::Link => "joined through a link",
                            MemberKind::Managed => "was added on their behalf",
                        };
                        view! {
                            <li>
                                <Avatar name=member.name.clone() headshot=member.face/>
                                <p>
                                    <b>{member.name}</b>
                                    {format!(" {how}")}
                                    <br/>
                                    <small>
                                        <Timestamp at=member.joined_at precision=Precision::Minute/>
                                    </small>
                                </p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </section>
    }
}
