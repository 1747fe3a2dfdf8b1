//! The Settings page; each section has a file or a folder of its own. T1, I7, I8

pub mod api;
mod inviting;

use leptos::prelude::*;

use self::inviting::InvitingSection;
use super::teams::TeamsSection;

use crate::words;

#[component]
pub fn Settings() -> impl IntoView {
    view! {
        <main class="page" id="main">
            <div class="head">
                <div>
                    <h1>{words::console::settings()}</h1>
                </div>
            </div>
            <div class="stack narrow">
                <TeamsSection />
                <InvitingSection />
            </div>
        </main>
    }
}
