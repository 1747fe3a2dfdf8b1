//! Signing in and up by a code that is mailed. J5, N3

use leptos::prelude::*;

use crate::{
    app::components::{
        FieldError, Note, PostForm, Precision, PublicLayout, Sentence, TextField, Timestamp, Tone,
    },
    domain::moment::Moment,
    words,
};

/// Where an address is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMode {
    SignIn,
    SignUp,
}

/// Asks for an address.
#[derive(Clone, Debug)]
pub struct AddressPage {
    pub mode: AuthMode,
    pub typed: String,
    pub error: Option<String>,
    /// Somebody signed out who is still signed in at their identity provider. S4
    pub provider_goes_on: bool,
}

/// The form that asked for a code, to be sent again.
#[derive(Clone, Debug)]
pub struct AskAgain {
    pub action: String,
    pub email: String,
    /// Where the form has one.
    pub name: Option<String>,
}

/// Asks for the code that was mailed.
#[derive(Clone, Debug)]
pub struct CodePage {
    pub address: String,
    /// Where the code is of letters: when it was mailed. They work longer, and wherever they were asked for.
    pub letters_mailed: Option<Moment>,
    /// Where the code is posted to.
    pub action: String,
    /// Where another address is typed.
    pub back: String,
    /// How another code is asked for.
    pub again: AskAgain,
    /// The organization to join, where the code is for that.
    pub joining: Option<String>,
    pub error: Option<String>,
}

#[component]
pub fn Address(page: AddressPage) -> impl IntoView {
    let (title, intro, action) = match page.mode {
        AuthMode::SignIn => (words::guest::sign_in(), words::guest::sign_in_intro(), "/sign-in"),
        AuthMode::SignUp => (words::guest::sign_up(), words::guest::sign_up_intro(), "/sign-up"),
    };
    let other = match page.mode {
        AuthMode::SignIn => view! {
            <p class="hint">
                <Sentence words=words::guest::new_here()>
                    <a href="/sign-up">{words::guest::new_here_link()}</a>
                </Sentence>
            </p>
        }
        .into_any(),
        AuthMode::SignUp => view! {
            <p class="hint">
                <Sentence words=words::guest::been_here()>
                    <a href="/sign-in">{words::guest::been_here_link()}</a>
                </Sentence>
            </p>
        }
        .into_any(),
    };
    view! {
        <PublicLayout footer=words::guest::product()
            .into_any()>
            {page
                .provider_goes_on
                .then(|| {
                    view! {
                        <Note tone=Tone::Info>
                            <p>{words::guest::signed_out_provider()}</p>
                        </Note>
                    }
                })} <PostForm action=action>
                <div class="stack tight">
                    <h1>{title}</h1>
                    <p>{intro}</p>
                </div>
                <TextField
                    name="email"
                    label=words::guest::email_field()
                    kind="email"
                    value=page.typed
                    error=Signal::stored(page.error)
                    autocomplete="email"
                    autofocus=true
                    required=true
                />
                <button class="btn primary wide">{words::guest::send_code_button()}</button>
                {other}
            </PostForm>
        </PublicLayout>
    }
}

#[component]
pub fn Code(page: CodePage) -> impl IntoView {
    let (title, button) = match &page.joining {
        Some(_) => (words::guest::code_to_join(), words::guest::code_to_join_button()),
        None => (words::guest::code(), words::guest::code_button()),
    };
    let invalid = page.error.is_some();
    let address = page.address.clone();
    let digits = page.letters_mailed.is_none();
    let (sent, footer) = match page.letters_mailed {
        None => (words::guest::code_sent(), words::guest::code_works().into_any()),
        Some(at) => {
            let works = view! {
                <Sentence words=words::guest::letters_sent_works()>
                    <Timestamp at precision=Precision::Minute />
                </Sentence>
            };
            (words::guest::letters_sent(), works.into_any())
        }
    };
    view! {
        <PublicLayout footer>
            <PostForm action=page.action>
                <div class="stack tight">
                    <h1>{title}</h1>
                    <p class="hint">
                        <Sentence words=sent>
                            <b>{address}</b>
                        </Sentence>
                        " "
                        <a href=page.back.clone()>{words::guest::code_sent_change()}</a>
                    </p>
                </div>
                <input type="hidden" name="email" value=page.address />
                <div class="field">
                    <label for="f-code">{words::guest::code_field()}</label>
                    <input
                        id="f-code"
                        name="code"
                        class="code"
                        inputmode=digits.then_some("numeric")
                        autocapitalize="characters"
                        autocomplete="one-time-code"
                        // Room for a whole line of the email, which is read as well.
                        maxlength="200"
                        autofocus
                        required
                        aria-invalid=invalid.then_some("true")
                        aria-describedby="f-code-e"
                    />
                    <FieldError id="f-code-e" message=Signal::stored(page.error) />
                </div>
                <button class="btn primary wide">{button}</button>
            </PostForm>
            <Again again=page.again wait=if invalid { 0 } else { ON_ITS_WAY } />
        </PublicLayout>
    }
}

/// Seconds in which a mail is still likely to be on its way.
const ON_ITS_WAY: u32 = 30;

/// Asks for another code, without leaving the page for longer than that takes. While the mail is likely to be
/// on its way, the button says how long to wait.
#[component]
fn Again(
    again: AskAgain,
    /// Seconds. Without scripts nothing counts, and nobody has to wait.
    wait: u32,
) -> impl IntoView {
    view! {
        <PostForm action=again.action class="stack tight">
            <input type="hidden" name="email" value=again.email />
            {again.name.map(|name| view! { <input type="hidden" name="name" value=name /> })}
            <p class="hint">{words::guest::code_missing()}</p>
            <button class="btn wide" data-wait=wait.to_string() translate="no">
                {words::guest::code_missing_button()}
            </button>
        </PostForm>
    }
}
