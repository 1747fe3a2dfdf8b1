//! Renders pages: the document around them, their scripts with a nonce, the right status.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Uri, header},
    middleware::Next,
    response::Response,
};
use leptos::{html, nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

use super::{
    asker::Asker,
    error::PageError,
    extract::{CurrentMember, MemberShoot},
    guards::content_security_policy,
    page::{Content, Page, Preview},
};
use crate::{
    app::{
        components::escaped_text,
        console::{
            ConsoleApp, add_member::plain::PlainPost, context::Lead, credits::FROM_ADD, pages,
            settings::logo::LogoRefused,
        },
        guest::{self, GuestApp},
        shoot::ShootApp,
    },
    domain::{ids::LogoId, role::Action},
    server::{assets::Client, state::AppState},
    store::{accounts::ActiveMembership, members},
    words,
};

/// Turns the pages and failures that handlers answer with into what was asked for, on their way out.
/// Status, cookies and other headers stay.
pub async fn answers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (asker, uri) = (Asker::of(&request), request.uri().clone());
    let mut answer = asker.understands(next.run(request).await);
    match answer.extensions_mut().remove::<Arc<Page>>() {
        Some(page) => render_page(&state, uri, &page, answer).await,
        None => answer,
    }
}

/// The document of a page, with the status and the headers of the answer that it stands for.
async fn render_page(state: &AppState, uri: Uri, page: &Page, answer: Response) -> Response {
    let client = match page.content {
        Content::Guest(_) => &state.assets.guest,
        Content::Shoot(_) => &state.assets.shoot,
    };
    let head = Head::new(state, client.clone(), page.title, uri.path(), page.preview.clone());
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = uri;
    let mut document = match &page.content {
        Content::Guest(page) => render(request, head, guest::Page::clone(page), GuestApp).await,
        Content::Shoot(page) => render(request, head, page.clone(), ShootApp).await,
    };
    *document.status_mut() = answer.status();
    for (name, value) in answer.headers() {
        if ![header::CONTENT_LENGTH, header::CONTENT_TYPE].contains(name) {
            document.headers_mut().append(name, value.clone());
        }
    }
    document
}

async fn render<P, V>(request: Request, head: Head, page: P, app: fn() -> V) -> Response
where
    P: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let context = move || {
        provide_context(page.clone());
        provide_context(head.clone());
    };
    leptos_axum::render_app_async_with_context(context, move || document(app))(request).await
}

/// A page of the lead's client: only for those who may see the organization. N2
pub async fn console(
    State(state): State<AppState>,
    viewer: CurrentMember,
    request: Request,
) -> Result<Response, PageError> {
    let title = pages::title(request.uri().path());
    console_page(&state, viewer.membership, request, title, None).await
}

/// `GET /members/{member}`: a member's page in the lead's client. A member's own is their shoot page. P4
pub async fn member(
    State(state): State<AppState>,
    shoot: MemberShoot,
    request: Request,
) -> Result<Response, PageError> {
    let membership = shoot.viewer.membership;
    let person = members::find(&mut *state.pool.acquire().await?, membership.org, shoot.member).await?;
    console_page(&state, membership, request, &person.name, None).await
}

/// What became of a plain form of the lead's client, which is shown again with it.
#[derive(Clone)]
pub enum Outcome {
    Dialog(PlainPost),
    Logo(LogoRefused),
}

/// The page of the lead's client at the address of `shown`, as the answer to a plain form. The browser is
/// to show that address.
pub async fn console_after_post(
    state: &AppState,
    membership: ActiveMembership,
    shown: Request,
    outcome: Outcome,
) -> Result<Response, PageError> {
    let title = pages::title(shown.uri().path());
    console_page(state, membership, shown, title, Some(outcome)).await
}

async fn console_page(
    state: &AppState,
    membership: ActiveMembership,
    request: Request,
    title: &str,
    outcome: Option<Outcome>,
) -> Result<Response, PageError> {
    if !membership.role.may(Action::SeeOrganization) {
        return Err(PageError::elsewhere("/me"));
    }
    let query = request.uri().query().unwrap_or_default();
    if outcome.is_none() && membership.balance == 0 && pages::asks_to_add(query) {
        return Err(PageError::elsewhere(FROM_ADD));
    }
    let me = Lead {
        org: membership.org,
        org_name: membership.org_name,
        member: membership.member,
        name: membership.name,
        role: membership.role,
        deletion_due: membership.deletion_due,
        support_address: membership.support.unwrap_or_else(|| state.support_address.to_string()),
    };
    let path = request.uri().path();
    let mut head = Head::new(state, state.assets.console.clone(), title, path, None);
    head.parts = pages::parts_at(path, query).flat_map(|part| head.client.files_of(part.file())).collect();
    head.shown_at = outcome.is_some().then(|| request.uri().to_string());
    let state = state.clone();
    let context = move || {
        provide_context(me.clone());
        provide_context(head.clone());
        provide_context(state.clone());
        match &outcome {
            Some(Outcome::Dialog(post)) => provide_context(post.clone()),
            Some(Outcome::Logo(refused)) => provide_context(*refused),
            None => {}
        }
    };
    Ok(leptos_axum::render_app_async_with_context(context, || document(console_app))(request).await)
}

fn console_app() -> impl IntoView {
    view! { <ConsoleApp parts=pages::parts_here() /> }
}

/// What stands in the head of a document.
#[derive(Clone)]
struct Head {
    client: Client,
    title: String,
    preview: Option<Preview>,
    picture: String,
    /// The page's own URL, whatever host was asked.
    url: String,
    /// The path that the browser is to show, where the page is not that of its address.
    shown_at: Option<String>,
    /// What the page needs beside the client's own files, to be fetched with them.
    parts: BTreeSet<String>,
}

impl Head {
    fn new(state: &AppState, client: Client, title: &str, path: &str, preview: Option<Preview>) -> Self {
        let logo = preview.as_ref().and_then(|preview| preview.logo);
        let picture = logo.map_or_else(|| "/og.png".to_owned(), LogoId::card_path);
        let (picture, url) = (state.base.to(&picture), state.base.to(path));
        Self {
            client,
            title: format!("{title} · Headcount"),
            preview,
            picture,
            url,
            shown_at: None,
            parts: BTreeSet::new(),
        }
    }

    /// Starts the client; it hydrates what stands in the body.
    fn boot(&self) -> String {
        let Client { script, wasm, wasm_integrity, .. } = &self.client;
        let settings = serde_json::json!({
            "script": script, "wasm": wasm, "integrity": wasm_integrity, "at": self.shown_at,
        });
        // A path may be anything, and no script of ours ends before its end.
        let settings = settings.to_string().replace('<', "\\u003c");
        format!("const {{ script, wasm, integrity, at }} = {settings};\n{}", include_str!("boot.js"))
    }
}

/// The document around an app, which is its whole body.
fn document<F, V>(app: F) -> impl IntoView
where
    F: Fn() -> V + 'static,
    V: IntoView + 'static,
{
    let head = expect_context::<Head>();
    let nonce = use_nonce();
    let policy = content_security_policy(nonce.as_deref());
    if let Ok(value) = HeaderValue::from_str(&policy) {
        expect_context::<ResponseOptions>().insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
    let boot = head.boot();
    let preview = head.preview.clone().map(|preview| {
        [
            ("og:title", preview.title),
            ("og:description", preview.description),
            ("og:image", head.picture.clone()),
            (
                "og:image:alt",
                if preview.logo.is_some() {
                    preview.org
                } else {
                    words::shared::preview_picture().to_owned()
                },
            ),
            ("og:url", head.url.clone()),
            ("og:site_name", "Headcount".to_owned()),
            ("og:type", "website".to_owned()),
        ]
        .map(|(property, content)| html::meta().attr("property", property).content(content))
        .into_iter()
        .collect_view()
    });
    let parts = head.parts.iter().map(|file| {
        view! { <link rel="preload" href=file.clone() r#as="fetch" crossorigin="anonymous" /> }
    });
    let parts = parts.collect_view();
    let title = escaped_text(&head.title);
    view! {
        <!DOCTYPE html>
        <html lang=words::language().tag()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <title inner_html=title></title>
                {preview}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                <link
                    rel="preload"
                    href="/font/hanken-grotesk.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <link rel="stylesheet" href=head.client.style.clone() />
                <link rel="modulepreload" href=head.client.script.clone() nonce=nonce.clone() />
                {parts}
                <script type="module" nonce=nonce inner_html=boot></script>
            </head>
            <body>{app()}</body>
        </html>
    }
}
