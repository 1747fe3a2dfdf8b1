//! What can be done about an address that is somebody's already. M4

use leptos::prelude::*;

use crate::{app::error::Remedy, words};

#[component]
pub fn Offer(remedy: Remedy) -> impl IntoView {
    match remedy {
        Remedy::SeeMember(member) => view! {
            <p>
                <a href=format!("/members/{member}") target="_blank">
                    {words::console::managed_see_member()}
                </a>
            </p>
        }
        .into_any(),
        Remedy::TakeInviteOver => view! {
            <label class="opt">
                <input type="checkbox" name="take_over" value="on" />
                <span>
                    {words::console::managed_take_over()} <br />
                    <small>{words::console::managed_take_over_hint()}</small>
                </span>
            </label>
        }
        .into_any(),
    }
}
