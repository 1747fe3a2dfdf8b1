//! What happens next and how long it takes. J1

use leptos::prelude::*;

use crate::{domain::photo::PhotoLimits, words};

/// The way from here to the headshots; `lead` sees them too.
#[component]
pub fn Steps(limits: PhotoLimits, lead: String) -> impl IntoView {
    view! {
        <ol class="next">
            <li>
                <span>
                    <b>{words::guest::step_photos(limits.min_photos, limits.max_photos)}</b>
                    " "
                    {words::guest::step_photos_more()}
                </span>
            </li>
            <li>
                <span>
                    <b>{words::guest::step_headshots()}</b>
                    " "
                    {words::guest::step_headshots_more()}
                </span>
            </li>
            <li>
                <span>
                    <b>{words::guest::step_choice()}</b>
                    " "
                    {words::guest::step_choice_more(lead)}
                </span>
            </li>
        </ol>
    }
}
