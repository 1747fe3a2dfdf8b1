//! The button that opens the dialog. C1, D1

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::tab::{Tab, query_with};
use crate::{
    app::{components::Icon, console::credits::FROM_ADD},
    words,
};

/// The one way in; at zero credits it leads to where they come from. C1, D1
#[component]
pub fn AddButton(balance: i64) -> impl IntoView {
    let asked = use_query_map();
    let href = move || match balance {
        0 => FROM_ADD.to_owned(),
        _ => asked.with(|asked| query_with(asked, Some(Tab::Invite))),
    };
    view! {
        <a class="btn primary" id="add-member" href=href data-noscroll="">
            <Icon name="plus" />
            {words::console::add_member()}
        </a>
    }
}
