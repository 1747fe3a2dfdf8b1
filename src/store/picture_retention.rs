//! Deleting all pictures of a shoot some days after it was ready, where the organization chose that. What is
//! kept for everybody alike is in `retention`. H5

use super::{
    PgConnection, Result,
    audit::{self, Object},
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    ids::{OrgId, ShootId},
    retention::{NOTICE_DAYS, PictureRetention},
};

/// What an organization has chosen.
///
/// # Errors
/// An unknown organization is `RowNotFound`.
pub async fn show(db: &mut PgConnection, org: OrgId) -> Result<PictureRetention> {
    let row = sqlx::query!(
        r#"select pictures_days as days,
                  (select count(*) from shoots s
                   where s.org_id = o.id and s.state = 'ready' and s.pictures_deleted_at is null) as "shoots!"
           from organizations o
           where o.id = $1"#,
        org.0,
    )
    .fetch_one(db)
    .await?;
    Ok(PictureRetention { days: row.days, shoots: row.shoots })
}

/// Chooses, for shoots that are ready and those to come. Nothing that is there goes before people had
/// [`NOTICE_DAYS`] to read of it. The days are checked. H5
pub async fn choose(db: &mut PgConnection, actor: &Actor, days: Option<i16>) -> Result<()> {
    // First the organization: whoever finishes a shoot at this moment waits, and reads the choice.
    sqlx::query!("update organizations set pictures_days = $2 where id = $1", actor.org.0, days)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "update shoots
         set pictures_until = greatest(
             finished_at + make_interval(days => $2::integer), now() + make_interval(days => $3)
         )
         where org_id = $1 and state = 'ready' and pictures_deleted_at is null and $2::integer is not null",
        actor.org.0,
        days.map(i32::from),
        NOTICE_DAYS,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update shoots set pictures_until = null
         where org_id = $1 and pictures_until is not null and $2::integer is null",
        actor.org.0,
        days.map(i32::from),
    )
    .execute(&mut *db)
    .await?;
    let what = days.map_or_else(|| "kept".to_owned(), |days| days.to_string());
    audit::record(db, actor, Act::PicturesDaysChanged, Object::many(0).with(Some(what.as_str()))).await
}

/// Writes down until when the pictures of a shoot are kept, which has just become ready. H5
pub(super) async fn set_time(db: &mut PgConnection, org: OrgId, shoot: ShootId) -> Result<()> {
    let days = sqlx::query_scalar!("select pictures_days from organizations where id = $1 for share", org.0)
        .fetch_one(&mut *db)
        .await?;
    let Some(days) = days else { return Ok(()) };
    sqlx::query!(
        "update shoots set pictures_until = finished_at + make_interval(days => $3) where org_id = $1 and id = $2",
        org.0,
        shoot.0,
        i32::from(days),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Shoots whose pictures are due to go, at most `limit`.
pub async fn due(db: &mut PgConnection, limit: i64) -> Result<Vec<(OrgId, ShootId)>> {
    let rows = sqlx::query!(
        "select org_id, id from shoots where pictures_until < now() order by pictures_until limit $1",
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (OrgId(row.org_id), ShootId(row.id))).collect())
}

#[cfg(test)]
mod tests;
