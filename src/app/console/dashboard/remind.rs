//! Reminding those who are stuck, without leaving the dashboard. I8, I15

use leptos::prelude::*;

use super::api::RemindStuck;
use crate::{
    app::console::{
        context::{Changes, lead},
        toasts::Toast,
    },
    domain::shoot::Stage,
    words,
};

#[component]
pub fn Remind(stage: Stage, people: i64) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let remind = ServerAction::<RemindStuck>::new();
    Effect::new(move || match remind.value().get() {
        Some(Ok(reminded)) => {
            toast.show(words::console::stuck_text_reminded(reminded));
            changes.note();
        }
        Some(Err(error)) => toast.show(error.to_string()),
        None => {}
    });
    view! {
        <ActionForm action=remind>
            <input type="hidden" name="org" value=org.to_string() />
            <input type="hidden" name="stage" value=stage.as_str() />
            <button
                class="btn sm"
                aria-label=words::console::stuck_text_remind_label(people)
                aria-busy=move || remind.pending().get().then_some("true")
            >
                {words::console::stuck_text_remind()}
            </button>
        </ActionForm>
    }
}
