//! The invites of an organization as its leads see them. I8, I11, I13, P1

use super::super::{PgConnection, Result, decode};
use crate::domain::{
    ids::{InviteId, OrgId, TeamId},
    invite::{ENDED_LISTED, InviteState, Progress},
    moment::Moment,
};

/// An invite that nobody has accepted yet. I11
#[derive(Clone, Debug)]
pub struct PendingInvite {
    pub id: InviteId,
    pub address: String,
    pub name: Option<String>,
    pub title: Option<String>,
    pub team: Option<TeamId>,
    pub state: InviteState,
    pub failure: Option<String>,
    pub expired: bool,
    pub created_at: Moment,
    /// When the mail server took it.
    pub sent_at: Option<Moment>,
    /// When the last reminder was queued.
    pub reminded_at: Option<Moment>,
    pub reminders: i32,
}

/// Some of the pending invites, and how many there are of them.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    /// Those that need attention first, then the newest.
    pub invites: Vec<PendingInvite>,
    pub total: i64,
    /// Of the total, those whose mail was refused for good.
    pub failed: i64,
}

/// An invite that was declined or revoked.
#[derive(Clone, Debug)]
pub struct EndedInvite {
    pub id: InviteId,
    pub address: String,
    pub name: Option<String>,
    pub team: Option<TeamId>,
    pub state: InviteState,
    pub created_at: Moment,
    pub sent_at: Option<Moment>,
    pub ended_at: Moment,
    /// The address wants no more invites of this organization. I10
    pub opted_out: bool,
}

/// Up to `limit` invites that nobody has accepted yet, and at least one: failed ones first, then
/// expired ones, then the newest. Who joined some other way is not waited for. P1
pub async fn pending(db: &mut PgConnection, org: OrgId, limit: u32) -> Result<Pending> {
    let rows = sqlx::query!(
        r#"select id, address, name, title, team_id, state, failure, created_at, sent_at, reminded_at,
                  reminders, expires_at <= now() as "expired!",
                  count(*) over () as "total!",
                  count(*) filter (where state = 'failed') over () as "failed!"
           from invites i
           where org_id = $1 and invite_is_pending(state)
           order by state = 'failed' desc, expires_at <= now() desc, created_at desc, id desc
           limit $2"#,
        org.0,
        i64::from(limit.max(1)),
    )
    .fetch_all(db)
    .await?;
    let mut pending = Pending::default();
    for row in rows {
        (pending.total, pending.failed) = (row.total, row.failed);
        pending.invites.push(PendingInvite {
            id: InviteId(row.id),
            address: row.address,
            name: row.name,
            title: row.title,
            team: row.team_id.map(TeamId),
            state: decode::<InviteState>(&row.state)?,
            failure: row.failure,
            expired: row.expired,
            created_at: row.created_at.into(),
            sent_at: row.sent_at.map(Moment::from),
            reminded_at: row.reminded_at.map(Moment::from),
            reminders: row.reminders,
        });
    }
    Ok(pending)
}

/// The newest [`ENDED_LISTED`] invites that were declined or revoked and not followed by another.
pub async fn ended(db: &mut PgConnection, org: OrgId) -> Result<Vec<EndedInvite>> {
    sqlx::query!(
        r#"select id, address, name, team_id, state, created_at, sent_at,
                  coalesce(ended_at, created_at) as "ended_at!",
                  (select o.email from opt_outs o
                   where o.org_id = i.org_id and o.email = i.email) is not null as "opted_out!"
           from invites i
           where org_id = $1 and state in ('declined', 'revoked')
             and not exists (select from members m where m.org_id = i.org_id and m.email = i.email)
             and not exists (
                 select from invites j
                 where j.org_id = i.org_id and j.email = i.email and invite_is_pending(j.state)
             )
           order by ended_at desc nulls last, id desc
           limit $2"#,
        org.0,
        ENDED_LISTED,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| {
        Ok(EndedInvite {
            id: InviteId(row.id),
            address: row.address,
            name: row.name,
            team: row.team_id.map(TeamId),
            state: decode::<InviteState>(&row.state)?,
            created_at: row.created_at.into(),
            sent_at: row.sent_at.map(Moment::from),
            ended_at: row.ended_at.into(),
            opted_out: row.opted_out,
        })
    })
    .collect()
}

/// How far the newest send is that still goes on or ended within the last minute. I13
pub async fn progress(db: &mut PgConnection, org: OrgId) -> Result<Option<Progress>> {
    let row = sqlx::query!(
        r#"select count(*) filter (where i.state = 'queued' and i.expires_at > now()) as "to_go!",
                  count(*) filter (where i.state = 'failed') as "failed!",
                  count(*) filter (where i.sent_at is not null and i.state <> 'failed') as "sent!"
           from (
               select b.id
               from invite_batches b
               where b.org_id = $1 and b.created_at > now() - interval '7 days'
                 and exists (
                     select from invites i
                     where i.org_id = $1 and i.batch_id = b.id
                       and (i.settled_at > now() - interval '1 minute'
                            or i.settled_at is null and i.state = 'queued' and i.expires_at > now())
                 )
               order by b.id desc
               limit 1
           ) b
           join invites i on i.org_id = $1 and i.batch_id = b.id
           group by b.id"#,
        org.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Progress {
        total: row.sent + row.failed + row.to_go,
        sent: row.sent,
        failed: row.failed,
        to_go: row.to_go,
    }))
}
