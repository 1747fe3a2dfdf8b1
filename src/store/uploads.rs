//! Files on their way into a draft, kept part by part until all of one is there and a photo is made of it. How
//! much there is of a file is what its parts add up to, so that no number promises more. H1, QUALITY 19
//!
//! What a file has to be, and that it becomes a photo, is the business of those who read it.

use bytes::BytesMut;
use futures_util::TryStreamExt;
use time::OffsetDateTime;

use super::{Error, PgConnection, Result, drafts::lock_member, fresh_id, members::UnknownMember, violates};
use crate::domain::{
    actor::Actor,
    ids::{MemberId, OrgId, PhotoId, UploadId},
    photo::PhotoLimits,
};

/// How long a file may take to come.
const HOURS: i32 = 24;

/// Parts of one file. Whole ones are twenty; the others are those at whose end it broke off.
const PARTS: i32 = 1_000;

/// A file that somebody wants to send.
#[derive(Clone, Copy, Debug)]
pub struct NewUpload<'a> {
    pub file_name: &'a str,
    /// Bytes.
    pub size: i32,
    /// Of the file, in SHA-256, where the browser makes it.
    pub digest: Option<[u8; 32]>,
}

/// A file on its way.
#[derive(Clone, Debug)]
pub struct Upload {
    pub id: UploadId,
    pub file_name: String,
    /// Bytes of the whole file.
    pub size: i32,
    /// Bytes that are here.
    pub offset: i32,
    pub digest: Option<Vec<u8>>,
    /// What it became.
    pub photo: Option<PhotoId>,
    /// When it is forgotten.
    pub expires_at: OffsetDateTime,
}

/// There is no such file on its way: there never was, it was given up, or its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such upload")]
pub struct UnknownUpload;

/// Expects a file for a member's draft. Of one sender as many can be unfinished as a draft has places; before one more,
/// the oldest is given up.
///
/// # Errors
/// There is no such member.
pub async fn begin(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    new: NewUpload<'_>,
    limits: &PhotoLimits,
) -> Result<Upload, Error<UnknownMember>> {
    let org = actor.org;
    let sender = actor.member().unwrap_or(member);
    lock_member(db, org, sender).await?.ok_or(Error::Refused(UnknownMember))?;
    sqlx::query!(
        "delete from uploads
         where org_id = $1 and id = any(array(
             select id from uploads
             where org_id = $1 and sender_id = $2 and photo_id is null
             order by id desc
             offset $3
         ))",
        org.0,
        sender.0,
        i64::from(limits.max_photos) - 1,
    )
    .execute(&mut *db)
    .await?;
    let row = sqlx::query!(
        r#"insert into uploads (org_id, id, member_id, file_name, size, digest, expires_at, sender_id)
           values ($1, $2, $3, $4, $5, $6, now() + make_interval(hours => $7), $8)
           returning id, expires_at"#,
        org.0,
        fresh_id(),
        member.0,
        new.file_name,
        new.size,
        new.digest.as_ref().map(<[u8; 32]>::as_slice),
        HOURS,
        sender.0,
    )
    .fetch_one(db)
    .await
    .map_err(|error| {
        if violates(&error, "uploads_member_fkey") { Error::Refused(UnknownMember) } else { error.into() }
    })?;
    Ok(Upload {
        id: UploadId(row.id),
        file_name: new.file_name.to_owned(),
        size: new.size,
        offset: 0,
        digest: new.digest.map(|digest| digest.to_vec()),
        photo: None,
        expires_at: row.expires_at,
    })
}

/// A file that is expected for this member's draft, or became a photo of it.
pub async fn find(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
    id: UploadId,
) -> Result<Upload, Error<UnknownUpload>> {
    let row = sqlx::query!(
        r#"select u.file_name, u.size, u.digest, u.photo_id,
                  u.expires_at,
                  case when u.photo_id is null then coalesce(last.end_offset, 0) else u.size end as "offset!"
           from uploads u
           left join lateral (
               select p.end_offset from upload_parts p
               where p.org_id = u.org_id and p.upload_id = u.id
               order by p.number desc
               limit 1
           ) last on true
           where u.org_id = $1 and u.id = $2 and u.member_id = $3 and u.expires_at > now()"#,
        org.0,
        id.0,
        member.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Refused(UnknownUpload))?;
    Ok(Upload {
        id,
        file_name: row.file_name,
        size: row.size,
        offset: row.offset,
        digest: row.digest,
        photo: row.photo_id.map(PhotoId),
        expires_at: row.expires_at,
    })
}

/// The files of which a part is here and the rest is missing, the oldest first.
pub async fn unfinished(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<Vec<Upload>> {
    let rows = sqlx::query!(
        r#"select u.id, u.file_name, u.size, u.digest, last.end_offset as "offset!",
                  u.expires_at
           from uploads u
           cross join lateral (
               select p.end_offset from upload_parts p
               where p.org_id = u.org_id and p.upload_id = u.id
               order by p.number desc
               limit 1
           ) last
           where u.org_id = $1 and u.member_id = $2 and u.photo_id is null and u.expires_at > now()
           order by u.id"#,
        org.0,
        member.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Upload {
            id: UploadId(row.id),
            file_name: row.file_name,
            size: row.size,
            offset: row.offset,
            digest: row.digest,
            photo: None,
            expires_at: row.expires_at,
        })
        .collect())
}

/// Keeps a part of at most a megabyte that begins at `offset`; false where the file does not end there, or has no
/// room for so much, or is not expected any more. Of two that come at once one is kept.
pub async fn add_part(
    db: &mut PgConnection,
    org: OrgId,
    id: UploadId,
    offset: i32,
    bytes: &[u8],
) -> Result<bool> {
    let added = sqlx::query!(
        "insert into upload_parts (org_id, upload_id, number, end_offset, bytes)
         select u.org_id, u.id, coalesce(last.number + 1, 0), $3 + octet_length($4::bytea), $4::bytea
         from uploads u
         left join lateral (
             select p.number, p.end_offset from upload_parts p
             where p.org_id = u.org_id and p.upload_id = u.id
             order by p.number desc
             limit 1
         ) last on true
         where u.org_id = $1 and u.id = $2 and u.photo_id is null and u.expires_at > now()
           and coalesce(last.end_offset, 0) = $3
           and $3 + octet_length($4::bytea) <= u.size
           and coalesce(last.number, 0) < $5
         on conflict on constraint upload_parts_pkey do nothing",
        org.0,
        id.0,
        offset,
        bytes,
        PARTS,
    )
    .execute(db)
    .await;
    match added {
        Ok(added) => Ok(added.rows_affected() == 1),
        // Given up at this moment.
        Err(error) if violates(&error, "upload_parts_upload_fkey") => Ok(false),
        Err(error) => Err(error),
    }
}

/// All that is here of a file.
pub async fn read(db: &mut PgConnection, org: OrgId, upload: &Upload) -> Result<bytes::Bytes> {
    let mut file = BytesMut::with_capacity(usize::try_from(upload.size).unwrap_or_default());
    let mut parts = sqlx::query_scalar!(
        "select bytes from upload_parts where org_id = $1 and upload_id = $2 order by number",
        org.0,
        upload.id.0,
    )
    .fetch(db);
    while let Some(part) = parts.try_next().await? {
        file.extend_from_slice(&part);
    }
    Ok(file.freeze())
}

/// Writes down which photo a file became, in the transaction that adds the photo; its parts go. False where it
/// was given up meanwhile: roll back.
pub async fn became(db: &mut PgConnection, org: OrgId, id: UploadId, photo: PhotoId) -> Result<bool> {
    let became = sqlx::query!(
        "update uploads set photo_id = $3 where org_id = $1 and id = $2 and photo_id is null",
        org.0,
        id.0,
        photo.0,
    )
    .execute(&mut *db)
    .await?;
    if became.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from upload_parts where org_id = $1 and upload_id = $2", org.0, id.0)
        .execute(db)
        .await?;
    Ok(true)
}

/// Gives a file up, with all that is here of it; false where there is none.
pub async fn give_up(db: &mut PgConnection, actor: &Actor, member: MemberId, id: UploadId) -> Result<bool> {
    let gone = sqlx::query!(
        "delete from uploads where org_id = $1 and id = $2 and member_id = $3 and expires_at > now()",
        actor.org.0,
        id.0,
        member.0,
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected() == 1)
}

/// Gives up every file of a draft, which is submitted.
pub(super) async fn give_up_all(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<()> {
    sqlx::query!("delete from uploads where org_id = $1 and member_id = $2", org.0, member.0)
        .execute(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
