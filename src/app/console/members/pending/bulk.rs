//! What is done to many invites at once: to those that were chosen, or to all that have waited for
//! long. I8, P2

use std::collections::HashSet;

use leptos::prelude::*;

use crate::{
    app::{
        browser::focus::focus_soon,
        components::Icon,
        console::{
            context::{Changes, lead},
            members::{
                api::InviteRow,
                pending::{
                    api::{move_invites, remind, revoke_invites},
                    chosen::Chosen,
                    row::{said_of_moving, said_of_reminding},
                },
            },
            teams::{api::TeamView, field::team_options},
            toasts::Toast,
        },
    },
    domain::{ids::InviteId, invite::InviteState},
    words,
};

#[component]
pub fn Bulk(invites: Signal<Vec<InviteRow>>, teams: Signal<Vec<TeamView>>, chosen: Chosen) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let asking = RwSignal::new(false);
    // What is no longer listed is no longer chosen.
    let still_chosen = Memo::new(move |_| {
        invites.with(|invites| {
            chosen.with(|chosen| {
                invites.iter().map(|invite| invite.id).filter(|id| chosen.contains(id)).collect::<Vec<_>>()
            })
        })
    });
    let clear = move || {
        chosen.set(HashSet::new());
        asking.set(false);
        // The bar with the buttons goes.
        focus_soon("#pend".into());
        changes.note();
    };
    let reminding = Action::new(move |ids: &Vec<InviteId>| remind(org, list(ids)));
    let revoking = Action::new(move |ids: &Vec<InviteId>| revoke_invites(org, list(ids)));
    let moving =
        Action::new(move |(ids, team): &(Vec<InviteId>, String)| move_invites(org, list(ids), team.clone()));
    Effect::new(move || {
        if let Some(result) = reminding.value().get() {
            toast.show(said_of_reminding(result));
            clear();
        }
    });
    Effect::new(move || {
        if let Some(result) = revoking.value().get() {
            toast.show(match result {
                Ok(report) => {
                    let revoked = words::console::invites_revoked(report.revoked.into());
                    match report.left_out.len() {
                        0 => revoked,
                        n => format!("{revoked} {}", words::console::invites_revoked_not_pending(n as i64)),
                    }
                }
                Err(error) => error.to_string(),
            });
            clear();
        }
    });
    Effect::new(move || {
        if let Some(result) = moving.value().get() {
            toast.show(said_of_moving(result));
            clear();
        }
    });
    let waiting = Memo::new(move |_| {
        invites.with(|invites| {
            let sent = invites.iter().filter(|invite| invite.state == InviteState::Sent && !invite.expired);
            sent.map(|invite| invite.id).collect::<Vec<_>>()
        })
    });
    let some_chosen = move || !still_chosen.with(Vec::is_empty);
    let may_remind_all = move || !some_chosen() && waiting.with(Vec::len) > 1;
    view! {
        <Show when=may_remind_all>
            <div class="row">
                <button
                    class="btn sm"
                    aria-busy=move || reminding.pending().get().then_some("true")
                    on:click=move |_| {
                        reminding.dispatch(waiting.get_untracked());
                    }
                >
                    {move || words::console::remind_all(waiting.with(Vec::len) as i64)}
                </button>
                <small>{words::console::remind_all_hint()}</small>
            </div>
        </Show>
        <Show when=some_chosen>
            <div class="toast bulk" role="group" aria-label=words::console::selected_invites()>
                <b>{move || words::console::selected_invites_count(still_chosen.with(Vec::len) as i64)}</b>
                <Show
                    when=move || !asking.get()
                    fallback=move || {
                        view! {
                            <button
                                class="btn sm"
                                on:click=move |_| {
                                    revoking.dispatch(still_chosen.get_untracked());
                                }
                            >
                                {move || words::console::selected_invites_confirm_revoke(
                                    still_chosen.with(Vec::len) as i64,
                                )}
                            </button>
                            <button class="btn sm" on:click=move |_| asking.set(false)>
                                {words::console::selected_invites_keep()}
                            </button>
                        }
                    }
                >
                    <TeamMenu
                        teams
                        pick=Callback::new(move |team: String| {
                            moving.dispatch((still_chosen.get_untracked(), team));
                        })
                    />
                    <button
                        class="btn sm"
                        aria-busy=move || reminding.pending().get().then_some("true")
                        on:click=move |_| {
                            reminding.dispatch(still_chosen.get_untracked());
                        }
                    >
                        <Icon name="bell" />
                        {words::console::selected_invites_remind()}
                    </button>
                    <button class="btn sm" on:click=move |_| asking.set(true)>
                        <Icon name="bin" />
                        {words::console::selected_invites_revoke()}
                    </button>
                </Show>
                <button
                    class="icon"
                    aria-label=words::console::selected_invites_none()
                    on:click=move |_| chosen.set(HashSet::new())
                >
                    <Icon name="x" />
                </button>
            </div>
        </Show>
    }
}

/// Moves all that are selected into one team. T2
#[component]
fn TeamMenu(teams: Signal<Vec<TeamView>>, pick: Callback<String>) -> impl IntoView {
    move || {
        let teams = teams.get();
        (!teams.is_empty()).then(|| {
            view! {
                <span class="pick">
                    <select
                        aria-label=words::console::selected_invites_move()
                        on:change=move |event| {
                            let value = event_target_value(&event);
                            if value != "-" {
                                pick.run(value);
                            }
                        }
                    >
                        <option value="-">{words::console::selected_invites_move()}</option>
                        <option value="">{words::console::no_team()}</option>
                        {team_options(teams, None)}
                    </select>
                </span>
            }
        })
    }
}

fn list(ids: &[InviteId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
