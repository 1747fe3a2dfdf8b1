//! The first organization of an account; and what whoever was removed from theirs reads. J8

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::account::RemovalView;
use crate::{
    app::components::{Note, PostForm, Precision, PublicLayout, TextField, Timestamp, Tone},
    domain::member::{NAME_MAX, ORG_NAME_MAX},
};

/// Asks for the name of the first organization.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct WelcomePage {
    pub address: String,
    pub org: String,
    pub name: String,
    pub org_error: Option<String>,
    pub name_error: Option<String>,
    /// They belonged to an organization before, which removed them.
    pub removal: Option<RemovalView>,
}

#[component]
pub fn Welcome(page: WelcomePage) -> impl IntoView {
    view! {
        <PublicLayout footer=view! { "Signed in as " {page.address.clone()} }.into_any()>
            {page.removal.map(|removal| view! { <Removed removal/> })}
            <PostForm action="/welcome">
                <div class="stack tight">
                    <h1>"Name your organization"</h1>
                    <p>"People see both names on every invite, so that they know whom it is from."</p>
                </div>
                <TextField
                    name="org"
                    label="Organization"
                    value=page.org
                    error=Signal::stored(page.org_error)
                    autocomplete="organization"
                    max=ORG_NAME_MAX
                    required=true
                    autofocus=true
                />
                <TextField
                    name="name"
                    label="Your name"
                    value=page.name
                    error=Signal::stored(page.name_error)
                    autocomplete="name"
                    max=NAME_MAX
                    required=true
                />
                <button class="btn go wide">"Create organization"</button>
                <p class="hint">"Were you invited to one? Press Join in the invite’s own email instead."</p>
            </PostForm>
            <PostForm action="/sign-out" class="row">
                <button class="btn bare sm">"Sign out"</button>
            </PostForm>
        </PublicLayout>
    }
}

/// What was and what stays. J8
#[component]
fn Removed(removal: RemovalView) -> impl IntoView {
    let org = removal.org.clone();
    view! {
        <Note tone=Tone::Warn>
            <p>
                "You were removed from " <b>{removal.org}</b> " on "
                <Timestamp at=removal.at precision=Precision::Day/>
                ". Your photos and headshots there are deleted. If that was a mistake, ask a Team Lead of "
                {org} " to invite you again."
            </p>
            <p>
                "Your account stays: " <a href="/account">"see where you are signed in"</a>
                ", or create an organization of your own below."
            </p>
        </Note>
    }
}
