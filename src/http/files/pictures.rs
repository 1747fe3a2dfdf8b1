//! Photos in, photos and headshots out. A picture is served only to whom it belongs and to their
//! leads. H1, H4, H6

use std::io::{Cursor, Write};

use axum::{
    body::Body,
    extract::{Multipart, Path, Query, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        actor::Actor,
        ids::{HeadshotId, MemberId, OrgId, PhotoId},
        photo::PhotoRefusal,
        role::Action,
        text,
    },
    server::{keys::Keys, logins::Viewing, state::AppState},
    store::{
        self, Error,
        accounts::ActiveMembership,
        members, results,
        shoots::{self, NewPhoto, NotAdded},
    },
    studio::storage,
};

/// What became of one file of an upload.
pub struct Received {
    pub file_name: String,
    pub outcome: Result<PhotoId, PhotoRefusal>,
}

/// Whether the viewer may add photos for, submit for and see the results of this member: their own,
/// or anybody's for a lead. N2, H6
#[must_use]
pub fn may_shoot_for(viewer: &ActiveMembership, member: MemberId) -> bool {
    viewer.role.may(if viewer.member == member { Action::ShootForSelf } else { Action::ShootForOthers })
}

/// Reads the files of a form one by one; each is taken or refused by itself. H1
///
/// # Errors
/// The body is not a form, or it broke off; what was taken before stays.
pub async fn receive(
    state: &AppState,
    actor: &Actor,
    member: MemberId,
    mut form: Multipart,
) -> anyhow::Result<Vec<Received>> {
    let mut received = Vec::new();
    while let Some(field) = form.next_field().await? {
        let Some(file_name) = field.file_name().map(tidy_file_name) else { continue };
        let outcome = match read_field(field, state.photo_limits.max_bytes).await? {
            None => Err(PhotoRefusal::TooLarge { max_bytes: state.photo_limits.max_bytes }),
            // A file field that was left empty is no file.
            Some(bytes) if bytes.is_empty() && file_name == "photo" => continue,
            Some(bytes) => take(state, actor, member, &file_name, bytes).await?,
        };
        received.push(Received { file_name, outcome });
    }
    Ok(received)
}

/// Checks, stores and adds one photo.
async fn take(
    state: &AppState,
    actor: &Actor,
    member: MemberId,
    file_name: &str,
    bytes: Bytes,
) -> anyhow::Result<Result<PhotoId, PhotoRefusal>> {
    let org = actor.org;
    let limits = state.photo_limits;
    let prepared = match state.darkroom.prepare(bytes, limits).await {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = shoots::fresh_photo_id();
    // Stored before it is in the draft: a photo that is in can be seen.
    state.storage.put(&storage::photo_key(org.0, id.0), prepared.jpeg).await?;
    state.storage.put(&storage::photo_thumb_key(org.0, id.0), prepared.thumbnail).await?;
    let new = NewPhoto {
        id,
        file_name,
        width: prepared.width,
        height: prepared.height,
        fingerprint: prepared.fingerprint,
    };
    let mut tx = state.pool.begin().await?;
    match shoots::add_photo(&mut tx, actor, member, new, &limits).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Ok(id))
        }
        Err(Error::Refused(refusal)) => {
            drop(tx);
            storage::delete_photo(&state.storage, org, id).await?;
            match refusal {
                NotAdded::Photo(refusal) => Ok(Err(refusal)),
                NotAdded::Unknown(gone) => Err(gone.into()),
            }
        }
        Err(Error::Broken(error)) => Err(error.into()),
    }
}

/// The bytes of a field; `None` when there are more than `max`, which are then not kept.
async fn read_field(
    mut field: axum::extract::multipart::Field<'_>,
    max: u64,
) -> anyhow::Result<Option<Bytes>> {
    let mut bytes = BytesMut::new();
    let mut too_large = false;
    while let Some(chunk) = field.chunk().await? {
        too_large |= (bytes.len() + chunk.len()) as u64 > max;
        if too_large {
            bytes = BytesMut::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(if too_large { None } else { Some(bytes.freeze()) })
}

/// The last part of what the browser called the file, as a printable line.
fn tidy_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let short: String = last.chars().take(80).collect();
    text::line("File name", &short, 80).unwrap_or_else(|_| "photo".into())
}

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

/// `GET /photos/{id}`: a photo of the organization that the viewer is looking at. H6
pub async fn show_photo(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let Some(viewer) = membership(&request) else { return not_found() };
    let owner = async {
        let mut db = state.pool.acquire().await?;
        results::photo_owner(&mut db, viewer.org, PhotoId(id)).await
    };
    match owner.await {
        Ok(Some(owner)) if may_shoot_for(&viewer, owner) => {
            let key = if wanted.size == Size::Small { storage::photo_thumb_key } else { storage::photo_key };
            serve(&state, &key(viewer.org.0, id), None).await
        }
        other => refuse_or_fail(other.map(|_| ())),
    }
}

/// `GET /headshots/{id}`: a headshot of the organization that the viewer is looking at. H6
pub async fn show_headshot(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Response {
    let Some(viewer) = membership(&request) else { return not_found() };
    let owner = async {
        let mut db = state.pool.acquire().await?;
        results::headshot_owner(&mut db, viewer.org, HeadshotId(id)).await
    };
    match owner.await {
        Ok(Some(owner)) if may_shoot_for(&viewer, owner) => {
            serve_headshot(&state, viewer.org, HeadshotId(id), &wanted).await
        }
        other => refuse_or_fail(other.map(|_| ())),
    }
}

/// `GET /r/{token}/headshots/{id}`: a headshot of a managed member, by their private link. M3
pub async fn show_by_link(
    State(state): State<AppState>,
    Path((token, id)): Path<(String, Uuid)>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let found = async {
        let mut db = state.pool.acquire().await?;
        let Some(person) = holder(&state.keys, &mut db, &token).await? else { return Ok(None) };
        let owner = results::headshot_owner(&mut db, person.org, HeadshotId(id)).await?;
        Ok((owner == Some(person.id)).then_some(person.org))
    };
    match found.await {
        Ok(Some(org)) => serve_headshot(&state, org, HeadshotId(id), &wanted).await,
        other => refuse_or_fail(other.map(|_| ())),
    }
}

/// The managed member whose private link this is, if it works. M3
pub async fn holder(
    keys: &Keys,
    db: &mut store::PgConnection,
    token: &str,
) -> store::Result<Option<members::Person>> {
    let Some(token) = Keys::read_results_token(token) else { return Ok(None) };
    match members::find(db, token.org, token.member).await {
        Ok(person) => {
            let works = !person.results_revoked && keys.proves(&token, person.results_generation);
            Ok(works.then_some(person))
        }
        Err(Error::Refused(_)) => Ok(None),
        Err(Error::Broken(error)) => Err(error),
    }
}

/// `GET /members/{id}/headshots.zip`: all headshots of a member in one file. H4
pub async fn download_all(State(state): State<AppState>, Path(id): Path<Uuid>, request: Request) -> Response {
    match membership(&request) {
        Some(viewer) if may_shoot_for(&viewer, MemberId(id)) => {
            zip_of(&state, viewer.org, MemberId(id)).await
        }
        _ => not_found(),
    }
}

/// `GET /r/{token}/headshots.zip`: the same by private link. M3
pub async fn download_all_by_link(State(state): State<AppState>, Path(token): Path<String>) -> Response {
    let found = async {
        let mut db = state.pool.acquire().await?;
        holder(&state.keys, &mut db, &token).await
    };
    match found.await {
        Ok(Some(person)) => zip_of(&state, person.org, person.id).await,
        other => refuse_or_fail(other.map(|_| ())),
    }
}

async fn zip_of(state: &AppState, org: OrgId, member: MemberId) -> Response {
    let zipped = async {
        let mut db = state.pool.acquire().await?;
        let gallery = results::gallery(&mut db, org, member).await?;
        drop(db);
        let mut pictures = Vec::with_capacity(gallery.len());
        for headshot in gallery {
            let key = storage::headshot_key(org.0, headshot.id.0);
            if let Some(bytes) = state.storage.get(&key).await? {
                pictures.push((format!("headshot-{:02}.jpg", headshot.number), bytes));
            }
        }
        anyhow::Ok(if pictures.is_empty() { None } else { Some(zip(&pictures)?) })
    };
    match zipped.await {
        Ok(Some(bytes)) => (
            [
                (header::CONTENT_TYPE, "application/zip"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"headshots.zip\""),
            ],
            bytes,
        )
            .into_response(),
        Ok(None) => not_found(),
        Err(error) => broken(&error),
    }
}

/// Pictures are compressed already: they are stored as they are.
fn zip(pictures: &[(String, Bytes)]) -> anyhow::Result<Vec<u8>> {
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in pictures {
        writer.start_file(name, options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

async fn serve_headshot(state: &AppState, org: OrgId, id: HeadshotId, wanted: &Wanted) -> Response {
    let key = if wanted.size == Size::Small { storage::headshot_thumb_key } else { storage::headshot_key };
    let name = wanted.download.then_some("headshot.jpg");
    serve(state, &key(org.0, id.0), name).await
}

/// A picture that never changes under its name, for this browser only.
async fn serve(state: &AppState, key: &str, download_as: Option<&str>) -> Response {
    match state.storage.get(key).await {
        Ok(Some(bytes)) => {
            let disposition =
                download_as.map_or("inline".to_owned(), |name| format!("attachment; filename=\"{name}\""));
            (
                [
                    (header::CONTENT_TYPE, "image/jpeg".to_owned()),
                    (header::CACHE_CONTROL, "private, max-age=86400, immutable".to_owned()),
                    (header::CONTENT_DISPOSITION, disposition),
                ],
                Body::from(bytes),
            )
                .into_response()
        }
        Ok(None) => not_found(),
        Err(error) => broken(&error.into()),
    }
}

fn membership(request: &Request) -> Option<ActiveMembership> {
    request.extensions().get::<Viewing>()?.0.as_ref()?.membership.clone()
}

fn refuse_or_fail(result: store::Result<()>) -> Response {
    match result {
        Ok(()) => not_found(),
        Err(error) => broken(&error.into()),
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is no such picture, or it is not yours to see.").into_response()
}

fn broken(error: &anyhow::Error) -> Response {
    tracing::error!("a picture could not be served: {error:#}");
    crate::http::guards::unavailable().into_response()
}
