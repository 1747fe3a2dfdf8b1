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
    domain::{
        ids::TeamId,
        people::{BulkAct, listed},
    },
    words,
};

type Answer = Option<Result<BulkReport, AppError>>;

/// So many people are asked of the server at once; in between one sees how far it is, and can stop it.
const AT_ONCE: usize = 250;

/// So many names are read at a glance.
const NAMED: usize = 10;

/// What became of those who were selected.
#[derive(Clone, Default)]
struct Outcome {
    /// What was done, in a sentence; where nothing was, it can be tried again.
    said: Option<String>,
    report: BulkReport,
    /// How many of those who were selected it is about.
    seen: i64,
    /// Why it is not about all, unless it was stopped.
    why: Option<AppError>,
}

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
    let all = chosen.count();
    let people = chosen.sent();
    let preview = Action::new(move |(): &()| preview_bulk(org, act.as_str().into(), people.clone()));
    modal.when_open(move || {
        preview.dispatch(());
    });
    // Of so many selected people it is known what became of them.
    let seen = RwSignal::new(0_i64);
    let stopped = RwSignal::new(false);
    let (steps, names) = (chosen.steps(AT_ONCE), teams.clone());
    // Whoever leaves the page stops it as well.
    let stops = move || stopped.try_get_untracked().unwrap_or(true);
    let perform = Action::new(move |team: &String| {
        // Whoever closes the dialog meanwhile is told all the same.
        let (to, team, steps) = (team_name(&names, team), team.clone(), steps.clone());
        async move {
            let mut outcome = Outcome::default();
            for step in steps {
                if stops() {
                    break;
                }
                match act_in_bulk(org, act.as_str().into(), listed(&step), team.clone()).await {
                    Ok(report) => outcome.report = outcome.report.and(report),
                    Err(error) => {
                        outcome.why = Some(error);
                        break;
                    }
                }
                outcome.seen += step.len() as i64;
                seen.try_set(outcome.seen);
                selection.set(&step, false);
            }
            // Also after an error: of a step whose answer was lost, all may be done.
            changes.note();
            outcome.said = (outcome.seen > 0).then(|| done_words(act, &outcome.report, to));
            let why = outcome.why.as_ref().filter(|_| stopped.is_disposed()).map(ToString::to_string);
            let said: Vec<String> = outcome.said.clone().into_iter().chain(why).collect();
            if !said.is_empty() {
                toast.show(said.join(" "));
            }
            outcome
        }
    });
    Effect::new(move || {
        let ended = perform.value();
        if ended.with(|outcome| {
            outcome.as_ref().is_some_and(|it| it.seen == all && it.report.left_out.is_empty())
        }) {
            modal.close();
        }
    });
    let planned: Signal<Answer> = Signal::derive(move || preview.value().get());
    let doable = move || {
        planned
            .with(|answer| answer.as_ref().and_then(|one| one.as_ref().ok()).map_or(0, |report| report.done))
    };
    let over = move || {
        perform.value().with(|outcome| outcome.as_ref().is_some_and(|outcome| outcome.said.is_some()))
    };
    let failure = move || {
        let tried = perform.value().with(|outcome| outcome.as_ref().and_then(|outcome| outcome.why.clone()));
        tried
            .or_else(|| planned.get().and_then(Result::err))
            .map(|error| error.about("people").unwrap_or_else(|| error.to_string()))
    };
    let busy = move || perform.pending().get();
    let goes_by_steps = move || busy() && all > AT_ONCE as i64;
    let begin = move |_| {
        if doable() == 0 || perform.pending().get_untracked() {
            return;
        }
        let to = team.get_untracked().map(|select| select.value()).unwrap_or_default();
        stopped.set(false);
        perform.dispatch(to);
    };
    let is_stopping = move || goes_by_steps() && stopped.get();
    let leave = move |_| if untrack(goes_by_steps) { stopped.set(true) } else { modal.close() };
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
                        })} <Failed why=Signal::derive(failure) /> <div role="status" class="stack">
                        {move || {
                            if busy() {
                                let said = if is_stopping() {
                                    words::console::bulk_stopping().to_owned()
                                } else {
                                    words::console::bulk_working(all)
                                };
                                return view! { <p>{said}</p> }.into_any();
                            }
                            match (perform.value().get(), planned.get()) {
                                (Some(Outcome { said: Some(said), report, seen, why }), _) => {
                                    let left = match why {
                                        Some(_) => Some(words::console::bulk_unknown(all - seen)),
                                        None => (seen < all).then(|| words::console::bulk_left(all - seen)),
                                    };
                                    view! {
                                        {left.map(|left| view! { <p>{left}</p> })}
                                        <Report said report />
                                    }
                                        .into_any()
                                }
                                (_, Some(Ok(report))) => {
                                    let said = what_will_happen(act, report.done);
                                    view! { <Report said report /> }.into_any()
                                }
                                (_, None) => {
                                    view! { <p class="hint">{words::shared::loading()}</p> }.into_any()
                                }
                                _ => ().into_any(),
                            }
                        }}
                    </div> <Show when=goes_by_steps>
                        <div class="stack tight">
                            <progress
                                class="meter"
                                max=all.to_string()
                                value=move || seen.get().to_string()
                                aria-label=words::console::bulk_meter()
                            ></progress>
                            <p class="hint">{move || words::console::bulk_progress(seen.get(), all)}</p>
                        </div>
                    </Show>
                </div>
                <footer>
                    <button
                        type="button"
                        class="btn bare"
                        aria-disabled=move || is_stopping().then_some("true")
                        on:click=leave
                    >
                        {move || match (busy(), over()) {
                            (true, _) if goes_by_steps() => words::console::bulk_stop(),
                            (false, false) => words::console::cancel(),
                            _ => words::console::close(),
                        }}
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
    view! {
        <p>{said}</p>
        {(report.done > 0)
            .then(|| {
                view! {
                    <div class="hint">
                        <Names names=report.named />
                    </div>
                }
            })}
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
                                        <div class="hint">
                                            <Names names=named />
                                        </div>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
            })}
    }
}

/// Everybody by name: the first at once, the others when they are asked for.
#[component]
fn Names(mut names: Vec<String>) -> impl IntoView {
    let more = names.split_off(names.len().min(NAMED));
    view! {
        {(!names.is_empty()).then(|| view! { <p>{names.join(", ")}</p> })}
        {(!more.is_empty())
            .then(|| {
                view! {
                    <details class="fold">
                        <summary>{words::console::bulk_more(more.len() as i64)}</summary>
                        <p>{more.join(", ")}</p>
                    </details>
                }
            })}
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
