//! Photos in: read, checked, stored, added to a draft. H1

use std::{pin::pin, time::Duration};

use axum::{extract::multipart::Field, http::header};
use bytes::{Bytes, BytesMut};
use tokio::time::sleep;

use crate::{
    domain::{
        actor::Actor,
        ids::{MemberId, OrgId, PhotoId},
        photo::{DraftNumber, PhotoRefusal, PictureKind, digest_text},
        photo_advice::PhotoAdvice,
        text,
    },
    http::{
        extract::Files,
        files::intake::{BrokenOff, Intake},
    },
    server::state::AppState,
    store::{
        self, Error,
        drafts::{self, NewPhoto, NotAdded},
        files,
    },
    studio::storage,
};

/// What became of one file of an upload.
pub struct Received {
    pub file_name: String,
    pub outcome: Result<Taken, PhotoRefusal>,
}

/// A photo that is in the draft.
pub struct Taken {
    pub id: PhotoId,
    /// Of the file that was sent.
    pub digest: [u8; 32],
    pub advice: Vec<PhotoAdvice>,
}

/// The field that says for which draft the files behind it are.
pub const DRAFT_FIELD: &str = "draft";

/// The field with the digest of the file behind it, where that may have come before and its answer was lost.
const AGAIN_FIELD: &str = "again";

/// Files of a form beyond those that can be taken at once that are still answered one by one.
const ANSWERED: usize = 50;

/// A file that arrives slower than so many bytes a second, after a while that is given to all, holds up others and is
/// let go.
const SLOWEST: u32 = 8 * 1024;
const A_WHILE: Duration = Duration::from_secs(60);

/// Reads the files of a form one by one; each is taken or refused by itself. Of what is refused for
/// want of room nothing is kept, nor decoded. H1, QUALITY 11
///
/// # Errors
/// The body is not a form, or it broke off ([`BrokenOff`]); what was taken before stays.
pub async fn receive(
    state: &AppState,
    actor: &Actor,
    member: MemberId,
    files: Files,
) -> anyhow::Result<Vec<Received>> {
    let limits = state.photo_limits;
    let at_once = usize::from(limits.max_photos);
    let Files { mut form, intake, length } = files;
    let mut left = length.unwrap_or(u64::MAX);
    let (mut count, mut busy, mut draft, mut again) = (0, false, None, None);
    let mut received: Vec<Received> = Vec::new();
    // Whoever sends, though it be for ten others.
    let sender = actor.member().unwrap_or(member);
    while let Some(mut field) = intake.field(&mut form).await? {
        if field.name() == Some(DRAFT_FIELD) && field.file_name().is_none() {
            draft = read_number(&intake, &mut field).await?.map(DraftNumber);
            continue;
        }
        if field.name() == Some(AGAIN_FIELD) && field.file_name().is_none() {
            again = read_text(&intake, &mut field, 64).await?;
            continue;
        }
        let Some(file_name) = file_name(&field).as_deref().map(tidy_file_name) else {
            intake.pass_over(&mut field).await?;
            continue;
        };
        count += 1;
        if count > at_once + ANSWERED {
            break;
        }
        let again = again.take();
        if let Some(taken) = already_in(state, actor.org, member, again.as_deref()).await? {
            intake.pass_over(&mut field).await?;
            received.push(Received { file_name, outcome: Ok(taken) });
            continue;
        }
        let refusal = if count > at_once {
            PhotoRefusal::TooManyFiles { max: limits.max_photos }
        } else if busy {
            PhotoRefusal::Busy
        } else if let Some(refusal) = refuses_more(state, actor.org, member, draft).await? {
            refusal
        } else if let Ok(mut space) = state.upload_room.take(sender.0, left.min(limits.max_bytes)).await {
            let read = read_field(&intake, &mut field, limits.max_bytes).await?;
            left = left.saturating_sub(read.length);
            let outcome = match read.bytes {
                None => Err(PhotoRefusal::TooLarge { max_bytes: limits.max_bytes }),
                // A file field that was left empty is no file.
                Some(bytes) if bytes.is_empty() && file_name == "photo" => continue,
                Some(bytes) => {
                    space.shrink_to(bytes.len());
                    match take(state, actor, member, draft, &file_name, bytes).await? {
                        // It came in meanwhile.
                        Err(refusal @ PhotoRefusal::Duplicate { .. }) => {
                            already_in(state, actor.org, member, again.as_deref()).await?.ok_or(refusal)
                        }
                        outcome => outcome,
                    }
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

/// The photo that this file has become already.
async fn already_in(
    state: &AppState,
    org: OrgId,
    member: MemberId,
    file: Option<&str>,
) -> store::Result<Option<Taken>> {
    let Some(file) = file else { return Ok(None) };
    let photos = drafts::photos(&mut *state.pool.acquire().await?, org, member).await?;
    Ok(photos.into_iter().find_map(|photo| {
        let digest = <[u8; 32]>::try_from(photo.digest?).ok()?;
        (digest_text(&digest) == file).then_some(Taken { id: photo.id, digest, advice: photo.advice })
    }))
}

/// Why a draft takes no photo at the moment, whatever is on it. What changes meanwhile is seen when the photo is
/// added.
async fn refuses_more(
    state: &AppState,
    org: OrgId,
    member: MemberId,
    draft: Option<DraftNumber>,
) -> store::Result<Option<PhotoRefusal>> {
    let (limits, mut db) = (state.photo_limits, state.pool.acquire().await?);
    if let Some(draft) = draft
        && draft != drafts::number(&mut db, org, member).await?
    {
        return Ok(Some(PhotoRefusal::Submitted));
    }
    let is_full = drafts::free_places(&mut db, org, member, &limits).await? == 0;
    Ok(is_full.then_some(PhotoRefusal::DraftFull { max: limits.max_photos }))
}

/// Checks, stores and adds one photo.
async fn take(
    state: &AppState,
    actor: &Actor,
    member: MemberId,
    draft: Option<DraftNumber>,
    file_name: &str,
    bytes: Bytes,
) -> anyhow::Result<Result<Taken, PhotoRefusal>> {
    let org = actor.org;
    let limits = state.photo_limits;
    // Others may have come in while this one was under way.
    if let Some(refusal) = refuses_more(state, org, member, draft).await? {
        return Ok(Err(refusal));
    }
    let prepared = match state.image_pool.prepare(bytes, limits).await {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = drafts::fresh_photo_id();
    // Written down before it is stored, and stored before it is in the draft: a file that is there is
    // known, and a photo that is in can be seen. What this leaves when it ends in between is swept. N8
    let mut db = state.pool.autocommit().await?;
    files::intend(&mut db, org, PictureKind::Photo, &[id.0]).await?;
    db.finish().await?;
    state.storage.put(&storage::photo_key(org.0, id.0), prepared.jpeg).await?;
    state.storage.put(&storage::photo_thumb_key(org.0, id.0), prepared.thumbnail).await?;
    let new = NewPhoto {
        id,
        file_name,
        width: prepared.width,
        height: prepared.height,
        fingerprint: prepared.fingerprint,
        digest: Some(&prepared.digest),
        advice: &prepared.advice,
    };
    let mut tx = state.begin().await?;
    let is_over = match draft {
        Some(draft) => draft != drafts::lock_number(&mut tx, org, member).await?,
        None => false,
    };
    let added = if is_over {
        Err(Error::Refused(PhotoRefusal::Submitted.into()))
    } else {
        drafts::add_photo(&mut tx, actor, member, new, &limits).await
    };
    match added {
        Ok(_) => {
            if !files::settle(&mut tx, org, &[id.0]).await? {
                anyhow::bail!("a photo was swept before it was in its draft");
            }
            state.commit_about(tx, org, [member]).await?;
            Ok(Ok(Taken { id, digest: prepared.digest, advice: prepared.advice }))
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
    let mut db = state.pool.autocommit().await?;
    files::settle(&mut db, org, &[id.0]).await?;
    Ok(db.finish().await?)
}

/// What was read of a field.
pub(super) struct Read {
    /// `None` when there were too many bytes, which are not kept.
    pub(super) bytes: Option<Bytes>,
    /// How many there were.
    length: u64,
}

/// Reads a file of at most `max` bytes.
pub(super) async fn read_field(intake: &Intake, field: &mut Field<'_>, max: u64) -> anyhow::Result<Read> {
    let mut too_slow = pin!(sleep(A_WHILE));
    let mut bytes = BytesMut::new();
    let mut length = 0;
    loop {
        let chunk = tokio::select! {
            chunk = intake.chunk(field) => chunk?,
            () = &mut too_slow => return Err(BrokenOff.into()),
        };
        let Some(chunk) = chunk else { break };
        length += chunk.len() as u64;
        let later = too_slow.deadline() + Duration::from_secs(chunk.len() as u64) / SLOWEST;
        too_slow.as_mut().reset(later);
        if length > max {
            bytes = BytesMut::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(Read { bytes: (length <= max).then(|| bytes.freeze()), length })
}

/// Reads a field with a number; `None` for one that has something else.
async fn read_number(intake: &Intake, field: &mut Field<'_>) -> anyhow::Result<Option<i64>> {
    Ok(read_text(intake, field, 20).await?.and_then(|text| text.parse().ok()))
}

/// Reads a field with a text of at most `max` bytes; `None` for one that has something else.
async fn read_text(intake: &Intake, field: &mut Field<'_>, max: u64) -> anyhow::Result<Option<String>> {
    let bytes = read_field(intake, field, max).await?.bytes;
    Ok(bytes.and_then(|bytes| String::from_utf8(bytes.into()).ok()))
}

/// What the browser called the file, also where that is no UTF-8; `None` for a field that is no file.
fn file_name(field: &Field<'_>) -> Option<String> {
    if let Some(name) = field.file_name() {
        return Some(name.to_owned());
    }
    let disposition = field.headers().get(header::CONTENT_DISPOSITION)?;
    let disposition = String::from_utf8_lossy(disposition.as_bytes());
    let (_, name) = disposition.split_once("filename=")?;
    Some(name.trim_matches('"').to_owned())
}

/// The last part of what the browser called the file, as a printable line.
fn tidy_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let short: String = last.chars().take(80).collect();
    text::line("File name", &short, 80).unwrap_or_else(|_| "photo".into())
}
