//! The one boundary that reads a page's data: it waits, shows, or says what went wrong. N6

use std::future::IntoFuture;

use leptos::{prelude::*, reactive::owner::WeakOwner};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    made::settled,
    note::{Note, Tone},
};
use crate::{app::error::AppError, words};

/// Shows what a resource brought with `show`, or its error with a way to try again.
#[component]
pub fn Load<T, V, F>(data: Resource<Result<T, AppError>>, show: F) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
{
    view! {
        <Transition fallback=|| {
            view! {
                <p class="hint" role="status">
                    {words::shared::loading()}
                </p>
            }
        }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => settled(move || show(data)).into_any(),
                        Err(error) => {
                            view! { <Failed error retry=Callback::new(move |()| data.refetch()) /> }
                                .into_any()
                        }
                    }
                })
            }}
        </Transition>
    }
}

/// As [`Load`], for what stays on the page while its data changes: `show` is called once and given a
/// signal, so that focus, open questions and choices outlive every look at the server. N7
#[component]
pub fn LoadLive<T, V, F>(data: Resource<Result<T, AppError>>, show: F) -> impl IntoView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
    F: Fn(Signal<T>) -> V + Clone + Send + Sync + 'static,
{
    let latest = StoredValue::new(None::<RwSignal<T>>);
    let attempt = RwSignal::new(0_u32);
    Effect::new(move || {
        if let (Some(Ok(new)), Some(latest)) = (data.get(), latest.get_value())
            && latest.with_untracked(|old| *old != new)
        {
            latest.set(new);
        }
    });
    // What somebody may no longer see does not stay on their page.
    Effect::new(move || {
        if let Some(Err(error)) = data.get()
            && error.shuts_out()
        {
            attempt.update(|n| *n += 1);
        }
    });
    let retry = Callback::new(move |()| {
        data.refetch();
        attempt.update(|n| *n += 1);
    });
    // What is made inside the boundary goes when the boundary is drawn again; this stays.
    let owner = Owner::current().map(|owner| owner.downgrade());
    let now = move |new: T| -> Signal<T> {
        if let Some(latest) = latest.get_value() {
            latest.set(new);
            return latest.into();
        }
        let made = match owner.as_ref().and_then(WeakOwner::upgrade) {
            Some(owner) => owner.with(|| RwSignal::new(new)),
            None => RwSignal::new(new),
        };
        latest.set_value(Some(made));
        made.into()
    };
    let shown = move || {
        attempt.track();
        let (show, now) = (show.clone(), now.clone());
        let mut first = Box::pin(untrack(|| data.into_future()));
        // Waiting for the first answer must not make the boundary follow the later ones.
        let first = std::future::poll_fn(move |task| untrack(|| first.as_mut().poll(task)));
        Suspend::new(async move {
            match first.await {
                Ok(first) => {
                    let now = now(first);
                    settled(move || show(now)).into_any()
                }
                Err(error) => view! { <Failed error retry /> }.into_any(),
            }
        })
    };
    view! {
        <Transition fallback=|| {
            view! {
                <p class="hint" role="status">
                    {words::shared::loading()}
                </p>
            }
        }>{shown}</Transition>
    }
}

/// What went wrong, and a way to try again.
#[component]
fn Failed(error: AppError, retry: Callback<()>) -> impl IntoView {
    let (signed_out, shut_out) = (error == AppError::SignedOut, error.shuts_out());
    view! {
        <Note tone=Tone::Bad>
            <p>{error.to_string()}</p>
            <div class="row">
                {if signed_out {
                    view! {
                        <a class="btn sm" href="/sign-in" rel="external">
                            {words::shared::sign_in_link()}
                        </a>
                    }
                        .into_any()
                } else if shut_out {
                    view! {
                        <a class="btn sm" href="/" rel="external">
                            {words::shared::go_on_button()}
                        </a>
                    }
                        .into_any()
                } else {
                    view! {
                        <button class="btn sm" on:click=move |_| retry.run(())>
                            {words::shared::try_again()}
                        </button>
                    }
                        .into_any()
                }}
            </div>
        </Note>
    }
}
