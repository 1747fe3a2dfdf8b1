//! Revoking a link asks first and says what stays. L2, L6

use leptos::prelude::*;

use crate::{
    app::{
        components::Confirm,
        console::{
            context::{Changes, lead},
            links::api::RevokeLink,
            toasts::Toast,
        },
    },
    domain::ids::LinkId,
    words,
};

/// The question; `close` puts it away, `done` hears that the link is revoked.
#[component]
pub fn Revoke(link: LinkId, used: i32, close: Callback<()>, done: Callback<()>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let revoke = ServerAction::<RevokeLink>::new();
    Effect::new(move || {
        if let Some(result) = revoke.value().get() {
            match result {
                Ok(used) => toast.show(words::console::link_revoke_done(used.into())),
                Err(error) => toast.show(error.to_string()),
            }
            done.run(());
            changes.note();
        }
    });

    view! {
        <Confirm
            id="rv-l"
            title=words::console::link_revoke_question()
            text=words::console::link_revoke_text(used.into())
            act=words::console::link_revoke_button()
            busy=revoke.pending()
            yes=Callback::new(move |()| {
                revoke.dispatch(RevokeLink { org, link });
            })
            no=close
        />
    }
}
