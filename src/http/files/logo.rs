//! An organization's logo: in from a lead's settings, and out to everybody. It is public, and its URL says
//! nothing but its own name, which is another with each upload. J1, L8

use axum::{
    body::Body,
    extract::{FromRequest, Request, State, multipart::MultipartError},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

use super::{intake::BrokenOff, upload::read_field};
use crate::{
    app::console::settings::logo::LogoRefused,
    domain::{
        ids::LogoId,
        organization::{LOGO_BYTES_MAX, LogoRefusal},
        photo::PictureKind,
        role::Action,
    },
    http::{
        error::PageError,
        extract::{CurrentMember, Files, Path},
        render::{self, Outcome},
    },
    server::{keys, state::AppState},
    store::{files, organizations},
    studio::storage,
};

/// How long a browser may show it without asking again.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// `POST /settings/logo`: a form with the file.
pub async fn change(
    State(state): State<AppState>,
    viewer: CurrentMember,
    request: Request,
) -> Result<Response, PageError> {
    viewer.require(Action::ChangeSettings)?;
    let known = request.extensions().clone();
    let files = Files::from_request(request, &state).await?;
    let refusal = match take(&state, &viewer, files).await {
        Ok(Ok(())) => return Ok(Redirect::to("/settings").into_response()),
        Ok(Err(refusal)) => refusal,
        Err(error) if is_too_long(&error) => LogoRefusal::TooLarge,
        Err(error) => return Err(upload_error(error)),
    };
    let mut shown = Request::new(Body::empty());
    *shown.extensions_mut() = known;
    *shown.uri_mut() = axum::http::Uri::from_static("/settings");
    let outcome = Outcome::Logo(LogoRefused(refusal));
    let mut page = render::console_after_post(&state, viewer.membership, shown, outcome).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

/// Whether more came than is read of any form for a logo.
fn is_too_long(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<MultipartError>()
        .is_some_and(|error| error.status() == StatusCode::PAYLOAD_TOO_LARGE)
}

fn upload_error(error: anyhow::Error) -> PageError {
    if error.is::<MultipartError>() || error.is::<BrokenOff>() { PageError::BrokenOff } else { error.into() }
}

/// Reads the file of the form, checks it, keeps it, and makes it the organization's.
async fn take(
    state: &AppState,
    viewer: &CurrentMember,
    files: Files,
) -> anyhow::Result<Result<(), LogoRefusal>> {
    let Files { mut form, intake, length } = files;
    while let Some(mut field) = intake.field(&mut form).await? {
        if field.file_name().is_none() {
            intake.pass_over(&mut field).await?;
            continue;
        }
        let most = length.unwrap_or(u64::MAX).min(LOGO_BYTES_MAX);
        let Ok(mut space) = state.upload_room.take(viewer.membership.member.0, most).await else {
            return Ok(Err(LogoRefusal::Busy));
        };
        let Some(bytes) = read_field(&intake, &mut field, LOGO_BYTES_MAX).await?.bytes else {
            return Ok(Err(LogoRefusal::TooLarge));
        };
        // A file field that was left empty is no file.
        if bytes.is_empty() {
            continue;
        }
        space.shrink_to(bytes.len());
        let prepared = match state.image_pool.logo(bytes).await {
            Ok(prepared) => prepared,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (org, id) = (viewer.actor.org, keys::random_id());
        // Written down before it is stored, as every picture: what a crash leaves is swept. N8
        let mut db = state.pool.autocommit().await?;
        files::intend(&mut db, org, PictureKind::Logo, &[id]).await?;
        db.finish().await?;
        state.storage.put(&storage::logo_key(org.0, id), prepared.jpeg).await?;
        state.storage.put(&storage::logo_card_key(org.0, id), prepared.card).await?;
        let mut tx = state.begin().await?;
        organizations::set_logo(&mut tx, &viewer.actor, Some(LogoId(id))).await?;
        if !files::settle(&mut tx, org, &[id]).await? {
            anyhow::bail!("a logo was swept before it was the organization's");
        }
        state.commit(tx, org).await?;
        return Ok(Ok(()));
    }
    Ok(Err(LogoRefusal::Missing))
}

/// `POST /settings/logo/remove`
pub async fn remove(State(state): State<AppState>, viewer: CurrentMember) -> Result<Redirect, PageError> {
    viewer.require(Action::ChangeSettings)?;
    let mut tx = state.begin().await?;
    organizations::set_logo(&mut tx, &viewer.actor, None).await?;
    state.commit(tx, viewer.actor.org).await?;
    Ok(Redirect::to("/settings"))
}

/// `GET /logos/{logo}`
pub async fn show(State(state): State<AppState>, Path(logo): Path<LogoId>) -> Result<Response, PageError> {
    serve(&state, logo, storage::logo_key).await
}

/// `GET /logos/{logo}/card`: what chats show of a URL. L8
pub async fn show_card(
    State(state): State<AppState>,
    Path(logo): Path<LogoId>,
) -> Result<Response, PageError> {
    serve(&state, logo, storage::logo_card_key).await
}

async fn serve(
    state: &AppState,
    logo: LogoId,
    key: fn(uuid::Uuid, uuid::Uuid) -> String,
) -> Result<Response, PageError> {
    let org = organizations::whose_logo(&mut *state.pool.acquire().await?, logo).await?;
    let org = org.ok_or(PageError::NotFound)?;
    let bytes = state.storage.get(&key(org.0, logo.0)).await?.ok_or(PageError::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, KEPT),
        // Mail programs that run in a browser show it, too.
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok((headers, Body::from(bytes)).into_response())
}
