//! Headshot sessions: submitted, generated, finished. H2, H3, C2, C4, C5

use time::Duration;
use uuid::Uuid;

use super::{
    Error, PgConnection, Result,
    audit::{self, Object},
    credits, drafts, fresh_id,
    jobs::{self, Job, Mail},
    members::{self, UnknownMember, shoot_state},
    picture_retention, uploads,
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    ids::{HeadshotId, MemberId, OrgId, PhotoId, ShootId},
    moment::Moment,
    photo::{PhotoFault, PhotoLimits},
    shoot::{ShootState, SubmitRefusal},
};

/// How long the photos of a finished shoot are kept. H5
const ORIGINALS_KEPT: Duration = Duration::days(30);

/// A headshot session, for its page.
#[derive(Clone, Debug)]
pub struct Shoot {
    pub id: ShootId,
    pub state: ShootState,
    pub failure: Option<String>,
    pub photos: i64,
    pub created_at: Moment,
    /// Its organization had all pictures of it deleted then. H5
    pub pictures_deleted_at: Option<Moment>,
    pub finished_at: Option<Moment>,
}

/// Why a draft was not submitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSubmitted {
    #[error(transparent)]
    Rule(#[from] SubmitRefusal),
    #[error(transparent)]
    Unknown(#[from] UnknownMember),
}

/// What a worker needs to make the headshots of a shoot.
#[derive(Clone, Debug)]
pub struct Task {
    pub member: MemberId,
    pub photos: Vec<PhotoId>,
    /// How often it was started since something was last heard of it.
    pub starts: i16,
}

/// A stored headshot that came out of a shoot, in the order of quality.
#[derive(Clone, Copy, Debug)]
pub struct NewHeadshot {
    pub id: HeadshotId,
    pub width: u32,
    pub height: u32,
}

/// Makes the headshot session out of a member's draft; takes exactly one credit. C2, C4, H2
///
/// # Errors
/// Too few photos, submitted already, or no credits; the draft is as it was. On
/// [`SubmitRefusal::OutOfCredits`] roll back, then call [`tell_leads`].
pub async fn submit(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    limits: &PhotoLimits,
) -> Result<ShootId, Error<NotSubmitted>> {
    let org = actor.org;
    let name = drafts::lock_member(db, org, member).await?.ok_or(Error::Refused(UnknownMember.into()))?;
    let state = latest(db, org, member).await?.map(|shoot| shoot.state);
    let have = drafts::count(db, org, member).await?;
    let min = i64::from(limits.min_photos);
    if have == 0 && matches!(state, Some(ShootState::Queued | ShootState::Generating)) {
        return Err(Error::Refused(SubmitRefusal::AlreadySubmitted.into()));
    }
    if have < min {
        return Err(Error::Refused(SubmitRefusal::TooFewPhotos { have, min }.into()));
    }
    let shoot = ShootId(fresh_id());
    sqlx::query!(
        "insert into shoots (org_id, id, member_id, submitted_by) values ($1, $2, $3, $4)",
        org.0,
        shoot.0,
        member.0,
        actor.member().map(|member| member.0),
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update photos set shoot_id = $3, fault = null where org_id = $1 and member_id = $2 and shoot_id is null",
        org.0,
        member.0,
        shoot.0,
    )
    .execute(&mut *db)
    .await?;
    uploads::give_up_all(db, org, member).await?;
    jobs::queue(db, &[Job::Generate { org, shoot }]).await?;
    audit::record(db, actor, Act::PhotosSubmitted, Object::one(member.0, &name)).await?;
    credits::spend(db, actor, shoot, &name).await.map_err(|error| match error {
        Error::Refused(_) => Error::Refused(SubmitRefusal::OutOfCredits.into()),
        Error::Broken(error) => error.into(),
    })?;
    Ok(shoot)
}

/// Queues the mail that tells the leads that `waiting` could not submit: once a day. C4
pub async fn tell_leads(db: &mut PgConnection, actor: &Actor, waiting: MemberId) -> Result<()> {
    let org = actor.org;
    if !credits::take_turn_to_tell(db, org).await? {
        return Ok(());
    }
    let leads = members::leads(db, org).await?;
    let mails: Vec<Job> =
        leads.into_iter().map(|lead| Job::Mail(Mail::OutOfCredits { org, lead, waiting })).collect();
    jobs::queue(db, &mails).await
}

/// A member's newest headshot session.
pub async fn latest(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<Option<Shoot>> {
    Ok(newest(db, org, member, 1).await?.pop())
}

/// A member's headshot sessions, the newest first. H7, P4
pub async fn all(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<Vec<Shoot>> {
    newest(db, org, member, i64::MAX).await
}

async fn newest(db: &mut PgConnection, org: OrgId, member: MemberId, limit: i64) -> Result<Vec<Shoot>> {
    sqlx::query!(
        r#"select s.id, s.state, s.failure, s.created_at, s.finished_at, s.pictures_deleted_at,
                  (select count(*) from photos p where p.org_id = s.org_id and p.shoot_id = s.id) as "photos!"
           from shoots s
           where s.org_id = $1 and s.member_id = $2
           order by s.created_at desc, s.id desc
           limit $3"#,
        org.0,
        member.0,
        limit,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| {
        Ok(Shoot {
            id: ShootId(row.id),
            state: shoot_state(&row.state)?,
            failure: row.failure,
            photos: row.photos,
            created_at: row.created_at.into(),
            pictures_deleted_at: row.pictures_deleted_at.map(Moment::from),
            finished_at: row.finished_at.map(Moment::from),
        })
    })
    .collect()
}

/// Begins to generate a shoot, or goes on after a crash; `None` when there is nothing to do. H3
pub async fn begin(db: &mut PgConnection, actor: &Actor, shoot: ShootId) -> Result<Option<Task>> {
    let org = actor.org;
    let begun = sqlx::query!(
        "update shoots set state = 'generating'
         where org_id = $1 and id = $2 and state in ('queued', 'generating')
         returning member_id, starts",
        org.0,
        shoot.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(begun) = begun else { return Ok(None) };
    let photos = sqlx::query_scalar!(
        "select id from photos where org_id = $1 and shoot_id = $2 order by created_at, id",
        org.0,
        shoot.0,
    )
    .fetch_all(db)
    .await?;
    Ok(Some(Task {
        member: MemberId(begun.member_id),
        photos: photos.into_iter().map(PhotoId).collect(),
        starts: begun.starts,
    }))
}

/// Counts that the photos of a shoot are about to be opened, which may be the end of the process.
/// Commit before opening them. H3
pub async fn start(db: &mut PgConnection, actor: &Actor, shoot: ShootId) -> Result<()> {
    let org = actor.org;
    sqlx::query!("update shoots set starts = starts + 1 where org_id = $1 and id = $2", org.0, shoot.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes that a shoot came back unfinished for no fault of its own, so that its starts count no more.
pub async fn come_back(db: &mut PgConnection, actor: &Actor, shoot: ShootId) -> Result<()> {
    let org = actor.org;
    sqlx::query!("update shoots set starts = 0 where org_id = $1 and id = $2", org.0, shoot.0)
        .execute(db)
        .await?;
    Ok(())
}

/// As [`come_back`], where it was the files that were out of reach; says for how long they have been.
/// `None` when the shoot is gone.
pub async fn stall(db: &mut PgConnection, actor: &Actor, shoot: ShootId) -> Result<Option<Duration>> {
    let org = actor.org;
    let seconds = sqlx::query_scalar!(
        r#"update shoots
           set starts = 0, stalled_since = coalesce(stalled_since, now())
           where org_id = $1 and id = $2
           returning extract(epoch from now() - stalled_since)::float8 as "seconds!""#,
        org.0,
        shoot.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(seconds.map(Duration::seconds_f64))
}

/// Notes what is wrong with photos of a shoot, for [`fail`] in the same transaction; gives the names of
/// their files in the order in which they came. C5
pub async fn note_faults(
    db: &mut PgConnection,
    actor: &Actor,
    shoot: ShootId,
    faults: &[(PhotoId, PhotoFault)],
) -> Result<Vec<String>> {
    let org = actor.org;
    lock_member_of(db, org, shoot).await?;
    let (ids, words): (Vec<Uuid>, Vec<String>) =
        faults.iter().map(|(photo, fault)| (photo.0, fault.as_str().to_owned())).unzip();
    let names = sqlx::query_scalar!(
        r#"with marked as (
               update photos p set fault = x.fault
               from unnest($2::uuid[], $3::text[]) as x (id, fault)
               where p.org_id = $1 and p.id = x.id
               returning p.file_name, p.created_at, p.id
           )
           select file_name as "file_name!" from marked order by created_at, id"#,
        org.0,
        &ids,
        &words,
    )
    .fetch_all(db)
    .await?;
    Ok(names)
}

/// Notes that nothing is kept any more of a photo in a draft, so that its owner can add it again.
pub async fn note_lost(db: &mut PgConnection, actor: &Actor, photo: PhotoId) -> Result<()> {
    let org = actor.org;
    sqlx::query!(
        "update photos set fault = 'lost' where org_id = $1 and id = $2 and shoot_id is null",
        org.0,
        photo.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Makes a shoot Ready with its headshots and queues the mail that says so. H4
///
/// False when it is not generating any more (finished by another worker, or removed).
pub async fn finish(
    db: &mut PgConnection,
    actor: &Actor,
    shoot: ShootId,
    headshots: &[NewHeadshot],
) -> Result<bool> {
    let org = actor.org;
    let Some((member, _)) = lock_member_of(db, org, shoot).await? else { return Ok(false) };
    let finished = sqlx::query!(
        "update shoots set state = 'ready', finished_at = now()
         where org_id = $1 and id = $2 and state = 'generating'",
        org.0,
        shoot.0,
    )
    .execute(&mut *db)
    .await?;
    if finished.rows_affected() == 0 {
        return Ok(false);
    }
    let ids: Vec<Uuid> = headshots.iter().map(|headshot| headshot.id.0).collect();
    let size = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
    let widths: Vec<i32> = headshots.iter().map(|headshot| size(headshot.width)).collect();
    let heights: Vec<i32> = headshots.iter().map(|headshot| size(headshot.height)).collect();
    sqlx::query!(
        "insert into headshots (org_id, id, shoot_id, member_id, number, width, height)
         select $1, x.id, $2, $3, x.number::smallint, x.width, x.height
         from unnest($4::uuid[], $5::integer[], $6::integer[]) with ordinality as x (id, width, height, number)",
        org.0,
        shoot.0,
        member.0,
        &ids,
        &widths,
        &heights,
    )
    .execute(&mut *db)
    .await?;
    jobs::queue(db, &[Job::Mail(Mail::Ready { org, shoot })]).await?;
    jobs::queue_after(db, &[Job::DeleteOriginals { org, shoot }], ORIGINALS_KEPT).await?;
    picture_retention::set_time(db, org, shoot).await?;
    Ok(true)
}

/// Makes a shoot Failed for good, gives its credit back and puts its photos back into the draft, which is
/// empty: while headshots are made no photo is added. Nothing is lost. C5
pub async fn fail(db: &mut PgConnection, actor: &Actor, shoot: ShootId, why: &str) -> Result<()> {
    let org = actor.org;
    let Some((_, name)) = lock_member_of(db, org, shoot).await? else { return Ok(()) };
    let failed = sqlx::query!(
        "update shoots set state = 'failed', failure = $3, finished_at = now()
         where org_id = $1 and id = $2 and state in ('queued', 'generating')",
        org.0,
        shoot.0,
        why,
    )
    .execute(&mut *db)
    .await?;
    if failed.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query!("update photos set shoot_id = null where org_id = $1 and shoot_id = $2", org.0, shoot.0,)
        .execute(&mut *db)
        .await?;
    jobs::queue(db, &[Job::Mail(Mail::ShootFailed { org, shoot })]).await?;
    credits::refund(db, actor, shoot, &name).await
}

/// Takes the photos that a finished shoot was made from out of the database, and queues that their
/// files are deleted. H5
pub async fn delete_originals(db: &mut PgConnection, actor: &Actor, shoot: ShootId) -> Result<()> {
    let org = actor.org;
    lock_member_of(db, org, shoot).await?;
    let photos = take_photos(db, org, shoot).await?;
    jobs::queue(db, &[Job::DeletePictures { org, photos, headshots: Vec::new() }]).await
}

/// Takes all pictures of a shoot out of the database, where its organization chose that and their time is
/// over, and queues that their files are deleted. Gives the member; `None` where nothing is due any more. H5
pub async fn delete_pictures(
    db: &mut PgConnection,
    actor: &Actor,
    shoot: ShootId,
) -> Result<Option<MemberId>> {
    let org = actor.org;
    let Some((member, _)) = lock_member_of(db, org, shoot).await? else { return Ok(None) };
    let due = sqlx::query!(
        "update shoots set pictures_until = null, pictures_deleted_at = now()
         where org_id = $1 and id = $2 and pictures_until < now()",
        org.0,
        shoot.0,
    )
    .execute(&mut *db)
    .await?;
    if due.rows_affected() == 0 {
        return Ok(None);
    }
    let photos = take_photos(db, org, shoot).await?;
    let headshots = sqlx::query_scalar!(
        "delete from headshots where org_id = $1 and shoot_id = $2 returning id",
        org.0,
        shoot.0,
    )
    .fetch_all(&mut *db)
    .await?;
    let headshots = headshots.into_iter().map(HeadshotId).collect();
    jobs::queue(db, &[Job::DeletePictures { org, photos, headshots }]).await?;
    Ok(Some(member))
}

/// The photos that a shoot was made from, which are out of the database now.
async fn take_photos(db: &mut PgConnection, org: OrgId, shoot: ShootId) -> Result<Vec<PhotoId>> {
    let photos = sqlx::query_scalar!(
        "delete from photos where org_id = $1 and shoot_id = $2 returning id",
        org.0,
        shoot.0,
    )
    .fetch_all(db)
    .await?;
    Ok(photos.into_iter().map(PhotoId).collect())
}

/// The member whose shoot this is; `None` when it was removed with them.
pub async fn member_of(db: &mut PgConnection, org: OrgId, shoot: ShootId) -> Result<Option<ShootForMail>> {
    let row = sqlx::query!(
        r#"select s.member_id, s.failure, s.pictures_until,
                  (select count(*) from headshots h where h.org_id = s.org_id and h.shoot_id = s.id) as "count!"
           from shoots s
           where s.org_id = $1 and s.id = $2"#,
        org.0,
        shoot.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| ShootForMail {
        member: MemberId(row.member_id),
        failure: row.failure,
        headshots: row.count,
        kept_until: row.pictures_until.map(Moment::from),
    }))
}

/// See [`member_of`].
#[derive(Clone, Debug)]
pub struct ShootForMail {
    pub member: MemberId,
    pub failure: Option<String>,
    pub headshots: i64,
    /// When the organization has all pictures of it deleted. H5
    pub kept_until: Option<Moment>,
}

/// Locks the member whose shoot this is, for whoever settles it from elsewhere. `None` when they were removed.
pub(super) async fn lock(db: &mut PgConnection, org: OrgId, shoot: ShootId) -> Result<Option<MemberId>> {
    Ok(lock_member_of(db, org, shoot).await?.map(|(member, _)| member))
}

/// Locks the member whose shoot this is, as [`drafts::lock_member`] does: before the shoot and what belongs to
/// it, as whoever removes the member. `None` when they were.
async fn lock_member_of(
    db: &mut PgConnection,
    org: OrgId,
    shoot: ShootId,
) -> Result<Option<(MemberId, String)>> {
    let row = sqlx::query!(
        "select id, name from members
         where org_id = $1 and id = (select member_id from shoots where org_id = $1 and id = $2)
         for no key update",
        org.0,
        shoot.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (MemberId(row.id), row.name)))
}

#[cfg(test)]
mod tests;
