//! The first organization of an account.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::components::{PostForm, PublicLayout, TextField},
    domain::member::{NAME_MAX, ORG_NAME_MAX},
    words,
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
        <PublicLayout footer=words::guest::welcome_signed_in(page.address).into_any()>
            <PostForm action="/welcome">
                <div class="stack tight">
                    <h1>{words::guest::welcome()}</h1>
                    <p>{words::guest::welcome_intro()}</p>
                </div>
                <TextField
                    name="org"
                    label=words::guest::organization_field()
                    value=page.org
                    error=Signal::stored(page.org_error)
                    autocomplete="organization"
                    max=ORG_NAME_MAX
                    required=true
                    autofocus=true
                />
                <TextField
                    name="name"
                    label=words::guest::your_name_field()
                    value=page.name
                    error=Signal::stored(page.name_error)
                    autocomplete="name"
                    max=NAME_MAX
                    required=true
                />
                <button class="btn go wide">{words::guest::welcome_button()}</button>
                <p class="hint">{words::guest::welcome_invited()}</p>
            </PostForm>
            <PostForm action="/sign-out" class="row">
                <button class="btn bare sm">{words::guest::sign_out()}</button>
            </PostForm>
        </PublicLayout>
    }
}
