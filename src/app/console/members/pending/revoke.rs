//! Asks before the link of one invite stops working. I9

use leptos::prelude::*;

use super::api::revoke_invites;
use crate::{
    app::{
        browser::focus::focus_soon,
        console::{
            context::{Changes, lead},
            modal::{Failed, Modal, ModalFrame},
            toasts::Toast,
        },
    },
    domain::{ids::InviteId, people::Person},
    words,
};

#[component]
pub fn RevokeDialog(person: Person, close: Callback<()>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let invite = InviteId(person.id.0);
    let address = person.address.unwrap_or_default();
    let modal = Modal::new(close);
    let revoke = Action::new(move |(): &()| revoke_invites(org, invite.to_string()));
    let failure = RwSignal::new(None::<String>);
    let whose = address.clone();
    Effect::new(move || match revoke.value().get() {
        Some(Ok(report)) => {
            toast.show(match report.revoked {
                1 => words::console::invite_revoke_done().to_owned(),
                _ => words::console::invite_revoke_not_pending(&whose),
            });
            modal.close();
            // The row may go, and with it what had the focus.
            focus_soon("#h-members".into());
            changes.hear([invite].into_iter().collect());
        }
        Some(Err(error)) => failure.set(Some(error.to_string())),
        None => {}
    });
    view! {
        <ModalFrame modal id="h-revoke" title=words::console::invite_revoke()>
            <div>
                <div class="body stack">
                    <p>{words::console::invite_revoke_text(address)}</p>
                    <Failed why=failure />
                </div>
                <footer>
                    <button type="button" class="btn bare" on:click=move |_| modal.close()>
                        {words::shared::keep_it()}
                    </button>
                    <button
                        type="button"
                        class="btn danger primary"
                        aria-busy=move || revoke.pending().get().then_some("true")
                        on:click=move |_| {
                            revoke.dispatch(());
                        }
                    >
                        {words::console::invite_revoke_button()}
                    </button>
                </footer>
            </div>
        </ModalFrame>
    }
}
