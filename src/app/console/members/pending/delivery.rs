//! What became of an invite's mail. I11

use leptos::prelude::*;

use crate::{
    app::{
        components::{Icon, Precision, Timestamp},
        console::members::api::InviteRow,
    },
    domain::invite::InviteState,
};

/// What a row says of the mail.
#[component]
pub fn Delivery(invite: InviteRow) -> impl IntoView {
    let reminded =
        invite.reminded_at.map(|at| view! { ", reminded " <Timestamp at precision=Precision::Day/> });
    match (invite.state, invite.expired) {
        (InviteState::Failed, _) => view! {
            <small class="bad">
                <Icon name="alert"/>
                <b>"Failed"</b>
                ": "
                {invite.failure}
            </small>
        }
        .into_any(),
        (_, true) => view! { <small class="warn"><b>"Expired"</b> {reminded}</small> }.into_any(),
        (InviteState::Queued, _) => view! { <small>"Queued"</small> }.into_any(),
        _ => view! {
            <small>
                "Sent " <Timestamp at=invite.sent_at.unwrap_or(invite.created_at) precision=Precision::Day/> {reminded}
            </small>
        }
        .into_any(),
    }
}
