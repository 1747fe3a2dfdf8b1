//! Asks before somebody's role changes, and says what that means. P5

use leptos::{html, prelude::*};

use super::api::{offer_ownership, set_role, withdraw_ownership};
use crate::{
    app::{
        components::{Icon, Note, Tone},
        console::{
            context::{Changes, lead},
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
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(|dialog| {
        dialog.show_modal().ok();
    });
    let leave = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        close.run(());
    };
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
            leave();
            changes.hear([member].into_iter().collect());
        }
    });
    let failure =
        move || perform.value().get().and_then(Result::err).map(|error: AppError| error.to_string());
    view! {
        <dialog
            class="modal small"
            node_ref=dialog
            aria-labelledby="h-role"
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                leave();
            }
        >
            <header>
                <h2 id="h-role">{title}</h2>
                <button
                    type="button"
                    class="icon"
                    aria-label=words::console::close()
                    on:click=move |_| leave()
                >
                    <Icon name="x" />
                </button>
            </header>
            <div>
                <div class="body stack">
                    <p>{text}</p>
                    {move || {
                        failure()
                            .map(|text| {
                                view! {
                                    <Note tone=Tone::Bad>
                                        <p>{text}</p>
                                    </Note>
                                }
                            })
                    }}
                </div>
                <footer>
                    <button type="button" class="btn bare" on:click=move |_| leave()>
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
        </dialog>
    }
}
