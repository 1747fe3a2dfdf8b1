//! The Members page: everybody who has joined or was added, and the invites that are pending.
//! T2, P1, P3, I9, I11

pub mod api;
pub mod pending;
mod remove;

use leptos::prelude::*;

use self::api::{MemberRow, MoveMember, People};
use crate::{
    app::{
        components::{Avatar, Empty, Icon, LoadLive, Precision, StageIcon, Timestamp},
        console::{
            add_member::button::AddButton,
            context::{Changes, lead},
            teams::{api::TeamView, field::TeamSelect},
            toasts::Toast,
        },
    },
    domain::{credit::count, ids::TeamId, role::Role},
};
use pending::Pending;
use remove::RemoveDialog;

#[component]
pub fn Members() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let invites_shown = RwSignal::new(pending::STEP);
    let data = Resource::new(
        move || (changes.track(), invites_shown.get()),
        move |(_, invites)| api::list_people(org, invites),
    );
    let show_more = Callback::new(move |()| invites_shown.update(|shown| *shown += pending::STEP));
    view! {
        <main class="page" id="main">
            <LoadLive data show={move |people: Signal<People>| view! { <Listed people show_more/> }}/>
        </main>
    }
}

#[component]
fn Listed(people: Signal<People>, show_more: Callback<()>) -> impl IntoView {
    let joined = Memo::new(move |_| people.with(|people| people.members.len()));
    let pending = Memo::new(move |_| people.with(|people| people.pending_invites));
    let balance = Memo::new(move |_| people.with(|people| people.balance));
    let teams = Memo::new(move |_| people.with(|people| people.teams.clone()));
    let invites = Memo::new(move |_| people.with(|people| people.invites.clone()));
    let ended = Memo::new(move |_| people.with(|people| people.ended_invites.clone()));
    let removing = RwSignal::new(None::<MemberRow>);
    let alone = move || joined.get() == 1 && pending.get() == 0;
    view! {
        <div class="head">
            <div>
                <h1>"Members"</h1>
                <p>{move || format!("{} joined, {} pending.", joined.get(), count(pending.get(), "invite", "invites"))}</p>
            </div>
            {move || view! { <AddButton balance=balance.get()/> }}
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
                        <For each=move || people.get().members key=MemberRow::clone let:member>
                            <Row member teams removing/>
                        </For>
                    </tbody>
                </table>
                <Show when=alone>
                    <Empty
                        title="Only you so far"
                        text="Invite people by email, share an open link, or add somebody on their behalf. They appear here."
                    />
                </Show>
            </section>
            <Pending invites ended total=pending teams show_more/>
        </div>
        {move || {
            removing
                .get()
                .map(|member| {
                    let support = people.with_untracked(|people| people.support_address.clone());
                    view! { <RemoveDialog member support removing/> }
                })
        }}
    }
}

#[component]
fn Row(
    member: MemberRow,
    teams: Memo<Vec<TeamView>>,
    removing: RwSignal<Option<MemberRow>>,
) -> impl IntoView {
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
                    <Avatar name=name.clone() headshot=member.face/>
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
                {
                    let label = format!("Team of {name}");
                    move || {
                        view! {
                            <TeamPick
                                label=label.clone()
                                teams=teams.get()
                                chosen=member.team
                                choose=Callback::new(move |team: String| MoveMember { org, member: id, team })
                            />
                        }
                    }
                }
            </td>
            <td>
                <StageIcon stage=member.stage/>
            </td>
            <td>{member.kind.label()}</td>
            <td class="n">{member.shoots}</td>
            <td class="n">
                <Timestamp at=member.joined_at precision=Precision::Day/>
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
