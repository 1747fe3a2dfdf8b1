//! The pages of whoever adds photos and looks at headshots: for themselves, for a lead who does it on somebody's
//! behalf, and for whoever holds a private results link. The server chooses the page and draws it; of all that its
//! client hydrates the parts in `live`. H1 to H4, M2, M3

pub mod about;
pub mod draft;
pub mod gallery;
pub mod headshot;
pub mod live;
pub mod page;
mod part;
pub mod private_link;
pub mod results;
pub mod viewer;

use leptos::prelude::*;

use self::{
    live::Live,
    page::{Shoot, ShootPage},
    results::{LinkEnded, LinkEndedPage, Results, ResultsPage},
};
use crate::app::page_data::page_data;

/// The pages of this client, with everything that they show.
#[derive(Clone, Debug)]
pub enum Page {
    Shoot(Box<ShootPage>),
    Results(ResultsPage),
    LinkEnded(LinkEndedPage),
}

/// The page that a handler answered with.
#[component]
pub fn ShootApp() -> impl IntoView {
    let page = expect_context::<Page>();
    page_data(|| live(&page));
    match page {
        Page::Shoot(page) => view! { <Shoot page=*page /> }.into_any(),
        Page::Results(page) => view! { <Results page /> }.into_any(),
        Page::LinkEnded(page) => view! { <LinkEnded page /> }.into_any(),
    }
}

fn live(page: &Page) -> Live {
    match page {
        Page::Shoot(page) => Live { draft: page.draft_data(), prints: page.prints(), link: page.link() },
        Page::Results(page) => Live { prints: page.prints(), ..Live::default() },
        Page::LinkEnded(_) => Live::default(),
    }
}
