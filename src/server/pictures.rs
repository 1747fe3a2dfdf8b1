//! Photos in, photos and headshots out. A picture is served only to whom it belongs and to their
//! leads. H1, H4, H6

use std::{
    future::poll_fn,
    io::{self, Cursor, Write},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    task::{Poll, ready},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{Multipart, Path, Query, Request, State, multipart::Field},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use tokio::time::timeout;
use uuid::Uuid;

use super::{keys::Keys, logins::Viewing, state::AppState};
use crate::{
    domain::{
        ids::{HeadshotId, MemberId, OrgId, PhotoId},
        photo::{PhotoRefusal, PictureKind},
        role::{Action, Actor},
        text,
    },
    store::{
        self, Error, files, members, results,
        shoots::{self, NewPhoto, NotAdded},
    },
    studio::storage,
};

/// What became of one file of an upload.
pub struct Received {
    pub file_name: String,
    pub outcome: Result<PhotoId, PhotoRefusal>,
}

/// Whether the actor may add photos for, submit for and see the results of this member: their own,
/// or anybody's for a lead. N2, H6
#[must_use]
pub fn may_shoot_for(actor: &Actor, member: MemberId) -> bool {
    actor.role.may(if actor.member == member { Action::ShootForSelf } else { Action::ShootForOthers })
}

/// Files of a form beyond those that can be taken at once that are still answered one by one.
const ANSWERED: usize = 50;

/// How long nothing of a file may arrive before the upload has broken off.
const STALL: Duration = Duration::from_secs(30);

/// A file that arrives slower than so many bytes a second holds up others, and is let go. A minute
/// is given to all.
const SLOWEST: u64 = 8 * 1024;

/// An upload that did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the upload broke off")]
pub struct BrokenOff;

/// Reads the files of a form one by one; each is taken or refused by itself. Of what is refused for
/// want of room nothing is kept, nor decoded. `length` is that of the whole form, where it is known.
/// H1, QUALITY 11
///
/// # Errors
/// The body is not a form, or it broke off ([`BrokenOff`]); what was taken before stays.
pub async fn receive(
    state: &AppState,
    actor: &Actor,
    member: MemberId,
    length: Option<u64>,
    intake: &Intake,
    mut form: Multipart,
) -> anyhow::Result<Vec<Received>> {
    let limits = state.photo_limits;
    let at_once = usize::from(limits.max_photos);
    let mut left = length.unwrap_or(u64::MAX);
    let (mut files, mut busy) = (0, false);
    let mut received: Vec<Received> = Vec::new();
    while let Some(mut field) = intake.field(&mut form).await? {
        let Some(file_name) = field.file_name().map(tidy_file_name) else {
            intake.pass_over(&mut field).await?;
            continue;
        };
        files += 1;
        if files > at_once + ANSWERED {
            break;
        }
        let refusal = if files > at_once {
            PhotoRefusal::TooManyFiles { max: limits.max_photos }
        } else if busy {
            PhotoRefusal::Busy
        } else if room_in_draft(state, actor.org, member).await? == 0 {
            PhotoRefusal::DraftFull { max: limits.max_photos }
        } else if let Ok(mut space) = state.uploads.take(actor.member.0, left.min(limits.max_bytes)).await {
            let read = read_field(intake, &mut field, limits.max_bytes).await?;
            left = left.saturating_sub(read.length);
            let outcome = match read.bytes {
                None => Err(PhotoRefusal::TooLarge { max_bytes: limits.max_bytes }),
                // A file field that was left empty is no file.
                Some(bytes) if bytes.is_empty() && file_name == "photo" => continue,
                Some(bytes) => {
                    space.shrink_to(bytes.len());
                    take(state, actor.org, member, &file_name, bytes).await?
                }
            };
            received.push(Received { file_name, outcome });
            continue;
        } else {
            busy = true;
            PhotoRefusal::Busy
        };
        intake.pass_over(&mut field).await?;
        received.push(Received { file_name, outcome: Err(refusal) });
    }
    Ok(received)
}

/// How many bytes of a form its parser may take in; the piece that goes beyond is the last. By itself it
/// takes in whatever has arrived, and the whole of a form that never comes to its first file.
#[derive(Clone, Debug)]
pub struct Intake(Arc<AtomicI64>);

impl Intake {
    /// Far more than the lines before a file have, and enough for the parser to find their end.
    const STEP: i64 = 64 * 1024;

    /// Lets the parser of forms take in a body step by step.
    pub async fn layer(mut request: Request, next: Next) -> Response {
        let intake = Self(Arc::default());
        request.extensions_mut().insert(intake.clone());
        next.run(request.map(|body| Body::from_stream(intake.pieces(body)))).await
    }

    fn pieces(self, body: Body) -> impl Stream<Item = io::Result<Bytes>> {
        let mut pieces = body.into_data_stream();
        stream::poll_fn(move |context| {
            if self.is_used_up() {
                // The parser asks again in its next step.
                return Poll::Pending;
            }
            let piece = ready!(pieces.poll_next_unpin(context));
            if let Some(Ok(piece)) = &piece {
                self.0.fetch_sub(i64::try_from(piece.len()).unwrap_or(i64::MAX), Ordering::Relaxed);
            }
            Poll::Ready(piece.map(|piece| piece.map_err(io::Error::other)))
        })
    }

    /// The next field of a form, once the one before was read to its end.
    async fn field<'a>(&self, form: &'a mut Multipart) -> anyhow::Result<Option<Field<'a>>> {
        self.allow_step();
        let mut next = pin!(form.next_field());
        let parsing = poll_fn(|context| match next.as_mut().poll(context) {
            // The lines before the file do not end.
            Poll::Pending if self.is_used_up() => Poll::Ready(Err(BrokenOff)),
            Poll::Pending => Poll::Pending,
            Poll::Ready(field) => Poll::Ready(Ok(field)),
        });
        Ok(timeout(STALL, parsing).await.map_err(|_| BrokenOff)???)
    }

    /// The next part of a field.
    async fn chunk(&self, field: &mut Field<'_>) -> anyhow::Result<Option<Bytes>> {
        self.allow_step();
        Ok(timeout(STALL, field.chunk()).await.map_err(|_| BrokenOff)??)
    }

    /// Reads a field to its end and keeps nothing.
    async fn pass_over(&self, field: &mut Field<'_>) -> anyhow::Result<()> {
        while self.chunk(field).await?.is_some() {}
        Ok(())
    }

    fn allow_step(&self) {
        self.0.store(Self::STEP, Ordering::Relaxed);
    }

    fn is_used_up(&self) -> bool {
        self.0.load(Ordering::Relaxed) <= 0
    }
}

async fn room_in_draft(state: &AppState, org: OrgId, member: MemberId) -> store::Result<usize> {
    shoots::room_in_draft(&mut *state.pool.acquire().await?, org, member, &state.photo_limits).await
}

/// Checks, stores and adds one photo.
async fn take(
    state: &AppState,
    org: OrgId,
    member: MemberId,
    file_name: &str,
    bytes: Bytes,
) -> anyhow::Result<Result<PhotoId, PhotoRefusal>> {
    let limits = state.photo_limits;
    // Others may have come in while this one was under way.
    if room_in_draft(state, org, member).await? == 0 {
        return Ok(Err(PhotoRefusal::DraftFull { max: limits.max_photos }));
    }
    let prepared = match state.darkroom.prepare(bytes, limits).await {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = shoots::fresh_photo_id();
    // Written down before it is stored, and stored before it is in the draft: a file that is there is
    // known, and a photo that is in can be seen. What this leaves when it ends in between is swept. N8
    files::intend(&mut *state.pool.acquire().await?, org, PictureKind::Photo, &[id.0]).await?;
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
    match shoots::add_photo(&mut tx, org, member, new, &limits).await {
        Ok(_) => {
            if !files::settle(&mut tx, org, &[id.0]).await? {
                anyhow::bail!("a photo was swept before it was in its draft");
            }
            tx.commit().await?;
            Ok(Ok(id))
        }
        Err(Error::Refused(refusal)) => {
            drop(tx);
            delete_refused(state, org, id).await?;
            match refusal {
                NotAdded::Photo(refusal) => Ok(Err(refusal)),
                NotAdded::Unknown(gone) => Err(gone.into()),
            }
        }
        Err(Error::Broken(error)) => Err(error.into()),
    }
}

/// Deletes the files of a photo that did not get into the draft. Where that fails the sweeper does it.
async fn delete_refused(state: &AppState, org: OrgId, id: PhotoId) -> anyhow::Result<()> {
    if let Err(error) = storage::delete_photo(&state.storage, org, id).await {
        tracing::warn!(photo = %id, "a refused photo is left to the sweeper: {error:?}");
        return Ok(());
    }
    files::settle(&mut *state.pool.acquire().await?, org, &[id.0]).await?;
    Ok(())
}

/// What was read of a field.
struct Read {
    /// `None` when there were too many bytes, which are not kept.
    bytes: Option<Bytes>,
    /// How many there were.
    length: u64,
}

/// Reads a file of at most `max` bytes.
async fn read_field(intake: &Intake, field: &mut Field<'_>, max: u64) -> anyhow::Result<Read> {
    let slowest = Duration::from_secs(60 + max / SLOWEST);
    let reading = async {
        let mut bytes = BytesMut::new();
        let mut length = 0;
        while let Some(chunk) = intake.chunk(field).await? {
            length += chunk.len() as u64;
            if length > max {
                bytes = BytesMut::new();
            } else {
                bytes.extend_from_slice(&chunk);
            }
        }
        anyhow::Ok(Read { bytes: (length <= max).then(|| bytes.freeze()), length })
    };
    timeout(slowest, reading).await.map_err(|_| BrokenOff)?
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
    let Some(actor) = actor(&request) else { return not_found() };
    let owner = async {
        let mut db = state.pool.acquire().await?;
        results::photo_owner(&mut db, actor.org, PhotoId(id)).await
    };
    match owner.await {
        Ok(Some(owner)) if may_shoot_for(&actor, owner) => {
            let key = if wanted.size == Size::Small { storage::photo_thumb_key } else { storage::photo_key };
            serve(&state, &key(actor.org.0, id), None).await
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
    let Some(actor) = actor(&request) else { return not_found() };
    let owner = async {
        let mut db = state.pool.acquire().await?;
        results::headshot_owner(&mut db, actor.org, HeadshotId(id)).await
    };
    match owner.await {
        Ok(Some(owner)) if may_shoot_for(&actor, owner) => {
            serve_headshot(&state, actor.org, HeadshotId(id), &wanted).await
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
///
/// # Errors
/// The database fails.
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
        Err(Error::Broken(error)) => Err(Error::Broken(error)),
    }
}

/// `GET /members/{id}/headshots.zip`: all headshots of a member in one file. H4
pub async fn download_all(State(state): State<AppState>, Path(id): Path<Uuid>, request: Request) -> Response {
    match actor(&request) {
        Some(actor) if may_shoot_for(&actor, MemberId(id)) => zip_of(&state, actor.org, MemberId(id)).await,
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

fn actor(request: &Request) -> Option<Actor> {
    let viewing = request.extensions().get::<Viewing>()?;
    Some(viewing.0.as_ref()?.seat.as_ref()?.actor.clone())
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
    super::guards::unavailable().into_response()
}
