//! Signing in and up with codes by e-mail, the first organization, the devices one is signed in on.
//! J5, N3

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::components::{
    FieldError, Guest, Icon, MemberTop, Note, PostForm, Precision, TextField, Tone, When,
};
use crate::domain::{
    ids::OrgId,
    member::{NAME_MAX, ORG_NAME_MAX},
    moment::Moment,
};

/// Where an address is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Door {
    SignIn,
    SignUp,
}

/// Asks for an address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddressPage {
    pub door: Door,
    pub typed: String,
    pub error: Option<String>,
}

/// Asks for the six digits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodePage {
    pub address: String,
    /// Where the code is posted to.
    pub action: String,
    /// Where another address or a new code is asked for.
    pub back: String,
    /// The organization to join, where the code is for that.
    pub joining: Option<String>,
    pub error: Option<String>,
}

/// Asks for the name of the first organization.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct WelcomePage {
    pub address: String,
    pub org: String,
    pub name: String,
    pub org_error: Option<String>,
    pub name_error: Option<String>,
}

/// The account: devices and organizations.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountPage {
    pub name: String,
    pub address: String,
    pub org_name: String,
    pub lead: bool,
    pub devices: Vec<DeviceView>,
    pub orgs: Vec<OrgView>,
}

/// One device on which the account is signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceView {
    pub id: String,
    pub device: String,
    pub network: String,
    pub seen_at: Moment,
    pub this_one: bool,
}

/// One organization that the account belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrgView {
    pub id: OrgId,
    pub name: String,
    pub role: String,
    pub current: bool,
}

#[component]
pub fn Address(page: AddressPage) -> impl IntoView {
    let (title, intro, action, button) = match page.door {
        Door::SignIn => (
            "Sign in",
            "We send a six-digit code to your email address. No password to remember.",
            "/sign-in",
            "Send me a code",
        ),
        Door::SignUp => (
            "Headshots for the whole company",
            "Start with your own email address. We send a code to make sure it is yours.",
            "/sign-up",
            "Send me a code",
        ),
    };
    let other = match page.door {
        Door::SignIn => {
            view! { <p class="hint">"New here? " <a href="/sign-up">"Start with your own team"</a></p> }
                .into_any()
        }
        Door::SignUp => {
            view! { <p class="hint">"Here before? " <a href="/sign-in">"Sign in"</a></p> }.into_any()
        }
    };
    view! {
        <Guest footer=view! { "Headcount brings a whole company through its headshots." }.into_any()>
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
        </Guest>
    }
}

#[component]
pub fn Code(page: CodePage) -> impl IntoView {
    let (title, button) = match &page.joining {
        Some(_) => ("One code, and you are in", "Join and start my shoot"),
        None => ("Check your email", "Sign in"),
    };
    let invalid = page.error.is_some();
    view! {
        <Guest footer=view! { "The code works for 10 minutes, in this browser only." }.into_any()>
            <PostForm action=page.action>
                <div class="stack tight">
                    <h1>{title}</h1>
                    <p class="hint">
                        "We sent a six-digit code to " <b>{page.address}</b> ". " <a href=page.back.clone()>"Not you?"</a>
                    </p>
                </div>
                <div class="field">
                    <label for="f-code">"Code"</label>
                    <input
                        id="f-code"
                        name="code"
                        class="code"
                        inputmode="numeric"
                        autocomplete="one-time-code"
                        maxlength="9"
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
        </Guest>
    }
}

#[component]
pub fn Welcome(page: WelcomePage) -> impl IntoView {
    view! {
        <Guest footer=view! { "Signed in as " {page.address.clone()} }.into_any()>
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
        </Guest>
    }
}

#[component]
pub fn Account(page: AccountPage) -> impl IntoView {
    let several = page.orgs.len() > 1;
    let others = page.devices.len() > 1;
    view! {
        <MemberTop name=page.name.clone() org=page.org_name lead=page.lead/>
        <main class="page" id="main">
            <div class="head">
                <div>
                    <h1>"Your account"</h1>
                    <p>"Signed in as " <b>{page.address}</b></p>
                </div>
                <PostForm action="/sign-out" class="row">
                    <button class="btn">
                        <Icon name="logout"/>
                        "Sign out"
                    </button>
                </PostForm>
            </div>
            <div class="stack narrow">
                <section class="part" aria-labelledby="h-orgs">
                    <header>
                        <h2 id="h-orgs">"Organizations"</h2>
                    </header>
                    <ul role="list" class="lines">
                        {page
                            .orgs
                            .into_iter()
                            .map(|org| {
                                view! {
                                    <li class="row">
                                        <span>
                                            <b>{org.name}</b>
                                            <br/>
                                            <small>{org.role}</small>
                                        </span>
                                        <span class="push"></span>
                                        {(several && !org.current)
                                            .then(|| {
                                                view! {
                                                    <PostForm action=format!("/account/organizations/{}/look", org.id) class="row">
                                                        <button class="btn sm">"Switch"</button>
                                                    </PostForm>
                                                }
                                            })}
                                        {org.current.then(|| view! { <span class="tag ok">"Open now"</span> })}
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                </section>
                <section class="part" aria-labelledby="h-devices">
                    <header>
                        <h2 id="h-devices">"Signed in on"</h2>
                    </header>
                    <ul role="list" class="lines">
                        {page
                            .devices
                            .into_iter()
                            .map(|device| {
                                view! {
                                    <li class="row">
                                        <span class="grow">
                                            <b>{device.device}</b>
                                            <br/>
                                            <small>
                                                {device.network} ", last used "
                                                <When at=device.seen_at precision=Precision::Minute/>
                                            </small>
                                        </span>
                                        {if device.this_one {
                                            view! { <span class="tag ok">"This device"</span> }.into_any()
                                        } else {
                                            view! {
                                                <PostForm action=format!("/account/logins/{}/close", device.id) class="row">
                                                    <button class="btn sm">"Sign out"</button>
                                                </PostForm>
                                            }
                                                .into_any()
                                        }}
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                    {others
                        .then(|| {
                            view! {
                                <PostForm action="/account/logins/close-others" class="row">
                                    <button class="btn">"Sign out everywhere else"</button>
                                </PostForm>
                            }
                        })}
                </section>
            </div>
        </main>
    }
}

#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Guest>
            <div class="stack">
                <h1>"There is nothing here"</h1>
                <Note tone=Tone::Info>
                    <p>"The address is mistyped, or what it led to is gone. If you followed a link, ask whoever sent it for a new one."</p>
                </Note>
                <div class="row">
                    <a class="btn go" href="/">"To the start"</a>
                </div>
            </div>
        </Guest>
    }
}
