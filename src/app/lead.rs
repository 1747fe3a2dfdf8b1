//! The root of the lead's client: the frame around its pages, and what all of them share.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};
use serde::{Deserialize, Serialize};

use super::{
    components::LeadTop, credits::Credits, dashboard::Dashboard, help::Help, invites::AddMemberPlace,
    members::Members, shoots::lead::Headshots, teams::Settings,
};
use crate::domain::{
    ids::{MemberId, OrgId},
    role::Role,
};

/// The paths that the lead's client serves.
pub const PATHS: [&str; 6] =
    ["/dashboard", "/members", "/headshots", "/credits", "/settings", "/help/inviting"];

/// Who is looking, as the server knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    pub org: OrgId,
    pub org_name: String,
    pub member: MemberId,
    pub name: String,
    pub role: Role,
}

/// Counts the changes that this page has made; what shows data loads it anew with each.
#[derive(Clone, Copy, Debug)]
pub struct Changes(RwSignal<u32>);

impl Changes {
    /// For the key of a resource.
    #[must_use]
    pub fn track(self) -> u32 {
        self.0.get()
    }

    /// Something was changed.
    pub fn note(self) {
        self.0.update(|n| *n += 1);
    }
}

/// What was just done, in one sentence, at the bottom left; gone with the next.
#[derive(Clone, Copy, Debug)]
pub struct Toast(RwSignal<Option<String>>);

impl Toast {
    /// Shows a sentence.
    pub fn show(self, text: impl Into<String>) {
        self.0.set(Some(text.into()));
    }
}

/// The viewer; only inside the lead's client.
#[must_use]
pub fn lead() -> Lead {
    expect_context::<Lead>()
}

/// The root of the lead's client.
#[component]
pub fn LeadApp() -> impl IntoView {
    let me = SharedValue::new(|| expect_context::<Lead>()).into_inner();
    provide_context(me.clone());
    let changes = Changes(RwSignal::new(0));
    provide_context(changes);
    super::live::follow(changes);
    provide_context(Toast(RwSignal::new(None)));
    view! {
        <Router>
            <Frame name=me.name/>
        </Router>
    }
}

#[component]
fn Frame(name: String) -> impl IntoView {
    let location = use_location();
    view! {
        <LeadTop name=name here=location.pathname/>
        <Routes fallback=|| view! { <Missing/> }>
            <Route path=path!("/dashboard") view=Dashboard/>
            <Route path=path!("/members") view=Members/>
            <Route path=path!("/headshots") view=Headshots/>
            <Route path=path!("/credits") view=Credits/>
            <Route path=path!("/settings") view=Settings/>
            <Route path=path!("/help/inviting") view=Help/>
        </Routes>
        <AddMemberPlace fallback=ViewFn::from(Toasts)/>
    }
}

/// Where toasts lie: once on the page, or inside the dialog while that is open, for everything
/// outside it is inert then.
#[component]
pub fn Toasts() -> impl IntoView {
    let toast = expect_context::<Toast>();
    view! {
        <div class="toasts" role="status">
            {move || {
                toast
                    .0
                    .get()
                    .map(|text| {
                        view! {
                            <div class="toast">
                                <p>{text}</p>
                                <button class="icon" aria-label="Close" on:click=move |_| toast.0.set(None)>
                                    <super::components::Icon name="x"/>
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

#[component]
fn Missing() -> impl IntoView {
    view! {
        <main class="page" id="main">
            <div class="head">
                <div>
                    <h1>"There is nothing here"</h1>
                    <p>
                        <a href="/dashboard">"To the dashboard"</a>
                    </p>
                </div>
            </div>
        </main>
    }
}
