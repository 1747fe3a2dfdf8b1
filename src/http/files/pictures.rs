//! Photos and headshots out. A picture is served only to whom it belongs and to their leads. H4, H6

use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    domain::ids::{HeadshotId, MemberId, OrgId, PhotoId},
    http::{
        error::PageError,
        extract::{CurrentMember, Path, Query, ResultsHolder, may_shoot_for},
    },
    server::state::AppState,
    store::results,
    studio::storage,
};

/// Which size of a picture is wanted.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    size: Size,
    /// Offer to save it under its own name.
    #[serde(default)]
    download: bool,
}

#[derive(Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Size {
    #[default]
    Full,
    Small,
}

/// `GET /photos/{photo}`: a photo of the organization that the viewer is looking at. H6
pub async fn show_photo(
    State(state): State<AppState>,
    Path(photo): Path<PhotoId>,
    Query(wanted): Query<Wanted>,
    viewer: Option<CurrentMember>,
) -> Result<Response, PageError> {
    let viewer = viewer.ok_or(PageError::NotFound)?;
    let org = viewer.membership.org;
    let mut db = state.pool.acquire().await?;
    let owner = results::photo_owner(&mut db, org, photo).await?;
    drop(db);
    require_may_see(&viewer, owner)?;
    let key = if wanted.size == Size::Small { storage::photo_thumb_key } else { storage::photo_key };
    serve(&state, &key(org.0, photo.0), None).await
}

/// `GET /headshots/{headshot}`: a headshot of the organization that the viewer is looking at. H6
pub async fn show_headshot(
    State(state): State<AppState>,
    Path(headshot): Path<HeadshotId>,
    Query(wanted): Query<Wanted>,
    viewer: Option<CurrentMember>,
) -> Result<Response, PageError> {
    let viewer = viewer.ok_or(PageError::NotFound)?;
    let org = viewer.membership.org;
    let owner = headshot_owner(&state, org, headshot).await?;
    require_may_see(&viewer, owner)?;
    serve_headshot(&state, org, headshot, &wanted).await
}

fn require_may_see(viewer: &CurrentMember, owner: Option<MemberId>) -> Result<(), PageError> {
    let may = owner.is_some_and(|owner| may_shoot_for(&viewer.membership, owner));
    if may { Ok(()) } else { Err(PageError::NotFound) }
}

/// `GET /r/{token}/headshots/{headshot}`: a headshot of a managed member, by their private link. M3
pub async fn show_by_link(
    State(state): State<AppState>,
    holder: ResultsHolder,
    Path((_, headshot)): Path<(String, HeadshotId)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let org = holder.person.org;
    if headshot_owner(&state, org, headshot).await? != Some(holder.person.id) {
        return Err(PageError::NotFound);
    }
    serve_headshot(&state, org, headshot, &wanted).await
}

async fn headshot_owner(
    state: &AppState,
    org: OrgId,
    headshot: HeadshotId,
) -> Result<Option<MemberId>, PageError> {
    let mut db = state.pool.acquire().await?;
    Ok(results::headshot_owner(&mut db, org, headshot).await?)
}

async fn serve_headshot(
    state: &AppState,
    org: OrgId,
    id: HeadshotId,
    wanted: &Wanted,
) -> Result<Response, PageError> {
    let key = if wanted.size == Size::Small { storage::headshot_thumb_key } else { storage::headshot_key };
    let name = wanted.download.then_some("headshot.jpg");
    serve(state, &key(org.0, id.0), name).await
}

/// A picture that never changes under its name, for this browser only.
async fn serve(state: &AppState, key: &str, download_as: Option<&str>) -> Result<Response, PageError> {
    let bytes = state.storage.get(key).await?.ok_or(PageError::NotFound)?;
    let disposition =
        download_as.map_or("inline".to_owned(), |name| format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=86400, immutable".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, Body::from(bytes)).into_response())
}
