//! The Settings page; each section has a file or a folder of its own. T1, I7, I8, I15, C9, P7, S1

pub mod api;
mod deletion;
pub mod directory;
mod credits;
pub mod domains;
mod history;
mod inviting;
pub mod logo;
mod organization;
mod pictures;
mod photo_reminders;
mod saving;
pub mod sso;

use leptos::prelude::*;

use self::{
    credits::CreditsSection, deletion::DeletionSection, directory::DirectorySection, domains::DomainsSection,
    history::HistorySection, inviting::InvitingSection, organization::OrganizationSection,
    photo_reminders::PhotoRemindersSection, pictures::PicturesSection, sso::SsoSection,
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
                <OrganizationSection />
                <TeamsSection />
                <DomainsSection />
                <SsoSection />
                <DirectorySection />
                <InvitingSection />
                <PhotoRemindersSection />
                <CreditsSection />
                <PicturesSection />
                <HistorySection />
                <DeletionSection />
            </div>
        </main>
    }
}
