//! Pictures whose files are being written or deleted. Each is written down before its first file is
//! and until its own row is there, or its files are gone: no file without a row. H5, N8
//!
//! Their files, by key, are the studio's business; the order of steps is the callers'.

use sqlx::postgres::types::PgInterval;
use time::Duration;
use uuid::Uuid;

use super::{PgConnection, Result, decode};
use crate::domain::{ids::OrgId, moment::Moment, photo::PictureKind};

/// A picture that was written down and is not wanted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale {
    pub org: OrgId,
    pub id: Uuid,
    pub kind: PictureKind,
}

/// Writes down that files of these pictures are about to be written. Commit before writing them.
///
/// False when files of one of them are being deleted at this moment: try later.
pub async fn intend(db: &mut PgConnection, org: OrgId, kind: PictureKind, ids: &[Uuid]) -> Result<bool> {
    let noted = sqlx::query!(
        "insert into pending_pictures (org_id, id, kind)
         select $1, id, $2 from unnest($3::uuid[]) as x (id)
         on conflict on constraint pending_pictures_pkey do update set noted_at = now()
         where not pending_pictures.sweeping",
        org.0,
        kind.as_str(),
        ids,
    )
    .execute(db)
    .await?;
    Ok(noted.rows_affected() == ids.len() as u64)
}

/// Takes back what [`intend`] wrote down, in the transaction that makes the pictures' own rows.
///
/// False when one of them was swept meanwhile, so that its files are gone: roll back.
pub async fn settle(db: &mut PgConnection, org: OrgId, ids: &[Uuid]) -> Result<bool> {
    let settled = sqlx::query!(
        "delete from pending_pictures where org_id = $1 and id = any($2) and not sweeping",
        org.0,
        ids,
    )
    .execute(db)
    .await?;
    Ok(settled.rows_affected() == ids.len() as u64)
}

/// Lets the next sweep take these pictures, however lately they were written down: whoever wrote
/// their files is done with them.
pub async fn abandon(db: &mut PgConnection, org: OrgId, ids: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "update pending_pictures set noted_at = '-infinity' where org_id = $1 and id = any($2) and not sweeping",
        org.0,
        ids,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes up to `limit` pictures that were written down longer than `grace` ago. Until
/// [`forget`], nobody else may write or take them, unless this server dies and `grace` is over.
pub async fn take_stale(db: &mut PgConnection, grace: Duration, limit: i64) -> Result<Vec<Stale>> {
    sqlx::query!(
        "update pending_pictures
         set sweeping = true, noted_at = now()
         where ctid = any (array(
             select ctid from pending_pictures
             where noted_at < now() - $1::interval
             order by noted_at
             limit $2
             for update skip locked
         ))
         returning org_id, id, kind",
        interval(grace),
        limit,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| Ok(Stale { org: OrgId(row.org_id), id: row.id, kind: decode(&row.kind)? }))
    .collect()
}

/// Whether a picture has its own row, so that its files are wanted.
pub async fn is_kept(db: &mut PgConnection, picture: Stale) -> Result<bool> {
    let kept = match picture.kind {
        PictureKind::Photo => {
            sqlx::query_scalar!(
                r#"select exists (select from photos where org_id = $1 and id = $2) as "kept!""#,
                picture.org.0,
                picture.id,
            )
            .fetch_one(db)
            .await?
        }
        PictureKind::Logo => {
            sqlx::query_scalar!(
                r#"select exists (select from organizations where id = $1 and logo_id = $2) as "kept!""#,
                picture.org.0,
                picture.id,
            )
            .fetch_one(db)
            .await?
        }
        PictureKind::Headshot => {
            sqlx::query_scalar!(
                r#"select exists (select from headshots where org_id = $1 and id = $2) as "kept!""#,
                picture.org.0,
                picture.id,
            )
            .fetch_one(db)
            .await?
        }
    };
    Ok(kept)
}

/// Forgets a picture that [`take_stale`] gave out and whose files are gone, or are wanted after all.
pub async fn forget(db: &mut PgConnection, picture: Stale) -> Result<()> {
    sqlx::query!(
        "delete from pending_pictures where org_id = $1 and id = $2 and sweeping",
        picture.org.0,
        picture.id,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The organization whose files are to be compared with its rows next, and what time it is: one that
/// was not looked at for as long as `every`. Each is given to one server.
pub async fn next_to_compare(db: &mut PgConnection, every: Duration) -> Result<Option<(OrgId, Moment)>> {
    let row = sqlx::query!(
        r#"update organizations
           set files_compared_at = now()
           where id = (
               select id from organizations
               where files_compared_at < now() - $1::interval
               order by files_compared_at
               limit 1
               for no key update skip locked
           )
           returning id, now() as "now!""#,
        interval(every),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (OrgId(row.id), row.now.into())))
}

/// Every picture of an organization that has its own row, and whether it was there by `then`.
pub async fn kept(db: &mut PgConnection, org: OrgId, then: Moment) -> Result<Vec<(PictureKind, Uuid, bool)>> {
    let then = then.unix_millis() as f64 / 1000.0;
    sqlx::query!(
        r#"select 'photo' as "kind!", id as "id!", created_at < to_timestamp($2) as "by_then!"
           from photos where org_id = $1
           union all
           select 'headshot', h.id, coalesce(s.finished_at < to_timestamp($2), false)
           from headshots h
           join shoots s on s.org_id = h.org_id and s.id = h.shoot_id
           where h.org_id = $1
           union all
           select 'logo', o.logo_id, o.logo_at < to_timestamp($2)
           from organizations o
           where o.id = $1 and o.logo_id is not null"#,
        org.0,
        then,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| Ok((decode(&row.kind)?, row.id, row.by_then)))
    .collect()
}

/// Writes down pictures whose files were found and that have no row of any kind, for the next sweep.
pub async fn note_unknown(db: &mut PgConnection, org: OrgId, kind: PictureKind, ids: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "insert into pending_pictures (org_id, id, kind, noted_at)
         select $1, id, $2, '-infinity' from unnest($3::uuid[]) as x (id)
         on conflict on constraint pending_pictures_pkey do nothing",
        org.0,
        kind.as_str(),
        ids,
    )
    .execute(db)
    .await?;
    Ok(())
}

fn interval(duration: Duration) -> PgInterval {
    let microseconds = i64::try_from(duration.whole_microseconds()).unwrap_or(i64::MAX);
    PgInterval { months: 0, days: 0, microseconds }
}

#[cfg(test)]
mod tests;
