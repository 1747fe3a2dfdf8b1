//! The one place where server and app meet: the routes, the pages that the server renders, and the
//! plain form posts that work without WebAssembly. J2
//!
//! A post reads its form, calls one verb of the store, and answers with a redirect or with the same
//! page, its error beside the field. Nothing is decided here.

mod account;
mod hooks;
mod invite;
mod join;
mod render;
mod shoots;
mod waiting;

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use leptos::{prelude::provide_context, server_fn::axum::get_server_fn_service};
use tower_http::{
    compression::CompressionLayer, services::ServeDir, set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
};

use crate::{
    app::{error::AppError, lead::PATHS},
    server::{config::Settings, guards, live, logins, pictures, qr, state::AppState},
    store,
};

/// Bytes of an upload: fifteen photos of twenty megabytes and what surrounds them.
const UPLOAD_LIMIT: usize = 15 * 21 * 1024 * 1024;
/// Bytes of any other request; a list of 5,000 addresses takes some 200 kB.
const BODY_LIMIT: usize = 1024 * 1024;

/// Every route of the server, with what guards it.
pub fn router(state: AppState, settings: &Settings) -> Router {
    // Leptos spawns on whatever it was told to; a second telling changes nothing.
    any_spawner::Executor::init_tokio().ok();
    let uploads = Router::new()
        .route("/members/{member}/photos", post(shoots::add_photos))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(600)));

    let pages = Router::new()
        .route("/", get(account::start))
        .route("/sign-in", get(account::sign_in).post(account::ask_to_sign_in))
        .route("/sign-up", get(account::sign_up).post(account::ask_to_sign_up))
        .route("/sign-in/code", get(account::code).post(account::enter_code))
        .route("/sign-out", post(account::sign_out))
        .route("/welcome", get(account::welcome).post(account::found))
        .route("/account", get(account::account))
        .route("/account/logins/{login}/close", post(account::close_login))
        .route("/account/logins/close-others", post(account::close_other_logins))
        .route("/account/organizations/{org}/look", post(account::look_at))
        .route("/i/{token}", get(invite::show).post(invite::accept))
        .route("/i/{token}/decline", post(invite::decline))
        .route("/i/{token}/opt-out", post(invite::opt_out))
        .route("/i/{token}/fresh", post(invite::fresh))
        .route("/j/{token}", get(join::link).post(join::ask_to_join))
        .route("/j/{token}/code", get(join::code).post(join::enter_code))
        .route("/j/{token}/wait", post(waiting::wait))
        .route("/links/{link}/qr.svg", get(qr::show_svg))
        .route("/links/{link}/qr.png", get(qr::show_png))
        .route("/me", get(shoots::me))
        .route("/members/{member}/shoot", get(shoots::shoot))
        .route("/members/{member}/progress", get(shoots::progress))
        .route("/members/{member}/photos/{photo}/remove", post(shoots::remove_photo))
        .route("/members/{member}/submit", post(shoots::submit))
        .route("/members/{member}/headshots/{headshot}/choose", post(shoots::choose))
        .route("/members/{member}/results-link/renew", post(shoots::renew_link))
        .route("/members/{member}/results-link/revoke", post(shoots::revoke_link))
        .route("/members/{member}/headshots.zip", get(pictures::download_all))
        .route("/photos/{photo}", get(pictures::show_photo))
        .route("/headshots/{headshot}", get(pictures::show_headshot))
        .route("/r/{token}", get(shoots::results))
        .route("/r/{token}/headshots/{headshot}", get(pictures::show_by_link))
        .route("/r/{token}/headshots/{headshot}/choose", post(shoots::choose_by_link))
        .route("/r/{token}/headshots.zip", get(pictures::download_all_by_link))
        .route("/events", get(live::events))
        .route("/api/{*function}", get(server_function).post(server_function))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)));
    let pages = PATHS.iter().fold(pages, |pages, path| pages.route(path, get(render::lead)));
    #[cfg(debug_assertions)]
    let pages = pages.merge(crate::server::mailbox::routes());

    // Programs of others write here, without cookies and without an origin: what they carry must be
    // proof enough, and these routes know no viewer. RFC 8058
    let from_elsewhere = Router::new()
        .route("/u/{token}", get(invite::unsubscribe_page).post(invite::unsubscribe))
        .route("/hooks/bounce", post(hooks::bounce))
        .layer(middleware::from_fn_with_state(state.clone(), logins::locate))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)));

    let app = pages
        .merge(uploads)
        .fallback(render::not_found)
        .layer(middleware::from_fn_with_state(state.clone(), live::note_posts))
        .layer(middleware::from_fn_with_state(state.clone(), logins::recognize))
        .layer(middleware::from_fn_with_state(state.clone(), guards::own_origin))
        .merge(from_elsewhere)
        .layer(CompressionLayer::new());

    Router::new()
        .merge(files(settings))
        .route("/healthz", get(health))
        .fallback_service(app.with_state(state.clone()))
        .layer(middleware::from_fn(guards::headers))
        .with_state(state)
}

/// Files that are served as they are: the built clients, and `public/`.
fn files(settings: &Settings) -> Router<AppState> {
    let cached = |value: &'static str| {
        SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static(value))
    };
    let built = ServeDir::new(&settings.dist_dir)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let hashed = Router::new().fallback_service(built).layer(cached("public, max-age=31536000, immutable"));
    let public = |name: &str| tower_http::services::ServeFile::new(settings.public_dir.join(name));
    let mut router = Router::new().nest_service("/pkg", hashed);
    for name in ["favicon.svg", "icons.svg", "shots.svg", "og.png", "apple-touch-icon.png", "robots.txt"] {
        router = router.route_service(
            &format!("/{name}"),
            tower::ServiceBuilder::new().layer(cached("public, max-age=3600")).service(public(name)),
        );
    }
    let fonts = Router::new()
        .fallback_service(ServeDir::new(settings.public_dir.join("font")))
        .layer(cached("public, max-age=31536000"));
    router.nest_service("/font", fonts)
}

/// Whether this server can do its work.
async fn health(State(state): State<AppState>) -> Response {
    match store::ping(&state.pool).await {
        Ok(()) => "ok".into_response(),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            guards::unavailable().into_response()
        }
    }
}

/// Runs the server function of this path, and gives its errors the status that they mean; the
/// library answers 500 to each. N1
async fn server_function(State(state): State<AppState>, request: Request) -> Response {
    let known = get_server_fn_service(request.uri().path(), request.method().clone());
    if known.is_none() {
        // A page from before an update may ask; the library would explain itself to its programmer.
        return (StatusCode::NOT_FOUND, "There is no such function any more. Reload the page.")
            .into_response();
    }
    let context = move || provide_context(state.clone());
    let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    with_own_status(response).await
}

async fn with_own_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return (StatusCode::INTERNAL_SERVER_ERROR, "").into_response();
    };
    if let Ok(error) = serde_json::from_slice::<AppError>(&bytes) {
        parts.status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    }
    Response::from_parts(parts, bytes.into())
}
