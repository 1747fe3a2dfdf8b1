//! The Settings page; each section has a file or a folder of its own. T1, I7, I8, I15, C9, P7, S1

pub mod api;
mod credits;
pub mod domains;
mod history;
mod inviting;
mod photo_reminders;
mod saving;
pub mod sso;

use leptos::prelude::*;

use self::{
    credits::CreditsSection, domains::DomainsSection, history::HistorySection, inviting::InvitingSection,
    photo_reminders::PhotoRemindersSection, sso::SsoSection,
};
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
                <PhotoRemindersSection />
                <CreditsSection />
                <HistorySection />
            </div>
        </main>
    }
}
