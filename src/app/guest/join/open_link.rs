//! The page on which people join by open link. J1 to J4, L7

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::{
        browser::idna,
        components::{PostForm, Precision, PublicLayout, TextField, Timestamp},
        guest::join::{status_page::StatusPage, steps::Steps},
    },
    domain::{
        domain_rule::DomainRule,
        email::EmailAddress,
        link::{LinkPolicy, LinkRefusal, or_list},
        member::NAME_MAX,
        moment::Moment,
        photo::PhotoLimits,
    },
};

/// An open link that can be used. J1, L3
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenPage {
    pub action: String,
    pub org: String,
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
    let email_node = NodeRef::<leptos::html::Input>::new();
    let (email_error, set_email_error) = signal(page.email_error.clone());
    let rules = page.domains.clone();
    // The server judges the proven address; this only saves a round trip.
    let check = Callback::new(move |()| {
        let Some(input) = email_node.get_untracked() else { return true };
        let problem = email_problem(&input.value(), &rules);
        let good = problem.is_none();
        set_email_error.set(problem);
        if !good {
            input.focus().ok();
        }
        good
    });
    let hint = (!page.domains.is_empty()).then(|| format!("Must end in {}", or_list(&page.domains)));
    let places = page.places_left.map(|places| match places {
        1 => "1 place left. ".to_owned(),
        places => format!("{places} places left. "),
    });
    let footer = view! {
        {places}
        {page.expires_at.map(|at| view! { "Closes on " <Timestamp at=at precision=Precision::Minute/> "." })}
    }
    .into_any();
    let shared = match &page.team {
        Some(team) => format!("{} shared this link with team {team}.", page.maker),
        None => format!("{} shared this link with the team.", page.maker),
    };
    view! {
        <PublicLayout footer=footer>
            <PostForm action=page.action.clone() check=check>
                <div class="stack tight">
                    <h1>{format!("Join {}’s headshots", page.org)}</h1>
                    <p>{shared} " Your phone is enough: no studio, no photographer."</p>
                </div>
                <Steps limits=page.limits lead=page.maker.clone()/>
                <TextField
                    name="name"
                    label="Your name"
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
                                label="Email"
                                value=address
                                readonly=true
                                hint="You are signed in with this address."
                            />
                            <button class="btn go wide">"Join and start my shoot"</button>
                            <p class="hint">
                                <a href=format!("{}?as=another", page.action)>"Join with another address"</a>
                            </p>
                        }
                            .into_any()
                    }
                    None => {
                        let hint = hint.unwrap_or_else(|| "Any address of yours that you can read mail at.".into());
                        view! {
                            <TextField
                                name="email"
                                label="Work email"
                                kind="email"
                                value=page.email
                                hint=hint
                                error=email_error
                                autocomplete="email"
                                required=true
                                node=email_node
                            />
                            <button class="btn go wide">"Send me a code"</button>
                            <p class="hint">"We send a six-digit code to make sure the address is yours. It costs you nothing."</p>
                        }
                            .into_any()
                    }
                }}
            </PostForm>
        </PublicLayout>
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
            title="This link does not work"
            text="It may be cut off or mistyped. Open it again from the message you got, or ask whoever sent it for a new one.".into_any()
            next=Some(view! { <p class="hint">"Already joined? " <a href="/sign-in">"Sign in"</a></p> }.into_any())
        />
    }
}
