//! The Members page: everybody who has joined or was added, and the invites that are pending.
//! T2, P1, P3, I9, I11

pub mod api;
pub mod pending;
mod remove;

use leptos::prelude::*;

use self::api::{MemberRow, MoveMember, People};
use crate::{
    app::{
        components::{Avatar, Empty, Icon, LoadLive, Precision, Sentence, StageIcon, Timestamp, role_name},
        console::{
            add_member::button::AddButton,
            context::{Changes, lead},
            teams::{api::TeamView, field::TeamSelect},
            toasts::Toast,
        },
    },
    domain::{ids::TeamId, member::MemberKind, role::Role},
    words,
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
            <LoadLive data show={move |people: Signal<People>| view! { <Listed people show_more /> }} />
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
                <h1>{words::console::page_members()}</h1>
                <p>{move || words::console::members_counted(joined.get(), pending.get())}</p>
            </div>
            {move || view! { <AddButton balance=balance.get() /> }}
        </div>
        <nav class="tabs jump" aria-label=words::console::members_parts()>
            <a href="#joined" aria-current="true" rel="external">
                <Sentence words=words::console::members_parts_joined()>{joined}</Sentence>
            </a>
            <a href="#pending" rel="external">
                <Sentence words=words::console::members_parts_pending()>{pending}</Sentence>
            </a>
        </nav>
        <div class="split">
            <section class="tbl stack tight" id="joined" aria-labelledby="joined-h">
                <h2 class="visually-hidden" id="joined-h">
                    {words::console::joined_members()}
                </h2>
                <table class="table members plain">
                    <thead>
                        <tr>
                            <th scope="col" aria-sort="ascending">
                                {words::console::joined_members_member()}
                            </th>
                            <th scope="col">{words::console::joined_members_team()}</th>
                            <th scope="col">{words::console::joined_members_status()}</th>
                            <th scope="col">{words::console::joined_members_kind()}</th>
                            <th scope="col" class="n">
                                {words::console::joined_members_sessions()}
                            </th>
                            <th scope="col" class="n">
                                {words::console::joined_members_joined()}
                            </th>
                            <th scope="col">
                                <span class="visually-hidden">
                                    {words::console::joined_members_actions()}
                                </span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || people.get().members key=MemberRow::clone let:member>
                            <Row member teams removing />
                        </For>
                    </tbody>
                </table>
                <Show when=alone>
                    <Empty
                        title=words::console::joined_members_none()
                        text=words::console::joined_members_none_text()
                    />
                </Show>
            </section>
            <Pending invites ended total=pending teams show_more />
        </div>
        {move || {
            removing
                .get()
                .map(|member| {
                    let support = people.with_untracked(|people| people.support_address.clone());
                    view! { <RemoveDialog member support removing /> }
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
        (Some(address), Some(title)) => words::console::member_details(address, title),
        (Some(address), None) => address.clone(),
        (None, Some(title)) => words::console::member_without_email_with_title(title),
        (None, None) => words::console::member_without_email().to_owned(),
    };
    let role = (member.role != Role::Member).then(|| {
        view! {
            " "
            <span class="tag">{role_name(member.role)}</span>
        }
    });
    let removable = member.id != me.member && member.role != Role::Owner;
    let name = member.name.clone();
    let row = member.clone();
    view! {
        <tr>
            <td>
                <span class="who">
                    <Avatar name=name.clone() headshot=member.face />
                    <span>
                        <span>
                            <a href=shoot rel="external">
                                {name.clone()}
                            </a>
                            {role}
                        </span>
                        <small>{under}</small>
                    </span>
                </span>
            </td>
            <td>
                {
                    let name = name.clone();
                    move || {
                        view! {
                            <TeamPick
                                name=name.clone()
                                teams=teams.get()
                                chosen=member.team
                                choose=Callback::new(move |team: String| MoveMember {
                                    org,
                                    member: id,
                                    team,
                                })
                            />
                        }
                    }
                }
            </td>
            <td>
                <StageIcon stage=member.stage />
            </td>
            <td>{kind_name(member.kind)}</td>
            <td class="n">{member.shoots}</td>
            <td class="n">
                <Timestamp at=member.joined_at precision=Precision::Day />
            </td>
            <td>
                {removable
                    .then(|| {
                        view! {
                            <button
                                class="icon"
                                id=format!("remove-{id}")
                                aria-label=words::console::remove_member_label(&name)
                                on:click=move |_| removing.set(Some(row.clone()))
                            >
                                <Icon name="bin" />
                            </button>
                        }
                    })}
            </td>
        </tr>
    }
}

/// How they became a member.
fn kind_name(kind: MemberKind) -> &'static str {
    match kind {
        MemberKind::Founder => words::console::kind_founder(),
        MemberKind::Invite => words::console::kind_invite(),
        MemberKind::Link => words::console::kind_link(),
        MemberKind::Managed => words::console::kind_managed(),
        MemberKind::Sso => words::console::kind_sso(),
    }
}

/// Chooses a member's team right in the list. T2
#[component]
fn TeamPick(
    name: String,
    teams: Vec<TeamView>,
    chosen: Option<TeamId>,
    choose: Callback<String, MoveMember>,
) -> impl IntoView {
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let moving = ServerAction::<MoveMember>::new();
    let moved_to = RwSignal::new(String::new());
    let label = words::console::team_of(&name);
    let names = teams.clone();
    Effect::new(move || {
        if let Some(result) = moving.value().get() {
            match result {
                Ok(()) => toast.show(said_of_move(&name, &names, &moved_to.get_untracked())),
                Err(error) => toast.show(error.to_string()),
            }
            changes.note();
        }
    });
    let pick = Callback::new(move |team: String| {
        moved_to.set(team.clone());
        moving.dispatch(choose.run(team));
    });
    view! { <TeamSelect label teams chosen pick /> }
}

/// `Ada moved to Sales.`
fn said_of_move(name: &str, teams: &[TeamView], to: &str) -> String {
    match teams.iter().find(|team| team.id.to_string() == to) {
        Some(team) => words::console::member_moved(name, &team.name),
        None => words::console::member_moved_no_team(name),
    }
}
