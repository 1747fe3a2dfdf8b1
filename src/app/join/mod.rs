//! The pages on which people join: by personal invite, by open link, and each way in which a link
//! does not work. J1 to J4, L7

mod closed_link;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

pub use self::closed_link::{ClosedLink, ClosedLinkPage, FullPage};
use super::{
    components::{Face, Guest, Icon, Note, PostForm, Precision, TextField, Tone, When},
    idna,
};
use crate::domain::{
    domain_rule::DomainRule,
    email::EmailAddress,
    link::{LinkPolicy, LinkRefusal, or_list},
    member::NAME_MAX,
    moment::Moment,
    photo::PhotoLimits,
};

/// A personal invite that can be accepted. J1
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonalPage {
    pub action: String,
    pub org: String,
    pub inviter: String,
    pub team: Option<String>,
    pub address: String,
    pub expires_at: Moment,
    /// Signed in as somebody else. J4
    pub other: Option<String>,
    pub limits: PhotoLimits,
    pub typed: String,
    pub error: Option<String>,
}

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

/// An invite that does not let anybody in, or a link that nobody knows: why, and what to do. L7, I9
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClosedPage {
    pub reason: Closed,
    /// Who invites, and how to write to them; nobody for an unknown token. L7
    pub host: Option<Host>,
}

/// Who stands behind a link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Host {
    pub org: String,
    pub name: String,
    pub address: Option<String>,
}

/// Why an invite is closed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Closed {
    Unknown,
    InviteExpired,
    InviteRevoked,
    InviteDeclined,
    /// The invite was accepted before; by the viewer, or by whom it was for.
    InviteUsed {
        address: String,
        by_viewer: bool,
    },
}

#[component]
pub fn Personal(page: PersonalPage) -> impl IntoView {
    let (first, _) = page.inviter.split_once(' ').unwrap_or((&page.inviter, ""));
    let first = first.to_owned();
    let from = match &page.team {
        Some(team) => format!("{}, {team}", page.org),
        None => page.org.clone(),
    };
    let footer =
        view! { "This invite closes on " <When at=page.expires_at precision=Precision::Day/> "." }.into_any();
    let button = match &page.other {
        Some(_) => format!("Join as {}", page.address),
        None => "Join and start my shoot".into(),
    };
    view! {
        <Guest footer=footer>
            <PostForm action=page.action>
                <p class="who">
                    <Face name=page.inviter.clone()/>
                    <span>{page.inviter.clone()} <small>{from}</small></span>
                </p>
                <div class="stack tight">
                    <h1>"Your new headshot, in ten minutes"</h1>
                    <p>{format!("{first} has set up a shoot for you. No studio, no photographer: your phone is enough.")}</p>
                </div>
                <Steps limits=page.limits lead=first.clone()/>
                {page
                    .other
                    .map(|other| {
                        view! {
                            <Note tone=Tone::Warn>
                                <p>
                                    "You are signed in as " <b>{other}</b>
                                    ". This invite is for another address; joining signs you in as that one."
                                </p>
                            </Note>
                        }
                    })}
                <TextField
                    name="name"
                    label="Your name"
                    value=page.typed
                    error=Signal::stored(page.error)
                    autocomplete="name"
                    max=NAME_MAX
                    required=true
                />
                <TextField
                    name="email"
                    label="Email"
                    kind="email"
                    value=page.address
                    readonly=true
                    hint=format!("The invite is for this address. Wrong one? Ask {first} for a new invite.")
                />
                <button class="btn go wide">{button}</button>
                <p class="hint">"It costs you nothing. Your photos are used only for your headshots and deleted 30 days after these are ready."</p>
            </PostForm>
        </Guest>
    }
}

/// What happens next and how long it takes. J1
#[component]
fn Steps(limits: PhotoLimits, lead: String) -> impl IntoView {
    view! {
        <ol class="next">
            <li>
                <span>
                    <b>{format!("Add {} to {} photos.", limits.min_photos, limits.max_photos)}</b>
                    " Ones you have, or a few new ones."
                </span>
            </li>
            <li>
                <span><b>"We make the headshots."</b> " It takes a few minutes; we email you."</span>
            </li>
            <li>
                <span><b>"You choose."</b> {format!(" Pick the one you like; {lead} sees it too.")}</span>
            </li>
        </ol>
    }
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
        {page.expires_at.map(|at| view! { "Closes on " <When at=at precision=Precision::Minute/> "." })}
    }
    .into_any();
    let shared = match &page.team {
        Some(team) => format!("{} shared this link with team {team}.", page.maker),
        None => format!("{} shared this link with the team.", page.maker),
    };
    view! {
        <Guest footer=footer>
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
        </Guest>
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

#[component]
pub fn Closed(page: ClosedPage) -> impl IntoView {
    let host = page.host;
    let name = host.as_ref().map_or_else(|| "the sender".to_owned(), |host| host.name.clone());
    let org = host.as_ref().map_or_else(String::new, |host| host.org.clone());
    let write = host.as_ref().and_then(|host| host.address.clone()).map(|address| {
        let label = format!("Write to {name}");
        view! { <a class="btn go" href=format!("mailto:{address}?subject=Headshots")>{label}</a> }
    });
    let sign_in =
        || view! { <p class="hint">"Already joined? " <a href="/sign-in">"Sign in"</a></p> }.into_any();
    let (icon, title, text, next): (&'static str, String, AnyView, AnyView) = match page.reason {
        Closed::Unknown => (
            "link",
            "This link does not work".into(),
            "It may be cut off or mistyped. Open it again from the message you got, or ask whoever sent it for a new one.".into_any(),
            sign_in(),
        ),
        Closed::InviteExpired => (
            "clock",
            "This invite has expired".into(),
            format!("{org} is still happy to have you. Ask {name} to invite you again.").into_any(),
            view! { {write} {sign_in()} }.into_any(),
        ),
        Closed::InviteRevoked => (
            "lock",
            "This invite was taken back".into(),
            format!("{name} took it back, perhaps because of a mistyped address or a change of plans. If you think you should be in, ask.").into_any(),
            view! { {write} {sign_in()} }.into_any(),
        ),
        Closed::InviteDeclined => (
            "mail",
            "This invite was declined".into(),
            format!("Changed your mind? Ask {name} to invite you again.").into_any(),
            view! { {write} {sign_in()} }.into_any(),
        ),
        Closed::InviteUsed { address, by_viewer: true } => (
            "check",
            "You are already in".into(),
            view! { "You joined " {org} " as " <b>{address}</b> "." }.into_any(),
            view! { <a class="btn go" href="/me">"Go on with my photos"</a> }.into_any(),
        ),
        Closed::InviteUsed { address, by_viewer: false } => (
            "check",
            "This invite has been used".into(),
            view! { "Somebody joined " {org} " with it as " <b>{address}</b> ". If that was you, sign in with this address." }.into_any(),
            view! { <a class="btn go" href="/sign-in">"Sign in"</a> }.into_any(),
        ),
    };
    view! {
        <Guest>
            <article class="empty">
                <Icon name=icon/>
                <h1>{title}</h1>
                <p>{text}</p>
                {next}
            </article>
        </Guest>
    }
}
