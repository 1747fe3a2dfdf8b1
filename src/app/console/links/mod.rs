//! The tab of open invites: a new link, and all there are. L1, L2, L6

pub mod api;
mod edit;
mod expiry;
mod form;
mod revoke;
mod row;
mod share;
mod unsent;
mod waiting;

use leptos::prelude::*;

use self::{
    api::LinkView,
    form::NewLinkForm,
    row::{Links, Open},
    unsent::Unsent,
};
use crate::{
    app::{
        components::{LoadLive, Note, Tone},
        console::{
            add_member::{dialog::Dialog, tab::Tab},
            help_link::HelpLink,
            teams::api::TeamView,
        },
        error::AppError,
    },
    domain::{credit::CreditOutlook, link::LinkState},
    words,
};

#[component]
pub fn LinkTab(
    outlook: CreditOutlook,
    teams: Vec<TeamView>,
    /// Domains whose people need no link. S5
    covered: Vec<String>,
    links: Resource<Result<Vec<LinkView>, AppError>>,
) -> impl IntoView {
    let dialog = expect_context::<Dialog>();
    let unsent = Unsent { new_link: RwSignal::new(false), edit: RwSignal::new(false) };
    Effect::new(move || dialog.set_unsent(Tab::Link, unsent.new_link.get() || unsent.edit.get()));
    let open: Open = RwSignal::new(None);
    let for_rows = teams.clone();
    let show = move |links: Signal<Vec<LinkView>>| {
        view! {
            <header>
                <h3 id="h-links" tabindex="-1">
                    {words::console::links()}
                </h3>
                <small>{move || links.with(|links| summary(links))}</small>
            </header>
            <Links links teams=for_rows.clone() open unsent />
        }
    };
    view! {
        <div class="body stack">
            {(!covered.is_empty())
                .then(|| {
                    view! {
                        <Note tone=Tone::Info>
                            <p>{words::console::links_covered(covered.join(", "))}</p>
                        </Note>
                    }
                })} <NewLinkForm outlook teams unsent /> <HelpLink />
            <section class="section" aria-labelledby="h-links">
                <LoadLive data=links show />
            </section>
        </div>
        <footer>
            <p>{words::console::links_hint()}</p>
            <button type="button" class="btn" on:click=move |_| dialog.close()>
                {words::console::links_done()}
            </button>
        </footer>
    }
}

/// `2 live, 1 paused, 3 closed`; nothing where there are no links.
fn summary(links: &[LinkView]) -> Option<String> {
    let count = |state: LinkState| links.iter().filter(|link| link.state == state).count() as i64;
    let (live, paused) = (count(LinkState::Live), count(LinkState::Paused));
    let closed = links.len() as i64 - live - paused;
    let paused = (paused > 0).then(|| words::console::links_paused(paused));
    let closed = (closed > 0).then(|| words::console::links_closed(closed));
    let parts = std::iter::once(words::console::links_live(live)).chain(paused).chain(closed);
    (!links.is_empty()).then(|| parts.collect::<Vec<_>>().join(", "))
}
