//! Renders pages: the document around them, their scripts with a nonce, the right status.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{html, nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

use super::guards::content_security_policy;
use crate::{
    app::{
        console::{ConsoleApp, context::Lead, credits::FROM_ADD, pages},
        guest::{self, GuestApp},
        shoot::{self, ShootApp},
    },
    domain::role::Action,
    server::{assets::Client, logins::Viewing, state::AppState},
    words,
};

/// What chat programs show of a URL. L8
#[derive(Clone, Debug)]
pub struct Preview {
    pub title: String,
    pub description: String,
}

/// A page that the server has chosen, of one of the clients without a router.
#[derive(Clone, Debug)]
pub enum Page {
    Guest(guest::Page),
    Shoot(shoot::Page),
}

impl From<guest::Page> for Page {
    fn from(page: guest::Page) -> Self {
        Self::Guest(page)
    }
}

impl From<shoot::Page> for Page {
    fn from(page: shoot::Page) -> Self {
        Self::Shoot(page)
    }
}

/// Renders a page.
pub async fn page(
    state: &AppState,
    parts: Parts,
    status: StatusCode,
    title: &str,
    page: impl Into<Page>,
) -> Response {
    page_with_preview(state, parts, status, title, None, page).await
}

/// Renders a page that chat programs preview.
pub async fn page_with_preview(
    state: &AppState,
    parts: Parts,
    status: StatusCode,
    title: &str,
    preview: Option<Preview>,
    page: impl Into<Page>,
) -> Response {
    let page = page.into();
    let client = match page {
        Page::Guest(_) => &state.assets.guest,
        Page::Shoot(_) => &state.assets.shoot,
    };
    let head = Head::new(state, client.clone(), title, parts.uri.path(), preview);
    let request = Request::from_parts(parts, axum::body::Body::empty());
    let mut response = match page {
        Page::Guest(page) => render(request, head, page, GuestApp).await,
        Page::Shoot(page) => render(request, head, page, ShootApp).await,
    };
    *response.status_mut() = status;
    response
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
pub async fn console(State(state): State<AppState>, request: Request) -> Response {
    let viewing = request.extensions().get::<Viewing>().and_then(|viewing| viewing.0.clone());
    let Some(viewer) = viewing else { return Redirect::to("/sign-in").into_response() };
    let Some(membership) = viewer.membership else { return Redirect::to("/welcome").into_response() };
    if !membership.role.may(Action::SeeOrganization) {
        return Redirect::to("/me").into_response();
    }
    if membership.balance == 0 && asks_to_add(request.uri()) {
        return Redirect::to(FROM_ADD).into_response();
    }
    let me = Lead {
        org: membership.org,
        org_name: membership.org_name,
        member: membership.member,
        name: membership.name,
        role: membership.role,
    };
    let path = request.uri().path();
    let head = Head::new(&state, state.assets.console.clone(), pages::title(path), path, None);
    let context = move || {
        provide_context(me.clone());
        provide_context(head.clone());
        provide_context(state.clone());
    };
    leptos_axum::render_app_async_with_context(context, || document(ConsoleApp))(request).await
}

/// Nothing is at this address.
pub async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    page(&state, parts, StatusCode::NOT_FOUND, "Not found", guest::Page::NotFound).await
}

/// The machinery broke; the error is logged here, once.
pub fn broken(error: &dyn std::fmt::Display) -> Response {
    let incident = crate::store::fresh_id().simple().to_string()[20..].to_owned();
    tracing::error!(%incident, %error, "a request failed");
    let text = format!(
        "Something broke on our side, and nothing was changed. Go back and try again; if it stays, tell your operator: {incident}."
    );
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}

fn asks_to_add(uri: &Uri) -> bool {
    uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "add" || pair.starts_with("add=")))
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
}

impl Head {
    fn new(state: &AppState, client: Client, title: &str, path: &str, preview: Option<Preview>) -> Self {
        let (picture, url) = (state.base.to("/og.png"), state.base.to(path));
        Self { client, title: format!("{title} · Headcount"), preview, picture, url }
    }

    /// Starts the client; it hydrates what stands in the body.
    fn boot(&self) -> String {
        let wasm = match &self.client.wasm_integrity {
            Some(integrity) => format!("fetch('{}',{{integrity:'{integrity}'}})", self.client.wasm),
            None => format!("'{}'", self.client.wasm),
        };
        format!("import start from '{}';start({{module_or_path:{wasm}}})", self.client.script)
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
            ("og:image:alt", "A contact sheet of headshots".to_owned()),
            ("og:url", head.url.clone()),
            ("og:site_name", "Headcount".to_owned()),
            ("og:type", "website".to_owned()),
        ]
        .map(|(property, content)| html::meta().attr("property", property).content(content))
        .into_iter()
        .collect_view()
    });
    view! {
        <!DOCTYPE html>
        <html lang=words::language().tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{head.title.clone()}</title>
                {preview}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="preload" href="/font/hanken-grotesk.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=head.client.style.clone()/>
                <link rel="modulepreload" href=head.client.script.clone() nonce=nonce.clone()/>
                <script type="module" nonce=nonce inner_html=boot></script>
            </head>
            <body>{app()}</body>
        </html>
    }
}
