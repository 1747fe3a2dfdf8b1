//! How far a person is: a dial that fills in quarters, always with its word. P1

use leptos::prelude::*;

use crate::domain::shoot::Stage;

/// A stage as dial and word.
#[component]
pub fn StageIcon(stage: Stage) -> impl IntoView {
    view! {
        <span class="dial" data-n=stage.dial()>
            {stage.label()}
        </span>
    }
}
