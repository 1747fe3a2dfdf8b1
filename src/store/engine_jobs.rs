//! Shoots that a generation service makes: handed over, delivered picture by picture, settled once. H3, C5

use time::Duration;
use uuid::Uuid;

use super::{PgConnection, Result, files, shoots};
use crate::domain::{
    actor::Actor,
    ids::{HeadshotId, MemberId, OrgId, PhotoId, ShootId},
    photo::PhotoFault,
    shoot::ShootFailure,
};

/// Notes that a shoot is handed over; says how long ago that was first. `None` when it is not being made.
/// What was delivered of it so far is kept from the sweeper for another while.
pub async fn hand_over(db: &mut PgConnection, actor: &Actor, shoot: ShootId) -> Result<Option<Duration>> {
    let org = actor.org;
    let seconds = sqlx::query_scalar!(
        r#"update shoots set handed_over_at = coalesce(handed_over_at, now()), starts = 0
           where org_id = $1 and id = $2 and state = 'generating'
           returning extract(epoch from now() - handed_over_at)::float8 as "seconds!""#,
        org.0,
        shoot.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query!(
        "update pending_pictures p set noted_at = now()
         from engine_results r
         where r.org_id = $1 and r.shoot_id = $2 and p.org_id = r.org_id and p.id = r.headshot_id
           and not p.sweeping",
        org.0,
        shoot.0,
    )
    .execute(db)
    .await?;
    Ok(seconds.map(Duration::seconds_f64))
}

/// Whether a shoot is handed over and nothing has become of it yet.
pub async fn is_open(db: &mut PgConnection, org: OrgId, shoot: ShootId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select from shoots
               where org_id = $1 and id = $2 and state = 'generating' and handed_over_at is not null
           ) as "open!""#,
        org.0,
        shoot.0,
    )
    .fetch_one(db)
    .await
}

/// Whether a photo is of this shoot, which is open.
pub async fn has_photo(db: &mut PgConnection, org: OrgId, shoot: ShootId, photo: PhotoId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select from photos p
               join shoots s on s.org_id = p.org_id and s.id = p.shoot_id
               where p.org_id = $1 and p.id = $3 and s.id = $2
                 and s.state = 'generating' and s.handed_over_at is not null
           ) as "has!""#,
        org.0,
        shoot.0,
        photo.0,
    )
    .fetch_one(db)
    .await
}

/// A headshot that was delivered and stored.
#[derive(Clone, Copy, Debug)]
pub struct Delivered {
    /// Its place among the headshots of the shoot, from 1 on.
    pub number: i16,
    pub headshot: HeadshotId,
    pub width: u32,
    pub height: u32,
}

/// Notes a delivered headshot, in the place of one with its number. False when the shoot is not open: then it is
/// the sweeper's.
pub async fn note(
    db: &mut PgConnection,
    actor: &Actor,
    shoot: ShootId,
    delivered: Delivered,
) -> Result<bool> {
    let org = actor.org;
    if open_member(db, org, shoot).await?.is_none() {
        files::abandon(db, org, &[delivered.headshot.0]).await?;
        return Ok(false);
    }
    let before = sqlx::query_scalar!(
        "select headshot_id from engine_results where org_id = $1 and shoot_id = $2 and number = $3",
        org.0,
        shoot.0,
        delivered.number,
    )
    .fetch_optional(&mut *db)
    .await?;
    let size = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
    sqlx::query!(
        "insert into engine_results (org_id, shoot_id, number, headshot_id, width, height)
         values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint engine_results_pkey do update
         set headshot_id = excluded.headshot_id, width = excluded.width, height = excluded.height",
        org.0,
        shoot.0,
        delivered.number,
        delivered.headshot.0,
        size(delivered.width),
        size(delivered.height),
    )
    .execute(&mut *db)
    .await?;
    files::abandon(db, org, before.as_slice()).await?;
    Ok(true)
}

/// What became of a message about a shoot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    Now(MemberId),
    /// By an earlier message, or its member was removed; nothing changed.
    Before,
    /// Not all headshots that it counts were delivered, or their files were swept since; nothing changed.
    Incomplete,
    /// It names a photo that is not of this shoot; nothing changed.
    Foreign,
}

/// Makes a shoot Ready with the headshots 1 to `count`, where all of them were delivered. Those beyond are the
/// sweeper's. Roll back unless it is settled now.
pub async fn deliver(db: &mut PgConnection, actor: &Actor, shoot: ShootId, count: i16) -> Result<Settled> {
    let org = actor.org;
    let Some(member) = open_member(db, org, shoot).await? else { return Ok(Settled::Before) };
    let rows = sqlx::query!(
        "select headshot_id, width, height from engine_results
         where org_id = $1 and shoot_id = $2 and number <= $3
         order by number",
        org.0,
        shoot.0,
        count,
    )
    .fetch_all(&mut *db)
    .await?;
    if rows.is_empty() || rows.len() != usize::try_from(count).unwrap_or(0) {
        return Ok(Settled::Incomplete);
    }
    let made: Vec<shoots::NewHeadshot> = rows
        .into_iter()
        .map(|row| shoots::NewHeadshot {
            id: HeadshotId(row.headshot_id),
            width: row.width.unsigned_abs(),
            height: row.height.unsigned_abs(),
        })
        .collect();
    let ids: Vec<Uuid> = made.iter().map(|headshot| headshot.id.0).collect();
    if !shoots::finish(db, actor, shoot, &made).await? {
        return Ok(Settled::Before);
    }
    if !files::settle(db, org, &ids).await? {
        return Ok(Settled::Incomplete);
    }
    abandon(db, actor, shoot).await?;
    Ok(Settled::Now(member))
}

/// Makes a shoot Failed for the sake of these photos, or where there are none, of the service; gives its credit
/// back. Roll back unless it is settled now. C5
pub async fn refuse(
    db: &mut PgConnection,
    actor: &Actor,
    shoot: ShootId,
    faults: &[(PhotoId, PhotoFault)],
) -> Result<Settled> {
    let org = actor.org;
    let Some(member) = open_member(db, org, shoot).await? else { return Ok(Settled::Before) };
    let named: Vec<Uuid> = faults.iter().map(|(photo, _)| photo.0).collect();
    let foreign = sqlx::query_scalar!(
        r#"select exists (
               select from unnest($3::uuid[]) as x (id)
               where not exists (
                   select from photos p where p.org_id = $1 and p.shoot_id = $2 and p.id = x.id
               )
           ) as "foreign!""#,
        org.0,
        shoot.0,
        &named,
    )
    .fetch_one(&mut *db)
    .await?;
    if foreign {
        return Ok(Settled::Foreign);
    }
    let failure = if faults.is_empty() {
        ShootFailure::Engine
    } else {
        ShootFailure::Photos(shoots::note_faults(db, actor, shoot, faults).await?)
    };
    shoots::fail(db, actor, shoot, &failure.to_string()).await?;
    abandon(db, actor, shoot).await?;
    Ok(Settled::Now(member))
}

/// Leaves to the sweeper what was delivered of a shoot and is no headshot of it.
pub async fn abandon(db: &mut PgConnection, actor: &Actor, shoot: ShootId) -> Result<()> {
    let ids = sqlx::query_scalar!(
        "delete from engine_results where org_id = $1 and shoot_id = $2 returning headshot_id",
        actor.org.0,
        shoot.0,
    )
    .fetch_all(&mut *db)
    .await?;
    files::abandon(db, actor.org, &ids).await
}

/// The member of an open shoot, who is locked as whoever finishes it does: of two messages at once one comes
/// first.
async fn open_member(db: &mut PgConnection, org: OrgId, shoot: ShootId) -> Result<Option<MemberId>> {
    let member = shoots::lock(db, org, shoot).await?;
    Ok(if is_open(db, org, shoot).await? { member } else { None })
}
