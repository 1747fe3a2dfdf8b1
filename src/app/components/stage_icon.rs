//! How far a person is: a dial that fills in quarters, always with its word. P1

use leptos::prelude::*;

use crate::{domain::shoot::Stage, words};

/// A stage as dial and word.
#[component]
pub fn StageIcon(stage: Stage) -> impl IntoView {
    view! {
        <span class="dial" data-n=stage.dial()>
            {stage_name(stage)}
        </span>
    }
}

/// The word for a stage.
#[must_use]
pub fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Invited => words::shared::stage_invited(),
        Stage::Joined => words::shared::stage_joined(),
        Stage::AddingPhotos => words::shared::stage_adding_photos(),
        Stage::Generating => words::shared::stage_generating(),
        Stage::Ready => words::shared::stage_ready(),
        Stage::NeedsAttention => words::shared::stage_needs_attention(),
    }
}
