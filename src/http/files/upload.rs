//! Photos in: read, checked, stored, added to a draft. H1

use axum::extract::Multipart;
use bytes::{Bytes, BytesMut};

use crate::{
    domain::{
        actor::Actor,
        ids::{MemberId, PhotoId},
        photo::PhotoRefusal,
        text,
    },
    server::state::AppState,
    store::{
        Error,
        drafts::{self, NewPhoto, NotAdded},
    },
    studio::storage,
};

/// What became of one file of an upload.
pub struct Received {
    pub file_name: String,
    pub outcome: Result<PhotoId, PhotoRefusal>,
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
    let prepared = match state.image_pool.prepare(bytes, limits).await {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = drafts::fresh_photo_id();
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
    let mut tx = state.begin().await?;
    match drafts::add_photo(&mut tx, actor, member, new, &limits).await {
        Ok(_) => {
            state.commit_about(tx, org, [member]).await?;
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
