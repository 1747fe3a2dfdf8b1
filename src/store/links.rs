//! Open invites: made, listed, revoked, and joined through. L1 to L7, M5

use uuid::Uuid;

use super::{
    Error, PgConnection, Result, credits, fresh_id,
    members::refused,
    teams::{self, TeamRefusal},
    unknown_word,
};
use crate::domain::{
    credit::OutOfCredits,
    domain_rule::DomainRule,
    email::EmailAddress,
    ids::{AccountId, LinkId, MemberId, OrgId, TeamId},
    link::{LinkPolicy, LinkRefusal},
    moment::Moment,
    role::Actor,
};

/// What a lead asks of a new link; the texts are checked. L1
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
    #[error(transparent)]
    OutOfCredits(#[from] OutOfCredits),
    #[error(transparent)]
    Team(#[from] TeamRefusal),
    #[error("This time has passed. Choose a later one.")]
    ExpiryPassed,
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
    /// Where the maker can be written to; absent when they have left.
    pub maker_address: Option<String>,
    pub org_name: String,
    pub team: Option<String>,
}

/// How somebody came in through a link. L4
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// Became a member, and took a place.
    Joined(MemberId),
    /// Was a member before; took no place.
    AlreadyMember(MemberId),
}

impl Redeemed {
    /// The member, whichever way.
    #[must_use]
    pub const fn member(self) -> MemberId {
        match self {
            Self::Joined(member) | Self::AlreadyMember(member) => member,
        }
    }
}

/// Why nobody came in. L7
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedeemRefusal {
    #[error(transparent)]
    Link(#[from] LinkRefusal),
    #[error("This link does not work.")]
    Unknown,
    /// The same person came twice at once; the other attempt won. Roll back and try again.
    #[error("try again")]
    Raced,
}

/// Makes a link. L1
///
/// # Errors
/// No credit, no such sub-team, or the expiry has passed by the database's clock.
pub async fn create(
    db: &mut PgConnection,
    actor: &Actor,
    new: &NewLink<'_>,
) -> Result<LinkId, CreateRefusal> {
    credits::require(db, actor.org).await.map_err(refused)?;
    teams::require(db, actor.org, new.team).await.map_err(refused)?;
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
        actor.member.0,
        &actor.name,
    )
    .fetch_optional(db)
    .await
    .map_err(|error| teams::gone("invite_links_team_fkey", error))?;
    id.map(LinkId).ok_or(Error::Refused(CreateRefusal::ExpiryPassed))
}

/// All links of an organization, newest first. L2
///
/// # Errors
/// The database fails.
pub async fn list(db: &mut PgConnection, org: OrgId) -> Result<Vec<Link>> {
    select(db, org, None).await
}

/// One link, for its page; `None` when there is none.
///
/// # Errors
/// The database fails.
pub async fn find(db: &mut PgConnection, org: OrgId, link: LinkId) -> Result<Option<Link>> {
    Ok(select(db, org, Some(link)).await?.pop())
}

async fn select(db: &mut PgConnection, org: OrgId, link: Option<LinkId>) -> Result<Vec<Link>> {
    sqlx::query!(
        r#"select l.id, l.label, l.domains, l.usage_limit, l.used, l.expires_at, l.revoked_at, l.created_at,
                  l.created_by_name, coalesce(l.expires_at <= now(), false) as "expired!",
                  o.name as org_name, t.name as "team?", m.address as "maker_address?"
           from invite_links l
           join organizations o on o.id = l.org_id
           left join teams t on t.org_id = l.org_id and t.id = l.team_id
           left join members m on m.org_id = l.org_id and m.id = l.created_by
           where l.org_id = $1 and ($2::uuid is null or l.id = $2)
           order by l.created_at desc, l.id desc"#,
        org.0,
        link.map(|link| link.0),
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
                revoked: row.revoked_at.is_some(),
            },
            expires_at: row.expires_at.map(Moment::from),
            revoked_at: row.revoked_at.map(Moment::from),
            created_at: row.created_at.into(),
            created_by: row.created_by_name,
            maker_address: row.maker_address,
            org_name: row.org_name,
            team: row.team,
        })
    })
    .collect()
}

/// Revokes a link; nobody gets in after the commit, nobody who got in goes out. L5, L6
///
/// # Errors
/// Not there, or revoked before.
pub async fn revoke(db: &mut PgConnection, org: OrgId, link: LinkId) -> Result<i32, NotLive> {
    let used = sqlx::query_scalar!(
        "update invite_links set revoked_at = now()
         where org_id = $1 and id = $2 and revoked_at is null
         returning used",
        org.0,
        link.0,
    )
    .fetch_optional(db)
    .await?;
    used.ok_or(Error::Refused(NotLive))
}

/// Lets the owner of a proven address in through a link, or says why not. Who is a member already
/// comes in whatever became of the link: they may have taken its last place. L3, L4, L5, M5
///
/// The last statement takes a place and makes the member; it holds the link's row until the
/// transaction ends, so call this last.
///
/// # Errors
/// The link turns the person away; [`RedeemRefusal::Raced`] asks for another try.
pub async fn redeem(
    db: &mut PgConnection,
    org: OrgId,
    link: LinkId,
    account: AccountId,
    address: &EmailAddress,
    name: &str,
) -> Result<Redeemed, RedeemRefusal> {
    let found = find_policy(db, org, link).await?.ok_or(Error::Refused(RedeemRefusal::Unknown))?;
    let known = find_member(db, org, address).await?;
    if let Some(KnownMember { id, has_account: true }) = known {
        return Ok(Redeemed::AlreadyMember(id));
    }
    found.admit(address).map_err(|refusal| Error::Refused(refusal.into()))?;
    if let Some(managed) = known {
        give_account(db, org, managed.id, account).await?;
        return Ok(Redeemed::AlreadyMember(managed.id));
    }
    match take_place(db, org, link, account, address, name).await? {
        Place::Taken(member) => Ok(Redeemed::Joined(member)),
        Place::Raced => Err(Error::Refused(RedeemRefusal::Raced)),
        Place::Refused => {
            let now = find_policy(db, org, link).await?.ok_or(Error::Refused(RedeemRefusal::Unknown))?;
            let refusal = now.admit(address).err().unwrap_or(LinkRefusal::Full);
            Err(Error::Refused(refusal.into()))
        }
    }
}

enum Place {
    Taken(MemberId),
    Refused,
    Raced,
}

/// The guarded statement: a place is counted and its member made together, while the link is live
/// by the database's clock and has room. L4, L5
async fn take_place(
    db: &mut PgConnection,
    org: OrgId,
    link: LinkId,
    account: AccountId,
    address: &EmailAddress,
    name: &str,
) -> sqlx::Result<Place> {
    let row = sqlx::query!(
        r#"with place as (
               update invite_links
               set used = used + 1
               where org_id = $1 and id = $2
                 and revoked_at is null
                 and (expires_at is null or expires_at > clock_timestamp())
                 and (usage_limit is null or used < usage_limit)
               returning team_id
           ), joined as (
               insert into members (org_id, id, account_id, role, kind, name, email, address, team_id, link_id)
               select $1, $3, $4, 'member', 'link', $5, $6, $7, place.team_id, $2
               from place
               on conflict on constraint members_email_key do nothing
               returning id
           )
           select (select count(*) from place) as "places!", (select id from joined) as member"#,
        org.0,
        link.0,
        fresh_id(),
        account.0,
        name,
        address.key(),
        address.to_string(),
    )
    .fetch_one(db)
    .await?;
    Ok(match (row.places, row.member) {
        (_, Some(member)) => Place::Taken(MemberId(member)),
        (0, None) => Place::Refused,
        (_, None) => Place::Raced,
    })
}

/// Whoever has an address already.
#[derive(Clone, Copy)]
struct KnownMember {
    id: MemberId,
    /// False for a managed member who has not joined yet.
    has_account: bool,
}

async fn find_member(
    db: &mut PgConnection,
    org: OrgId,
    address: &EmailAddress,
) -> sqlx::Result<Option<KnownMember>> {
    let row = sqlx::query!(
        "select id, account_id from members where org_id = $1 and email = $2",
        org.0,
        address.key()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| KnownMember { id: MemberId(row.id), has_account: row.account_id.is_some() }))
}

/// Makes a managed member one who has joined. M5
async fn give_account(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
    account: AccountId,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update members set account_id = $3 where org_id = $1 and id = $2 and account_id is null",
        org.0,
        member.0,
        account.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn find_policy(db: &mut PgConnection, org: OrgId, link: LinkId) -> sqlx::Result<Option<LinkPolicy>> {
    let row = sqlx::query!(
        r#"select domains, usage_limit, used, revoked_at is not null as "revoked!",
                  coalesce(expires_at <= clock_timestamp(), false) as "expired!"
           from invite_links
           where org_id = $1 and id = $2"#,
        org.0,
        link.0,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(LinkPolicy {
            domains: domain_rules(row.domains)?,
            usage_limit: row.usage_limit,
            used: row.used,
            expired: row.expired,
            revoked: row.revoked,
        })
    })
    .transpose()
}

fn domain_rules(words: Vec<String>) -> sqlx::Result<Vec<DomainRule>> {
    words
        .into_iter()
        .map(|word| DomainRule::try_from(word.clone()).map_err(|_| unknown_word(&word)))
        .collect()
}

/// How many people a link has let in; for tests and the operator.
///
/// # Errors
/// The database fails.
pub async fn used(db: &mut PgConnection, org: OrgId, link: Uuid) -> Result<i32> {
    Ok(sqlx::query_scalar!("select used from invite_links where org_id = $1 and id = $2", org.0, link)
        .fetch_one(db)
        .await?)
}

#[cfg(test)]
mod tests;
