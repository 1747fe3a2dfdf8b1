//! The generation service's way in: it fetches photos, puts headshots and says what became of a job, by what
//! it was sent with the job and the secret that is shared with it. docs/engine.md, H3
//!
//! Headshots are put here, not fetched from where the service says: so the server never asks an address that
//! somebody else names, and the service needs no place that can be reached from here.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use crate::{
    domain::{
        actor::Actor,
        ids::{HeadshotId, OrgId, PhotoId, ShootId},
        moment::Moment,
        photo::{PhotoFault, PictureKind},
    },
    http::{error::PageError, extract::Path},
    server::{
        engine::{MOST_HEADSHOTS, RefusedPhoto, Said},
        keys::EngineLink,
        state::AppState,
        webhooks::SignedAs,
    },
    store::{
        self,
        engine_jobs::{self, Delivered, Settled},
        files, now,
    },
    studio::{image_pool::NotMade, storage},
};

/// The shoot with which a link lets do this, if it has not expired.
async fn shoot_of(state: &AppState, may: EngineLink, link: &str) -> Result<(OrgId, ShootId), PageError> {
    let now = Moment::from(now(&state.pool).await?);
    state.keys.read_engine_link(may, link, now).ok_or(PageError::NotFound)
}

/// `GET /engine/{links}/photos/{photo}`: a photo of the job, until something became of it. H3, H6
pub async fn photo(
    State(state): State<AppState>,
    Path((link, photo)): Path<(String, PhotoId)>,
) -> Result<Response, PageError> {
    let (org, shoot) = shoot_of(&state, EngineLink::Photos, &link).await?;
    let is_of_job = engine_jobs::has_photo(&mut *state.pool.acquire().await?, org, shoot, photo).await?;
    if !is_of_job {
        return Err(PageError::NotFound);
    }
    let bytes = state.storage.get(&storage::photo_key(org.0, photo.0)).await?.ok_or(PageError::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, Body::from(bytes)).into_response())
}

/// `PUT /engine/{links}/headshots/{number}`: a headshot of the job, checked and encoded anew as photos are. H3
pub async fn put_headshot(
    State(state): State<AppState>,
    Path((link, number)): Path<(String, i16)>,
    body: Body,
) -> Result<Response, PageError> {
    let (org, shoot) = shoot_of(&state, EngineLink::Headshots, &link).await?;
    let is_open = engine_jobs::is_open(&mut *state.pool.acquire().await?, org, shoot).await?;
    if !is_open || !(1..=MOST_HEADSHOTS).contains(&number) {
        return Err(PageError::NotFound);
    }
    let most = state.photo_limits.max_bytes;
    let Ok(mut space) = state.upload_room.take(shoot.0, most).await else {
        return Ok(say(StatusCode::SERVICE_UNAVAILABLE, "Too many pictures at once. Try again."));
    };
    let Ok(file) = axum::body::to_bytes(body, usize::try_from(most).unwrap_or(usize::MAX)).await else {
        return Ok(say(StatusCode::PAYLOAD_TOO_LARGE, "This picture is too large, or broke off."));
    };
    space.shrink_to(file.len());
    let portrait = match state.image_pool.delivered(file).await {
        Ok(portrait) => portrait,
        Err(NotMade::Photo(_)) => {
            return Ok(say(
                StatusCode::UNPROCESSABLE_ENTITY,
                "This is no JPEG, PNG or WebP that can be opened and has a part of 4:5.",
            ));
        }
        Err(stopping @ NotMade::Stopping) => return Err(anyhow::Error::from(stopping).into()),
    };
    let (width, height) = (portrait.width, portrait.height);
    // Under an id of its own: what comes too late overwrites nothing.
    let headshot = HeadshotId(store::fresh_id());
    let mut db = state.pool.autocommit().await?;
    files::intend(&mut db, org, PictureKind::Headshot, &[headshot.0]).await?;
    db.finish().await?;
    let [key, thumb_key] = storage::picture_keys(org.0, PictureKind::Headshot, headshot.0);
    state.storage.put(&key, portrait.jpeg).await?;
    state.storage.put(&thumb_key, portrait.thumbnail).await?;
    let delivered = Delivered { number, headshot, width, height };
    let noted: store::Result<bool> = store::retry(|| async {
        let mut tx = state.begin().await?;
        let noted = engine_jobs::note(&mut tx, &Actor::system(org), shoot, delivered).await?;
        state.commit_unseen(tx).await?;
        Ok(noted)
    })
    .await;
    Ok(if noted? { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }.into_response())
}

/// `POST /hooks/engine`: what became of a job, signed. Said again, or after something else was said, it changes
/// nothing. H3, C5
pub async fn settle(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, PageError> {
    let engine = state.engine.as_ref().ok_or(PageError::NotFound)?;
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = SignedAs {
        id: value("webhook-id"),
        timestamp: value("webhook-timestamp"),
        signature: value("webhook-signature"),
    };
    let now = Moment::from(now(&state.pool).await?);
    if let Err(why) = engine.secrets().verify(signed, &body, now) {
        return Ok(say(StatusCode::UNAUTHORIZED, &why.to_string()));
    }
    let said: Said = match serde_json::from_slice(&body) {
        Ok(said) => said,
        Err(_) => return Ok(say(StatusCode::UNPROCESSABLE_ENTITY, "This is no message of docs/engine.md.")),
    };
    let (Said::Ready { job, .. } | Said::Failed { job, .. }) = &said;
    let Some((org, shoot)) = state.keys.read_engine_job(job) else {
        return Ok(say(StatusCode::NOT_FOUND, "There is no such job."));
    };
    let Some(faults) = faults(&said) else {
        return Ok(say(StatusCode::UNPROCESSABLE_ENTITY, "A photo is refused for an unknown reason."));
    };
    let actor = Actor::system(org);
    let settled: store::Result<Settled> = store::retry(|| async {
        let mut tx = state.begin().await?;
        let settled = match &said {
            Said::Ready { headshots, .. } => engine_jobs::deliver(&mut tx, &actor, shoot, *headshots).await?,
            Said::Failed { .. } => engine_jobs::refuse(&mut tx, &actor, shoot, &faults).await?,
        };
        if let Settled::Now(member) = settled {
            state.commit_about(tx, org, [member]).await?;
        }
        Ok(settled)
    })
    .await;
    Ok(match settled? {
        Settled::Now(_) | Settled::Before => StatusCode::NO_CONTENT.into_response(),
        Settled::Incomplete => {
            say(StatusCode::CONFLICT, "Not all of these headshots are here. Put them, then say it again.")
        }
        Settled::Foreign => say(StatusCode::UNPROCESSABLE_ENTITY, "A photo is not of this job."),
    })
}

/// The photos that are at fault, each once; `None` where one is for a reason that nobody knows.
fn faults(said: &Said) -> Option<Vec<(PhotoId, PhotoFault)>> {
    let Said::Failed { photos, .. } = said else { return Some(Vec::new()) };
    let fault = |photo: &RefusedPhoto| Some((photo.id, photo.reason.parse::<PhotoFault>().ok()?));
    let faults = photos.iter().map(fault).collect::<Option<BTreeMap<_, _>>>()?;
    Some(faults.into_iter().map(|(id, fault)| (PhotoId(id), fault)).collect())
}

fn say(status: StatusCode, words: &str) -> Response {
    (status, words.to_owned()).into_response()
}
