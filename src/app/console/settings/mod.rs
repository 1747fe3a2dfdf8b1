//! The Settings page; each section has a file or a folder of its own. I7, I8, S1

pub mod api;
pub mod directory;
pub mod domains;
mod inviting;
pub mod sso;

use leptos::prelude::*;

use self::{
    directory::DirectorySection, domains::DomainsSection, inviting::InvitingSection, sso::SsoSection,
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
            </div>
        </main>
    }
}
