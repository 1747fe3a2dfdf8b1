//! Who waits for a place at a full link: addresses that people left there, which nobody has
//! proved. L7

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    Error, PgConnection, Result, fresh_id,
    jobs::{self, Job, Mail},
};
use crate::domain::{
    actor::Actor,
    email::EmailAddress,
    ids::{LinkId, OrgId},
    limits::{WAITERS_PER_LINK, WAITERS_PER_NETWORK},
};

/// No more addresses are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWaiting {
    #[error("Too many addresses came from your network. Wait an hour, then try again.")]
    TooMany,
    #[error("Too many people wait already. Write to whoever shared the link.")]
    ListFull,
}

/// What the mail about those who wait needs.
#[derive(Clone, Debug)]
pub struct News {
    pub org_name: String,
    pub label: Option<String>,
    /// The link's maker while they lead, otherwise the Owner: name and address.
    pub lead: (String, String),
    pub addresses: Vec<String>,
}

/// Puts an address on the list of a link, once, and sees to it that the lead is told: at once, or
/// together with others an hour after the last mail. L7
///
/// # Errors
/// The network or the link has left too many.
pub async fn add(
    db: &mut PgConnection,
    actor: &Actor,
    link: LinkId,
    address: &EmailAddress,
    network: &str,
) -> Result<(), Error<NotWaiting>> {
    let org = actor.org;
    // Who comes from the same network, or to the same link, waits here: the limits hold at once too.
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended($1, 1)) as "network",
                  pg_advisory_xact_lock(hashtextextended($2, 1)) as "link""#,
        network,
        link.to_string(),
    )
    .execute(&mut *db)
    .await?;
    let there = sqlx::query!(
        r#"select (select count(*) from link_waiters
                   where network = $3 and created_at > now() - interval '1 hour') as "from_network!",
                  (select count(*) from link_waiters where org_id = $1 and link_id = $2) as "at_link!""#,
        org.0,
        link.0,
        network,
    )
    .fetch_one(&mut *db)
    .await?;
    if there.from_network >= WAITERS_PER_NETWORK {
        return Err(Error::Refused(NotWaiting::TooMany));
    }
    if there.at_link >= WAITERS_PER_LINK {
        return Err(Error::Refused(NotWaiting::ListFull));
    }
    let added = sqlx::query!(
        "insert into link_waiters (org_id, id, link_id, email, address, network)
         values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint link_waiters_once do nothing",
        org.0,
        fresh_id(),
        link.0,
        address.key(),
        address.to_string(),
        network,
    )
    .execute(&mut *db)
    .await?;
    if added.rows_affected() == 1 {
        tell(db, org, link).await?;
    }
    Ok(())
}

/// Queues the mail unless one is on its way that will name the new address as well.
async fn tell(db: &mut PgConnection, org: OrgId, link: LinkId) -> Result<()> {
    let due = sqlx::query_scalar!(
        r#"update invite_links
           set waiting_told_at = greatest(now(), waiting_told_at + interval '1 hour')
           where org_id = $1 and id = $2 and (waiting_told_at is null or waiting_told_at <= now())
           returning extract(epoch from waiting_told_at - now())::float8 as "seconds!""#,
        org.0,
        link.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(seconds) = due else { return Ok(()) };
    let mail = Job::Mail(Mail::Waiting { org, link, mail: fresh_id() });
    jobs::queue_after(db, &[mail], time::Duration::seconds_f64(seconds)).await
}

/// What one mail tells: the addresses that no earlier one has told of, the same each time it is
/// asked for. `None` when there are none, or nobody can be told.
pub async fn news(db: &mut PgConnection, org: OrgId, link: LinkId, mail: Uuid) -> Result<Option<News>> {
    sqlx::query!(
        "update link_waiters set told_in = $3 where org_id = $1 and link_id = $2 and told_in is null",
        org.0,
        link.0,
        mail,
    )
    .execute(&mut *db)
    .await?;
    let row = sqlx::query!(
        r#"select o.name as org_name, l.label, m.name, m.address,
                  array(select w.address from link_waiters w
                        where w.org_id = l.org_id and w.link_id = l.id and w.told_in = $3
                        order by w.created_at, w.id) as "addresses!"
           from invite_links l
           join organizations o on o.id = l.org_id
           join lateral (
               select m.name, m.address from members m
               where m.org_id = l.org_id and m.address is not null
                 and (m.role = 'owner' or (m.id = l.created_by and m.role = 'team_lead'))
               order by (m.id = l.created_by) desc
               limit 1
           ) m on true
           where l.org_id = $1 and l.id = $2"#,
        org.0,
        link.0,
        mail,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(|row| {
        let lead = (row.name, row.address?);
        (!row.addresses.is_empty()).then_some(News {
            org_name: row.org_name,
            label: row.label,
            lead,
            addresses: row.addresses,
        })
    }))
}

/// Who waits at each link of an organization and is no member yet, the first to come first.
pub async fn list(db: &mut PgConnection, org: OrgId) -> Result<HashMap<LinkId, Vec<String>>> {
    let rows = sqlx::query!(
        r#"select w.link_id, array_agg(w.address order by w.created_at, w.id) as "addresses!"
           from link_waiters w
           where w.org_id = $1
             and not exists (select from members m where m.org_id = w.org_id and m.email = w.email)
           group by w.link_id"#,
        org.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (LinkId(row.link_id), row.addresses)).collect())
}

#[cfg(test)]
mod tests;
