//! Every route of the server, with what guards it.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get, head, post, put},
};
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    services::{ServeDir, ServeFile},
    timeout::TimeoutLayer,
};

use super::{
    error::PageError,
    events,
    files::{archive, embedded, exports, intake::Intake, logo, pictures, qr, tus},
    functions::server_function,
    guards, health,
    hooks::{bounces, engine},
    observe::observe,
    pages::{
        account, credit_requests, open_link, personal, recovery, results, shoot, sign_in, unsubscribe,
        welcome,
    },
    recognize::{locate, recognize},
    reloaded::wrong_method,
    render,
    scim::{self, discovery, groups, users},
    sso,
};
use crate::{
    app::console::pages::PAGES,
    server::{config::Web, state::AppState, static_files::StaticFiles},
};

/// Bytes of an upload: fifteen photos of twenty megabytes and what surrounds them.
const UPLOAD_LIMIT: usize = 15 * 21 * 1024 * 1024;
/// Bytes of an upload of one logo: far more than one may have, so that whoever chose a camera’s picture reads why
/// it is not taken.
const LOGO_LIMIT: usize = 32 * 1024 * 1024;
/// Bytes in the path of a file; ours have half as many.
const FILE_PATH_MAX: usize = 255;
/// Bytes of any other request.
const BODY_LIMIT: usize = 1024 * 1024;

/// Every route of the server, with what guards it.
pub fn router(state: AppState, web: &Web) -> Router {
    // Leptos spawns on whatever it was told to; a second telling changes nothing.
    any_spawner::Executor::init_tokio().ok();
    let uploads = Router::new()
        .route("/members/{member}/photos", post(shoot::add_photos))
        .layer(middleware::from_fn(Intake::layer))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(600)));

    // Without a limit of their own: a part is read up to the end that its file has.
    let resumable = Router::new()
        .route("/members/{member}/uploads", post(tus::begin).options(tus::offer))
        .route("/members/{member}/uploads/{upload}", head(tus::find).patch(tus::append).delete(tus::give_up))
        .layer(middleware::from_fn(tus::speak))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(600)));

    let logos = Router::new()
        .route("/settings/logo", post(logo::change))
        .layer(middleware::from_fn(Intake::layer))
        .layer(DefaultBodyLimit::max(LOGO_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(120)));

    let pages = Router::new()
        .route("/", get(sign_in::start))
        .route("/sign-in", get(sign_in::sign_in).post(sign_in::ask_to_sign_in))
        .route("/sign-up", get(sign_in::sign_up).post(sign_in::ask_to_sign_up))
        .route("/sign-in/code", get(sign_in::code).post(sign_in::enter_code))
        .route("/sign-in/recovery", get(recovery::show).post(recovery::enter))
        .route("/sso/test", post(sso::test))
        .route("/sso/{org}/callback", get(sso::callback))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/welcome", get(welcome::welcome).post(welcome::create))
        .route("/account", get(account::account))
        .route("/account/logins/{login}/close", post(account::close_login))
        .route("/account/logins/close-others", post(account::close_other_logins))
        .route("/account/organizations/{org}/switch", post(account::switch_to))
        .route("/account/organizations/{org}/ownership/accept", post(account::accept_ownership))
        .route("/account/organizations/{org}/ownership/decline", post(account::decline_ownership))
        .route("/i/{token}", get(personal::show).post(personal::accept))
        .route("/i/{token}/code", get(personal::code).post(personal::enter_code))
        .route("/i/{token}/decline", post(personal::decline))
        .route("/i/{token}/reconsider", post(personal::reconsider))
        .route("/i/{token}/opt-out", post(personal::opt_out))
        .route("/i/{token}/opt-in", post(personal::opt_in))
        .route("/i/{token}/fresh", post(personal::fresh))
        .route("/u/{token}/opt-in", post(unsubscribe::opt_in))
        .route("/j/{token}", get(open_link::show).post(open_link::join))
        .route("/j/{token}/code", get(open_link::code).post(open_link::enter_code))
        .route("/j/{token}/wait", post(open_link::wait))
        .route("/links/{link}/qr.svg", get(qr::show_svg))
        .route("/links/{link}/qr.png", get(qr::show_png))
        .route("/me", get(shoot::me))
        .route("/me/name", post(shoot::rename))
        .route("/members/{member}", get(render::member))
        .route("/members/{member}/shoot", get(shoot::show))
        .route("/members/{member}/progress", get(shoot::progress))
        .route("/members/{member}/photos/{photo}/remove", post(shoot::remove_photo))
        .route("/members/{member}/submit", post(shoot::submit))
        .route("/members/{member}/headshots/{headshot}/choose", post(results::choose))
        .route("/members/{member}/results-link/renew", post(results::renew_link))
        .route("/members/{member}/results-link/revoke", post(results::revoke_link))
        .route("/members/{member}/results-link/mail", post(results::mail_link))
        .route("/members/{member}/headshots.zip", get(archive::download_all))
        .route("/photos/{photo}", get(pictures::show_photo))
        .route("/headshots.zip", get(archive::download_portraits))
        .route("/headshots/{headshot}", get(pictures::show_headshot))
        .route("/r/{token}", get(results::show))
        .route("/r/{token}/headshots/{headshot}", get(pictures::show_by_link))
        .route("/r/{token}/headshots/{headshot}/choose", post(results::choose_by_link))
        .route("/r/{token}/headshots.zip", get(archive::download_all_by_link))
        .route("/members.csv", get(exports::members))
        .route("/history.csv", get(exports::history))
        .route("/credits.csv", get(exports::credits))
        .route("/settings/logo/remove", post(logo::remove))
        .route("/logos/{logo}", get(logo::show))
        .route("/logos/{logo}/card", get(logo::show_card))
        .route("/c/{token}", get(credit_requests::show).post(credit_requests::answer))
        .route("/events", get(events::events))
        // Has its own limits.
        .route(
            "/fn/{*function}",
            get(server_function).post(server_function).layer(DefaultBodyLimit::disable()),
        )
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)));
    let pages = PAGES.iter().fold(pages, |pages, page| pages.route(page.path, get(render::console)));
    #[cfg(debug_assertions)]
    let pages = pages.merge(super::pages::mailbox::routes());

    // Programs of others ask and write here, without cookies and without an origin: what they carry
    // must be proof enough, and these routes know no viewer. RFC 8058
    let from_elsewhere = Router::new()
        .route("/u/{token}", get(unsubscribe::show).post(unsubscribe::unsubscribe))
        .route("/hooks/bounce", post(bounces::bounce))
        .route("/hooks/engine", post(engine::settle))
        .route("/engine/{links}/photos/{photo}", get(engine::photo))
        // Reads as much as a photo may have.
        .route(
            "/engine/{links}/headshots/{number}",
            put(engine::put_headshot).layer(DefaultBodyLimit::disable()),
        )
        .route("/healthz", get(health::lives))
        .route("/readyz", get(health::ready))
        .layer(middleware::from_fn_with_state(state.clone(), locate))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)));

    // Directories of customers: their token is all that counts, and everything is answered in SCIM's form. S6
    let directories = Router::new()
        .route("/scim/v2/{org}/ServiceProviderConfig", get(discovery::config))
        .route("/scim/v2/{org}/ResourceTypes", get(discovery::resource_types))
        .route("/scim/v2/{org}/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/scim/v2/{org}/Schemas", get(discovery::schemas))
        .route("/scim/v2/{org}/Schemas/{id}", get(discovery::schema))
        .route("/scim/v2/{org}/Users", get(users::list).post(users::create))
        .route(
            "/scim/v2/{org}/Users/{id}",
            get(users::show).put(users::replace).patch(users::patch).delete(users::delete),
        )
        .route("/scim/v2/{org}/Groups", get(groups::list).post(groups::create))
        .route(
            "/scim/v2/{org}/Groups/{id}",
            get(groups::show).put(groups::replace).patch(groups::patch).delete(groups::delete),
        )
        .route("/scim/v2/{org}/.search", post(scim::search))
        .route("/scim/v2/{org}/{*rest}", any(scim::nothing))
        .method_not_allowed_fallback(scim::wrong_method)
        .layer(middleware::from_fn_with_state(state.clone(), scim::authorize))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)));

    let app = pages
        .merge(uploads)
        .merge(resumable)
        .merge(logos)
        .method_not_allowed_fallback(wrong_method)
        .fallback(|| async { PageError::NotFound })
        .layer(middleware::from_fn_with_state(state.clone(), recognize))
        .layer(middleware::from_fn_with_state(state.clone(), guards::own_origin))
        .merge(from_elsewhere)
        .merge(directories)
        .layer(middleware::from_fn_with_state(state.clone(), render::answers))
        // Archives hold pictures, which are compressed already.
        .layer(
            CompressionLayer::new()
                .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("application/zip"))),
        )
        .layer(middleware::from_fn_with_state(state.clone(), observe));

    Router::new()
        .merge(files(web).layer(middleware::from_fn_with_state(state.clone(), observe)))
        .fallback_service(app.with_state(state.clone()))
        .layer(middleware::from_fn(guards::headers))
        .with_state(state)
}

/// Folders of a program that holds its files itself.
const IN_PROGRAM: [&str; 2] = ["/pkg/{*path}", "/font/{*path}"];

/// What is in `public/` beside the fonts.
const PUBLIC: [&str; 6] =
    ["favicon.svg", "icons.svg", "shots.svg", "og.png", "apple-touch-icon.png", "robots.txt"];

/// Files that are served as they are: the built clients, and `public/`.
fn files(web: &Web) -> Router<AppState> {
    let kept = |value: &'static str| middleware::map_response_with_state(value, keep);
    let hashed = match web.clients() {
        StaticFiles::Folder(folder) => {
            let built = ServeDir::new(folder).append_index_html_on_directories(false);
            Router::new().nest_service("/pkg", built.precompressed_br().precompressed_gzip())
        }
        StaticFiles::Program(kind) => Router::new().route(
            IN_PROGRAM[0],
            get(move |Path(path): Path<String>, headers: HeaderMap| async move {
                embedded::answer(&path, &headers, |path| kind.file(path))
            }),
        ),
    };
    let (mut fonts, mut others) = (Router::new(), Router::new());
    match web.statics() {
        StaticFiles::Folder(folder) => {
            fonts = fonts.nest_service("/font", ServeDir::new(folder.join("font")));
            for name in PUBLIC {
                others = others.route_service(&format!("/{name}"), ServeFile::new(folder.join(name)));
            }
        }
        StaticFiles::Program(kind) => {
            let file = move |path: String| {
                move |headers: HeaderMap| async move { embedded::answer(&path, &headers, |path| kind.file(path)) }
            };
            fonts = fonts.route(
                IN_PROGRAM[1],
                get(move |Path(path): Path<String>, headers: HeaderMap| {
                    file(format!("font/{path}"))(headers)
                }),
            );
            for name in PUBLIC {
                others = others.route(&format!("/{name}"), get(file(name.to_owned())));
            }
        }
    }
    hashed
        .layer(kept("public, max-age=31536000, immutable"))
        .merge(fonts.layer(kept("public, max-age=31536000")))
        .merge(others.layer(CompressionLayer::new()).layer(kept("public, max-age=3600")))
        .layer(middleware::from_fn(short_names))
}

/// How long a browser keeps a file. What is missing is not kept: an update may be bringing it just now. N1
async fn keep(State(value): State<&'static str>, mut answer: Response) -> Response {
    let is_there = answer.status().is_success() || answer.status() == StatusCode::NOT_MODIFIED;
    let value = HeaderValue::from_static(if is_there { value } else { "no-store" });
    answer.headers_mut().insert(header::CACHE_CONTROL, value);
    answer
}

/// Asks the disk for no name that a disk cannot have; to the library its answer would be a fault of ours.
/// N1
async fn short_names(request: Request, next: Next) -> Response {
    if request.uri().path().len() > FILE_PATH_MAX {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}
