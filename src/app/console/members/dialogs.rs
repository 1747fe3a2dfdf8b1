//! The dialogs that ask about people, on the list and on a member's page. N6

use leptos::prelude::*;

use super::{
    api::Choice,
    asking::{Ask, Asking},
    bulk_dialog::BulkDialog,
    correct::CorrectDialog,
    pending::{mend::MendDialog, revoke::RevokeDialog},
    remove::RemoveDialog,
    role_dialog::RoleDialog,
    selection::Selection,
};
use crate::domain::ids::TeamId;

/// The dialog that is open, if one is.
#[component]
pub fn Dialogs(
    ask: Ask,
    #[prop(into)] teams: Signal<Vec<Choice<TeamId>>>,
    selection: Selection,
) -> impl IntoView {
    move || {
        ask.get().map(|asking| {
            let close = Callback::new(move |()| ask.set(None));
            match asking {
                Asking::Mend(person) => view! { <MendDialog person close /> }.into_any(),
                Asking::Revoke(person) => view! { <RevokeDialog person close /> }.into_any(),
                Asking::Remove(person) => view! { <RemoveDialog person close /> }.into_any(),
                Asking::Correct(person) => view! { <CorrectDialog person close /> }.into_any(),
                Asking::Role(person, change) => view! { <RoleDialog person change close /> }.into_any(),
                Asking::Bulk(act, chosen) => {
                    let teams = teams.get_untracked();
                    view! { <BulkDialog act chosen teams selection close /> }.into_any()
                }
            }
        })
    }
}
