//! The page for addresses that lead nowhere.

use leptos::prelude::*;

use crate::{
    app::components::{Note, PublicLayout, Tone},
    words,
};

#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <PublicLayout>
            <div class="stack">
                <h1>{words::guest::nothing_here()}</h1>
                <Note tone=Tone::Info>
                    <p>{words::guest::nothing_here_text()}</p>
                </Note>
                <div class="row">
                    <a class="btn go" href="/">{words::guest::nothing_here_home()}</a>
                </div>
            </div>
        </PublicLayout>
    }
}
