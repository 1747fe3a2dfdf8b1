//! The Settings page; each section has a file or a folder of its own. I7, I8, I15, C9, P7, S1

pub mod api;
mod credits;
mod deletion;
pub mod directory;
pub mod domains;
mod history;
mod inviting;
pub mod logo;
mod organization;
mod photo_reminders;
mod pictures;
pub mod sso;

use leptos::prelude::*;

use self::{
    credits::CreditsSection, deletion::DeletionSection, directory::DirectorySection, domains::DomainsSection,
    history::HistorySection, inviting::InvitingSection, organization::OrganizationSection,
    photo_reminders::PhotoRemindersSection, pictures::PicturesSection, sso::SsoSection,
};

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
                <section class="section" aria-labelledby="h-teams">
                    <header>
                        <h2 id="h-teams">{words::console::teams()}</h2>
                        <small>{words::console::teams_hint()}</small>
                    </header>
                    <p>
                        <a class="btn" href="/teams">
                            {words::console::teams_link()}
                        </a>
                    </p>
                </section>
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
