//! Signing in and up by a code that is mailed. J5, N3

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::components::{FieldError, PostForm, Precision, PublicLayout, TextField, Timestamp},
    domain::moment::Moment,
};

/// Where an address is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthMode {
    SignIn,
    SignUp,
}

/// Asks for an address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddressPage {
    pub mode: AuthMode,
    pub typed: String,
    pub error: Option<String>,
}

/// Asks for the code that was mailed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodePage {
    pub address: String,
    /// Where the code is of letters: when it was mailed. They work longer, and wherever they were asked for.
    pub letters_mailed: Option<Moment>,
    /// Where the code is posted to.
    pub action: String,
    /// Where another address or a new code is asked for.
    pub back: String,
    /// The organization to join, where the code is for that.
    pub joining: Option<String>,
    pub error: Option<String>,
}

#[component]
pub fn Address(page: AddressPage) -> impl IntoView {
    let (title, intro, action, button) = match page.mode {
        AuthMode::SignIn => (
            "Sign in",
            "We send a six-digit code to your email address. No password to remember.",
            "/sign-in",
            "Send me a code",
        ),
        AuthMode::SignUp => (
            "Headshots for the whole company",
            "Start with your own email address. We send a code to make sure it is yours.",
            "/sign-up",
            "Send me a code",
        ),
    };
    let other = match page.mode {
        AuthMode::SignIn => {
            view! { <p class="hint">"New here? " <a href="/sign-up">"Start with your own team"</a></p> }
                .into_any()
        }
        AuthMode::SignUp => {
            view! { <p class="hint">"Here before? " <a href="/sign-in">"Sign in"</a></p> }.into_any()
        }
    };
    view! {
        <PublicLayout footer=view! { "Headcount brings a whole company through its headshots." }.into_any()>
            <PostForm action=action>
                <div class="stack tight">
                    <h1>{title}</h1>
                    <p>{intro}</p>
                </div>
                <TextField
                    name="email"
                    label="Email"
                    kind="email"
                    value=page.typed
                    error=Signal::stored(page.error)
                    autocomplete="email"
                    autofocus=true
                    required=true
                />
                <button class="btn go wide">{button}</button>
                {other}
            </PostForm>
        </PublicLayout>
    }
}

#[component]
pub fn Code(page: CodePage) -> impl IntoView {
    let (title, button) = match &page.joining {
        Some(_) => ("One code, and you are in", "Join and start my shoot"),
        None => ("Check your email", "Sign in"),
    };
    let invalid = page.error.is_some();
    let digits = page.letters_mailed.is_none();
    let footer = match digits {
        true => "The code works for 10 minutes, in this browser only.",
        false => "Many codes were asked for, so this one is longer. It works for an hour.",
    };
    let sent = match page.letters_mailed {
        None => view! { "We sent a six-digit code to " }.into_any(),
        Some(at) => {
            view! { "We sent a code of ten letters at " <Timestamp at precision=Precision::Minute/> " to " }
                .into_any()
        }
    };
    view! {
        <PublicLayout footer=footer.into_any()>
            <PostForm action=page.action>
                <div class="stack tight">
                    <h1>{title}</h1>
                    <p class="hint">
                        {sent} <b>{page.address.clone()}</b> ". " <a href=page.back.clone()>"Not you?"</a>
                    </p>
                </div>
                <input type="hidden" name="email" value=page.address/>
                <div class="field">
                    <label for="f-code">"Code"</label>
                    <input
                        id="f-code"
                        name="code"
                        class="code"
                        inputmode=digits.then_some("numeric")
                        autocapitalize="characters"
                        autocomplete="one-time-code"
                        autofocus
                        required
                        aria-invalid=invalid.then_some("true")
                        aria-describedby="f-code-e"
                    />
                    <FieldError id="f-code-e" message=Signal::stored(page.error)/>
                </div>
                <button class="btn go wide">{button}</button>
                <p class="hint">
                    "Nothing there? Look in spam, or " <a href=page.back>"ask for a new code"</a> "."
                </p>
            </PostForm>
        </PublicLayout>
    }
}
