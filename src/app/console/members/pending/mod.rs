//! The invites that nobody has accepted: what became of each mail, and what can be done about it,
//! for one or for many. I8, I9, I11, T2, P2

pub mod api;
mod bulk;
mod chosen;
mod delivery;
mod progress;
mod row;

use std::collections::HashSet;

use leptos::prelude::*;

use self::{bulk::Bulk, chosen::Chosen, progress::SendProgress, row::Row};
use crate::{
    app::{
        components::{Empty, Precision, Sentence, Timestamp},
        console::{members::api::InviteRow, teams::api::TeamView},
    },
    domain::invite::InviteState,
    words,
};

/// How many more invites are shown at a time.
pub const STEP: u32 = 200;

/// `total` counts those that are not listed as well; `show_more` lists more of them.
#[component]
pub fn Pending(
    #[prop(into)] invites: Signal<Vec<InviteRow>>,
    #[prop(into)] ended: Signal<Vec<InviteRow>>,
    #[prop(into)] total: Signal<i64>,
    #[prop(into)] teams: Signal<Vec<TeamView>>,
    show_more: Callback<()>,
) -> impl IntoView {
    let chosen: Chosen = RwSignal::new(HashSet::new());
    let none = Memo::new(move |_| total.get() == 0);
    let beyond = Memo::new(move |_| {
        total.get() - invites.with(|invites| i64::try_from(invites.len()).unwrap_or(i64::MAX))
    });
    let more = move || beyond.get() > 0;
    view! {
        <section class="section" id="pending" aria-labelledby="pend">
            <header>
                <h2 id="pend" tabindex="-1">
                    {words::console::pending_invites()}
                </h2>
                <small>{total}</small>
            </header>
            <SendProgress />
            <Show when=move || none.get()>
                <Empty
                    title=words::console::pending_invites_none()
                    text=words::console::pending_invites_none_text()
                />
            </Show>
            <ul role="list" class="lines" hidden=none>
                <For each=move || invites.get() key=InviteRow::clone let:invite>
                    <Row invite teams chosen />
                </For>
            </ul>
            <Show when=more>
                <div class="row">
                    <small>{move || words::console::pending_invites_more(beyond.get())}</small>
                    <button class="btn sm" on:click=move |_| show_more.run(())>
                        {words::console::pending_invites_show_more(STEP.into())}
                    </button>
                </div>
            </Show>
            <Bulk invites teams chosen />
            <p class="hint">{words::console::pending_invites_hint()}</p>
            <Show when=move || !ended.with(Vec::is_empty)>
                <details class="fold">
                    <summary>
                        {move || words::console::pending_invites_ended(ended.with(Vec::len) as i64)}
                    </summary>
                    <ul role="list" class="lines">
                        <For each=move || ended.get() key=InviteRow::clone let:invite>
                            <Ended invite />
                        </For>
                    </ul>
                </details>
            </Show>
        </section>
    }
}

/// An invite that was declined or revoked. I9, I10, I11
#[component]
fn Ended(invite: InviteRow) -> impl IntoView {
    let ended = match invite.state {
        InviteState::Declined => words::console::invite_declined(),
        _ => words::console::invite_revoked(),
    };
    view! {
        <li class="invite-row">
            <span>
                {invite.address} <small>
                    <Sentence words=ended>
                        {invite.ended_at.map(|at| view! { <Timestamp at precision=Precision::Day /> })}
                    </Sentence>
                    {invite.opted_out.then(words::console::invite_unsubscribed)}
                </small>
            </span>
        </li>
    }
}
