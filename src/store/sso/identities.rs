//! Whom a provider knows, and whose account that is: tied to issuer and subject, never to an address,
//! which changes hands. And the way in of whoever signs in through a provider. S2, S3, M5, J7, P3

use uuid::Uuid;

use super::{connections, recognized::Recognized};
use crate::{
    domain::{
        email::EmailAddress,
        ids::{AccountId, MemberId, OrgId, TeamId},
        joining::{JoinRefusal, Joined},
        role::Role,
        sso::{assertion::Assertion, claim::CompanyDomain, trouble::Trouble},
    },
    store::{
        Error, PgConnection, Result, accounts, address_locks, fresh_id, invites, proof::Joiner, unknown_word,
        violates,
    },
};

/// Finds the account of whoever signs in, by issuer and subject; the first time by the address, which is
/// the provider's to give, and makes it where there is none. Returns nobody but the same person: an address
/// that belongs to another one whom the provider knows is refused.
///
/// # Errors
/// [`Trouble::AnotherPerson`], [`Trouble::Removed`].
pub async fn recognize(
    db: &mut PgConnection,
    org: OrgId,
    assertion: &Assertion,
) -> Result<Recognized, Error<Trouble>> {
    let Assertion { issuer, subject, address, .. } = assertion;
    if let Some(known) = still_known(db, org, issuer, subject).await? {
        // Who was removed keeps the address under which that is known, until somebody invites another.
        let follows = !known.barred || invites::is_open_for(db, org, &address.key()).await?;
        if follows {
            follow(db, known.account, address).await?;
        }
        return Ok(Recognized { account: known.account, address: address_of(db, known.account).await? });
    }
    // Holds the account, so that two tabs of one person come after each other.
    let account = accounts::ensure(db, address).await?;
    let others = sqlx::query!(
        r#"select barred_at is not null as "barred!"
           from identities
           where account_id = $3 and org_id = $1 and issuer = $2 and subject <> $4"#,
        org.0,
        issuer,
        account.0,
        subject,
    )
    .fetch_all(&mut *db)
    .await?;
    if others.iter().any(|other| !other.barred) {
        return Err(Error::Refused(Trouble::AnotherPerson));
    }
    // A new person under the address of one who was removed comes in when somebody invites them.
    if !others.is_empty() && !invites::is_open_for(db, org, &address.key()).await? {
        return Err(Error::Refused(Trouble::Removed));
    }
    // Who was removed or deactivated before they ever came is known from now on as somebody who stays out.
    sqlx::query!(
        "insert into identities (org_id, issuer, subject, account_id, barred_at)
         select $1, $2, $3, $4,
                case when exists (select from removals where org_id = $1 and email = $5)
                      and not exists (select from members
                                      where org_id = $1 and email = $5 and deactivated_at is null)
                     then now() end
         on conflict on constraint identities_pkey do nothing",
        org.0,
        issuer,
        subject,
        account.0,
        address.key(),
    )
    .execute(&mut *db)
    .await?;
    // Another tab may have been first.
    let account = known(db, org, issuer, subject).await?.map_or(account, |known| known.account);
    Ok(Recognized { account, address: address.clone() })
}

/// The person with this subject, while their address is at a domain of the organization's. Where that has
/// gone to another organization, this one's provider speaks for the account no more.
async fn still_known(
    db: &mut PgConnection,
    org: OrgId,
    issuer: &str,
    subject: &str,
) -> Result<Option<Known>, Error<Trouble>> {
    let Some(known) = known(db, org, issuer, subject).await? else { return Ok(None) };
    let domain = CompanyDomain::of(&address_of(db, known.account).await?);
    if connections::owned_domains(db, org).await?.contains(&domain) {
        return Ok(Some(known));
    }
    if known.barred {
        return Err(Error::Refused(Trouble::Removed));
    }
    sqlx::query!(
        "delete from identities where org_id = $1 and issuer = $2 and subject = $3",
        org.0,
        issuer,
        subject,
    )
    .execute(db)
    .await?;
    Ok(None)
}

/// Somebody whom the provider was here with before.
struct Known {
    account: AccountId,
    /// Was removed from the organization.
    barred: bool,
}

async fn known(db: &mut PgConnection, org: OrgId, issuer: &str, subject: &str) -> Result<Option<Known>> {
    let row = sqlx::query!(
        r#"update identities
           set seen_at = now()
           where org_id = $1 and issuer = $2 and subject = $3
           returning account_id, barred_at is not null as "barred!""#,
        org.0,
        issuer,
        subject,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Known { account: AccountId(row.account_id), barred: row.barred }))
}

/// Gives an account the address that the provider now knows the person under, unless somebody else has
/// it.
pub(in crate::store) async fn follow(
    db: &mut PgConnection,
    account: AccountId,
    to: &EmailAddress,
) -> Result<()> {
    let moved = sqlx::query!(
        "update accounts a
         set email = $2, address = $3
         where a.id = $1 and a.email <> $2 and not exists (select from accounts where email = $2)",
        account.0,
        to.key(),
        to.to_string(),
    )
    .execute(&mut *db)
    .await?;
    if moved.rows_affected() == 1 {
        // Wherever they are a member, an invite of the new address has come to its end.
        let orgs = sqlx::query_scalar!(
            "select org_id from members where account_id = $1 order by org_id",
            account.0
        )
        .fetch_all(&mut *db)
        .await?;
        for org in orgs.into_iter().map(OrgId) {
            address_locks::hold_to_join(db, org, &[to.key()]).await?;
            invites::close_by_joining(db, org, &to.key()).await?;
        }
        sqlx::query!(
            "update members m
             set email = $2, address = $3
             where m.account_id = $1
               and not exists (select from members o where o.org_id = m.org_id and o.email = $2)",
            account.0,
            to.key(),
            to.to_string(),
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

pub(in crate::store) async fn address_of(db: &mut PgConnection, account: AccountId) -> Result<EmailAddress> {
    let address =
        sqlx::query_scalar!("select address from accounts where id = $1", account.0).fetch_one(db).await?;
    EmailAddress::try_from(address).map_err(|_| unknown_word("address"))
}

/// Lets in whoever came through the organization's provider. Members, people who were added on their
/// behalf and people with an open invite are let in whether or not new ones are; a removed person only
/// by an invite. Through [`super::super::members::join`] only. S3, M5, J7
///
/// # Errors
/// New people do not come in by themselves, or this one was removed.
pub(in crate::store) async fn let_in(
    db: &mut PgConnection,
    org: OrgId,
    team: Option<TeamId>,
    joiner: &Joiner,
) -> Result<Joined, Error<JoinRefusal>> {
    let (account, email) = (joiner.proof.account(), joiner.proof.address().key());
    address_locks::hold_to_join(db, org, std::slice::from_ref(&email)).await?;
    // Invites before members, as everywhere.
    let invite = sqlx::query!(
        "select id, team_id, title, expires_at > clock_timestamp() as \"open!\"
         from invites
         where org_id = $1 and email = $2 and state in ('queued', 'sent', 'failed')
         for update",
        org.0,
        email,
    )
    .fetch_optional(&mut *db)
    .await?;
    let role = invites::close_by_joining(db, org, &email).await?;
    let invite = invite.filter(|invite| invite.open);
    if let Some(member) = member_of(db, org, account, &email, invite.is_some(), role).await? {
        if invite.is_some() {
            unbar(db, org, account).await?;
        }
        return Ok(Joined::Before(member));
    }
    if invite.is_none() && is_deactivated(db, org, &email).await? {
        return Err(Error::Refused(JoinRefusal::Removed));
    }
    let (team, title) = match &invite {
        Some(invite) => (invite.team_id, invite.title.clone()),
        None => (team.map(|team| team.0), None),
    };
    let joined = sqlx::query_scalar!(
        "insert into members (org_id, id, account_id, role, kind, name, email, address, team_id, title)
         select $1, $2, $3, $10, 'sso', $4, $5, $6,
                (select id from teams where org_id = $1 and id = $7 for key share skip locked),
                $8
         where $9
            or (exists (select from connections where org_id = $1 and enabled and jit)
                and not exists (select from removals where org_id = $1 and email = $5)
                and not exists (select from identities
                                where org_id = $1 and account_id = $3 and barred_at is not null))
         returning id",
        org.0,
        fresh_id(),
        account.0,
        joiner.name,
        email,
        joiner.proof.address().to_string(),
        team,
        title,
        invite.is_some(),
        role.as_str(),
    )
    .fetch_optional(&mut *db)
    .await
    .map_err(|error| {
        let twice = violates(&error, "members_email_key") || violates(&error, "members_account_key");
        if twice { Error::Refused(JoinRefusal::Raced) } else { error.into() }
    })?;
    match joined {
        Some(member) => {
            unbar(db, org, account).await?;
            Ok(Joined::Now(MemberId(member)))
        }
        None if was_removed(db, org, account, &email).await? => Err(Error::Refused(JoinRefusal::Removed)),
        None => Err(Error::Refused(JoinRefusal::NotAMember)),
    }
}

/// The member whom this account belongs to already, or becomes: one who was added on their behalf, or who
/// was deactivated and is `invited` again. M5, S6
async fn member_of(
    db: &mut PgConnection,
    org: OrgId,
    account: AccountId,
    email: &str,
    invited: bool,
    role: Role,
) -> Result<Option<MemberId>> {
    let member =
        sqlx::query_scalar!("select id from members where org_id = $1 and account_id = $2", org.0, account.0)
            .fetch_optional(&mut *db)
            .await?;
    if let Some(member) = member {
        return Ok(Some(MemberId(member)));
    }
    let managed = sqlx::query_scalar!(
        "update members
         set account_id = $3, deactivated_at = null, role = case role when 'member' then $5 else role end
         where org_id = $1 and email = $2 and account_id is null and (deactivated_at is null or $4)
         returning id",
        org.0,
        email,
        account.0,
        invited,
        role.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(managed.map(MemberId))
}

/// Whether the directory has deactivated whom it knows, or knew, under this address. S6
async fn is_deactivated(db: &mut PgConnection, org: OrgId, email: &str) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from members where org_id = $1 and email = $2 and deactivated_at is not null)
               or exists (
                   select from (
                       select member_id from directory_users where org_id = $1 and user_name = $2
                       union all
                       select member_id from directory_users where org_id = $1 and emails && array[$2]
                   ) u
                   join members m on m.org_id = $1 and m.id = u.member_id
                   where m.deactivated_at is not null
               ) as "deactivated!""#,
        org.0,
        email,
    )
    .fetch_one(db)
    .await
}

/// Ties an account to the subject under which the organization's provider will name the person, where that and
/// the directory call people alike: Okta, by the ids that it gives them. Whom the provider knows already stays
/// who they are. S2, S6
pub(in crate::store) async fn tie(
    db: &mut PgConnection,
    org: OrgId,
    external_id: &str,
    account: AccountId,
) -> Result<()> {
    let is_id_of_okta = external_id.len() == 20 && external_id.starts_with("00u");
    if !is_id_of_okta {
        return Ok(());
    }
    sqlx::query!(
        "insert into identities (org_id, issuer, subject, account_id)
         select c.org_id, c.issuer, $2, $3
         from connections c
         where c.org_id = $1 and c.preset = 'okta'
         on conflict do nothing",
        org.0,
        external_id,
        account.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn was_removed(db: &mut PgConnection, org: OrgId, account: AccountId, email: &str) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from removals where org_id = $1 and email = $3)
               or exists (select from identities
                          where org_id = $1 and account_id = $2 and barred_at is not null) as "removed!""#,
        org.0,
        account.0,
        email,
    )
    .fetch_one(db)
    .await
}

/// Whoever is removed does not come back by themselves, under whatever address. P3, S3
pub(in crate::store) async fn bar(db: &mut PgConnection, org: OrgId, account: Uuid) -> Result<()> {
    sqlx::query!(
        "update identities
         set barred_at = now()
         where org_id = $1 and account_id = $2 and barred_at is null",
        org.0,
        account,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Who was invited again, and came: with the one identity that they came with.
pub(in crate::store) async fn unbar(db: &mut PgConnection, org: OrgId, account: AccountId) -> Result<()> {
    sqlx::query!(
        "update identities i
         set barred_at = null
         where i.org_id = $1 and i.account_id = $2 and i.barred_at is not null
           and i.subject = (select subject from identities
                            where org_id = $1 and account_id = $2 and issuer = i.issuer
                            order by seen_at desc limit 1)",
        org.0,
        account.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether an account belongs anywhere, or did: there is something to sign in to.
pub async fn has_a_place(db: &mut PgConnection, account: AccountId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from members where account_id = $1)
               or exists (select from removals r join accounts a on a.email = r.email where a.id = $1)
               as "place!""#,
        account.0,
    )
    .fetch_one(db)
    .await
}
