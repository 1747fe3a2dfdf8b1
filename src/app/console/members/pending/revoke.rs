//! Asks before the link of one invite stops working. I9

use leptos::{html, prelude::*};

use super::api::revoke_invites;
use crate::{
    app::{
        browser::focus::focus_soon,
        components::{Icon, Note, Tone},
        console::{
            context::{Changes, lead},
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
    let revoke = Action::new(move |(): &()| revoke_invites(org, invite.to_string()));
    let failure = RwSignal::new(None::<String>);
    let whose = address.clone();
    Effect::new(move || match revoke.value().get() {
        Some(Ok(report)) => {
            toast.show(match report.revoked {
                1 => words::console::invite_revoke_done().to_owned(),
                _ => words::console::invite_revoke_not_pending(&whose),
            });
            leave();
            // The row may go, and with it what had the focus.
            focus_soon("#h-members".into());
            changes.hear([invite].into_iter().collect());
        }
        Some(Err(error)) => failure.set(Some(error.to_string())),
        None => {}
    });
    view! {
        <dialog
            class="modal small"
            node_ref=dialog
            aria-labelledby="h-revoke"
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                leave();
            }
        >
            <header>
                <h2 id="h-revoke">{words::console::invite_revoke()}</h2>
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
                    <p>{words::console::invite_revoke_text(address)}</p>
                    {move || {
                        failure
                            .get()
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
        </dialog>
    }
}
