//! What became of an invite's mail. I11

use leptos::prelude::*;

use crate::{
    app::{
        components::{Icon, Precision, Sentence, Timestamp},
        console::members::api::InviteRow,
    },
    domain::invite::InviteState,
    words,
};

/// What a row says of the mail.
#[component]
pub fn Delivery(invite: InviteRow) -> impl IntoView {
    let reminded = invite.reminded_at.map(|at| {
        view! {
            <Sentence words=words::console::invite_sent_reminded()>
                <Timestamp at precision=Precision::Day />
            </Sentence>
        }
    });
    match (invite.state, invite.expired) {
        (InviteState::Failed, _) => view! {
            <small class="bad">
                <Icon name="alert" />
                <b>{words::console::invite_not_sent()}</b>
                ": "
                {invite.failure}
            </small>
        }
        .into_any(),
        (_, true) => view! {
            <small class="warn">
                <b>{words::console::invite_expired()}</b>
                {reminded}
            </small>
        }
        .into_any(),
        (InviteState::Queued, _) => match invite.failure {
            None => view! { <small>{words::console::invite_queued()}</small> }.into_any(),
            Some(words) => {
                view! { <small class="warn">{words::console::invite_queued_delayed(words)}</small> }
                    .into_any()
            }
        },
        _ => view! {
            <small>
                <Sentence words=words::console::invite_sent()>
                    <Timestamp at=invite.sent_at.unwrap_or(invite.created_at) precision=Precision::Day />
                </Sentence>
                {reminded}
            </small>
        }
        .into_any(),
    }
}
