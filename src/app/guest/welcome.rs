//! The first organization of an account.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::components::{PostForm, PublicLayout, TextField},
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
}

#[component]
pub fn Welcome(page: WelcomePage) -> impl IntoView {
    view! {
        <PublicLayout footer=view! { "Signed in as " {page.address.clone()} }.into_any()>
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
