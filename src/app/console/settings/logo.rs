//! The organization's logo: a plain form with a file, so that the server reads it as it reads photos. J1, L8

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::components::{FieldError, PostForm},
    domain::{
        ids::LogoId,
        organization::{LOGO_SIDE_MIN, LogoRefusal},
    },
    words,
};

/// Why the file that was sent is no logo. The server shows the page with it; the page takes it over when it
/// is hydrated. N1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoRefused(pub LogoRefusal);

#[component]
pub fn LogoForm(org: String, logo: Option<LogoId>, refused: Option<LogoRefused>) -> impl IntoView {
    let error = refused.map(|LogoRefused(refusal)| refusal.to_string());
    let (now, button) = match logo {
        Some(logo) => (
            view! {
                <div class="row">
                    <img class="logo" src=logo.path() alt=words::console::logo_now(&org) />
                    <span class="push"></span>
                    <PostForm action="/settings/logo/remove" class="row">
                        <button class="btn sm">{words::console::logo_remove()}</button>
                    </PostForm>
                </div>
            }
            .into_any(),
            words::console::logo_replace(),
        ),
        None => (
            view! { <p class="hint">{words::console::logo_none()}</p> }.into_any(),
            words::console::logo_upload(),
        ),
    };
    view! {
        {now}
        <PostForm action="/settings/logo" enctype="multipart/form-data">
            <div class="field">
                <label for="f-logo">{words::console::logo()}</label>
                <input
                    id="f-logo"
                    type="file"
                    name="logo"
                    accept="image/jpeg,image/png,image/webp"
                    required=true
                    aria-invalid=error.is_some().then_some("true")
                    aria-describedby="f-logo-h f-logo-e"
                />
                <p class="hint" id="f-logo-h">
                    {words::console::logo_hint(LOGO_SIDE_MIN)}
                </p>
                <FieldError id="f-logo-e" message=Signal::stored(error) />
            </div>
            <div class="row">
                <button class="btn">{button}</button>
            </div>
        </PostForm>
    }
}
