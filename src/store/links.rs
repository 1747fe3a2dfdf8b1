//! Open invites: made, listed, changed, paused, revoked. L1, L2, L6
//!
//! Joining through one is in `redeem`; who waits at a full one, in `waitlist`.

mod redeem;

use uuid::Uuid;

use self::redeem::domain_rules;
pub(super) use self::redeem::redeem;
pub use self::redeem::{Raced, let_in};
use super::{
    Error, PgConnection, Result,
    audit::{self, Object},
    credits, fresh_id, organizations, refused,
    teams::{self, TeamRefusal},
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    credit::{OutOfCredits, count},
    domain_rule::DomainRule,
    ids::{LinkId, OrgId, TeamId},
    link::LinkPolicy,
    moment::Moment,
    organization::Face,
};

/// What a lead asks of a link, new or changed; the texts are checked. L1
#[derive(Clone, Debug, Default)]
pub struct NewLink<'a> {
    pub label: Option<&'a str>,
    pub domains: Vec<DomainRule>,
    pub usage_limit: Option<i32>,
    pub expires_at: Option<Moment>,
    pub team: Option<TeamId>,
}

/// Why a link was not made. C1, L1, T1
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateRefusal {
    #[error("You have {LINKS_MAX} links, and more do not fit. Revoke one that nobody needs.")]
    TooMany,
    #[error(transparent)]
    OutOfCredits(#[from] OutOfCredits),
    #[error(transparent)]
    Team(#[from] TeamRefusal),
    #[error("This time has passed. Choose a later one.")]
    ExpiryPassed,
}

/// Why a link was not changed. L2, T1
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditRefusal {
    #[error(transparent)]
    NotLive(#[from] NotLive),
    #[error(transparent)]
    Team(#[from] TeamRefusal),
    #[error("This time has passed. Choose a later one.")]
    ExpiryPassed,
    #[error("{} joined already. Type {used} or more, or leave it empty for no limit.", joined(*used))]
    BelowUsed { used: i32 },
}

fn joined(used: i32) -> String {
    count(i64::from(used), "person has", "people have")
}

/// A link that was named is not there, or is revoked already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This link is revoked already, or gone. Reload the page to see the links there are.")]
pub struct NotLive;

/// A link, for its page and the leads' list. L2
#[derive(Clone, Debug)]
pub struct Link {
    pub id: LinkId,
    pub label: Option<String>,
    pub policy: LinkPolicy,
    pub expires_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
    pub created_at: Moment,
    pub created_by: String,
    /// Whom people at the door can write to: the maker, or the Owner when the maker has left.
    pub host_name: String,
    pub host_address: Option<String>,
    pub org_name: String,
    pub face: Face,
    pub team: Option<(TeamId, String)>,
}

/// An organization has about so many links at most that are not revoked: their list shows them all.
pub const LINKS_MAX: i64 = 1_000;

/// How many revoked links their list shows, those revoked last.
const REVOKED_SHOWN: i64 = 50;

/// Makes a link. L1
///
/// # Errors
/// No credit, no such sub-team, there are [`LINKS_MAX`], or the expiry has passed by the database's clock.
pub async fn create(
    db: &mut PgConnection,
    actor: &Actor,
    new: &NewLink<'_>,
) -> Result<LinkId, Error<CreateRefusal>> {
    credits::require(db, actor.org).await.map_err(refused)?;
    teams::require(db, actor.org, new.team).await.map_err(refused)?;
    let links = sqlx::query_scalar!(
        r#"select count(*) as "links!" from invite_links where org_id = $1 and revoked_at is null"#,
        actor.org.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if links >= LINKS_MAX {
        return Err(Error::Refused(CreateRefusal::TooMany));
    }
    let domains: Vec<String> = new.domains.iter().map(ToString::to_string).collect();
    let id = sqlx::query_scalar!(
        "insert into invite_links
             (org_id, id, label, domains, usage_limit, expires_at, team_id, created_by, created_by_name)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9
         where $6::timestamptz is null or $6 > now()
         returning id",
        actor.org.0,
        fresh_id(),
        new.label,
        &domains,
        new.usage_limit,
        new.expires_at.map(time::OffsetDateTime::from),
        new.team.map(|team| team.0),
        actor.member().map(|member| member.0),
        actor.name(),
    )
    .fetch_optional(&mut *db)
    .await?;
    let link = id.map(LinkId).ok_or(Error::Refused(CreateRefusal::ExpiryPassed))?;
    audit::record(db, actor, Act::LinkCreated, named(link, new.label)).await?;
    Ok(link)
}

/// The links of an organization, newest first, without those that were revoked long ago. L2
pub async fn list(db: &mut PgConnection, org: OrgId) -> Result<Vec<Link>> {
    select(db, org, None).await
}

/// One link, for its page; `None` when there is none.
pub async fn find(db: &mut PgConnection, org: OrgId, link: LinkId) -> Result<Option<Link>> {
    Ok(select(db, org, Some(link)).await?.pop())
}

/// How many links let people in now and end within two days. L1
pub async fn count_closing(db: &mut PgConnection, org: OrgId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "links!" from invite_links
           where org_id = $1 and revoked_at is null and paused_at is null
             and expires_at > now() and expires_at <= now() + interval '2 days'
             and (usage_limit is null or used < usage_limit)"#,
        org.0,
    )
    .fetch_one(db)
    .await
}

async fn select(db: &mut PgConnection, org: OrgId, link: Option<LinkId>) -> Result<Vec<Link>> {
    sqlx::query!(
        r#"select l.id, l.label, l.domains, l.usage_limit, l.used, l.expires_at, l.revoked_at, l.created_at,
                  l.created_by_name, coalesce(l.expires_at <= now(), false) as "expired!",
                  l.paused_at is not null as "paused!", l.team_id,
                  o.name as org_name, o.logo_id, o.website, o.support_address, t.name as "team?",
                  coalesce(h.name, l.created_by_name) as "host_name!", h.address as "host_address?"
           from invite_links l
           join organizations o on o.id = l.org_id
           left join teams t on t.org_id = l.org_id and t.id = l.team_id
           left join lateral (
               select m.name, m.address from members m
               where m.org_id = l.org_id and (m.id = l.created_by or m.role = 'owner')
               order by (m.id = l.created_by) desc
               limit 1
           ) h on true
           where l.org_id = $1
             and case
                 when $2::uuid is not null then l.id = $2
                 else l.revoked_at is null or l.id in (
                     select r.id from invite_links r
                     where r.org_id = $1 and r.revoked_at is not null
                     order by r.revoked_at desc
                     limit $3
                 )
             end
           order by l.created_at desc, l.id desc"#,
        org.0,
        link.map(|link| link.0),
        REVOKED_SHOWN,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| {
        Ok(Link {
            id: LinkId(row.id),
            label: row.label,
            policy: LinkPolicy {
                domains: domain_rules(row.domains)?,
                usage_limit: row.usage_limit,
                used: row.used,
                expired: row.expired,
                paused: row.paused,
                revoked: row.revoked_at.is_some(),
            },
            expires_at: row.expires_at.map(Moment::from),
            revoked_at: row.revoked_at.map(Moment::from),
            created_at: row.created_at.into(),
            created_by: row.created_by_name,
            host_name: row.host_name,
            host_address: row.host_address,
            org_name: row.org_name,
            face: organizations::face(row.logo_id, row.website, row.support_address)?,
            team: row.team_id.map(TeamId).zip(row.team),
        })
    })
    .collect()
}

/// Changes what a link asks, all at once. A limit below what is used is refused by the statement, so
/// that it holds whoever joins at this moment; an expiry that stays as it was may have passed. L2
///
/// # Errors
/// Revoked or not there, no such sub-team, the expiry has passed, or the limit is below the use.
pub async fn edit(
    db: &mut PgConnection,
    actor: &Actor,
    link: LinkId,
    new: &NewLink<'_>,
) -> Result<(), Error<EditRefusal>> {
    let org = actor.org;
    teams::require(db, org, new.team).await.map_err(refused)?;
    let domains: Vec<String> = new.domains.iter().map(ToString::to_string).collect();
    let expires_at = new.expires_at.map(time::OffsetDateTime::from);
    // Forms know the expiry to the second.
    let changed = sqlx::query!(
        "update invite_links
         set label = $3, domains = $4, usage_limit = $5, expires_at = $6, team_id = $7
         where org_id = $1 and id = $2
           and revoked_at is null
           and ($5::integer is null or used <= $5)
           and ($6::timestamptz is null or $6 > clock_timestamp() or $6 = date_trunc('second', expires_at))",
        org.0,
        link.0,
        new.label,
        &domains,
        new.usage_limit,
        expires_at,
        new.team.map(|team| team.0),
    )
    .execute(&mut *db)
    .await?;
    if changed.rows_affected() == 1 {
        return Ok(audit::record(db, actor, Act::LinkChanged, named(link, new.label)).await?);
    }
    let found = find(db, org, link).await?;
    Err(Error::Refused(match found {
        None => NotLive.into(),
        Some(found) if found.policy.revoked => NotLive.into(),
        // Neither use nor time runs backwards: what stood against it still does.
        Some(found) if new.usage_limit.is_some_and(|limit| found.policy.used > limit) => {
            EditRefusal::BelowUsed { used: found.policy.used }
        }
        Some(_) => EditRefusal::ExpiryPassed,
    }))
}

/// Lets nobody in for the time being; pausing a paused link changes nothing. L2
///
/// # Errors
/// Not there, or revoked.
pub async fn pause(db: &mut PgConnection, actor: &Actor, link: LinkId) -> Result<(), Error<NotLive>> {
    let changed = sqlx::query_scalar!(
        "update invite_links set paused_at = coalesce(paused_at, now())
         where org_id = $1 and id = $2 and revoked_at is null
         returning label",
        actor.org.0,
        link.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let label = changed.ok_or(Error::Refused(NotLive))?;
    Ok(audit::record(db, actor, Act::LinkPaused, named(link, label.as_deref())).await?)
}

/// Ends a pause. L2
///
/// # Errors
/// Not there, or revoked.
pub async fn resume(db: &mut PgConnection, actor: &Actor, link: LinkId) -> Result<(), Error<NotLive>> {
    let changed = sqlx::query_scalar!(
        "update invite_links set paused_at = null
         where org_id = $1 and id = $2 and revoked_at is null
         returning label",
        actor.org.0,
        link.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let label = changed.ok_or(Error::Refused(NotLive))?;
    Ok(audit::record(db, actor, Act::LinkResumed, named(link, label.as_deref())).await?)
}

/// Revokes a link; nobody gets in after the commit, nobody who got in goes out. L5, L6
///
/// # Errors
/// Not there, or revoked before.
pub async fn revoke(db: &mut PgConnection, actor: &Actor, link: LinkId) -> Result<i32, Error<NotLive>> {
    let revoked = sqlx::query!(
        "update invite_links set revoked_at = now()
         where org_id = $1 and id = $2 and revoked_at is null
         returning used, label",
        actor.org.0,
        link.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Refused(NotLive))?;
    audit::record(db, actor, Act::LinkRevoked, named(link, revoked.label.as_deref())).await?;
    Ok(revoked.used)
}

/// A link as the log names it.
fn named(link: LinkId, label: Option<&str>) -> Object<'_> {
    Object { id: Some(link.0), name: label, people: 1, detail: None }
}

/// How many people a link has let in; for tests and the operator.
pub async fn used(db: &mut PgConnection, org: OrgId, link: Uuid) -> Result<i32> {
    sqlx::query_scalar!("select used from invite_links where org_id = $1 and id = $2", org.0, link)
        .fetch_one(db)
        .await
}

#[cfg(test)]
mod change_tests;
#[cfg(test)]
mod tests;
