//! Photo drafts: the photos that a person is collecting; they cost nothing. H1

use super::{
    Error, PgConnection, Result, decode, fresh_id,
    jobs::{self, Job},
    members::UnknownMember,
};
use crate::domain::{
    actor::Actor,
    ids::{MemberId, OrgId, PhotoId},
    photo::{DraftNumber, PhotoFault, PhotoLimits, PhotoRefusal, same_picture},
    photo_advice::PhotoAdvice,
};

/// A photo in a draft. H1
#[derive(Clone, Debug)]
pub struct Photo {
    pub id: PhotoId,
    pub file_name: String,
    pub width: i32,
    pub height: i32,
    /// The SHA-256 digest of the file that was sent, where it is known.
    pub digest: Option<Vec<u8>>,
    /// What was wrong with it when a shoot with it failed. C5
    pub fault: Option<PhotoFault>,
    /// What would make another one better. H8
    pub advice: Vec<PhotoAdvice>,
}

/// A checked and stored photo that wants into a draft.
#[derive(Clone, Copy, Debug)]
pub struct NewPhoto<'a> {
    pub id: PhotoId,
    pub file_name: &'a str,
    pub width: u32,
    pub height: u32,
    pub fingerprint: i64,
    /// The SHA-256 digest of the file that was sent, by which a browser sees that it was.
    pub digest: Option<&'a [u8; 32]>,
    pub advice: &'a [PhotoAdvice],
}

/// Why a photo is not in the draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdded {
    #[error(transparent)]
    Photo(#[from] PhotoRefusal),
    #[error(transparent)]
    Unknown(#[from] UnknownMember),
}

/// A fresh name for a photo, under which it is stored before it is in any draft.
#[must_use]
pub fn fresh_photo_id() -> PhotoId {
    PhotoId(fresh_id())
}

/// The photos of a member's draft, in the order they came.
pub async fn photos(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<Vec<Photo>> {
    let rows = sqlx::query!(
        "select id, file_name, width, height, digest, fault, advice
         from photos
         where org_id = $1 and member_id = $2 and shoot_id is null
         order by created_at, id",
        org.0,
        member.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Photo {
                id: PhotoId(row.id),
                file_name: row.file_name,
                width: row.width,
                height: row.height,
                digest: row.digest,
                fault: row.fault.as_deref().map(decode).transpose()?,
                advice: row.advice.iter().map(|word| decode(word)).collect::<Result<_>>()?,
            })
        })
        .collect()
}

/// Which draft of a member it is. That of a shoot which failed goes on. H1
pub async fn number(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<DraftNumber> {
    let submitted = sqlx::query_scalar!(
        r#"select count(*) as "n!" from shoots where org_id = $1 and member_id = $2 and state <> 'failed'"#,
        org.0,
        member.0,
    )
    .fetch_one(db)
    .await?;
    Ok(DraftNumber(submitted + 1))
}

/// As [`number`], of a draft that nobody else submits until the transaction ends.
pub async fn lock_number(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<DraftNumber> {
    lock_member(db, org, member).await?;
    number(db, org, member).await
}

/// How many photos are in a member's draft.
pub async fn count(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from photos where org_id = $1 and member_id = $2 and shoot_id is null"#,
        org.0,
        member.0,
    )
    .fetch_one(db)
    .await
}

/// How many more photos fit into a member's draft; to be asked before anything is done for one.
/// [`add_photo`] has the last word. H1
pub async fn free_places(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
    limits: &PhotoLimits,
) -> Result<usize> {
    let have = count(db, org, member).await?;
    Ok(usize::from(limits.max_photos).saturating_sub(usize::try_from(have).unwrap_or(usize::MAX)))
}

/// Puts a photo into a member's draft and says which number it has there. H1
///
/// The member's row is locked, so that of two photos at once the sixteenth is still refused.
///
/// # Errors
/// The draft is full, or has this picture already; or it was submitted, and the headshots are being made.
pub async fn add_photo(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    photo: NewPhoto<'_>,
    limits: &PhotoLimits,
) -> Result<usize, Error<NotAdded>> {
    let org = actor.org;
    lock_member(db, org, member).await?.ok_or(Error::Refused(UnknownMember.into()))?;
    if is_being_made(db, org, member).await? {
        return Err(Error::Refused(PhotoRefusal::Submitted.into()));
    }
    let fingerprints = sqlx::query_scalar!(
        "select fingerprint from photos
         where org_id = $1 and member_id = $2 and shoot_id is null
         order by created_at, id",
        org.0,
        member.0,
    )
    .fetch_all(&mut *db)
    .await?;
    if fingerprints.len() >= usize::from(limits.max_photos) {
        return Err(Error::Refused(PhotoRefusal::DraftFull { max: limits.max_photos }.into()));
    }
    if let Some(of) = fingerprints.iter().position(|old| same_picture(*old, photo.fingerprint)) {
        let of = u32::try_from(of + 1).unwrap_or(u32::MAX);
        return Err(Error::Refused(PhotoRefusal::Duplicate { of }.into()));
    }
    let advice: Vec<&str> = photo.advice.iter().map(|advice| advice.as_str()).collect();
    sqlx::query!(
        "insert into photos (
             org_id, id, member_id, file_name, width, height, fingerprint, digest, advice, created_at
         )
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp())",
        org.0,
        photo.id.0,
        member.0,
        photo.file_name,
        i32::try_from(photo.width).unwrap_or(i32::MAX),
        i32::try_from(photo.height).unwrap_or(i32::MAX),
        photo.fingerprint,
        photo.digest.map(<[u8; 32]>::as_slice),
        &advice as &[&str],
    )
    .execute(db)
    .await?;
    Ok(fingerprints.len() + 1)
}

/// Whether headshots of the member are being made: until then there is no next draft.
async fn is_being_made(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select from shoots
               where org_id = $1 and member_id = $2 and state in ('queued', 'generating')
           ) as "is!""#,
        org.0,
        member.0,
    )
    .fetch_one(db)
    .await
}

/// Takes a photo out of a member's draft; one that is not there, or is in a shoot, stays. H1
pub async fn remove_photo(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    photo: PhotoId,
) -> Result<bool> {
    let org = actor.org;
    lock_member(db, org, member).await?;
    let gone = sqlx::query!(
        "delete from photos where org_id = $1 and id = $2 and member_id = $3 and shoot_id is null",
        org.0,
        photo.0,
        member.0,
    )
    .execute(&mut *db)
    .await?;
    if gone.rows_affected() == 0 {
        return Ok(false);
    }
    jobs::queue(db, &[Job::DeletePictures { org, photos: vec![photo], headshots: vec![] }]).await?;
    Ok(true)
}

/// Locks a member's row until the transaction ends and gives their name.
pub(super) async fn lock_member(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
) -> Result<Option<String>> {
    sqlx::query_scalar!(
        "select name from members where org_id = $1 and id = $2 for no key update",
        org.0,
        member.0,
    )
    .fetch_optional(db)
    .await
}
