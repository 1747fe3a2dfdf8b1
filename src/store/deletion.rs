//! Deleting an organization: its Owner asks for it, and has a week to take that back; then it goes, batch by
//! batch. The ledger and the log of who did what stay, without anybody's name. P8

use super::{
    Error, PgConnection, Result,
    audit::{self, Object},
    jobs::{self, Job, Mail},
    members,
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    ids::OrgId,
    moment::Moment,
    organization::{GRACE_DAYS, NotDeleted},
};

/// Members, with their photos and headshots, that one transaction deletes.
const MEMBERS: i64 = 50;
/// Other rows that one transaction changes.
const ROWS: i64 = 1_000;

/// Asks for the deletion, and has every lead told by email. `typed` is the organization's name, as its Owner
/// typed it. Asked again, it is due when it was. P8
///
/// # Errors
/// The name is another.
pub async fn ask(db: &mut PgConnection, actor: &Actor, typed: &str) -> Result<(), Error<NotDeleted>> {
    let org = actor.org;
    let found = sqlx::query!(
        "select name, deletion_due_at from organizations where id = $1 for no key update",
        org.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if typed.trim() != found.name {
        return Err(Error::Refused(NotDeleted::OtherName { name: found.name }));
    }
    if found.deletion_due_at.is_some() {
        return Ok(());
    }
    sqlx::query!(
        "update organizations set deletion_due_at = now() + make_interval(days => $2) where id = $1",
        org.0,
        GRACE_DAYS,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, actor, Act::DeletionAsked, Object::many(0)).await?;
    let leads = members::leads(db, org).await?;
    let mails: Vec<Job> =
        leads.into_iter().map(|lead| Job::Mail(Mail::DeletionAsked { org, lead })).collect();
    Ok(jobs::queue(db, &mails).await?)
}

/// Takes it back, as long as it has not begun. P8
///
/// # Errors
/// It is not asked for, or has begun.
pub async fn take_back(db: &mut PgConnection, actor: &Actor) -> Result<(), Error<NotDeleted>> {
    // Locked first: whoever waits here while it begins has to see that it has.
    sqlx::query!("select id from organizations where id = $1 for no key update", actor.org.0)
        .fetch_one(&mut *db)
        .await?;
    let kept = sqlx::query!(
        "update organizations o set deletion_due_at = null
         where o.id = $1 and o.deletion_due_at is not null
           and (select d.org_id from deleted_organizations d where d.org_id = o.id) is null",
        actor.org.0,
    )
    .execute(&mut *db)
    .await?;
    if kept.rows_affected() == 0 {
        return Err(Error::Refused(NotDeleted::NotAsked));
    }
    Ok(audit::record(db, actor, Act::DeletionTakenBack, Object::many(0)).await?)
}

/// When an organization is due to go, if it is.
pub async fn due_at(db: &mut PgConnection, org: OrgId) -> Result<Option<Moment>> {
    let due = sqlx::query_scalar!("select deletion_due_at from organizations where id = $1", org.0);
    Ok(due.fetch_optional(db).await?.flatten().map(Moment::from))
}

/// The organization whose time has come first.
pub async fn next_due(db: &mut PgConnection) -> Result<Option<OrgId>> {
    let org = sqlx::query_scalar!(
        "select id from organizations where deletion_due_at < now() order by deletion_due_at limit 1",
    );
    Ok(org.fetch_optional(db).await?.map(OrgId))
}

/// Deletes a batch of an organization whose time has come; false when all of it is gone. Each batch is a
/// transaction: a crash loses nothing, and what is left is found again. The last one takes the organization
/// itself and queues that its files are deleted. N8, P8
pub async fn delete_some(db: &mut PgConnection, actor: &Actor) -> Result<bool> {
    let org = actor.org;
    // Begun: nobody takes it back now. Locked, so that several servers follow each other.
    let due = sqlx::query_scalar!(
        "select id from organizations where id = $1 and deletion_due_at < now() for no key update",
        org.0,
    );
    if due.fetch_optional(&mut *db).await?.is_none() {
        return Ok(false);
    }
    let begun = sqlx::query!(
        "insert into deleted_organizations (org_id) values ($1)
         on conflict on constraint deleted_organizations_pkey do nothing",
        org.0,
    )
    .execute(&mut *db)
    .await?;
    if begun.rows_affected() == 1 {
        sqlx::query!(
            "update invite_links set revoked_at = now() where org_id = $1 and revoked_at is null",
            org.0
        )
        .execute(&mut *db)
        .await?;
        return Ok(true);
    }
    let invites = sqlx::query!(
        "delete from invites where org_id = $1 and id = any(array(
             select id from invites where org_id = $1 limit $2
         ))",
        org.0,
        ROWS,
    )
    .execute(&mut *db)
    .await?;
    if invites.rows_affected() > 0 {
        return Ok(true);
    }
    // With their shoots, photos and headshots.
    let members = sqlx::query!(
        "delete from members where org_id = $1 and id = any(array(
             select id from members where org_id = $1 limit $2
         ))",
        org.0,
        MEMBERS,
    )
    .execute(&mut *db)
    .await?;
    if members.rows_affected() > 0 {
        return Ok(true);
    }
    let nameless = sqlx::query!(
        "update audit_entries
         set actor_name = null, object_name = null, network = null, detail = null
         where org_id = $1 and id = any(array(
             select id from audit_entries
             where org_id = $1
               and (actor_name is not null or object_name is not null or network is not null
                    or detail is not null)
             limit $2
         ))",
        org.0,
        ROWS,
    )
    .execute(&mut *db)
    .await?;
    if nameless.rows_affected() > 0 {
        return Ok(true);
    }
    let nameless = sqlx::query!(
        "update credit_entries set who = '', note = null
         where org_id = $1 and number = any(array(
             select number from credit_entries where org_id = $1 and (who <> '' or note is not null) limit $2
         ))",
        org.0,
        ROWS,
    )
    .execute(&mut *db)
    .await?;
    if nameless.rows_affected() > 0 {
        return Ok(true);
    }
    jobs::queue(db, &[Job::DeleteFiles { org }]).await?;
    sqlx::query!("delete from organizations where id = $1", org.0).execute(db).await?;
    Ok(false)
}

#[cfg(test)]
mod tests;
