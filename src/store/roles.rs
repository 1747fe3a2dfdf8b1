//! Roles, and handing the organization over: there is one Owner, at any moment and whoever does what at
//! once. P5

use crate::{
    domain::{
        actor::{Actor, By},
        audit::Act,
        ids::{MemberId, OrgId},
        member::{RoleRefusal, may_change_role, may_offer_ownership},
        role::Role,
    },
    store::{
        Error, PgConnection, Result,
        audit::{self, Object},
        decode,
        jobs::{self, Job, Mail},
        members::UnknownMember,
    },
};

/// Why a role was not changed, or ownership not handed over. P5
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleNotChanged {
    #[error(transparent)]
    Rule(#[from] RoleRefusal),
    #[error(transparent)]
    Unknown(#[from] UnknownMember),
}

/// Makes a member a Team Lead, or a Team Lead a member. P5
///
/// # Errors
/// A rule stands against it, or no such member.
pub async fn set_role(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    role: Role,
) -> Result<String, Error<RoleNotChanged>> {
    let found = lock(db, actor, member).await?;
    may_change_role(actor, member, found.role, role, found.has_account)
        .map_err(|rule| Error::Refused(rule.into()))?;
    sqlx::query!(
        "update members set role = $3 where org_id = $1 and id = $2",
        actor.org.0,
        member.0,
        role.as_str(),
    )
    .execute(&mut *db)
    .await?;
    let object = Object::one(member.0, &found.name).with(Some(role.as_str()));
    audit::record(db, actor, Act::RoleChanged, object).await?;
    Ok(found.name)
}

/// Offers the organization to a member, who is told by email; an offer to another one ends. P5
///
/// # Errors
/// A rule stands against it, or no such member.
pub async fn offer_ownership(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
) -> Result<String, Error<RoleNotChanged>> {
    let found = lock_all_in_question(db, actor, member).await?;
    may_offer_ownership(actor, found.role, found.has_account).map_err(|rule| Error::Refused(rule.into()))?;
    end_offer(db, actor).await?;
    sqlx::query!(
        "update members set ownership_offered_at = now() where org_id = $1 and id = $2",
        actor.org.0,
        member.0,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, actor, Act::OwnershipOffered, Object::one(member.0, &found.name)).await?;
    jobs::queue(db, &[Job::Mail(Mail::OwnershipOffered { org: actor.org, member })]).await?;
    Ok(found.name)
}

/// Takes the offer back, if there is one. P5
pub async fn withdraw_ownership(db: &mut PgConnection, actor: &Actor) -> Result<()> {
    if let Some((member, name)) = end_offer(db, actor).await? {
        audit::record(db, actor, Act::OwnershipWithdrawn, Object::one(member.0, &name)).await?;
    }
    Ok(())
}

/// Takes what was offered to the actor: they are the Owner now, and whoever was it a Team Lead. P5
///
/// # Errors
/// Nothing is offered to them, or not any more.
pub async fn accept_ownership(db: &mut PgConnection, actor: &Actor) -> Result<(), Error<RoleNotChanged>> {
    let member = actor.member().ok_or(Error::Refused(RoleRefusal::NoOffer.into()))?;
    let found = lock_all_in_question(db, actor, member).await?;
    if !found.is_offered {
        return Err(Error::Refused(RoleRefusal::NoOffer.into()));
    }
    // One after the other: there are never two.
    sqlx::query!("update members set role = 'team_lead' where org_id = $1 and role = 'owner'", actor.org.0)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "update members set role = 'owner', ownership_offered_at = null where org_id = $1 and id = $2",
        actor.org.0,
        member.0,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, actor, Act::OwnershipAccepted, Object::one(member.0, &found.name)).await?;
    Ok(())
}

/// Says no to what was offered to the actor; as often as they like. P5
pub async fn decline_ownership(db: &mut PgConnection, actor: &Actor) -> Result<()> {
    let declined = sqlx::query_scalar!(
        "update members set ownership_offered_at = null
         where org_id = $1 and id = $2 and ownership_offered_at is not null
         returning name",
        actor.org.0,
        actor.member().map(|member| member.0),
    )
    .fetch_optional(&mut *db)
    .await?;
    if let (Some(name), Some(member)) = (declined, actor.member()) {
        audit::record(db, actor, Act::OwnershipDeclined, Object::one(member.0, &name)).await?;
    }
    Ok(())
}

/// Whether the organization is offered to a member. P5
pub async fn is_offered(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select from members where org_id = $1 and id = $2 and ownership_offered_at is not null
           ) as "offered!""#,
        org.0,
        member.0,
    )
    .fetch_one(db)
    .await
}

struct Found {
    name: String,
    role: Role,
    has_account: bool,
    is_offered: bool,
}

async fn end_offer(db: &mut PgConnection, actor: &Actor) -> Result<Option<(MemberId, String)>> {
    let ended = sqlx::query!(
        "update members set ownership_offered_at = null
         where org_id = $1 and ownership_offered_at is not null
         returning id, name",
        actor.org.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(ended.map(|row| (MemberId(row.id), row.name)))
}

/// The member, held until the transaction ends.
async fn lock(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
) -> Result<Found, Error<RoleNotChanged>> {
    let row = sqlx::query!(
        r#"select name, role, account_id is not null as "has_account!",
                  ownership_offered_at is not null as "is_offered!"
           from members
           where org_id = $1 and id = $2
           for no key update"#,
        actor.org.0,
        member.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Refused(RoleNotChanged::Unknown(UnknownMember)))?;
    Ok(Found {
        name: row.name,
        role: decode::<Role>(&row.role)?,
        has_account: row.has_account,
        is_offered: row.is_offered,
    })
}

/// The member, the Owner and whoever has the offer: held in the order of their ids, as all rows are, and
/// looked at as they are then.
async fn lock_all_in_question(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
) -> Result<Found, Error<RoleNotChanged>> {
    sqlx::query!(
        "select id from members
         where org_id = $1 and (id = $2 or role = 'owner' or ownership_offered_at is not null)
         order by id
         for no key update",
        actor.org.0,
        member.0,
    )
    .fetch_all(&mut *db)
    .await?;
    // An actor was the Owner when their request began; another may be by now.
    if let By::Member { id, role: Role::Owner, .. } = actor.by {
        let still = sqlx::query_scalar!(
            r#"select exists (
                   select from members where org_id = $1 and id = $2 and role = 'owner'
               ) as "still!""#,
            actor.org.0,
            id.0,
        )
        .fetch_one(&mut *db)
        .await?;
        if !still {
            return Err(Error::Refused(RoleRefusal::OnlyTheOwner.into()));
        }
    }
    lock(db, actor, member).await
}

#[cfg(test)]
mod tests;
