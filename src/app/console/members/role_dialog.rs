//! Asks before somebody's role changes, and says what that means. P5

use leptos::prelude::*;

use super::api::{offer_ownership, set_role, withdraw_ownership};
use crate::{
    app::{
        console::{
            context::{Changes, lead},
            modal::{Failed, Modal, ModalFrame},
            toasts::Toast,
        },
        error::AppError,
    },
    domain::{ids::MemberId, people::Person, role::Role},
    words,
};

/// What becomes of a member's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleChange {
    ToTeamLead,
    ToMember,
    /// The organization is offered to them.
    Offer,
    /// The offer is taken back.
    Withdraw,
}

#[component]
pub fn RoleDialog(person: Person, change: RoleChange, close: Callback<()>) -> impl IntoView {
    let me = lead();
    let org = me.org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let member = MemberId(person.id.0);
    let name = person.called().to_owned();
    let modal = Modal::new(close);
    let perform = Action::new(move |(): &()| async move {
        match change {
            RoleChange::ToTeamLead => set_role(org, member, Role::TeamLead.as_str().into()).await,
            RoleChange::ToMember => set_role(org, member, Role::Member.as_str().into()).await,
            RoleChange::Offer => offer_ownership(org, member).await,
            RoleChange::Withdraw => withdraw_ownership(org).await,
        }
    });
    let (title, text, button, done) = match change {
        RoleChange::ToTeamLead => (
            words::console::role_raise(&name),
            words::console::role_raise_text(),
            words::console::role_raise_button(),
            words::console::role_raise_done(&name),
        ),
        RoleChange::ToMember => (
            words::console::role_lower(&name),
            words::console::role_lower_text(),
            words::console::role_lower_button(),
            words::console::role_lower_done(&name),
        ),
        RoleChange::Offer => (
            words::console::hand_over(&name),
            words::console::hand_over_text(),
            words::console::hand_over_button(),
            words::console::hand_over_done(&name),
        ),
        RoleChange::Withdraw => (
            words::console::hand_over_withdraw(&name),
            words::console::hand_over_withdraw_text(),
            words::console::hand_over_withdraw_button(),
            words::console::hand_over_withdraw_done().to_owned(),
        ),
    };
    Effect::new(move || {
        if let Some(Ok(())) = perform.value().get() {
            toast.show(done.clone());
            modal.close();
            changes.hear([member].into_iter().collect());
        }
    });
    let failure =
        move || perform.value().get().and_then(Result::err).map(|error: AppError| error.to_string());
    view! {
        <ModalFrame modal id="h-role" title=title>
            <div>
                <div class="body stack">
                    <p>{text}</p>
                    <Failed why=Signal::derive(failure) />
                </div>
                <footer>
                    <button type="button" class="btn bare" on:click=move |_| modal.close()>
                        {words::console::cancel()}
                    </button>
                    <button
                        type="button"
                        class="btn primary"
                        aria-busy=move || perform.pending().get().then_some("true")
                        on:click=move |_| {
                            perform.dispatch(());
                        }
                    >
                        {button}
                    </button>
                </footer>
            </div>
        </ModalFrame>
    }
}
