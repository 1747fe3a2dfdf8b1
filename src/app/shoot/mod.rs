//! The client of whoever adds photos and looks at headshots, without a router: for themselves, for a
//! lead who does it on somebody's behalf, and for whoever holds a private results link. H1 to H4, M2, M3

pub mod about;
mod draft;
pub mod gallery;
pub mod headshot;
pub mod page;
pub mod private_link;
pub mod results;
mod viewer;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use self::{
    page::{Shoot, ShootPage},
    results::{LinkEnded, LinkEndedPage, Results, ResultsPage},
};
use crate::app::page_data::page_data;

/// The pages of this client, with everything that they show.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Page {
    Shoot(Box<ShootPage>),
    Results(ResultsPage),
    LinkEnded(LinkEndedPage),
}

/// The root of the client.
#[component]
pub fn ShootApp() -> impl IntoView {
    let page = page_data(|| expect_context::<Page>());
    match page {
        Page::Shoot(page) => view! { <Shoot page=*page /> }.into_any(),
        Page::Results(page) => view! { <Results page /> }.into_any(),
        Page::LinkEnded(page) => view! { <LinkEnded page /> }.into_any(),
    }
}
