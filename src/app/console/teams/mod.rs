//! The sub-teams of an organization, as a section of the settings. T1

pub mod api;
pub mod field;

use leptos::prelude::*;

use self::api::{CreateTeam, DeleteTeam, RenameTeam, TeamView};
use crate::{
    app::{
        components::{Empty, FieldError, Icon, Load},
        console::{
            context::{Changes, lead},
            toasts::Toast,
        },
        error::AppError,
    },
    domain::{ids::TeamId, member::ORG_NAME_MAX},
    words,
};

#[component]
pub fn TeamsSection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::teams(org));
    view! {
        <section class="part" aria-labelledby="h-teams">
            <header>
                <h2 id="h-teams">{words::console::teams()}</h2>
                <small>{words::console::teams_hint()}</small>
            </header>
            <Load data show={move |teams: Vec<TeamView>| view! { <Teams teams/> }}/>
            <AddTeam/>
        </section>
    }
}

#[component]
fn Teams(teams: Vec<TeamView>) -> impl IntoView {
    if teams.is_empty() {
        return view! {
            <Empty title=words::console::teams_none() text=words::console::teams_none_text()/>
        }
        .into_any();
    }
    view! {
        <ul role="list" class="lines">
            {teams.into_iter().map(|team| view! { <Team team/> }).collect_view()}
        </ul>
    }
    .into_any()
}

/// What is going on in a team's line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Shown,
    Renaming,
    Deleting,
}

#[component]
fn Team(team: TeamView) -> impl IntoView {
    let mode = RwSignal::new(Mode::Shown);
    let name = StoredValue::new(team.name.clone());
    view! {
        <li class="stack tight">
            {move || match mode.get() {
                Mode::Shown => {
                    view! {
                        <div class="row">
                            <span>
                                <b>{name.get_value()}</b>
                                <br/>
                                <small>
                                    {words::console::teams_people(team.people, team.ready)}
                                </small>
                            </span>
                            <span class="push"></span>
                            <button
                                class="btn sm"
                                aria-label=words::console::team_rename_label(name.get_value())
                                on:click=move |_| mode.set(Mode::Renaming)
                            >
                                {words::console::team_rename()}
                            </button>
                            <button
                                class="icon"
                                aria-label=words::console::team_delete_label(name.get_value())
                                on:click=move |_| mode.set(Mode::Deleting)
                            >
                                <Icon name="bin"/>
                            </button>
                        </div>
                    }
                        .into_any()
                }
                Mode::Renaming => view! { <Rename team=team.id name=name.get_value() mode/> }.into_any(),
                Mode::Deleting => {
                    view! { <Delete team=team.id name=name.get_value() people=team.people mode/> }.into_any()
                }
            }}
        </li>
    }
}

#[component]
fn Rename(team: TeamId, name: String, mode: RwSignal<Mode>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let rename = ServerAction::<RenameTeam>::new();
    Effect::new(move || {
        if matches!(rename.value().get(), Some(Ok(()))) {
            changes.note();
        }
    });
    let input = NodeRef::<leptos::html::Input>::new();
    input.on_load(|input| {
        input.select();
    });
    view! {
        <ActionForm action=rename attr:class="row grow">
            <input type="hidden" name="org" value=org.to_string()/>
            <input type="hidden" name="team" value=team.to_string()/>
            <label class="vh" for="f-rename">{words::console::team_rename_field()}</label>
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
            <button class="btn go sm">{words::console::save()}</button>
            <button type="button" class="btn sm bare" on:click=move |_| mode.set(Mode::Shown)>{words::console::cancel()}</button>
        </ActionForm>
        <FieldError id="f-rename-e" message=Signal::derive(move || failure(rename.value().get()))/>
    }
}

#[component]
fn Delete(team: TeamId, name: String, people: i64, mode: RwSignal<Mode>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let delete = ServerAction::<DeleteTeam>::new();
    let deleted = StoredValue::new(name.clone());
    Effect::new(move || {
        if let Some(Ok(people)) = delete.value().get() {
            toast.show(words::console::team_delete_done(deleted.get_value(), people));
            changes.note();
        }
    });
    view! {
        <div class="note bad" role="alertdialog" aria-labelledby="del" aria-describedby="del-d">
            <Icon name="alert"/>
            <div class="stack tight">
                <p>
                    <b id="del">{words::console::team_delete(name)}</b>
                </p>
                <p id="del-d">{words::console::team_delete_people(people)}</p>
                <ActionForm action=delete attr:class="row">
                    <input type="hidden" name="org" value=org.to_string()/>
                    <input type="hidden" name="team" value=team.to_string()/>
                    <button class="btn sm no go">{words::console::team_delete_button()}</button>
                    <button type="button" class="btn sm" on:click=move |_| mode.set(Mode::Shown)>{words::shared::keep_it()}</button>
                </ActionForm>
                <FieldError id="f-delete-e" message=Signal::derive(move || failure(delete.value().get()))/>
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
            <input type="hidden" name="org" value=org.to_string()/>
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
                    <Icon name="plus"/>
                    {words::console::team_add_button()}
                </button>
            </div>
            <FieldError id="f-team-e" message=error/>
        </ActionForm>
    }
}

/// The sentence of a failed action.
fn failure<T>(value: Option<Result<T, AppError>>) -> Option<String> {
    value.and_then(Result::err).map(|error| error.to_string())
}
