//! An Owner's way back in without the identity provider. S4

use leptos::prelude::*;

use crate::{
    app::components::{PostForm, PublicLayout, TextField},
    words,
};

/// Asks for the Owner's address and one of their codes.
#[derive(Clone, Debug, Default)]
pub struct RecoveryPage {
    pub typed: String,
    pub error: Option<String>,
}

#[component]
pub fn Recovery(page: RecoveryPage) -> impl IntoView {
    view! {
        <PublicLayout footer=words::guest::product().into_any()>
            <PostForm action="/sign-in/recovery">
                <div class="stack tight">
                    <h1>{words::guest::recovery()}</h1>
                    <p>{words::guest::recovery_text()}</p>
                </div>
                <TextField
                    name="email"
                    label=words::guest::email_field()
                    kind="email"
                    value=page.typed
                    autocomplete="email"
                    required=true
                />
                <TextField
                    name="code"
                    label=words::guest::recovery_field()
                    hint=words::guest::recovery_hint()
                    error=Signal::stored(page.error)
                    required=true
                />
                <button class="btn primary wide">{words::guest::recovery_button()}</button>
                <p class="hint">
                    <a href="/sign-in">{words::guest::recovery_back()}</a>
                </p>
            </PostForm>
        </PublicLayout>
    }
}
