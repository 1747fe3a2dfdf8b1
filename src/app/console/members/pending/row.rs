//! One pending invite: remind, retry, mend the address, move, revoke. I7 to I9, I11, T2

use leptos::{html, prelude::*};

use crate::{
    app::{
        browser::{
            focus::{FocusReturn, focus_soon},
            idna,
        },
        components::{Confirm, FieldError, Icon},
        console::{
            context::{Changes, lead},
            members::{
                api::InviteRow,
                pending::{
                    api::{MoveInvites, RemindReport, mend, remind, revoke_invites},
                    chosen::Chosen,
                    delivery::Delivery,
                },
            },
            teams::{api::TeamView, field::TeamSelect},
            toasts::Toast,
        },
        error::AppError,
    },
    domain::{email::EmailAddress, ids::InviteId, invite::InviteState},
    words,
};

#[component]
pub fn Row(invite: InviteRow, teams: Signal<Vec<TeamView>>, chosen: Chosen) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let id = invite.id;
    let asking = RwSignal::new(false);
    let mending = RwSignal::new(false);
    let send_again = Action::new(move |(): &()| remind(org, id.to_string()));
    let moving = ServerAction::<MoveInvites>::new();
    Effect::new(move || {
        if let Some(result) = send_again.value().get() {
            toast.show(said_of_reminding(result));
            changes.note();
        }
    });
    Effect::new(move || {
        if let Some(result) = moving.value().get() {
            toast.show(said_of_moving(result));
            changes.note();
        }
    });
    let address = invite.address.clone();
    // Retry what failed, send again what has expired, remind the rest.
    let act = match (invite.state, invite.expired) {
        (InviteState::Queued, false) => None,
        (InviteState::Failed, _) => {
            Some((words::console::invite_retry(), words::console::invite_retry_label(&address)))
        }
        (_, true) => {
            Some((words::console::invite_send_again(), words::console::invite_send_again_label(&address)))
        }
        _ => Some((words::console::invite_remind(), words::console::invite_remind_label(&address))),
    };
    let failed = invite.state == InviteState::Failed;
    let team = invite.team;
    let pick = Callback::new(move |team: String| {
        moving.dispatch(MoveInvites { org, invites: id.to_string(), team });
    });
    view! {
        <li class="invite-row">
            <input
                type="checkbox"
                aria-label=words::console::invite_select(&address)
                prop:checked=move || chosen.with(|chosen| chosen.contains(&id))
                on:change=move |event| {
                    let checked = event_target_checked(&event);
                    chosen
                        .update(|chosen| {
                            if checked { chosen.insert(id) } else { chosen.remove(&id) };
                        });
                }
            />
            <span>{address.clone()} <Delivery invite=invite.clone() /></span>
            <div class="under">
                {
                    let address = address.clone();
                    move || {
                        let teams = teams.get();
                        (!teams.is_empty())
                            .then(|| {
                                view! {
                                    <TeamSelect
                                        label=words::console::team_of(&address)
                                        teams
                                        chosen=team
                                        pick
                                    />
                                }
                            })
                    }
                }
                {act
                    .map(|(word, label)| {
                        view! {
                            <button
                                class="btn sm"
                                aria-label=label
                                aria-busy=move || send_again.pending().get().then_some("true")
                                on:click=move |_| {
                                    send_again.dispatch(());
                                }
                            >
                                {word}
                            </button>
                        }
                    })}
                {failed
                    .then(|| {
                        view! {
                            <button
                                class="btn sm"
                                aria-label=words::console::invite_fix_label(&address)
                                on:click=move |_| mending.set(true)
                            >
                                {words::console::invite_fix()}
                            </button>
                        }
                    })}
                <button
                    class="icon"
                    aria-label=words::console::invite_revoke_label(&address)
                    on:click=move |_| asking.set(true)
                >
                    <Icon name="bin" />
                </button>
            </div>
            {
                let address = address.clone();
                move || mending.get().then(|| view! { <Mend invite=id address=address.clone() mending /> })
            }
            {move || asking.get().then(|| view! { <Revoke invite=id address=address.clone() asking /> })}
        </li>
    }
}

/// What is said after reminding, retrying or sending again. I8
pub fn said_of_reminding(result: Result<RemindReport, AppError>) -> String {
    let report = match result {
        Ok(report) => report,
        Err(error) => return error.to_string(),
    };
    let sent = (report.sent > 0).then(|| words::console::invites_sent(report.sent.into()));
    let left_out = match report.left_out.as_slice() {
        [] => None,
        [one] => Some(words::console::invite_left_out(&one.address, &one.reason)),
        [first, ..] => {
            let all = report.left_out.len() as i64;
            Some(words::console::invites_left_out(all, &first.address, &first.reason))
        }
    };
    sent.into_iter().chain(left_out).collect::<Vec<_>>().join(" ")
}

/// What is said after moving. T2
pub fn said_of_moving(result: Result<u32, AppError>) -> String {
    result.map_or_else(|error| error.to_string(), |moved| words::console::invites_moved(moved.into()))
}

/// Gives the invite another address; everything else about it stays. I11
#[component]
fn Mend(invite: InviteId, address: String, mending: RwSignal<bool>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let node = NodeRef::<html::Input>::new();
    let problem = RwSignal::new(None::<String>);
    let opener = FocusReturn::default();
    node.on_load(move |input| {
        opener.remember();
        request_animation_frame(move || {
            input.focus().ok();
        });
    });
    let save = Action::new(move |address: &String| {
        let address = address.clone();
        async move { mend(org, invite, address.clone()).await.map(|()| address) }
    });
    Effect::new(move || match save.value().get() {
        Some(Ok(address)) => {
            toast.show(words::console::invite_fix_done(address));
            mending.set(false);
            focus_soon("#pend".into());
            changes.note();
        }
        Some(Err(error)) => problem.set(Some(error.about("address").unwrap_or_else(|| error.to_string()))),
        None => {}
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = node.get_untracked() else { return };
        match EmailAddress::parse(&input.value(), idna::to_ascii) {
            Ok(address) => {
                problem.set(None);
                save.dispatch(address.to_string());
            }
            Err(wrong) => {
                problem.set(Some(wrong.to_string()));
                input.focus().ok();
            }
        }
    };
    let id = format!("mend-{invite}");
    let error_id = format!("{id}-e");
    view! {
        <form class="wide stack tight" on:submit=submit novalidate=true>
            <div class="field">
                <label for=id.clone()>{words::console::invite_fix_field()}</label>
                <input
                    id=id
                    node_ref=node
                    value=address
                    inputmode="email"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=move || problem.with(Option::is_some).then_some("true")
                    aria-describedby=error_id.clone()
                />
                <FieldError id=error_id message=problem />
            </div>
            <p class="hint">{words::console::invite_fix_hint()}</p>
            <div class="row">
                <button class="btn sm" aria-busy=move || save.pending().get().then_some("true")>
                    {words::console::invite_fix_button()}
                </button>
                <button
                    type="button"
                    class="btn sm bare"
                    on:click=move |_| {
                        opener.focus();
                        mending.set(false);
                    }
                >
                    {words::console::cancel()}
                </button>
            </div>
        </form>
    }
}

/// Asks before the link dies. I9
#[component]
fn Revoke(invite: InviteId, address: String, asking: RwSignal<bool>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let revoke = Action::new(move |(): &()| revoke_invites(org, invite.to_string()));
    let whose = address.clone();
    Effect::new(move || {
        if let Some(result) = revoke.value().get() {
            toast.show(match result {
                Ok(report) if report.revoked == 1 => words::console::invite_revoke_done().to_owned(),
                Ok(_) => words::console::invite_revoke_not_pending(&whose),
                Err(error) => error.to_string(),
            });
            // The row goes, and with it what had the focus.
            focus_soon("#pend".into());
            changes.note();
        }
    });
    view! {
        <Confirm
            id=format!("rv-{invite}")
            title=words::console::invite_revoke()
            text=words::console::invite_revoke_text(address)
            act=words::console::invite_revoke_button()
            busy=revoke.pending()
            yes=Callback::new(move |()| {
                revoke.dispatch(());
            })
            no=Callback::new(move |()| asking.set(false))
        />
    }
}
