//! The Members page: everybody who has joined or was added, and the invites that are pending.
//! T2, P1, P3, I9, I11

pub mod api;
mod pending;
mod remove;

use leptos::prelude::*;

use self::api::{MemberRow, MoveMember, People};
use super::{
    components::{Dial, Empty, Face, Icon, Load, Precision, When},
    invites::AddButton,
    lead::{Changes, Toast, lead},
    teams::api::TeamView,
};
use crate::domain::{credit::count, ids::TeamId, role::Role};
use pending::Pending;
use remove::RemoveDialog;

#[component]
pub fn Members() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::list_people(org));
    view! {
        <main class="page" id="main">
            <Load data show={move |people: People| view! { <Listed people/> }}/>
        </main>
    }
}

#[component]
fn Listed(people: People) -> impl IntoView {
    let joined = people.members.len();
    let pending = people.invites.len();
    let removing = RwSignal::new(None::<MemberRow>);
    let teams = people.teams.clone();
    view! {
        <div class="head">
            <div>
                <h1>"Members"</h1>
                <p>{format!("{joined} joined, {} pending.", count(pending as i64, "invite", "invites"))}</p>
            </div>
            <AddButton balance=people.balance/>
        </div>
        <nav class="tabs jump" aria-label="On this page">
            <a href="#joined" aria-current="true" rel="external">
                "Joined "
                {joined}
            </a>
            <a href="#pending" rel="external">
                "Pending "
                {pending}
            </a>
        </nav>
        <div class="split">
            <section class="tbl stack tight" id="joined" aria-labelledby="joined-h">
                <h2 class="vh" id="joined-h">"Joined members"</h2>
                <table class="table members plain">
                    <thead>
                        <tr>
                            <th scope="col" aria-sort="ascending">"Member"</th>
                            <th scope="col">"Team"</th>
                            <th scope="col">"Status"</th>
                            <th scope="col">"Kind"</th>
                            <th scope="col" class="n">"Sessions"</th>
                            <th scope="col" class="n">"Joined"</th>
                            <th scope="col">
                                <span class="vh">"Actions"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {people
                            .members
                            .into_iter()
                            .map(|member| view! { <Row member teams=teams.clone() removing/> })
                            .collect_view()}
                    </tbody>
                </table>
                {(joined == 1 && pending == 0)
                    .then(|| {
                        view! {
                            <Empty
                                title="Only you so far"
                                text="Invite people by email, share an open link, or add somebody on their behalf. They appear here."
                            />
                        }
                    })}
            </section>
            <Pending invites=people.invites teams=people.teams/>
        </div>
        {move || {
            removing
                .get()
                .map(|member| {
                    view! { <RemoveDialog member support=people.support_address.clone() removing/> }
                })
        }}
    }
}

#[component]
fn Row(member: MemberRow, teams: Vec<TeamView>, removing: RwSignal<Option<MemberRow>>) -> impl IntoView {
    let me = lead();
    let org = me.org;
    let id = member.id;
    let shoot = format!("/members/{id}/shoot");
    let under = match (&member.address, &member.title) {
        (Some(address), Some(title)) => format!("{address}, {title}"),
        (Some(address), None) => address.clone(),
        (None, Some(title)) => format!("{title}, no email: only leads see the results"),
        (None, None) => "No email: only leads see the results".to_owned(),
    };
    let role =
        (member.role != Role::Member).then(|| view! { " " <span class="tag">{member.role.label()}</span> });
    let removable = member.id != me.member && member.role != Role::Owner;
    let name = member.name.clone();
    let row = member.clone();
    view! {
        <tr>
            <td>
                <span class="who">
                    <Face name=name.clone() headshot=member.face/>
                    <span>
                        <span>
                            <a href=shoot rel="external">{name.clone()}</a>
                            {role}
                        </span>
                        <small>{under}</small>
                    </span>
                </span>
            </td>
            <td>
                <TeamPick
                    label=format!("Team of {name}")
                    teams
                    chosen=member.team
                    choose=Callback::new(move |team: String| MoveMember { org, member: id, team })
                />
            </td>
            <td>
                <Dial stage=member.stage/>
            </td>
            <td>{member.kind.label()}</td>
            <td class="n">{member.shoots}</td>
            <td class="n">
                <When at=member.joined_at precision=Precision::Day/>
            </td>
            <td>
                {removable
                    .then(|| {
                        view! {
                            <button
                                class="icon"
                                id=format!("remove-{id}")
                                aria-label=format!("Remove {name}")
                                on:click=move |_| removing.set(Some(row.clone()))
                            >
                                <Icon name="bin"/>
                            </button>
                        }
                    })}
            </td>
        </tr>
    }
}

/// Chooses a member's team right in the list. T2
#[component]
fn TeamPick(
    label: String,
    teams: Vec<TeamView>,
    chosen: Option<TeamId>,
    choose: Callback<String, MoveMember>,
) -> impl IntoView {
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let moving = ServerAction::<MoveMember>::new();
    Effect::new(move || {
        if let Some(result) = moving.value().get() {
            match result {
                Ok(()) => toast.show("Moved."),
                Err(error) => toast.show(error.to_string()),
            }
            changes.note();
        }
    });
    let pick = Callback::new(move |team: String| {
        moving.dispatch(choose.run(team));
    });
    view! { <TeamSelect label teams chosen pick/> }
}

/// A select of teams; nothing where there are none.
#[component]
pub(super) fn TeamSelect(
    label: String,
    teams: Vec<TeamView>,
    chosen: Option<TeamId>,
    pick: Callback<String>,
) -> impl IntoView {
    if teams.is_empty() {
        return "No team".into_any();
    }
    view! {
        <span class="pick quiet">
            <select aria-label=label on:change=move |event| pick.run(event_target_value(&event))>
                <option value="" selected=chosen.is_none()>
                    "No team"
                </option>
                {teams
                    .into_iter()
                    .map(|team| {
                        view! {
                            <option value=team.id.to_string() selected=chosen == Some(team.id)>
                                {team.name}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </span>
    }
    .into_any()
}
