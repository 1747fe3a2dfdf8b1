//! The button that opens the dialog. C1, D1

use leptos::prelude::*;

use crate::{
    app::{components::Icon, console::credits::FROM_ADD},
    words,
};

/// The one way in; at zero credits it leads to where they come from. C1, D1
#[component]
pub fn AddButton(balance: i64) -> impl IntoView {
    view! {
        <a class="btn primary" id="add-member" href=if balance == 0 { FROM_ADD } else { "?add=invite" }>
            <Icon name="plus" />
            {words::console::add_member()}
        </a>
    }
}
