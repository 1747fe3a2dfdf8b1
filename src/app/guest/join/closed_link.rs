//! The pages of an open link that does not let somebody in: each says what happened, and the one
//! thing to do about it. L7

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::{
        components::{PostForm, Precision, TextField, Timestamp},
        guest::join::status_page::{Host, StatusPage},
    },
    domain::{
        domain_rule::DomainRule,
        email::{AddressProblem, EmailAddress},
        link::or_list,
        moment::Moment,
    },
};

/// An open link that does not let this person in, and who stands behind it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClosedLinkPage {
    pub reason: ClosedLink,
    pub host: Host,
}

/// Why an open link does not let somebody in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ClosedLink {
    Expired {
        at: Option<Moment>,
    },
    Revoked {
        at: Option<Moment>,
    },
    Paused,
    Full(FullPage),
    /// The link is full, and the person's address is on the list.
    Waiting,
    WrongDomain {
        expected: Vec<DomainRule>,
        address: String,
        again: String,
    },
    AlreadyMember {
        address: String,
    },
    /// The person was removed after the link was made.
    Removed {
        address: String,
    },
}

/// A full link: leave an address, and the lead is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FullPage {
    pub limit: i32,
    pub action: String,
    /// What the form holds, and what is wrong with it.
    pub email: String,
    pub error: Option<String>,
}

#[component]
pub fn ClosedLink(page: ClosedLinkPage) -> impl IntoView {
    let Host { org, name, address: write_to } = page.host;
    let write = write_to.map(|address| {
        let label = format!("Write to {name}");
        view! { <a class="btn go" href=format!("mailto:{address}?subject=Headshots")>{label}</a> }
    });
    let sign_in = || view! { <p class="hint">"Already joined? " <a href="/sign-in">"Sign in"</a></p> };
    let (icon, title, text, next): (&'static str, String, AnyView, AnyView) = match page.reason {
        ClosedLink::Expired { at } => (
            "clock",
            "This link has expired".into(),
            view! {
                {at.map(|at| view! { "It closed on " <Timestamp at=at precision=Precision::Minute/> ". " })}
                {format!("{org}’s shoot may still be running. Ask {name} to reopen the link, or to invite you by email.")}
            }
            .into_any(),
            view! { {write} {sign_in()} }.into_any(),
        ),
        ClosedLink::Revoked { at } => (
            "lock",
            "This link was turned off".into(),
            view! {
                {name.clone()} " turned it off"
                {at.map(|at| view! { " on " <Timestamp at=at precision=Precision::Day/> })}
                ". Perhaps there is a newer one: look in the message where you found this."
            }
            .into_any(),
            view! { {write} {sign_in()} }.into_any(),
        ),
        ClosedLink::Paused => (
            "pause",
            "This link is paused".into(),
            format!("{org} lets nobody in with it at the moment. The link stays good: come back to it later, or ask {name} when it opens again.")
                .into_any(),
            view! { {write} {sign_in()} }.into_any(),
        ),
        ClosedLink::Full(full) => (
            "people",
            if full.limit == 1 { "The one place is taken".into() } else { format!("All {} places are taken", full.limit) },
            format!("{name} can add places in a moment. Leave your address, and we say that you are waiting.").into_any(),
            view! { <WaitForm full/> {sign_in()} }.into_any(),
        ),
        ClosedLink::Waiting => (
            "check",
            "You are on the list".into(),
            format!("We tell {name} who is waiting. When there is room, this same link works again; or you get an invite by email.").into_any(),
            view! { {write} {sign_in()} }.into_any(),
        ),
        ClosedLink::WrongDomain { expected, address, again } => (
            "mail",
            format!("This link is for {}", or_list(&expected)),
            view! { "Your address is " <b>{address}</b> ". Use your work address to join." }.into_any(),
            view! {
                <a class="btn go" href=again>"Use another address"</a>
                <p class="hint">{format!("No work address? Ask {name} to invite you by email: a personal invite works with any address.")}</p>
            }
            .into_any(),
        ),
        ClosedLink::AlreadyMember { address } => (
            "check",
            "You are already in".into(),
            view! { "You are a member of " {org} " as " <b>{address}</b> ". This link took no place for you." }.into_any(),
            view! { <a class="btn go" href="/me">"Go on with my photos"</a> }.into_any(),
        ),
        ClosedLink::Removed { address } => (
            "lock",
            "This link does not let you back in".into(),
            view! {
                <b>{address}</b>
                {format!(" was removed from {org} after the link was made. If you should be in, ask {name} to invite you by email: a personal invite works.")}
            }
            .into_any(),
            view! { {write} }.into_any(),
        ),
    };
    view! {
        <StatusPage icon title text next=Some(next)/>
    }
}

/// A plain form: it works before and without any script. J2
#[component]
fn WaitForm(full: FullPage) -> impl IntoView {
    let node = NodeRef::<leptos::html::Input>::new();
    let (error, set_error) = signal(full.error);
    // The server judges; this only saves a round trip.
    let check = Callback::new(move |()| {
        let Some(input) = node.get_untracked() else { return true };
        let problem = address_problem(&input.value());
        let good = problem.is_none();
        set_error.set(problem.map(|problem| problem.to_string()));
        if !good {
            input.focus().ok();
        }
        good
    });
    view! {
        <PostForm action=full.action check=check>
            <TextField
                name="email"
                label="Work email"
                kind="email"
                value=full.email
                hint="Shown to the leads, and used for nothing else."
                error=error
                autocomplete="email"
                required=true
                node=node
            />
            <button class="btn go wide">"Tell them I am waiting"</button>
        </PostForm>
    }
}

fn address_problem(typed: &str) -> Option<AddressProblem> {
    EmailAddress::parse(typed, crate::app::browser::idna::to_ascii).err()
}
