//! The invites that nobody has accepted yet: what became of each, moving and revoking. I9, I11, T2

use leptos::prelude::*;

use super::{
    super::{
        components::{Empty, Icon, Precision, When},
        invites::follow_up::RevokeInvites,
        lead::{Changes, Toast, lead},
        teams::api::TeamView,
    },
    TeamSelect,
    api::{InviteRow, MoveInvite},
};
use crate::domain::invite::InviteState;

#[component]
pub fn Pending(invites: Vec<InviteRow>, teams: Vec<TeamView>) -> impl IntoView {
    let count = invites.len();
    view! {
        <section class="part" id="pending" aria-labelledby="pend">
            <header>
                <h2 id="pend">"Pending invites"</h2>
                <small>{count}</small>
            </header>
            {if invites.is_empty() {
                view! {
                    <Empty
                        title="No invites are pending"
                        text="New invites appear here until the person joins."
                    />
                }
                    .into_any()
            } else {
                view! {
                    <ul role="list" class="lines">
                        {invites.into_iter().map(|invite| view! { <Invite invite teams=teams.clone()/> }).collect_view()}
                    </ul>
                }
                    .into_any()
            }}
            <p class="hint">"A pending invite costs nothing. The credit is used when the person submits their photos."</p>
        </section>
    }
}

#[component]
fn Invite(invite: InviteRow, teams: Vec<TeamView>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let id = invite.id;
    let asking = RwSignal::new(false);
    let revoke = ServerAction::<RevokeInvites>::new();
    let revoked = StoredValue::new(invite.address.clone());
    let moving = ServerAction::<MoveInvite>::new();
    Effect::new(move || {
        if let Some(result) = revoke.value().get() {
            match result {
                Ok(report) if report.revoked == 0 => toast.show("This invite is no longer pending."),
                Ok(_) => {
                    let address = revoked.get_value();
                    toast.show(format!("The invite for {address} is revoked. Its link is dead."));
                }
                Err(error) => toast.show(error.to_string()),
            }
            changes.note();
        }
    });
    Effect::new(move || {
        if let Some(result) = moving.value().get() {
            toast.show(result.map_or_else(|error| error.to_string(), |()| "Moved.".into()));
            changes.note();
        }
    });
    let state = match (invite.state, invite.expired) {
        (InviteState::Failed, _) => {
            view! { <small class="bad">"Failed: " {invite.failure.clone()}</small> }.into_any()
        }
        (_, true) => view! { <small class="warn">"Expired"</small> }.into_any(),
        (InviteState::Queued, _) => view! { <small>"Queued"</small> }.into_any(),
        _ => {
            view! { <small>"Sent " <When at=invite.created_at precision=Precision::Day/></small> }.into_any()
        }
    };
    let address = invite.address.clone();
    let pick = Callback::new(move |team: String| {
        moving.dispatch(MoveInvite { org, invite: id, team });
    });
    let some_teams = !teams.is_empty();
    view! {
        <li class="invite-row">
            <span>{invite.address.clone()} {state}</span>
            <button
                class="btn sm"
                aria-label=format!("Revoke the invite for {address}")
                on:click=move |_| asking.set(true)
            >
                "Revoke"
            </button>
            {some_teams
                .then(|| {
                    view! { <TeamSelect label=format!("Team of {address}") teams chosen=invite.team pick/> }
                })}
            {move || {
                let address = invite.address.clone();
                asking
                    .get()
                    .then(|| {
                        view! {
                            <div class="note bad wide" role="alertdialog" aria-labelledby="rv" aria-describedby="rv-d">
                                <Icon name="alert"/>
                                <div class="stack tight">
                                    <p>
                                        <b id="rv">"Revoke this invite?"</b>
                                    </p>
                                    <p id="rv-d">
                                        <small>{format!("The link in the email to {address} stops working at once. You can invite them again later.")}</small>
                                    </p>
                                    <div class="row">
                                        <button
                                            class="btn sm no go"
                                            on:click=move |_| {
                                                revoke.dispatch(RevokeInvites { org, invites: id.to_string() });
                                            }
                                        >
                                            "Revoke invite"
                                        </button>
                                        <button class="btn sm" on:click=move |_| asking.set(false)>"Keep it"</button>
                                    </div>
                                </div>
                            </div>
                        }
                    })
            }}
        </li>
    }
}
