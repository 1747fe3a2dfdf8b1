//! Says what will happen to those who are selected, does it, and says what became of each. P2, T2, I8, I9, P3

use leptos::{html, prelude::*};

use super::{
    api::{BulkReport, Choice, LeftOut, act_in_bulk, preview_bulk},
    selection::{Chosen, Selection},
};
use crate::{
    app::{
        console::{
            context::{Changes, lead},
            modal::{Failed, Modal, ModalFrame},
            toasts::Toast,
        },
        error::AppError,
    },
    domain::{ids::TeamId, people::BulkAct},
    words,
};

type Answer = Option<Result<BulkReport, AppError>>;

#[component]
pub fn BulkDialog(
    act: BulkAct,
    chosen: Chosen,
    teams: Vec<Choice<TeamId>>,
    selection: Selection,
    close: Callback<()>,
) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let modal = Modal::new(close);
    let team = NodeRef::<html::Select>::new();
    let people = StoredValue::new(chosen.sent());
    let preview = Action::new(move |(): &()| preview_bulk(org, act.as_str().into(), people.get_value()));
    let perform = Action::new(move |team: &String| {
        act_in_bulk(org, act.as_str().into(), people.get_value(), team.clone())
    });
    modal.when_open(move || {
        preview.dispatch(());
    });
    let names = StoredValue::new(teams.clone());
    let moved_to = RwSignal::new(String::new());
    Effect::new(move || {
        if let Some(Ok(report)) = perform.value().get() {
            selection.clear();
            changes.note();
            toast.show(done_words(
                act,
                &report,
                names.with_value(|names| team_name(names, &moved_to.get_untracked())),
            ));
            if report.left_out.is_empty() {
                modal.close();
            }
        }
    });
    let planned: Signal<Answer> = Signal::derive(move || preview.value().get());
    let result: Signal<Answer> = Signal::derive(move || perform.value().get());
    let doable = move || {
        planned
            .with(|answer| answer.as_ref().and_then(|one| one.as_ref().ok()).map_or(0, |report| report.done))
    };
    let over = move || matches!(result.get(), Some(Ok(_)));
    let failure = move || {
        let failed = |answer: Answer| {
            answer
                .and_then(Result::err)
                .map(|error| error.about("people").unwrap_or_else(|| error.to_string()))
        };
        failed(result.get()).or_else(|| failed(planned.get()))
    };
    let busy = move || perform.pending().get();
    let begin = move |_| {
        if doable() == 0 || perform.pending().get_untracked() {
            return;
        }
        let to = team.get_untracked().map(|select| select.value()).unwrap_or_default();
        moved_to.set(to.clone());
        perform.dispatch(to);
    };
    let danger = matches!(act, BulkAct::Revoke | BulkAct::Remove);
    view! {
        <ModalFrame modal id="h-bulk" title=title(act)>
            <div>
                <div class="body stack">
                    {(act == BulkAct::Move)
                        .then(|| {
                            view! {
                                <div class="field" hidden=over>
                                    <label for="bulk-team">{words::console::team_field()}</label>
                                    <span class="pick">
                                        <select id="bulk-team" node_ref=team>
                                            <option value="">{words::console::no_team()}</option>
                                            {teams
                                                .into_iter()
                                                .map(|team| {
                                                    view! {
                                                        <option value=team.id.to_string()>{team.name}</option>
                                                    }
                                                })
                                                .collect_view()}
                                        </select>
                                    </span>
                                </div>
                            }
                        })} <div role="status" class="stack">
                        {move || match (result.get(), planned.get()) {
                            (Some(Ok(report)), _) => {
                                let to = names
                                    .with_value(|names| team_name(names, &moved_to.get_untracked()));
                                let said = done_words(act, &report, to);
                                view! { <Report said report /> }.into_any()
                            }
                            (_, Some(Ok(report))) => {
                                let said = what_will_happen(act, report.done);
                                view! { <Report said report /> }.into_any()
                            }
                            (_, None) => view! { <p class="hint">{words::shared::loading()}</p> }.into_any(),
                            _ => ().into_any(),
                        }}
                        {move || busy().then(|| view! { <p>{words::console::bulk_working(doable())}</p> })}
                    </div> <Failed why=Signal::derive(failure) />
                </div>
                <footer>
                    <button type="button" class="btn bare" on:click=move |_| modal.close()>
                        {move || if over() { words::console::close() } else { words::console::cancel() }}
                    </button>
                    <Show when=move || !over()>
                        <button
                            type="button"
                            class=if danger { "btn danger primary" } else { "btn primary" }
                            aria-busy=move || busy().then_some("true")
                            aria-disabled=move || (doable() == 0).then_some("true")
                            on:click=begin
                        >
                            {move || button(act, doable())}
                        </button>
                    </Show>
                </footer>
            </div>
        </ModalFrame>
    }
}

/// Who it is about, and who is left out for which reason.
#[component]
fn Report(said: String, report: BulkReport) -> impl IntoView {
    let named = some_of(&report.named, report.done);
    view! {
        <p>{said}</p>
        {(report.done > 0).then(|| view! { <p class="hint">{named}</p> })}
        {(!report.left_out.is_empty())
            .then(|| {
                view! {
                    <ul role="list" class="lines">
                        {report
                            .left_out
                            .into_iter()
                            .map(|LeftOut { reason, count, named }| {
                                view! {
                                    <li>
                                        <b>{words::console::bulk_left_out(count)}</b>
                                        " "
                                        {reason}
                                        <br />
                                        <small>{some_of(&named, count)}</small>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
            })}
    }
}

/// Names, and how many more there are.
fn some_of(named: &[String], all: i64) -> String {
    let names = named.join(", ");
    match all - i64::try_from(named.len()).unwrap_or(all) {
        more if more > 0 && !named.is_empty() => words::console::bulk_and_more(&names, more),
        _ => names,
    }
}

fn team_name(teams: &[Choice<TeamId>], id: &str) -> Option<String> {
    teams.iter().find(|team| team.id.to_string() == id).map(|team| team.name.clone())
}

const fn title_of(act: BulkAct) -> fn() -> &'static str {
    match act {
        BulkAct::Move => words::console::bulk_move_title,
        BulkAct::Remind => words::console::bulk_remind_title,
        BulkAct::Revoke => words::console::bulk_revoke_title,
        BulkAct::Remove => words::console::bulk_remove_title,
    }
}

fn title(act: BulkAct) -> &'static str {
    title_of(act)()
}

fn what_will_happen(act: BulkAct, people: i64) -> String {
    match act {
        BulkAct::Move => words::console::bulk_move_text(people),
        BulkAct::Remind => words::console::bulk_remind_text(people),
        BulkAct::Revoke => words::console::bulk_revoke_text(people),
        BulkAct::Remove => words::console::bulk_remove_text(people),
    }
}

fn button(act: BulkAct, people: i64) -> String {
    match act {
        BulkAct::Move => words::console::bulk_move_button(people),
        BulkAct::Remind => words::console::bulk_remind_button(people),
        BulkAct::Revoke => words::console::bulk_revoke_button(people),
        BulkAct::Remove => words::console::bulk_remove_button(people),
    }
}

fn done_words(act: BulkAct, report: &BulkReport, team: Option<String>) -> String {
    let one = report.named.first().filter(|_| report.done == 1);
    match (act, one, team) {
        (BulkAct::Move, Some(name), Some(team)) => words::console::member_moved(name, team),
        (BulkAct::Move, Some(name), None) => words::console::member_moved_no_team(name),
        (BulkAct::Move, None, Some(team)) => words::console::bulk_move_done(report.done, team),
        (BulkAct::Move, None, None) => words::console::bulk_move_done_no_team(report.done),
        (BulkAct::Remind, ..) => words::console::bulk_remind_done(report.done),
        (BulkAct::Revoke, ..) => words::console::bulk_revoke_done(report.done),
        (BulkAct::Remove, ..) => words::console::bulk_remove_done(report.done),
    }
}
