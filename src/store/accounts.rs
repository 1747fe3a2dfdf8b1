//! Accounts and their logins: who is looking, on which device. J3, N3

use std::collections::HashMap;

use time::OffsetDateTime;
use uuid::Uuid;

use super::{PgConnection, Result, decode, fresh_id};
use crate::domain::{
    actor::{Actor, By},
    email::EmailAddress,
    ids::{AccountId, MemberId, OrgId},
    moment::Moment,
    role::Role,
};

/// A person who is signed in, and the organization they are looking at, if they belong to any.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub login: Uuid,
    pub account: AccountId,
    pub address: String,
    pub membership: Option<ActiveMembership>,
    /// They were removed from the organization that this login looked at, and see another one now. J8
    pub was_removed: bool,
    /// The login was not used for so long that its use is worth a note: see [`touch_login`].
    pub seen_long_ago: bool,
}

/// The viewer as a member of the organization they are looking at.
#[derive(Clone, Debug)]
pub struct ActiveMembership {
    pub org: OrgId,
    pub org_name: String,
    /// Whom the organization's people write to for help, where it says so.
    pub support: Option<String>,
    /// The organization is deleted then, unless its Owner takes that back. P8
    pub deletion_due: Option<Moment>,
    /// Credits that the organization has.
    pub balance: i32,
    pub member: MemberId,
    pub account: AccountId,
    pub role: Role,
    pub name: String,
}

impl ActiveMembership {
    /// The member as who acts, from the network of their request.
    #[must_use]
    pub fn acting_from(&self, network: Option<&str>) -> Actor {
        let by =
            By::Member { id: self.member, account: self.account, role: self.role, name: self.name.clone() };
        Actor { org: self.org, by, network: network.map(str::to_owned) }
    }
}

/// One device on which an account is signed in. N3
#[derive(Clone, Debug)]
pub struct Login {
    pub id: Uuid,
    pub device: String,
    pub network: String,
    pub created_at: Moment,
    pub seen_at: Moment,
}

/// An organization that an account belongs to.
#[derive(Clone, Debug)]
pub struct Membership {
    pub org: OrgId,
    pub org_name: String,
    pub role: Role,
    /// The organization is offered to them, by its Owner of this name. P5
    pub offered_by: Option<String>,
}

/// An organization that an account no longer belongs to. J8
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    pub org_name: String,
    pub at: Moment,
}

/// Where a login is opened from.
#[derive(Clone, Debug)]
pub struct Device {
    /// SHA-256 of the cookie's secret.
    pub secret_hash: Vec<u8>,
    pub user_agent: String,
    pub network: String,
}

/// The account of this address, made if there is none.
pub async fn ensure(db: &mut PgConnection, address: &EmailAddress) -> Result<AccountId> {
    // Changes no key, so that the row is not locked against those who only refer to it: somebody who
    // comes by link and by code at once would wait for themselves.
    let id = sqlx::query_scalar!(
        "insert into accounts (id, email, address)
         values ($1, $2, $3)
         on conflict on constraint accounts_email_key do update set address = accounts.address
         returning id",
        fresh_id(),
        address.key(),
        address.to_string(),
    )
    .fetch_one(db)
    .await?;
    Ok(AccountId(id))
}

/// Makes the account of an address that has none; `None` where it has one.
pub async fn create(db: &mut PgConnection, address: &EmailAddress) -> Result<Option<AccountId>> {
    Ok(create_all(db, &[address]).await?.into_values().next())
}

/// As [`create`], for many; by [`EmailAddress::key`], those that had none.
pub async fn create_all(
    db: &mut PgConnection,
    addresses: &[&EmailAddress],
) -> Result<HashMap<String, AccountId>> {
    let ids: Vec<Uuid> = addresses.iter().map(|_| fresh_id()).collect();
    let emails: Vec<String> = addresses.iter().map(|address| address.key()).collect();
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    // In one order, so that two servers never wait for each other.
    let rows = sqlx::query!(
        "insert into accounts (id, email, address)
         select * from unnest($1::uuid[], $2::text[], $3::text[]) as x (id, email, address)
         order by email
         on conflict on constraint accounts_email_key do nothing
         returning id, email",
        &ids,
        &emails,
        &addresses,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.email, AccountId(row.id))).collect())
}

/// Whether anybody has an account with this address.
pub async fn exists(db: &mut PgConnection, address: &EmailAddress) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from accounts where email = $1) as "found!""#,
        address.key()
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

/// What somebody signed in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedInBy {
    /// Something that went to their mailbox, or a recovery code.
    Themselves,
    /// This organization's identity provider, which is asked again every day: whoever has left the company
    /// is out by then. S3
    Provider(OrgId),
}

/// Signs an account in on a device for 30 days, or a day where a provider vouches for it, looking at `org`
/// if given. N3
pub async fn open_login(
    db: &mut PgConnection,
    account: AccountId,
    org: Option<OrgId>,
    device: &Device,
    by: SignedInBy,
) -> Result<()> {
    let provider = match by {
        SignedInBy::Themselves => None,
        SignedInBy::Provider(org) => Some(org.0),
    };
    sqlx::query!(
        "insert into logins
             (id, account_id, secret_hash, current_org_id, device, network, expires_at, sso_org_id)
         values ($1, $2, $3, $4, $5, $6,
                 now() + case when $7::uuid is null then interval '30 days' else interval '1 day' end, $7)",
        fresh_id(),
        account.0,
        device.secret_hash,
        org.map(|org| org.0),
        device.user_agent,
        device.network,
        provider,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a login came through an identity provider, whose own goes on when this one ends.
pub async fn is_by_provider(db: &mut PgConnection, login: Uuid) -> Result<bool> {
    let by_provider = sqlx::query_scalar!(
        r#"select sso_org_id is not null as "by_provider!" from logins where id = $1"#,
        login
    )
    .fetch_optional(db)
    .await?;
    Ok(by_provider.unwrap_or(false))
}

/// Who holds the cookie whose secret has this SHA-256. N3
///
/// Reads the membership afresh, so a removed member is out with the next request. P3
pub async fn viewer(db: &mut PgConnection, secret_hash: &[u8]) -> Result<Option<Viewer>> {
    let row = sqlx::query!(
        r#"select l.id as login, a.id as account, a.address,
                  l.seen_at < now() - interval '10 minutes' as "seen_long_ago!",
                  coalesce(m.org_id <> l.current_org_id and exists (
                      select from removals r where r.org_id = l.current_org_id and r.email = a.email
                  ), false) as "was_removed!",
                  m.org_id as "org?", m.id as "member?", m.role as "role?", m.name as "name?",
                  o.name as "org_name?", o.support_address, o.deletion_due_at, o.credit_balance as "balance?"
           from logins l
           join accounts a on a.id = l.account_id
           left join lateral (
               select m.org_id, m.id, m.role, m.name
               from members m
               where m.account_id = a.id
               order by (m.org_id = l.current_org_id) desc nulls last, m.joined_at desc
               limit 1
           ) m on true
           left join organizations o on o.id = m.org_id
           where l.secret_hash = $1 and l.expires_at > now()"#,
        secret_hash,
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let account = AccountId(row.account);
    let membership = match (row.org, row.member, row.role, row.name, row.org_name, row.balance) {
        (Some(org), Some(member), Some(role), Some(name), Some(org_name), Some(balance)) => {
            Some(ActiveMembership {
                org: OrgId(org),
                org_name,
                support: row.support_address,
                deletion_due: row.deletion_due_at.map(Moment::from),
                balance,
                member: MemberId(member),
                account,
                role: decode::<Role>(&role)?,
                name,
            })
        }
        _ => None,
    };
    Ok(Some(Viewer {
        login: row.login,
        account,
        address: row.address,
        membership,
        was_removed: row.was_removed,
        seen_long_ago: row.seen_long_ago,
    }))
}

/// What this login may do in an organization, as of now; `None` once it was signed out, or its owner
/// does not belong there any more. H6, P3
pub async fn role_in(db: &mut PgConnection, login: Uuid, org: OrgId) -> Result<Option<Role>> {
    let role = sqlx::query_scalar!(
        "select m.role
         from logins l
         join members m on m.org_id = $2 and m.account_id = l.account_id
         where l.id = $1 and l.expires_at > now()",
        login,
        org.0,
    )
    .fetch_optional(db)
    .await?;
    role.map(|word| decode(&word)).transpose()
}

/// Notes that a login was used, at most once in ten minutes.
pub async fn touch_login(db: &mut PgConnection, login: Uuid) -> Result<()> {
    sqlx::query!(
        "update logins set seen_at = now() where id = $1 and seen_at < now() - interval '10 minutes'",
        login,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Switches a login to another of the account's organizations; an unknown one changes nothing.
pub async fn switch_to(db: &mut PgConnection, login: Uuid, org: OrgId) -> Result<()> {
    sqlx::query!(
        "update logins l set current_org_id = $2
         where l.id = $1
           and exists (select from members m where m.account_id = l.account_id and m.org_id = $2)",
        login,
        org.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The organizations of an account, by name.
pub async fn memberships(db: &mut PgConnection, account: AccountId) -> Result<Vec<Membership>> {
    sqlx::query!(
        r#"select o.id, o.name, m.role,
                (select w.name from members w
                 where m.ownership_offered_at is not null and w.org_id = m.org_id and w.role = 'owner') as offered_by
         from members m
         join organizations o on o.id = m.org_id
         where m.account_id = $1
         order by lower(o.name)"#,
        account.0,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| {
        let role = decode::<Role>(&row.role)?;
        Ok(Membership { org: OrgId(row.id), org_name: row.name, role, offered_by: row.offered_by })
    })
    .collect()
}

/// An account as who acts in one of its organizations; `None` where it does not belong there. N2
pub async fn acting_in(
    db: &mut PgConnection,
    account: AccountId,
    org: OrgId,
    network: &str,
) -> Result<Option<Actor>> {
    let row = sqlx::query!(
        "select id, role, name from members where org_id = $1 and account_id = $2",
        org.0,
        account.0,
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let by = By::Member { id: MemberId(row.id), account, role: decode::<Role>(&row.role)?, name: row.name };
    Ok(Some(Actor { org, by, network: Some(network.to_owned()) }))
}

/// Where an account was removed and has not come back, the newest first. J8
pub async fn removals(db: &mut PgConnection, account: AccountId) -> Result<Vec<Removal>> {
    let rows = sqlx::query!(
        r#"select o.name, max(r.removed_at) as "at!"
           from accounts a
           join removals r on r.email = a.email
           join organizations o on o.id = r.org_id
           where a.id = $1
             and not exists (select from members m where m.org_id = r.org_id and m.account_id = a.id)
           group by o.id, o.name
           order by 2 desc"#,
        account.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| Removal { org_name: row.name, at: row.at.into() }).collect())
}

/// The devices on which an account is signed in, the last used first. N3
pub async fn logins(db: &mut PgConnection, account: AccountId) -> Result<Vec<Login>> {
    let rows = sqlx::query!(
        "select id, device, network, created_at, seen_at
         from logins
         where account_id = $1 and expires_at > now()
         order by seen_at desc, id",
        account.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Login {
            id: row.id,
            device: row.device,
            network: row.network,
            created_at: moment(row.created_at),
            seen_at: moment(row.seen_at),
        })
        .collect())
}

/// Signs one device of an account out; one of another account is left alone. N2, N3
pub async fn close_login(db: &mut PgConnection, account: AccountId, login: Uuid) -> Result<()> {
    sqlx::query!("delete from logins where account_id = $1 and id = $2", account.0, login)
        .execute(db)
        .await?;
    Ok(())
}

/// Signs an account out everywhere else. N3
pub async fn close_other_logins(db: &mut PgConnection, account: AccountId, keep: Uuid) -> Result<()> {
    sqlx::query!("delete from logins where account_id = $1 and id <> $2", account.0, keep)
        .execute(db)
        .await?;
    Ok(())
}

fn moment(at: OffsetDateTime) -> Moment {
    Moment::from(at)
}

#[cfg(test)]
mod tests;
