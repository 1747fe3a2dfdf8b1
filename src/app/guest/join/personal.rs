//! The pages of a personal invite: to accept or decline it, each way in which it has ended, and those
//! of opting out. I7, I9, I10, J1, J4

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::{
        components::{Avatar, Note, PostForm, Precision, PublicLayout, TextField, Timestamp, Tone},
        guest::join::{
            status_page::{Host, StatusPage},
            steps::Steps,
        },
    },
    domain::{member::NAME_MAX, moment::Moment, photo::PhotoLimits},
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
    pub entry: Entry,
    pub limits: PhotoLimits,
    pub typed: String,
    pub error: Option<String>,
}

/// How whoever looks at an invite gets in with it. J4, J6
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Entry {
    /// The address has no account: at once.
    AsNewcomer,
    /// Signed in as the invited person: at once.
    AsViewer,
    /// The address has an account: by a code that is mailed to it.
    ByCode,
    /// Signed in as somebody else: by such a code as well.
    ByCodeInsteadOf { viewer: String },
}

/// An invite that lets nobody in any more: why, and what to do. I7, I9, I10
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndedInvitePage {
    pub why: WhyEnded,
    pub host: Host,
}

/// Why an invite lets nobody in any more. Texts are form actions where not said otherwise.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum WhyEnded {
    Expired {
        fresh: String,
    },
    Revoked,
    Declined {
        opt_out: String,
    },
    /// The person's own address.
    OptedOut {
        address: String,
    },
    /// It was accepted before, as this address; by the viewer, or by whom it was for.
    Used {
        address: String,
        by_viewer: bool,
    },
}

/// No further mail from an organization: to be confirmed, or done. I10
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnsubscribePage {
    pub org: String,
    /// Where the confirmation goes; `None` when it is done.
    pub action: Option<String>,
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
        view! { "This invite closes on " <Timestamp at=page.expires_at precision=Precision::Day/> "." }
            .into_any();
    let button = match &page.entry {
        Entry::AsNewcomer | Entry::AsViewer => "Join and start my shoot",
        Entry::ByCode | Entry::ByCodeInsteadOf { .. } => "Send me a code",
    };
    let invited = page.address.clone();
    let entry = match page.entry {
        Entry::AsNewcomer | Entry::AsViewer => None,
        Entry::ByCode => Some(
            view! {
                <Note tone=Tone::Info>
                    <p>
                        "There is an account with this address. We send a code to " <b>{invited}</b>
                        " first, to make sure that it is you."
                    </p>
                </Note>
            }
            .into_any(),
        ),
        Entry::ByCodeInsteadOf { viewer } => Some(
            view! {
                <Note tone=Tone::Warn>
                    <p>
                        "You are signed in as " <b>{viewer}</b>
                        ". This invite is for another address: we send a code to " <b>{invited}</b>
                        " first. Joining signs you in as that one."
                    </p>
                </Note>
            }
            .into_any(),
        ),
    };
    let decline = format!("{}/decline", page.action);
    let declining = format!("Not interested? Then nobody reminds you, and {first} sees that you declined.");
    view! {
        <PublicLayout footer=footer>
            <PostForm action=page.action>
                <p class="who">
                    <Avatar name=page.inviter.clone()/>
                    <span>{page.inviter.clone()} <small>{from}</small></span>
                </p>
                <div class="stack tight">
                    <h1>"Your new headshot, in ten minutes"</h1>
                    <p>{format!("{first} has set up a shoot for you. No studio, no photographer: your phone is enough.")}</p>
                </div>
                <Steps limits=page.limits lead=first.clone()/>
                {entry}
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
            <PostForm action=decline class="stack tight">
                <button class="btn wide">"Decline"</button>
                <p class="hint">{declining}</p>
            </PostForm>
        </PublicLayout>
    }
}

#[component]
pub fn EndedInvite(page: EndedInvitePage) -> impl IntoView {
    let Host { org, name, address } = page.host;
    let write = address.map(|address| {
        let label = format!("Write to {name}");
        view! { <a class="btn" href=format!("mailto:{address}?subject=Headshots")>{label}</a> }
    });
    let sign_in =
        || view! { <p class="hint">"Already joined? " <a href="/sign-in">"Sign in"</a></p> }.into_any();
    let (icon, title, text, next): (&'static str, &'static str, AnyView, AnyView) = match page.why {
        WhyEnded::Expired { fresh } => (
            "clock",
            "This invite has expired",
            format!("{org} is still happy to have you. A fresh link goes to the address that was invited.").into_any(),
            view! {
                <PostForm action=fresh>
                    <button class="btn go wide">"Send me a fresh link"</button>
                </PostForm>
                {write}
                {sign_in()}
            }
            .into_any(),
        ),
        WhyEnded::Revoked => (
            "lock",
            "This invite was taken back",
            format!("{name} took it back, perhaps because of a mistyped address or a change of plans. If you think you should be in, ask.").into_any(),
            view! { {write} {sign_in()} }.into_any(),
        ),
        WhyEnded::Declined { opt_out } => (
            "mail",
            "This invite was declined",
            format!("Nobody reminds you of it. Changed your mind? Ask {name} to invite you again.").into_any(),
            view! {
                {write}
                <PostForm action=opt_out class="stack tight">
                    <div class="row">
                        <button class="btn">{format!("No more invites from {org}")}</button>
                    </div>
                    <p class="hint">{format!("Then nobody at {org} can invite you by email again.")}</p>
                </PostForm>
            }
            .into_any(),
        ),
        WhyEnded::OptedOut { address } => (
            "mail",
            "You get no more invites",
            view! { <b>{address}</b> {format!(" gets no further invites from {org}. Other organizations are not affected.")} }.into_any(),
            view! { {write} {sign_in()} }.into_any(),
        ),
        WhyEnded::Used { address, by_viewer: true } => (
            "check",
            "You are already in",
            view! { "You joined " {org} " as " <b>{address}</b> "." }.into_any(),
            view! { <a class="btn go" href="/me">"Go on with my photos"</a> }.into_any(),
        ),
        WhyEnded::Used { address, by_viewer: false } => (
            "check",
            "This invite has been used",
            view! { <b>{address}</b> " has joined " {org} ". If that is you, sign in with this address." }.into_any(),
            view! { <a class="btn go" href="/sign-in">"Sign in"</a> }.into_any(),
        ),
    };
    view! {
        <StatusPage icon title text next=Some(next)/>
    }
}

/// A fresh link was asked for; whether one went out is not said. I7
#[component]
pub fn Fresh() -> impl IntoView {
    view! {
        <StatusPage
            icon="mail"
            title="Look in your mailbox"
            text="If this invite can be renewed, a fresh link is on its way to the address that was invited. One goes out at most once an hour.".into_any()
            next=Some(view! { <p class="hint">"Nothing there? Ask whoever invited you for a new invite."</p> }.into_any())
        />
    }
}

#[component]
pub fn Unsubscribe(page: UnsubscribePage) -> impl IntoView {
    let org = page.org;
    let (title, text) = match page.action {
        Some(_) => (
            format!("No more invites from {org}?"),
            format!(
                "An open invite is declined, and nobody at {org} can invite you by email again. Other organizations are not affected."
            ),
        ),
        None => (
            "You get no more invites".to_owned(),
            format!(
                "Nobody at {org} can invite you by email any more. Other organizations are not affected."
            ),
        ),
    };
    let next = page.action.map(|action| {
        view! {
            <PostForm action>
                <button class="btn go wide">"No more invites"</button>
            </PostForm>
        }
        .into_any()
    });
    view! {
        <StatusPage icon="mail" title text=text.into_any() next/>
    }
}
