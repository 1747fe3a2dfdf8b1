//! The Settings page; each section has a file or a folder of its own. T1, I7, I8, S1

pub mod api;
mod deletion;
pub mod directory;
pub mod domains;
mod inviting;
pub mod logo;
mod organization;
mod pictures;
pub mod sso;

use leptos::prelude::*;

use self::{
    deletion::DeletionSection, directory::DirectorySection, domains::DomainsSection,
    inviting::InvitingSection, organization::OrganizationSection, pictures::PicturesSection, sso::SsoSection,
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
                <PicturesSection />
                <DeletionSection />
            </div>
        </main>
    }
}
