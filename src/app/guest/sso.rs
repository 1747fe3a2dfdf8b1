//! Signing in through an identity provider: on the way there, what went wrong, and what a lead's test of
//! the connection showed. S2, S4

use leptos::prelude::*;

use crate::{
    app::components::{Note, PostForm, PublicLayout, Tone},
    domain::sso::trouble::{TokenFault, Trouble},
    words,
};

/// Somebody on the way to their provider. The answer leads there by itself; the page is for where that
/// takes a while.
#[derive(Clone, Debug)]
pub struct ToProviderPage {
    pub org: String,
    pub provider: String,
    pub url: String,
    /// The address that may ask for a code instead.
    pub code_for: Option<String>,
}

/// Why nobody is signed in, and what to do next.
#[derive(Clone, Debug)]
pub struct TroublePage {
    pub trouble: Trouble,
    pub org: Option<String>,
    pub provider: Option<String>,
    /// Where it began.
    pub again: String,
}

/// What a test of the connection showed. S2
#[derive(Clone, Debug)]
pub struct TestedPage {
    pub provider: String,
    /// The address that the provider gave.
    pub outcome: Result<String, Trouble>,
    /// Our URL that the provider has to know.
    pub callback: String,
    pub issuer: String,
}

#[component]
pub fn ToProvider(page: ToProviderPage) -> impl IntoView {
    view! {
        <PublicLayout footer=words::guest::product().into_any()>
            <div class="stack">
                <div class="stack tight">
                    <h1>{words::guest::to_provider(&page.provider)}</h1>
                    <p role="status">{words::guest::to_provider_text(&page.org)}</p>
                </div>
                <a class="btn primary wide" href=page.url>
                    {words::guest::to_provider_button(&page.provider)}
                </a>
                {page
                    .code_for
                    .map(|address| {
                        view! {
                            <PostForm action="/sign-in">
                                <input type="hidden" name="email" value=address />
                                <input type="hidden" name="by" value="code" />
                                <button class="btn bare wide">{words::guest::to_provider_code()}</button>
                            </PostForm>
                        }
                    })}
            </div>
        </PublicLayout>
    }
}

#[component]
pub fn TroubleView(page: TroublePage) -> impl IntoView {
    let org = page.org.unwrap_or_else(|| words::guest::your_organization().to_owned());
    let provider = page.provider.unwrap_or_else(|| words::guest::your_provider().to_owned());
    let (title, text) = for_the_person(&page.trouble, &org, &provider);
    let tone = if page.trouble == Trouble::Cancelled { Tone::Info } else { Tone::Bad };
    view! {
        <PublicLayout>
            <div class="stack">
                <h1>{title}</h1>
                <Note tone=tone>
                    <p>{text}</p>
                </Note>
                <div class="row">
                    <a class="btn primary" href=page.again>
                        {words::guest::sso_again()}
                    </a>
                    {matches!(page.trouble, Trouble::Unreachable | Trouble::SecretWrong | Trouble::Unreadable)
                        .then(|| {
                            view! {
                                <a class="btn" href="/sign-in/recovery">
                                    {words::guest::recovery_link()}
                                </a>
                            }
                        })}
                </div>
            </div>
        </PublicLayout>
    }
}

/// A heading, and what happened with what to do next.
fn for_the_person(trouble: &Trouble, org: &str, provider: &str) -> (&'static str, String) {
    match trouble {
        Trouble::Stale => (words::guest::sso_stale(), words::guest::sso_stale_text().into()),
        Trouble::Changed => (words::guest::sso_stale(), words::guest::sso_changed_text(org)),
        Trouble::TooMany => (words::guest::sso_too_many(), words::guest::sso_too_many_text().into()),
        Trouble::Unreachable => {
            (words::guest::sso_unreachable(), words::guest::sso_unreachable_text(provider))
        }
        Trouble::Cancelled => (words::guest::sso_cancelled(), words::guest::sso_cancelled_text(provider)),
        Trouble::Declined { code } => {
            (words::guest::sso_declined(), words::guest::sso_declined_text(provider, code))
        }
        Trouble::AddressUnverified => {
            (words::guest::sso_not_in(), words::guest::sso_unverified_text(provider, org))
        }
        Trouble::NoAddress => (words::guest::sso_not_in(), words::guest::sso_no_address_text(provider, org)),
        Trouble::NotManaged => (words::guest::sso_not_in(), words::guest::sso_not_managed_text(org)),
        Trouble::NotYourDomain { domain } => {
            (words::guest::sso_not_in(), words::guest::sso_not_your_domain_text(domain, org))
        }
        Trouble::AnotherPerson => (words::guest::sso_not_in(), words::guest::sso_another_person_text(org)),
        Trouble::Removed => (words::guest::sso_not_in(), words::guest::sso_removed_text(org)),
        Trouble::NotAMember => (words::guest::sso_not_in(), words::guest::sso_not_a_member_text(org)),
        Trouble::Forbidden
        | Trouble::Unreadable
        | Trouble::IssuerDiffers { .. }
        | Trouble::SecretWrong
        | Trouble::CodeRefused
        | Trouble::Token(_) => (words::guest::sso_broken(), words::guest::sso_broken_text(provider, org)),
    }
}

#[component]
pub fn Tested(page: TestedPage) -> impl IntoView {
    let (title, tone, text) = match &page.outcome {
        Ok(address) => {
            (words::guest::tested_well(), Tone::Good, words::guest::tested_well_text(&page.provider, address))
        }
        Err(trouble) => (words::guest::tested_badly(), Tone::Bad, for_the_owner(trouble, &page)),
    };
    view! {
        <PublicLayout>
            <div class="stack">
                <h1>{title}</h1>
                <Note tone=tone>
                    <p>{text}</p>
                </Note>
                <div class="row">
                    <a class="btn primary" href="/settings">
                        {words::guest::tested_back()}
                    </a>
                </div>
            </div>
        </PublicLayout>
    }
}

/// What is wrong, and where to mend it.
fn for_the_owner(trouble: &Trouble, page: &TestedPage) -> String {
    let (provider, issuer) = (&page.provider, &page.issuer);
    match trouble {
        Trouble::Stale => words::guest::sso_stale_text().into(),
        Trouble::Changed => words::guest::tested_changed().into(),
        Trouble::TooMany => words::guest::sso_too_many_text().into(),
        Trouble::Unreachable => words::guest::tested_unreachable(provider, issuer),
        Trouble::Forbidden => words::guest::tested_forbidden(issuer),
        Trouble::Unreadable => words::guest::tested_unreadable(issuer),
        Trouble::IssuerDiffers { found } => words::guest::tested_issuer(issuer, found),
        Trouble::SecretWrong => words::guest::tested_secret(provider),
        Trouble::Cancelled => words::guest::sso_cancelled_text(provider),
        Trouble::Declined { code } => words::guest::tested_declined(provider, code, &page.callback),
        Trouble::CodeRefused => words::guest::tested_code(&page.callback),
        Trouble::NoAddress => words::guest::tested_no_address(provider),
        Trouble::AddressUnverified => words::guest::tested_unverified(provider),
        Trouble::NotManaged => words::guest::tested_not_managed().into(),
        Trouble::NotYourDomain { domain } => words::guest::tested_not_your_domain(domain),
        Trouble::Token(TokenFault::Clock) => words::guest::tested_clock().into(),
        Trouble::Token(TokenFault::Algorithm) => words::guest::tested_algorithm(provider),
        Trouble::Token(TokenFault::Issuer) => words::guest::tested_token_issuer(issuer),
        Trouble::Token(TokenFault::Audience) => words::guest::tested_audience().into(),
        Trouble::Token(_) => words::guest::tested_token(provider),
        Trouble::AnotherPerson | Trouble::Removed | Trouble::NotAMember => {
            words::guest::sso_another_person_text(provider)
        }
    }
}
