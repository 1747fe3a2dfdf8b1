//! What happens next and how long it takes. J1

use leptos::prelude::*;

use crate::domain::photo::PhotoLimits;

/// The way from here to the headshots; `lead` sees them too.
#[component]
pub fn Steps(limits: PhotoLimits, lead: String) -> impl IntoView {
    view! {
        <ol class="next">
            <li>
                <span>
                    <b>{format!("Add {} to {} photos.", limits.min_photos, limits.max_photos)}</b>
                    " Ones you have, or a few new ones."
                </span>
            </li>
            <li>
                <span><b>"We make the headshots."</b> " It takes a few minutes; we email you."</span>
            </li>
            <li>
                <span><b>"You choose."</b> {format!(" Pick the one you like; {lead} sees it too.")}</span>
            </li>
        </ol>
    }
}
