//! Joining through a link: exactly as many people as it allows, each once, nobody after it closed.
//! L3, L4, L5, J7, M5

use uuid::Uuid;

use crate::{
    domain::{
        domain_rule::DomainRule,
        ids::{AccountId, LinkId, MemberId, OrgId},
        joining::{JoinRefusal, Joined},
        link::{LinkPolicy, LinkRefusal},
        role::Role,
    },
    store::{
        Error, PgConnection, Result, accounts, fresh_id, invites, proof::Joiner, unknown_word, violates,
    },
};

/// Somebody among the joiners became a member meanwhile; the transaction is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("one of them came twice at once")]
pub struct Raced;

/// Lets the owner of a proven address in through a link, or says why not. Who is a member already
/// comes in whatever became of the link: they may have taken its last place. Through
/// [`super::super::members::join`] only. L3, L4, L5, M5
///
/// It holds the link's row until the transaction ends, so call this last.
///
/// # Errors
/// The link turns the person away; [`JoinRefusal::Raced`] asks for another try.
pub(in crate::store) async fn redeem(
    db: &mut PgConnection,
    org: OrgId,
    link: LinkId,
    joiner: &Joiner,
) -> Result<Joined, Error<JoinRefusal>> {
    match let_in(db, org, link, std::slice::from_ref(joiner)).await {
        Ok(Some(members)) => members.first().copied().map(Joined::Now).ok_or(raced()),
        Ok(None) => explain(db, org, link, joiner).await,
        Err(Error::Refused(Raced)) => Err(raced()),
        Err(Error::Broken(error)) => Err(error.into()),
    }
}

const fn raced() -> Error<JoinRefusal> {
    Error::Refused(JoinRefusal::Raced)
}

/// [`super::super::members::join`] for many at once: takes a place for each of the joiners, makes them
/// members and closes their invites, or does nothing at all, in one statement. All of them are in (their
/// ids come in the same order), or `None` says that the link or one of them stands against it; then each
/// has to be looked at alone. L3, L4, L5, J7
///
/// The guard is judged on the link's newest row while that is locked, with the database's clock.
/// Invites are held first, in the order of their ids, as everywhere; each is looked up by itself,
/// as in [`super::super::outbox::settle_and_lease`]. A sub-team that is being deleted at this moment is
/// passed over: the link is held already, and who deletes waits for it.
///
/// The domain rule is asked for every rule that would admit an address; whether the link has one of
/// these is a comparison of words.
///
/// # Errors
/// Two of them are the same person, or one became a member at this moment.
pub async fn let_in(
    db: &mut PgConnection,
    org: OrgId,
    link: LinkId,
    joiners: &[Joiner],
) -> Result<Option<Vec<MemberId>>, Error<Raced>> {
    let ids: Vec<Uuid> = joiners.iter().map(|_| fresh_id()).collect();
    let mut rows: Vec<(String, Uuid, &Joiner)> =
        joiners.iter().zip(&ids).map(|(joiner, id)| (joiner.proof.address().key(), *id, joiner)).collect();
    // In one order, so that two links of an organization never wait for each other.
    rows.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let members: Vec<Uuid> = rows.iter().map(|(_, id, _)| *id).collect();
    let accounts: Vec<Uuid> = rows.iter().map(|(.., joiner)| joiner.proof.account().0).collect();
    let logins: Vec<Option<Uuid>> = rows.iter().map(|(.., joiner)| joiner.proof.login()).collect();
    let names: Vec<String> = rows.iter().map(|(.., joiner)| joiner.name.clone()).collect();
    let addresses: Vec<String> = rows.iter().map(|(.., joiner)| joiner.proof.address().to_string()).collect();
    let rules: Vec<String> = rows
        .iter()
        .map(|(.., joiner)| DomainRule::all_that_admit(joiner.proof.address()).join(" "))
        .collect();
    let emails: Vec<String> = rows.into_iter().map(|(email, ..)| email).collect();
    let places = i32::try_from(ids.len()).unwrap_or(i32::MAX);
    // The single values of a person are subqueries of one row each: written as `exists` they could
    // be planned as a scan of all members.
    let row = sqlx::query!(
        r#"with asked as (
               select *
               from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[])
                   as a (member, account, login, name, email, address, rules)
           ), invited as (
               select i.id, i.email, i.role
               from (
                   select i.id
                   from asked a
                   cross join lateral (
                       select id from invites
                       where org_id = $1 and email = a.email and state in ('queued', 'sent', 'failed')
                       offset 0
                   ) i
                   order by i.id
               ) x
               cross join lateral (
                   select id, email,
                          case when expires_at > clock_timestamp() then role else 'member' end as role
                   from invites
                   where org_id = $1 and id = x.id and state in ('queued', 'sent', 'failed')
                   for update
               ) i
           ), place as (
               update invite_links l
               set used = used + $10
               where l.org_id = $1 and l.id = $2
                 and (select count(*) from invited) >= 0
                 and l.revoked_at is null
                 and l.paused_at is null
                 and (l.expires_at is null or l.expires_at > clock_timestamp())
                 and (l.usage_limit is null or l.used + $10 <= l.usage_limit)
                 and not exists (
                     select from asked a
                     where (l.domains <> '{}' and not l.domains && string_to_array(a.rules, ' '))
                        or (select m.id from members m where m.org_id = $1 and m.email = a.email) is not null
                        or (select max(r.removed_at) from removals r
                            where r.org_id = $1 and r.email = a.email) >= l.created_at
                 )
               returning l.team_id
           ), team as (
               select t.id
               from place
               join teams t on t.org_id = $1 and t.id = place.team_id
               for key share of t skip locked
           ), joined as (
               insert into members (org_id, id, account_id, role, kind, name, email, address, team_id, link_id)
               select $1, a.member, a.account, coalesce(invited.role, 'member'), 'link', a.name, a.email, a.address,
                      team.id, $2
               from asked a
               cross join place
               left join team on true
               left join invited on invited.email = a.email
           ), closed as (
               update invites
               set state = 'joined', failure = null, settled_at = coalesce(settled_at, now())
               from invited
               cross join place
               where invites.org_id = $1 and invites.id = invited.id
           ), turned as (
               update logins
               set current_org_id = $1
               from asked a
               cross join place
               where logins.id = a.login
           )
           select count(*) as "places!" from place"#,
        org.0,
        link.0,
        &members,
        &accounts,
        &logins as &[Option<Uuid>],
        &names,
        &emails,
        &addresses,
        &rules,
        places,
    )
    .fetch_one(db)
    .await
    .map_err(|error| {
        let twice =
            violates(&error, "members_email_key") || violates(&error, "members_account_key");
        if twice { Error::Refused(Raced) } else { error.into() }
    })?;
    Ok((row.places == 1).then(|| ids.into_iter().map(MemberId).collect()))
}

/// Why one person was not let in; lets them in after all who belong to the organization already.
async fn explain(
    db: &mut PgConnection,
    org: OrgId,
    link: LinkId,
    joiner: &Joiner,
) -> Result<Joined, Error<JoinRefusal>> {
    let found = find_policy(db, org, link).await?.ok_or(Error::Refused(JoinRefusal::Unknown))?;
    let facts = sqlx::query!(
        r#"select (select id from members where org_id = $1 and email = $2) as member,
                  (select account_id from members where org_id = $1 and email = $2) as account,
                  (select deactivated_at from members where org_id = $1 and email = $2) is not null
                      as "deactivated!",
                  coalesce(
                      (select max(removed_at) from removals where org_id = $1 and email = $2)
                          >= (select created_at from invite_links where org_id = $1 and id = $3),
                      false
                  ) as "removed!""#,
        org.0,
        joiner.proof.address().key(),
        link.0,
    )
    .fetch_one(&mut *db)
    .await?;
    let known = facts.member.map(MemberId);
    if let (Some(member), Some(_)) = (known, facts.account) {
        invites::close_by_joining(db, org, &joiner.proof.address().key()).await?;
        switch_to(db, joiner, org).await?;
        return Ok(Joined::Before(member));
    }
    found.admit(joiner.proof.address()).map_err(|refusal| Error::Refused(refusal.into()))?;
    match known {
        Some(_) if facts.deactivated => Err(Error::Refused(LinkRefusal::Removed.into())),
        Some(managed) => {
            // Before the member, as everywhere.
            let role = invites::close_by_joining(db, org, &joiner.proof.address().key()).await?;
            give_account(db, org, managed, joiner.proof.account(), role).await?;
            switch_to(db, joiner, org).await?;
            Ok(Joined::Before(managed))
        }
        None if facts.removed => Err(Error::Refused(LinkRefusal::Removed.into())),
        // Whatever stood against it is gone by now.
        None => Err(raced()),
    }
}

async fn switch_to(db: &mut PgConnection, joiner: &Joiner, org: OrgId) -> Result<()> {
    match joiner.proof.login() {
        Some(login) => accounts::switch_to(db, login, org).await,
        None => Ok(()),
    }
}

/// Makes a managed member one who has joined. M5
async fn give_account(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
    account: AccountId,
    role: Role,
) -> Result<()> {
    sqlx::query!(
        "update members
         set account_id = $3, role = $4
         where org_id = $1 and id = $2 and account_id is null",
        org.0,
        member.0,
        account.0,
        role.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn find_policy(db: &mut PgConnection, org: OrgId, link: LinkId) -> Result<Option<LinkPolicy>> {
    let row = sqlx::query!(
        r#"select domains, usage_limit, used, paused_at is not null as "paused!",
                  revoked_at is not null as "revoked!",
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
            paused: row.paused,
            revoked: row.revoked,
        })
    })
    .transpose()
}

/// The rules that a link stores as words.
pub(super) fn domain_rules(words: Vec<String>) -> Result<Vec<DomainRule>> {
    words
        .into_iter()
        .map(|word| DomainRule::try_from(word.clone()).map_err(|_| unknown_word(&word)))
        .collect()
}
