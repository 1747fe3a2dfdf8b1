//! The one boundary that reads a page's data: it waits, shows, or says what went wrong. N6

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use super::{super::error::AppError, Note, Tone};

/// Shows what a resource brought with `show`, or its error with a way to try again.
#[component]
pub fn Load<T, V, F>(data: Resource<Result<T, AppError>>, show: F) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
{
    view! {
        <Transition fallback=|| view! { <p class="hint" role="status">"Loading…"</p> }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => show(data).into_any(),
                        Err(error) => view! { <Failed error retry=Callback::new(move |()| data.refetch())/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// What went wrong, and a way to try again.
#[component]
fn Failed(error: AppError, retry: Callback<()>) -> impl IntoView {
    let signed_out = error == AppError::SignedOut;
    view! {
        <Note tone=Tone::Bad>
            <p>{error.to_string()}</p>
            <div class="row">
                {if signed_out {
                    view! { <a class="btn sm" href="/sign-in" rel="external">"Sign in"</a> }.into_any()
                } else {
                    view! { <button class="btn sm" on:click=move |_| retry.run(())>"Try again"</button> }.into_any()
                }}
            </div>
        </Note>
    }
}
