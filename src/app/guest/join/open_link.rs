//! The page on which people join by open link. J1 to J4, L7

use leptos::prelude::*;

use crate::{
    app::{
        browser::idna,
        components::{PostForm, Precision, PublicLayout, Sentence, TextField, Timestamp},
        guest::join::{
            org_face::{OrgLogo, OrgWebsite},
            status_page::{AlreadyJoined, StatusPage},
            steps::Steps,
        },
    },
    domain::{
        domain_rule::DomainRule,
        email::EmailAddress,
        link::{LinkPolicy, LinkRefusal, or},
        member::NAME_MAX,
        moment::Moment,
        organization::Face,
        photo::PhotoLimits,
    },
    words,
};

/// An open link that can be used. J1, L3
#[derive(Clone, Debug)]
pub struct OpenPage {
    pub action: String,
    pub org: String,
    pub face: Face,
    pub maker: String,
    pub team: Option<String>,
    pub domains: Vec<DomainRule>,
    pub places_left: Option<i32>,
    pub expires_at: Option<Moment>,
    /// Signed in with this address, which is proven already.
    pub viewer: Option<String>,
    pub limits: PhotoLimits,
    pub name: String,
    pub email: String,
    pub name_error: Option<String>,
    pub email_error: Option<String>,
}

#[component]
pub fn Open(page: OpenPage) -> impl IntoView {
    let domains: Vec<String> = page.domains.iter().map(ToString::to_string).collect();
    let hint = which_address(&page.domains);
    let places = page.places_left.map(|places| words::guest::link_places_left(places.into()));
    let footer = view! {
        {places}
        " "
        {page
            .expires_at
            .map(|at| {
                view! {
                    <Sentence words=words::guest::link_closes()>
                        <Timestamp at precision=Precision::Deadline />
                    </Sentence>
                }
            })}
    }
    .into_any();
    let shared = match &page.team {
        Some(team) => words::guest::link_shared_with_team(&page.maker, team),
        None => words::guest::link_shared(&page.maker),
    };
    view! {
        <PublicLayout footer=footer>
            <OrgLogo org=page.org.clone() face=page.face.clone() />
            <PostForm action=page.action.clone() domains=domains.join(" ")>
                <div class="stack tight">
                    <h1>{words::guest::link(page.org)}</h1>
                    <p>{shared} " " {words::guest::link_intro()}</p>
                    {page
                        .face
                        .website
                        .map(|website| {
                            view! {
                                <p>
                                    <OrgWebsite website />
                                </p>
                            }
                        })}
                </div>
                <Steps limits=page.limits lead=page.maker.clone() />
                <TextField
                    name="name"
                    label=words::guest::your_name_field()
                    value=page.name
                    error=Signal::stored(page.name_error)
                    autocomplete="name"
                    max=NAME_MAX
                    required=true
                />
                {match page.viewer {
                    Some(address) => {
                        view! {
                            <TextField
                                name="viewer"
                                label=words::guest::email_field()
                                value=address
                                readonly=true
                                hint=words::guest::viewer_address_hint()
                            />
                            <button class="btn primary wide">{words::guest::join_button()}</button>
                            <p class="hint">
                                <a href=format!(
                                    "{}?as=another",
                                    page.action,
                                )>{words::guest::join_as_another()}</a>
                            </p>
                        }
                            .into_any()
                    }
                    None => {

                        view! {
                            <TextField
                                name="email"
                                label=words::guest::work_email_field()
                                kind="email"
                                value=page.email
                                hint=hint
                                error=Signal::stored(page.email_error)
                                autocomplete="email"
                                required=true
                            />
                            <button class="btn primary wide">{words::guest::send_code_button()}</button>
                            <p class="hint">{words::guest::why_code()}</p>
                        }
                            .into_any()
                    }
                }}
            </PostForm>
        </PublicLayout>
    }
}

/// Which address to type. L3
fn which_address(rules: &[DomainRule]) -> String {
    let (below, own): (Vec<String>, Vec<String>) =
        rules.iter().map(ToString::to_string).partition(|rule| rule.starts_with("*."));
    let own = or(own.into_iter());
    let below = or(below.iter().map(|rule| rule.trim_start_matches("*.").to_owned()));
    match (own, below) {
        (Some(own), Some(below)) => words::guest::which_address_or_subdomain(own, below),
        (Some(own), None) => words::guest::which_address(own),
        (None, Some(below)) => words::guest::which_address_subdomain(below),
        (None, None) => words::guest::which_address_any().to_owned(),
    }
}

/// What the server would say of this address, by the same rules. L3
#[must_use]
pub fn email_problem(typed: &str, rules: &[DomainRule]) -> Option<String> {
    let address = match EmailAddress::parse(typed, idna::to_ascii) {
        Ok(address) => address,
        Err(problem) => return Some(problem.to_string()),
    };
    let policy = LinkPolicy { domains: rules.to_vec(), ..LinkPolicy::OPEN };
    policy.admit(&address).err().map(|refusal: LinkRefusal| refusal.to_string())
}

/// A token that opens nothing: says so, and nothing of any organization. L7
#[component]
pub fn UnknownLink() -> impl IntoView {
    view! {
        <StatusPage
            icon="link"
            title=words::guest::link_unknown()
            text=words::guest::link_unknown_text().into_any()
            next=Some(view! { <AlreadyJoined /> }.into_any())
        />
    }
}
