//! How far a bulk send is, live; the person may leave, it goes on. I13, N6, N7

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    app::{
        components::Icon,
        console::{
            context::{Changes, lead},
            members::pending::api::send_progress,
        },
    },
    domain::invite::Progress,
    words,
};

/// How often the server is asked while mails are on their way.
const PAUSE: Duration = Duration::from_secs(1);

/// A line with a meter while invites are being sent; nothing else.
#[component]
pub fn SendProgress() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let progress = RwSignal::new(None::<Progress>);
    let look = move || {
        leptos::task::spawn_local(async move {
            if let Ok(now) = send_progress(org).await {
                progress.try_set(now);
            }
        });
    };
    // Looks when something changed, and again and again while there is something to follow.
    Effect::new(move || {
        let _: u32 = changes.track();
        look();
    });
    Effect::new(move || {
        if progress.with(|progress| progress.as_ref().is_some_and(|progress| progress.to_go > 0)) {
            set_timeout(look, PAUSE);
        }
    });
    view! {
        <div role="status">
            {move || {
                progress
                    .get()
                    .filter(|progress| progress.total > 1)
                    .map(|progress| view! { <Line progress /> })
            }}
        </div>
    }
}

#[component]
fn Line(progress: Progress) -> impl IntoView {
    let Progress { total, sent, failed, to_go } = progress;
    let (class, icon, title) = match (to_go, failed) {
        (0, 0) => ("note ok", "check", words::console::sending_done(total)),
        (0, failed) => ("note warn", "alert", words::console::sending_done_with_failures(sent, failed)),
        _ => ("note", "mail", words::console::sending(total)),
    };
    view! {
        <div class=class>
            <Icon name=icon />
            <div class="grow stack tight">
                <p>
                    <b>{title}</b>
                    {(to_go > 0)
                        .then(|| format!(" {}", words::console::sending_progress(sent, failed, to_go)))}
                </p>
                {(to_go > 0)
                    .then(|| {
                        view! {
                            <progress
                                class="meter ok"
                                max=total.to_string()
                                value=(total - to_go).to_string()
                                aria-label=words::console::sending_meter()
                            ></progress>
                        }
                    })}
            </div>
        </div>
    }
}
