//! Joining through a link: exactly as many people as it allows, each once, nobody after it closed.
//! L3, L4, L5, J7, M5

use uuid::Uuid;

use crate::{
    domain::{
        domain_rule::DomainRule,
        ids::{LinkId, MemberId, OrgId},
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
    match let_in(db, org, &[(link, joiner.clone())]).await {
        Ok(members) => match members.first() {
            Some(Some(member)) => Ok(Joined::Now(*member)),
            _ => explain(db, org, link, joiner).await,
        },
        Err(Error::Refused(Raced)) => Err(raced()),
        Err(Error::Broken(error)) => Err(error.into()),
    }
}

const fn raced() -> Error<JoinRefusal> {
    Error::Refused(JoinRefusal::Raced)
}

/// [`super::super::members::join`] for many at once, through one or several links of an organization: takes a place for
/// each of the joiners, makes them members and closes their invites, in one statement. All who come through one link are
/// in, or none of them is, because the link or one of them stands against it; then each has to be looked at alone. The
/// ids of those who are in come in the order of the joiners. L3, L4, L5, J7
///
/// The guard is judged on the links' newest rows while they are locked, with the database's clock. Invites are held
/// first, then links, each in the order of their ids, as everywhere; an invite is looked up by itself, as in
/// [`super::super::outbox::settle_and_lease`]. A sub-team that is being deleted at this moment is
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
    joiners: &[(LinkId, Joiner)],
) -> Result<Vec<Option<MemberId>>, Error<Raced>> {
    let ids: Vec<Uuid> = joiners.iter().map(|_| fresh_id()).collect();
    let mut rows: Vec<(String, Uuid, LinkId, &Joiner)> = joiners
        .iter()
        .zip(&ids)
        .map(|((link, joiner), id)| (joiner.proof.address().key(), *id, *link, joiner))
        .collect();
    // In one order, so that two servers never wait for each other.
    rows.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let members: Vec<Uuid> = rows.iter().map(|(_, id, ..)| *id).collect();
    let links: Vec<Uuid> = rows.iter().map(|(_, _, link, _)| link.0).collect();
    let accounts: Vec<Uuid> = rows.iter().map(|(.., joiner)| joiner.proof.account().0).collect();
    let logins: Vec<Option<Uuid>> = rows.iter().map(|(.., joiner)| joiner.proof.login()).collect();
    let names: Vec<String> = rows.iter().map(|(.., joiner)| joiner.name.clone()).collect();
    let addresses: Vec<String> = rows.iter().map(|(.., joiner)| joiner.proof.address().to_string()).collect();
    let rules: Vec<String> = rows
        .iter()
        .map(|(.., joiner)| DomainRule::all_that_admit(joiner.proof.address()).join(" "))
        .collect();
    let emails: Vec<String> = rows.into_iter().map(|(email, ..)| email).collect();
    // The single values of a person are subqueries of one row each: written as `exists` they could
    // be planned as a scan of all members. The guard reads what was locked: conditions of the update itself would be
    // asked again of a row that changed meanwhile, but those that join others to it (`not exists`) of no others.
    let places = sqlx::query_scalar!(
        r#"with asked as (
               select *
               from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                           $9::text[])
                   as a (link, member, account, login, name, email, address, rules)
           ), invited as materialized (
               select i.found as id, i.found_email as email, i.lets_in_as as role, a.link
               from invites_of_joiners($1, $7) i
               join asked a on a.email = i.found_email
           ), held as (
               select l.id, l.team_id, l.domains, l.usage_limit, l.used, l.expires_at, l.created_at
               from invite_links l
               where l.org_id = $1 and l.id = any($2::uuid[])
                 and (select count(*) from invited) >= 0
                 and l.revoked_at is null
                 and l.paused_at is null
                 and (l.expires_at is null or l.expires_at > clock_timestamp())
               order by l.id
               for no key update
           ), open as (
               select h.id, h.team_id, n.places
               from held h
               join (select link, count(*)::integer as places from asked group by link) n on n.link = h.id
               where (h.expires_at is null or h.expires_at > clock_timestamp())
                 and (h.usage_limit is null or h.used + n.places <= h.usage_limit)
                 and not exists (
                     select from asked a
                     where a.link = h.id
                       and ((h.domains <> '{}' and not h.domains && string_to_array(a.rules, ' '))
                            or (select m.id from members m where m.org_id = $1 and m.email = a.email) is not null
                            or (select max(r.removed_at) from removals r
                                where r.org_id = $1 and r.email = a.email) >= h.created_at)
                 )
           ), place as (
               update invite_links l
               set used = l.used + open.places
               from open
               where l.org_id = $1 and l.id = open.id
               returning l.id, open.team_id
           ), team as (
               select place.id as link, t.id
               from place
               join teams t on t.org_id = $1 and t.id = place.team_id
               for key share of t skip locked
           ), joined as (
               insert into members (org_id, id, account_id, role, kind, name, email, address, team_id, link_id)
               select $1, a.member, a.account, coalesce(invited.role, 'member'), 'link', a.name, a.email, a.address,
                      team.id, a.link
               from asked a
               join place on place.id = a.link
               left join team on team.link = a.link
               left join invited on invited.email = a.email
           ), closed as materialized (
               select close_invites($1, array(select invited.id from invited join place on place.id = invited.link))
           ), turned as (
               update logins
               set current_org_id = $1
               from asked a
               join place on place.id = a.link
               where logins.id = a.login
           )
           select id from place where (select count(*) from closed) = 1"#,
        org.0,
        &links,
        &members,
        &accounts,
        &logins as &[Option<Uuid>],
        &names,
        &emails,
        &addresses,
        &rules,
    )
    .fetch_all(db)
    .await
    .map_err(|error| {
        let twice =
            violates(&error, "members_email_key") || violates(&error, "members_account_key");
        if twice { Error::Refused(Raced) } else { error.into() }
    })?;
    let member =
        |((link, _), id): (&(LinkId, Joiner), Uuid)| places.contains(&link.0).then_some(MemberId(id));
    Ok(joiners.iter().zip(ids).map(member).collect())
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
            if !give_account(db, org, managed, joiner, role).await? {
                return Err(raced());
            }
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

/// Makes a managed member one who has joined; false where they have left or got another address meanwhile. M5
async fn give_account(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
    joiner: &Joiner,
    role: Role,
) -> Result<bool> {
    let given = sqlx::query!(
        "update members
         set account_id = $3, role = $4
         where org_id = $1 and id = $2 and account_id is null and email = $5",
        org.0,
        member.0,
        joiner.proof.account().0,
        role.as_str(),
        joiner.proof.address().key(),
    )
    .execute(db)
    .await?;
    Ok(given.rows_affected() == 1)
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
