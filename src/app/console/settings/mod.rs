//! The Settings page; each section has a file or a folder of its own. T1, I7, I8, S1

pub mod api;
mod credits;
pub mod domains;
mod inviting;
mod saving;
pub mod sso;

use leptos::prelude::*;

use self::{credits::CreditsSection, domains::DomainsSection, inviting::InvitingSection, sso::SsoSection};
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
                <DomainsSection />
                <SsoSection />
                <InvitingSection />
                <CreditsSection />
            </div>
        </main>
    }
}
