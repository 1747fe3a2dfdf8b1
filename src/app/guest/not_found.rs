//! The page for addresses that lead nowhere.

use leptos::prelude::*;

use crate::app::components::{Note, PublicLayout, Tone};

#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <PublicLayout>
            <div class="stack">
                <h1>"There is nothing here"</h1>
                <Note tone=Tone::Info>
                    <p>"The address is mistyped, or what it led to is gone. If you followed a link, ask whoever sent it for a new one."</p>
                </Note>
                <div class="row">
                    <a class="btn go" href="/">"Go to the home page"</a>
                </div>
            </div>
        </PublicLayout>
    }
}
