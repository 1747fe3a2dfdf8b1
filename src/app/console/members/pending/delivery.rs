//! What became of an invite's mail. I11

use leptos::prelude::*;

use crate::{
    app::components::{Icon, Precision, Sentence, Timestamp},
    domain::{
        invite::InviteState,
        people::{Person, Standing},
    },
    words,
};

/// What a row says of the mails that somebody got.
pub fn delivery(person: &Person) -> Option<AnyView> {
    let (state, failure, expired, sent_at, reminded_at) = match &person.standing {
        Standing::Member { reminded_at: Some(at), .. } => {
            let at = *at;
            let said = view! {
                <small>
                    <Sentence words=words::console::member_reminded()>
                        <Timestamp at precision=Precision::Day />
                    </Sentence>
                </small>
            };
            return Some(said.into_any());
        }
        Standing::Member { .. } => return None,
        Standing::Invite { state, failure, expired, sent_at, reminded_at, .. } => {
            (*state, failure.clone(), *expired, *sent_at, *reminded_at)
        }
    };
    let sent = sent_at.unwrap_or(person.since);
    let reminded = reminded_at.map(|at| {
        view! {
            <Sentence words=words::console::invite_sent_reminded()>
                <Timestamp at precision=Precision::Day />
            </Sentence>
        }
    });
    let said = match (state, expired) {
        (InviteState::Failed, _) => view! {
            <small class="bad">
                <Icon name="alert" />
                <b>{words::console::invite_not_sent()}</b>
                ": "
                {failure}
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
        (InviteState::Queued, _) => match failure {
            None => view! { <small>{words::console::invite_queued()}</small> }.into_any(),
            Some(words) => {
                view! { <small class="warn">{words::console::invite_queued_delayed(words)}</small> }
                    .into_any()
            }
        },
        _ => view! {
            <small>
                <Sentence words=words::console::invite_sent()>
                    <Timestamp at=sent precision=Precision::Day />
                </Sentence>
                {reminded}
            </small>
        }
        .into_any(),
    };
    Some(said)
}
