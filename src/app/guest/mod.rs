//! The pages of strangers and invitees: signing in, joining, the account. The server chooses the page and draws
//! it; its client draws nothing again (`src/client/guest.rs`), so no view here may change after it is shown.

pub mod account;
pub mod credit_request;
pub mod failure;
pub mod join;
pub mod recovery;
pub mod sign_in;
pub mod sso;
pub mod welcome;

use leptos::prelude::*;

use self::{
    account::{Account, AccountPage},
    credit_request::{CreditRequestPage, CreditRequestView},
    failure::{Failure, FailurePage},
    join::{
        closed_link::{ClosedLink, ClosedLinkPage},
        open_link::{Open, OpenPage, UnknownLink},
        personal::{
            EndedInvite, EndedInvitePage, Fresh, Personal, PersonalPage, Unsubscribe, UnsubscribePage,
        },
    },
    recovery::{Recovery, RecoveryPage},
    sign_in::{Address, AddressPage, Code, CodePage},
    sso::{Tested, TestedPage, ToProvider, ToProviderPage, TroublePage, TroubleView},
    welcome::{Welcome, WelcomePage},
};

/// The pages of this client, with everything that they show.
#[derive(Clone, Debug)]
pub enum Page {
    Address(AddressPage),
    Code(CodePage),
    Welcome(WelcomePage),
    Account(AccountPage),
    Personal(PersonalPage),
    EndedInvite(EndedInvitePage),
    Fresh,
    Unsubscribe(UnsubscribePage),
    Open(OpenPage),
    UnknownLink,
    ClosedLink(ClosedLinkPage),
    ToProvider(ToProviderPage),
    SsoTrouble(TroublePage),
    Tested(TestedPage),
    Recovery(RecoveryPage),
    CreditRequest(CreditRequestPage),
    Failure(Failure),
}

/// The page that a handler answered with.
#[component]
pub fn GuestApp() -> impl IntoView {
    match expect_context::<Page>() {
        Page::Address(page) => view! { <Address page /> }.into_any(),
        Page::Code(page) => view! { <Code page /> }.into_any(),
        Page::Welcome(page) => view! { <Welcome page /> }.into_any(),
        Page::Account(page) => view! { <Account page /> }.into_any(),
        Page::Personal(page) => view! { <Personal page /> }.into_any(),
        Page::EndedInvite(page) => view! { <EndedInvite page /> }.into_any(),
        Page::Fresh => view! { <Fresh /> }.into_any(),
        Page::Unsubscribe(page) => view! { <Unsubscribe page /> }.into_any(),
        Page::Open(page) => view! { <Open page /> }.into_any(),
        Page::UnknownLink => view! { <UnknownLink /> }.into_any(),
        Page::ClosedLink(page) => view! { <ClosedLink page /> }.into_any(),
        Page::ToProvider(page) => view! { <ToProvider page /> }.into_any(),
        Page::SsoTrouble(page) => view! { <TroubleView page /> }.into_any(),
        Page::Tested(page) => view! { <Tested page /> }.into_any(),
        Page::Recovery(page) => view! { <Recovery page /> }.into_any(),
        Page::CreditRequest(page) => view! { <CreditRequestView page /> }.into_any(),
        Page::Failure(failure) => view! { <FailurePage failure /> }.into_any(),
    }
}
