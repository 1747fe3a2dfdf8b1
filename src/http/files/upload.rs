//! Photos in: read, checked, stored, added to a draft. H1

use axum::{extract::multipart::Field, http::header};
use bytes::{Bytes, BytesMut};

use crate::{
    app::browser::uploads::{PhotoView, RefusedPhoto, UploadAnswer},
    domain::{
        actor::Actor,
        ids::{MemberId, OrgId, PhotoId, UploadId},
        photo::{DraftNumber, PhotoRefusal, PictureKind, digest_text},
        photo_advice::PhotoAdvice,
        text,
    },
    http::{
        extract::Files,
        files::intake::{Intake, Pace},
    },
    server::state::AppState,
    store::{
        self, Error,
        drafts::{self, NewPhoto, NotAdded, Photo},
        files,
        uploads::{self, UnknownUpload},
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

/// The field that names, in the place of a file, one that has come part by part.
const UPLOAD_FIELD: &str = "upload";

/// Files of a form beyond those that can be taken at once that are still answered one by one.
const ANSWERED: usize = 50;

/// A file that is to become a photo is not all there.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the upload is not at its end")]
pub struct Unfinished;

/// Reads the files of a form one by one; each is taken or refused by itself. Of what is refused for
/// want of room nothing is kept, nor decoded. H1, QUALITY 11
///
/// # Errors
/// The body is not a form, or it broke off ([`BrokenOff`](super::intake::BrokenOff)); it names an upload that is not
/// there ([`UnknownUpload`]) or not all there ([`Unfinished`]). What was taken before stays.
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
    let sender = sender(actor, member);
    while let Some(mut field) = intake.field(&mut form).await? {
        if field.name() == Some(DRAFT_FIELD) && field.file_name().is_none() {
            draft = read_number(&intake, &mut field).await?.map(DraftNumber);
            continue;
        }
        if field.name() == Some(AGAIN_FIELD) && field.file_name().is_none() {
            again = read_text(&intake, &mut field, 64).await?;
            continue;
        }
        if field.name() == Some(UPLOAD_FIELD) && field.file_name().is_none() {
            count += 1;
            if count > at_once {
                break;
            }
            let id = read_text(&intake, &mut field, 36).await?.and_then(|id| id.parse().ok());
            received.push(finish(state, actor, member, draft, id.ok_or(UnknownUpload)?, again.take()).await?);
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
                    let file = File { draft, name: &file_name, bytes, upload: None };
                    match take(state, actor, member, file).await? {
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

/// Whoever sends, though it be for ten others.
pub(super) fn sender(actor: &Actor, member: MemberId) -> MemberId {
    actor.member().unwrap_or(member)
}

/// What is said of files.
#[must_use]
pub fn answer(received: impl IntoIterator<Item = Received>) -> UploadAnswer {
    let mut answer = UploadAnswer::default();
    for Received { file_name, outcome } in received {
        match outcome {
            Ok(Taken { id, digest, advice }) => {
                let digest = Some(digest_text(&digest));
                answer.taken.push(PhotoView { id, file_name, fault: None, digest, advice });
            }
            Err(refusal) => {
                answer.submitted |= refusal == PhotoRefusal::Submitted;
                answer.busy |= refusal == PhotoRefusal::Busy;
                answer.refused.push(RefusedPhoto { file_name, reason: refusal.to_string() });
            }
        }
    }
    answer
}

/// Makes a photo of a file that has come part by part. Asked again, it answers with the photo that the file became:
/// which of the two was lost, the photo or the answer, nobody has to know. N8
async fn finish(
    state: &AppState,
    actor: &Actor,
    member: MemberId,
    draft: Option<DraftNumber>,
    id: UploadId,
    again: Option<String>,
) -> anyhow::Result<Received> {
    let org = actor.org;
    let upload = match uploads::find(&mut *state.pool.acquire().await?, org, member, id).await {
        Ok(upload) => upload,
        Err(Error::Refused(unknown)) => return Err(unknown.into()),
        Err(Error::Broken(error)) => return Err(error.into()),
    };
    let file_name = upload.file_name.clone();
    if let Some(taken) = became(state, org, member, upload.photo).await? {
        return Ok(Received { file_name, outcome: Ok(taken) });
    }
    if upload.photo.is_some() {
        // It was taken out of the draft again.
        return Err(UnknownUpload.into());
    }
    if upload.offset < upload.size {
        return Err(Unfinished.into());
    }
    if let Some(taken) = already_in(state, org, member, again.as_deref()).await? {
        forget(state, actor, member, id).await?;
        return Ok(Received { file_name, outcome: Ok(taken) });
    }
    let refuse = |refusal| Ok(Received { file_name: upload.file_name.clone(), outcome: Err(refusal) });
    if let Some(refusal) = refuses_more(state, org, member, draft).await? {
        return refuse(refusal);
    }
    let size = upload.size.unsigned_abs();
    let Ok(_space) = state.upload_room.take(sender(actor, member).0, size.into()).await else {
        return refuse(PhotoRefusal::Busy);
    };
    let bytes = uploads::read(&mut *state.pool.acquire().await?, org, &upload).await?;
    let is_whole = bytes.len() == size as usize;
    let outcome = if is_whole {
        take(state, actor, member, File { draft, name: &file_name, bytes, upload: Some(id) }).await?
    } else {
        Err(PhotoRefusal::Broken)
    };
    // Asked twice at once, the other was faster.
    let is_taken = !is_whole || matches!(outcome, Err(PhotoRefusal::Duplicate { .. }));
    let outcome = if is_taken {
        let found = uploads::find(&mut *state.pool.acquire().await?, org, member, id).await;
        let photo = found.ok().and_then(|upload| upload.photo);
        match became(state, org, member, photo).await? {
            Some(taken) => Ok(taken),
            None if is_whole => outcome,
            None => return Err(UnknownUpload.into()),
        }
    } else {
        outcome
    };
    // What is wrong with a file stays wrong: it is not opened again and again.
    if matches!(&outcome, Err(refusal) if *refusal != PhotoRefusal::Busy) {
        forget(state, actor, member, id).await?;
    }
    Ok(Received { file_name, outcome })
}

/// Lets go of a file that came part by part; false where there is none.
pub(super) async fn forget(
    state: &AppState,
    actor: &Actor,
    member: MemberId,
    id: UploadId,
) -> store::Result<bool> {
    let mut db = state.pool.autocommit().await?;
    let gone = uploads::give_up(&mut db, actor, member, id).await?;
    db.finish().await?;
    Ok(gone)
}

/// The photo that this file has become already.
async fn already_in(
    state: &AppState,
    org: OrgId,
    member: MemberId,
    file: Option<&str>,
) -> store::Result<Option<Taken>> {
    let Some(file) = file else { return Ok(None) };
    let is_it = |photo: &Photo| photo.digest.as_deref().is_some_and(|digest| digest_text(digest) == file);
    in_draft(state, org, member, is_it).await
}

/// The photo that an upload became, as long as it is in the draft.
async fn became(
    state: &AppState,
    org: OrgId,
    member: MemberId,
    photo: Option<PhotoId>,
) -> store::Result<Option<Taken>> {
    let Some(id) = photo else { return Ok(None) };
    in_draft(state, org, member, |photo| photo.id == id).await
}

/// The photo of a draft that is it.
async fn in_draft(
    state: &AppState,
    org: OrgId,
    member: MemberId,
    is_it: impl Fn(&Photo) -> bool,
) -> store::Result<Option<Taken>> {
    let photos = drafts::photos(&mut *state.pool.acquire().await?, org, member).await?;
    Ok(photos.into_iter().find(is_it).and_then(|photo| {
        let digest = <[u8; 32]>::try_from(photo.digest?).ok()?;
        Some(Taken { id: photo.id, digest, advice: photo.advice })
    }))
}

/// Why a draft takes no photo at the moment, whatever is on it. What changes meanwhile is seen when the photo is
/// added.
pub(super) async fn refuses_more(
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

/// A file that is all there.
struct File<'a> {
    draft: Option<DraftNumber>,
    name: &'a str,
    bytes: Bytes,
    /// Under which it came part by part.
    upload: Option<UploadId>,
}

/// Checks, stores and adds one photo.
async fn take(
    state: &AppState,
    actor: &Actor,
    member: MemberId,
    file: File<'_>,
) -> anyhow::Result<Result<Taken, PhotoRefusal>> {
    let org = actor.org;
    let File { draft, name: file_name, bytes, upload } = file;
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
            if let Some(upload) = upload
                && !uploads::became(&mut tx, org, upload, id).await?
            {
                drop(tx);
                delete_refused(state, org, id).await?;
                return Err(UnknownUpload.into());
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
    let mut pace = Pace::start();
    let mut bytes = BytesMut::new();
    let mut length = 0;
    loop {
        let Some(chunk) = pace.next(intake.chunk(field)).await?? else { break };
        length += chunk.len() as u64;
        pace.count(chunk.len());
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
pub(super) fn tidy_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let short: String = last.chars().take(80).collect();
    text::line("File name", &short, 80).unwrap_or_else(|_| "photo".into())
}
