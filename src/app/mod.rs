//! What people see. Two roots, one for each browser client: [`LeadApp`] with a router, and
//! [`MemberApp`], small, whose page the server has chosen.

pub mod account;
pub mod components;
pub mod credits;
pub mod dashboard;
pub mod error;
pub mod help;
pub mod idna;
pub mod invites;
pub mod join;
pub mod lead;
pub mod links;
pub mod live;
pub mod members;
pub mod parse;
pub mod settings;
pub mod shoots;
pub mod teams;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

pub use lead::LeadApp;

/// The pages of the member's client, with everything that they show. The server chooses one and
/// sends it along; the browser wakes the same one up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Page {
    Address(account::AddressPage),
    Code(account::CodePage),
    Welcome(account::WelcomePage),
    Account(account::AccountPage),
    Personal(join::personal::PersonalPage),
    EndedInvite(join::personal::EndedInvitePage),
    Fresh,
    Unsubscribe(join::personal::UnsubscribePage),
    Open(join::OpenPage),
    UnknownLink,
    ClosedLink(join::ClosedLinkPage),
    Shoot(Box<shoots::ShootPage>),
    Results(shoots::ResultsPage),
    NotFound,
}

/// The root of the member's client.
#[component]
pub fn MemberApp() -> impl IntoView {
    let page = SharedValue::new(|| expect_context::<Page>()).into_inner();
    match page {
        Page::Address(page) => view! { <account::Address page/> }.into_any(),
        Page::Code(page) => view! { <account::Code page/> }.into_any(),
        Page::Welcome(page) => view! { <account::Welcome page/> }.into_any(),
        Page::Account(page) => view! { <account::Account page/> }.into_any(),
        Page::Personal(page) => view! { <join::personal::Personal page/> }.into_any(),
        Page::EndedInvite(page) => view! { <join::personal::EndedInvite page/> }.into_any(),
        Page::Fresh => view! { <join::personal::Fresh/> }.into_any(),
        Page::Unsubscribe(page) => view! { <join::personal::Unsubscribe page/> }.into_any(),
        Page::Open(page) => view! { <join::Open page/> }.into_any(),
        Page::UnknownLink => view! { <join::UnknownLink/> }.into_any(),
        Page::ClosedLink(page) => view! { <join::ClosedLink page/> }.into_any(),
        Page::Shoot(page) => view! { <shoots::Shoot page=*page/> }.into_any(),
        Page::Results(page) => view! { <shoots::Results page/> }.into_any(),
        Page::NotFound => view! { <account::NotFound/> }.into_any(),
    }
}
