//! Another address for an invite whose own was wrong. I11

use leptos::{html, prelude::*};

use super::api::mend;
use crate::{
    app::{
        browser::{focus::focus_soon, idna},
        components::FieldError,
        console::{
            context::{Changes, lead},
            modal::{Modal, ModalFrame},
            toasts::Toast,
        },
    },
    domain::{email::EmailAddress, ids::InviteId, people::Person},
    words,
};

/// Gives the invite another address; everything else about it stays. I11
#[component]
pub fn MendDialog(person: Person, close: Callback<()>) -> impl IntoView {
    let invite = InviteId(person.id.0);
    let address = person.address.unwrap_or_default();
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let node = NodeRef::<html::Input>::new();
    let problem = RwSignal::new(None::<String>);
    let modal = Modal::new(close);
    modal.when_open(move || {
        if let Some(input) = node.get_untracked() {
            input.focus().ok();
        }
    });
    let save = Action::new(move |address: &String| {
        let address = address.clone();
        async move { mend(org, invite, address.clone()).await.map(|()| address) }
    });
    Effect::new(move || match save.value().get() {
        Some(Ok(address)) => {
            toast.show(words::console::invite_fix_done(address));
            modal.close();
            // The row may go, and with it what had the focus.
            focus_soon("#h-members".into());
            changes.hear([invite].into_iter().collect());
        }
        Some(Err(error)) => problem.set(Some(error.about("address").unwrap_or_else(|| error.to_string()))),
        None => {}
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = node.get_untracked() else { return };
        match EmailAddress::parse(&input.value(), idna::to_ascii) {
            Ok(address) => {
                problem.set(None);
                save.dispatch(address.to_string());
            }
            Err(wrong) => {
                problem.set(Some(wrong.to_string()));
                input.focus().ok();
            }
        }
    };
    let id = format!("mend-{invite}");
    let error_id = format!("{id}-e");
    view! {
        <ModalFrame modal id="h-mend" title=words::console::invite_fix_title()>
            <form on:submit=submit novalidate=true>
                <div class="body stack">
                    <div class="field">
                        <label for=id.clone()>{words::console::invite_fix_field()}</label>
                        <input
                            id=id
                            node_ref=node
                            value=address
                            inputmode="email"
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck="false"
                            aria-invalid=move || problem.with(Option::is_some).then_some("true")
                            aria-describedby=error_id.clone()
                        />
                        <FieldError id=error_id message=problem />
                    </div>
                    <p class="hint">{words::console::invite_fix_hint()}</p>
                </div>
                <footer>
                    <button type="button" class="btn bare" on:click=move |_| modal.close()>
                        {words::console::cancel()}
                    </button>
                    <button class="btn primary" aria-busy=move || save.pending().get().then_some("true")>
                        {words::console::invite_fix_button()}
                    </button>
                </footer>
            </form>
        </ModalFrame>
    }
}
