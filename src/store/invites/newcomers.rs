//! Joining by the link of an invite with an address that has no account yet, for many at once. I5, J6, J7

use uuid::Uuid;

use crate::{
    domain::{
        email::EmailAddress,
        ids::{AccountId, InviteId, MemberId, OrgId},
    },
    store::{
        Error, PgConnection, Result,
        accounts::{self, Device},
        fresh_id, violates,
    },
};

/// Somebody who came by the link of an invite and is not signed in.
#[derive(Clone, Debug)]
pub struct Newcomer {
    pub invite: InviteId,
    /// That of the token they came with.
    pub generation: i32,
    /// Where the link went, and nowhere else.
    pub address: EmailAddress,
    /// A checked line.
    pub name: String,
    /// Where they are signed in from then on.
    pub device: Device,
}

/// Something stands against one of them; the transaction is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("one of them has to be looked at alone")]
pub struct NotTogether;

/// [`super::super::members::join`] for many at once who come by the links of an organization's invites: makes an
/// account for each whose address has none, which shows that it is theirs, makes them members, closes their invites and
/// signs them in. `None` for whoever has an account: nothing is written of them, and they are looked at alone. What
/// became of each comes in the order of the newcomers, none of whom is there twice.
///
/// Accounts come first, then addresses and invites, as everywhere; these are judged on the newest rows, with the
/// database's clock. A sub-team that is being deleted at this moment is passed over, as in [`super::accept`].
///
/// # Errors
/// An invite turns its person away, or they are a member already; the caller must not commit then, and each has to be
/// looked at alone.
pub async fn let_newcomers_in(
    db: &mut PgConnection,
    org: OrgId,
    newcomers: &[Newcomer],
) -> Result<Vec<Option<MemberId>>, Error<NotTogether>> {
    let addresses: Vec<&EmailAddress> = newcomers.iter().map(|one| &one.address).collect();
    let accounts = accounts::create_all(db, &addresses).await?;
    let accounts: Vec<Option<AccountId>> =
        addresses.iter().map(|address| accounts.get(&address.key()).copied()).collect();
    let people: Vec<(AccountId, &Newcomer)> = accounts
        .iter()
        .zip(newcomers)
        .filter_map(|(account, one)| account.map(|account| (account, one)))
        .collect();
    if people.is_empty() {
        return Ok(newcomers.iter().map(|_| None).collect());
    }
    let invites: Vec<Uuid> = people.iter().map(|(_, one)| one.invite.0).collect();
    let generations: Vec<i32> = people.iter().map(|(_, one)| one.generation).collect();
    let owners: Vec<Uuid> = people.iter().map(|(account, _)| account.0).collect();
    let members: Vec<Uuid> = people.iter().map(|_| fresh_id()).collect();
    let logins: Vec<Uuid> = people.iter().map(|_| fresh_id()).collect();
    let names: Vec<String> = people.iter().map(|(_, one)| one.name.clone()).collect();
    let emails: Vec<String> = people.iter().map(|(_, one)| one.address.key()).collect();
    let addresses: Vec<String> = people.iter().map(|(_, one)| one.address.to_string()).collect();
    let secrets: Vec<Vec<u8>> = people.iter().map(|(_, one)| one.device.secret_hash.clone()).collect();
    let devices: Vec<String> = people.iter().map(|(_, one)| one.device.user_agent.clone()).collect();
    let networks: Vec<String> = people.iter().map(|(_, one)| one.device.network.clone()).collect();
    let joined = sqlx::query_scalar!(
        r#"with asked as (
               select *
               from unnest((select $2::uuid[]), (select $3::integer[]), (select $4::uuid[]), (select $5::uuid[]),
                           (select $6::uuid[]), (select $7::text[]), (select $8::text[]), (select $9::text[]),
                           (select $10::bytea[]), (select $11::text[]), (select $12::text[]))
                   as a (invite, generation, account, member, login, name, email, address, secret_hash, device,
                         network)
           ), invited as materialized (
               select i.found as id, i.found_email as email, i.lets_in_as as role
               from invites_of_joiners($1, $8) i
           ), held as (
               select i.id, i.email, i.generation, i.team_id, i.title
               from invites i
               where i.org_id = $1 and i.id = any((select $2::uuid[])::uuid[])
                 and (select count(*) from invited) >= 0
                 and i.state in ('queued', 'sent', 'failed') and i.expires_at > clock_timestamp()
               order by i.id
               for update
           ), open as (
               select h.id, h.team_id, h.title, a.account, a.member, a.login, a.name, a.email, a.address,
                      a.secret_hash, a.device, a.network
               from held h
               join asked a on a.invite = h.id and a.generation = h.generation and a.email = h.email
               where (select m.id from members m where m.org_id = $1 and m.email = a.email) is null
           ), team as (
               select o.id as invite, t.id
               from open o
               join teams t on t.org_id = $1 and t.id = o.team_id
               for key share of t skip locked
           ), joined as (
               insert into members (org_id, id, account_id, role, kind, name, email, address, team_id, title)
               select $1, o.member, o.account, coalesce(invited.role, 'member'), 'invite', o.name, o.email,
                      o.address, team.id, o.title
               from open o
               left join team on team.invite = o.id
               left join invited on invited.id = o.id
           ), signed_in as (
               insert into logins (id, account_id, secret_hash, current_org_id, device, network, expires_at)
               select o.login, o.account, o.secret_hash, $1, o.device, o.network, now() + interval '30 days'
               from open o
           ), closed as materialized (
               select close_invites($1, array(select id from open)) as invites
           )
           select invites as "invites!" from closed"#,
        org.0,
        &invites,
        &generations,
        &owners,
        &members,
        &logins,
        &names,
        &emails,
        &addresses,
        &secrets,
        &devices,
        &networks,
    )
    .fetch_one(db)
    .await
    .map_err(|error| {
        let is_member = violates(&error, "members_email_key") || violates(&error, "members_account_key");
        if is_member { Error::Refused(NotTogether) } else { error.into() }
    })?;
    if usize::try_from(joined) != Ok(people.len()) {
        return Err(Error::Refused(NotTogether));
    }
    let mut members = members.into_iter().map(MemberId);
    Ok(accounts.into_iter().map(|account| account.and_then(|_| members.next())).collect())
}
