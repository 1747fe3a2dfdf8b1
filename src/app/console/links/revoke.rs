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
    domain::{credit::count, ids::LinkId},
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
                Ok(0) => toast.show("The link is revoked. Nobody had joined with it."),
                Ok(used) => {
                    let stay = if used == 1 { "stays a member" } else { "stay members" };
                    toast.show(format!(
                        "The link is revoked. The {} who joined {stay}.",
                        count(i64::from(used), "person", "people")
                    ));
                }
                Err(error) => toast.show(error.to_string()),
            }
            done.run(());
            changes.note();
        }
    });
    let stay = match used {
        0 => "Nobody new can join with it, ever. Nobody has so far.".to_owned(),
        1 => "Nobody new can join with it, ever. The person who already joined stays a member.".to_owned(),
        n => format!("Nobody new can join with it, ever. The {n} people who already joined stay members."),
    };
    view! {
        <Confirm
            id="rv-l"
            title="Revoke this link?"
            text=stay
            act="Revoke link"
            busy=revoke.pending()
            yes=Callback::new(move |()| {
                revoke.dispatch(RevokeLink { org, link });
            })
            no=close
        />
    }
}
