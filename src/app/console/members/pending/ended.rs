//! The invites that were declined or revoked. I9, I10, I11

use leptos::prelude::*;

use crate::{
    app::{
        components::{Precision, Sentence, Timestamp, deferred},
        console::members::api::EndedRow,
    },
    domain::invite::{ENDED_LISTED, InviteState},
    words,
};

/// A fold with the newest of them; nothing where there are none.
#[component]
pub fn Ended(ended: Memo<Vec<EndedRow>>) -> impl IntoView {
    view! {
        <Show when=move || !ended.with(Vec::is_empty)>
            <details class="fold">
                <summary>
                    {move || match ended.with(Vec::len) as i64 {
                        all if all < ENDED_LISTED => words::console::pending_invites_ended(all),
                        newest => words::console::pending_invites_ended_newest(newest),
                    }}
                </summary>
                <ul role="list" class="lines">
                    <For each=move || ended.get() key=EndedRow::clone let:invite>
                        {deferred(move || view! { <Row invite /> })}
                    </For>
                </ul>
            </details>
        </Show>
    }
}

#[component]
fn Row(invite: EndedRow) -> impl IntoView {
    let ended = match invite.state {
        InviteState::Declined => words::console::invite_declined(),
        _ => words::console::invite_revoked(),
    };
    view! {
        <li class="invite-row">
            <span>
                {invite.address} <small>
                    <Sentence words=ended>
                        <Timestamp at=invite.ended_at precision=Precision::Day />
                    </Sentence>
                    {invite.opted_out.then(words::console::invite_unsubscribed)}
                </small>
            </span>
        </li>
    }
}
