//! A link to be shared: its URL with Copy, and its QR code. L2

use leptos::prelude::*;

use crate::{
    app::{
        components::{Icon, Note, Tone},
        console::{copy::CopyButton, links::api::LinkView},
    },
    domain::ids::LinkId,
    words,
};

/// The link that was just made.
#[component]
pub fn NewLink(link: LinkView) -> impl IntoView {
    view! {
        <Note tone=Tone::Good>
            <div class="stack tight">
                <p>
                    <b>{words::console::link_made()}</b>
                    " "
                    {words::console::link_made_text()}
                </p>
                <div class="row">
                    <code class="grow" id="new-link">
                        {link.url.clone()}
                    </code>
                    <CopyButton id="new-link-copy" text=link.url what=words::console::link_made_what() />
                </div>
                <QrCode link=link.id />
            </div>
        </Note>
    }
}

/// The code as a picture, and as a file in two kinds.
#[component]
pub fn QrCode(link: LinkId) -> impl IntoView {
    let file = move |kind: &str| format!("/links/{link}/qr.{kind}");
    let save = move |kind: &'static str, label: &'static str| {
        view! {
            <a class="btn sm" href=file(kind) download=format!("invite-link.{kind}") rel="external">
                <Icon name="down" />
                {label}
            </a>
        }
    };
    view! {
        <div class="qr">
            <img src=file("svg") alt=words::console::link_qr_alt() width="176" height="176" />
            <div class="stack tight">
                <b>{words::console::link_qr_title()}</b>
                <p class="hint">{words::console::link_qr_hint()}</p>
                <div class="row">{save("png", "PNG")} {save("svg", "SVG")}</div>
            </div>
        </div>
    }
}
