//! The first organization of an account; and what whoever was removed from theirs reads. J8

use leptos::prelude::*;

use super::account::RemovalView;
use crate::{
    app::components::{Note, PostForm, Precision, PublicLayout, Sentence, TextField, Timestamp, Tone},
    domain::member::{NAME_MAX, ORG_NAME_MAX},
    words,
};

/// Asks for the name of the first organization.
#[derive(Clone, Debug, Default)]
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
        <PublicLayout footer=words::guest::welcome_signed_in(page.address)
            .into_any()>
            {page.removal.map(|removal| view! { <Removed removal /> })} <PostForm action="/welcome">
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
                <button class="btn primary wide">{words::guest::welcome_button()}</button>
                <p class="hint">{words::guest::welcome_invited()}</p>
            </PostForm> <PostForm action="/sign-out" class="row">
                <button class="btn bare sm">{words::guest::sign_out()}</button>
            </PostForm>
        </PublicLayout>
    }
}

/// What was and what stays. J8
#[component]
fn Removed(removal: RemovalView) -> impl IntoView {
    view! {
        <Note tone=Tone::Warn>
            <p>
                <Sentence words=words::guest::removed(&removal.org)>
                    <Timestamp at=removal.at precision=Precision::Day />
                </Sentence>
                " "
                {words::guest::removed_text(&removal.org)}
            </p>
            <p>
                <Sentence words=words::guest::removed_account()>
                    <a href="/account">{words::guest::removed_account_link()}</a>
                </Sentence>
            </p>
        </Note>
    }
}
