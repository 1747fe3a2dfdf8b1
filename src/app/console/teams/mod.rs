//! The Teams page: who is in each sub-team, and how many are still asked; made, renamed and deleted. T1, T2

pub mod api;
pub mod field;

use leptos::{ev::KeyboardEvent, prelude::*};

use self::api::{CreateTeam, DeleteTeam, RenameTeam, TeamView};
use crate::{
    app::{
        browser::focus::focus_soon,
        components::{Empty, FieldError, Icon, LoadLive},
        console::{
            context::{Changes, lead},
            members::query::href,
            toasts::Toast,
        },
        error::AppError,
    },
    domain::{
        ids::TeamId,
        member::ORG_NAME_MAX,
        people::{PeopleQuery, TeamFilter},
        shoot::Stage,
    },
    words,
};

#[component]
pub fn TeamsPage() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::teams(org));
    view! {
        <main class="page" id="main">
            <div class="head">
                <div>
                    <h1 id="h-teams" tabindex="-1">
                        {words::console::teams()}
                    </h1>
                    <p>{words::console::teams_hint()}</p>
                </div>
                <a class="btn" href="/members">
                    <Icon name="people" />
                    {words::console::teams_members()}
                </a>
            </div>
            <section class="stack narrow" aria-labelledby="h-teams">
                <LoadLive data show={move |teams: Signal<Vec<TeamView>>| view! { <Teams teams /> }} />
                <AddTeam />
            </section>
        </main>
    }
}

/// Each row stays while the list is loaded again, so that a name that is being typed is not lost. N7
#[component]
fn Teams(teams: Signal<Vec<TeamView>>) -> impl IntoView {
    let none = Memo::new(move |_| teams.with(Vec::is_empty));
    view! {
        <Show when=move || none.get()>
            <Empty title=words::console::teams_none() text=words::console::teams_none_text() />
        </Show>
        <ul role="list" class="lines" hidden=none>
            <For each=move || teams.get() key=|team| team.id let:team>
                <Team first=team teams />
            </For>
        </ul>
    }
}

/// What is going on in a team's line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Shown,
    Renaming,
    Deleting,
}

#[component]
fn Team(first: TeamView, teams: Signal<Vec<TeamView>>) -> impl IntoView {
    let mode = RwSignal::new(Mode::Shown);
    let id = first.id;
    let team = Memo::new(move |last: Option<&TeamView>| {
        let now = teams.with(|teams| teams.iter().find(|team| team.id == id).cloned());
        now.or_else(|| last.cloned()).unwrap_or_else(|| first.clone())
    });
    let name = Memo::new(move |_| team.with(|team| team.name.clone()));
    let back = Callback::new(move |()| {
        let opener = if mode.get_untracked() == Mode::Deleting { "delete" } else { "rename" };
        mode.set(Mode::Shown);
        focus_soon(format!("#team-{id}-{opener}"));
    });
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" && mode.get_untracked() != Mode::Shown {
            event.prevent_default();
            back.run(());
        }
    };
    view! {
        <li class="stack tight" on:keydown=on_key>
            {move || match mode.get() {
                Mode::Shown => {
                    view! {
                        <div class="row">
                            <span class="grow">
                                <b>{name}</b>
                                <br />
                                <small>
                                    <Counts team />
                                </small>
                            </span>
                            <button
                                class="btn sm"
                                id=format!("team-{id}-rename")
                                aria-label=move || words::console::team_rename_label(name.get())
                                on:click=move |_| mode.set(Mode::Renaming)
                            >
                                {words::console::team_rename()}
                            </button>
                            <button
                                class="icon"
                                id=format!("team-{id}-delete")
                                aria-label=move || words::console::team_delete_label(name.get())
                                on:click=move |_| mode.set(Mode::Deleting)
                            >
                                <Icon name="bin" />
                            </button>
                        </div>
                    }
                        .into_any()
                }
                Mode::Renaming => view! { <Rename team=id name=name.get_untracked() back /> }.into_any(),
                Mode::Deleting => {
                    view! {
                        <Delete
                            team=id
                            name=name.get_untracked()
                            people=team.with_untracked(|team| team.people)
                            invites=team.with_untracked(|team| team.invites)
                            back
                        />
                    }
                        .into_any()
                }
            }}
        </li>
    }
}

/// How many are in it, each number leading to who they are. T2
#[component]
fn Counts(team: Memo<TeamView>) -> impl IntoView {
    let id = team.with_untracked(|team| team.id);
    let of = move |stage: Option<Stage>| {
        href(&PeopleQuery { team: Some(TeamFilter::In(id)), stage, ..PeopleQuery::default() })
    };
    let ready = move || team.with(|team| team.ready);
    let some_ready = move || team.with(|team| team.ready > 0);
    view! {
        <a href=of(
            None,
        )>
            {move || {
                team.with(|team| match team.invites {
                    0 => words::console::teams_people(team.people),
                    invites => words::console::teams_people_and_invites(team.people, invites),
                })
            }}
        </a>
        <Show when=some_ready>
            ", " <a href=of(Some(Stage::Ready))>{move || words::console::teams_ready(ready())}</a>
        </Show>
    }
}

#[component]
fn Rename(team: TeamId, name: String, back: Callback<()>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let rename = ServerAction::<RenameTeam>::new();
    Effect::new(move || {
        if matches!(rename.value().get(), Some(Ok(()))) {
            back.run(());
            changes.note();
        }
    });
    let input = NodeRef::<leptos::html::Input>::new();
    input.on_load(|input| {
        input.focus().ok();
        input.select();
    });
    view! {
        <ActionForm action=rename attr:class="row grow">
            <input type="hidden" name="org" value=org.to_string() />
            <input type="hidden" name="team" value=team.to_string() />
            <label class="visually-hidden" for="f-rename">
                {words::console::team_rename_field()}
            </label>
            <div class="grow">
                <input
                    node_ref=input
                    id="f-rename"
                    name="name"
                    value=name
                    maxlength=ORG_NAME_MAX.to_string()
                    required
                    aria-describedby="f-rename-e"
                />
            </div>
            <button class="btn primary sm">{words::console::save()}</button>
            <button type="button" class="btn sm bare" on:click=move |_| back.run(())>
                {words::console::cancel()}
            </button>
        </ActionForm>
        <FieldError id="f-rename-e" message=Signal::derive(move || failure(rename.value().get())) />
    }
}

#[component]
fn Delete(team: TeamId, name: String, people: i64, invites: i64, back: Callback<()>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let delete = ServerAction::<DeleteTeam>::new();
    let deleted = StoredValue::new(name.clone());
    let keep = NodeRef::<leptos::html::Button>::new();
    keep.on_load(|button| {
        button.focus().ok();
    });
    Effect::new(move || {
        if let Some(Ok(people)) = delete.value().get() {
            toast.show(words::console::team_delete_done(deleted.get_value(), people));
            focus_soon("#h-teams".into());
            changes.note();
        }
    });
    view! {
        <div class="note bad" role="alertdialog" aria-labelledby="del" aria-describedby="del-d">
            <Icon name="alert" />
            <div class="stack tight">
                <p>
                    <b id="del">{words::console::team_delete(name)}</b>
                </p>
                <p id="del-d">
                    {words::console::team_delete_people(people)} " "
                    {(invites > 0).then(|| words::console::team_delete_invites(invites))}
                </p>
                <ActionForm action=delete attr:class="row">
                    <input type="hidden" name="org" value=org.to_string() />
                    <input type="hidden" name="team" value=team.to_string() />
                    <button class="btn sm danger primary">{words::console::team_delete_button()}</button>
                    <button type="button" class="btn sm" node_ref=keep on:click=move |_| back.run(())>
                        {words::shared::keep_it()}
                    </button>
                </ActionForm>
                <FieldError id="f-delete-e" message=Signal::derive(move || failure(delete.value().get())) />
            </div>
        </div>
    }
}

#[component]
fn AddTeam() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let create = ServerAction::<CreateTeam>::new();
    let input = NodeRef::<leptos::html::Input>::new();
    Effect::new(move || {
        if let Some(Ok(_)) = create.value().get() {
            changes.note();
            if let Some(input) = input.get_untracked() {
                input.set_value("");
                input.focus().ok();
            }
        }
    });
    let error = Signal::derive(move || failure(create.value().get()));
    view! {
        <ActionForm action=create attr:class="stack tight">
            <input type="hidden" name="org" value=org.to_string() />
            <div class="row">
                <div class="field grow">
                    <label for="f-team">{words::console::team_add()}</label>
                    <input
                        node_ref=input
                        id="f-team"
                        name="name"
                        maxlength=ORG_NAME_MAX.to_string()
                        autocomplete="off"
                        required
                        aria-invalid=move || error.get().is_some().then_some("true")
                        aria-describedby="f-team-e"
                    />
                </div>
                <button class="btn">
                    <Icon name="plus" />
                    {words::console::team_add_button()}
                </button>
            </div>
            <FieldError id="f-team-e" message=error />
        </ActionForm>
    }
}

/// The sentence of a failed action.
fn failure<T>(value: Option<Result<T, AppError>>) -> Option<String> {
    value.and_then(Result::err).map(|error| error.to_string())
}
