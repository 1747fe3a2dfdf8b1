//! The outbox's side of the queue: what became of mails is recorded, and the next ones are taken, in one
//! statement. It runs once for every few mails, so round trips and commits are what it saves. I12, N8

use time::Duration;
use uuid::Uuid;

use super::{
    PgConnection, Result,
    jobs::{Leased, Priority, Taken, fresh_lease, leased},
};
use crate::domain::ids::{InviteId, OrgId};

/// A mail's job that is over.
#[derive(Clone, Copy, Debug)]
pub struct Over<'a> {
    pub job: &'a Leased,
    /// Why it was given up; `None` where it was done.
    pub refusal: Option<&'a str>,
}

/// What the mail server said of one mail of an invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub org: OrgId,
    pub invite: InviteId,
    pub round: i32,
    pub said: Said,
}

/// What a mail server says of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Taken,
    /// For good, in these words.
    Refused(String),
    /// For now, in these words; the mail waits. I11
    Delayed(String),
}

impl Said {
    fn words(&self) -> Option<String> {
        match self {
            Self::Taken => None,
            Self::Refused(words) | Self::Delayed(words) => Some(words.clone()),
        }
    }
}

/// Records what became of mails, apart from their jobs. An invite that moved on meanwhile stays there,
/// and an answer about an earlier round says nothing. I11
pub async fn settle(db: &mut PgConnection, answers: &[Answer]) -> Result<()> {
    settle_and_lease(db, &[], answers, Priority::Bulk, 0, Duration::ZERO).await?;
    Ok(())
}

/// Closes jobs whose lease still holds, records what the mail server said of invites, and takes the
/// lease of up to `room` mails of this priority whose time has come, the longest due first. All of it
/// or nothing.
///
/// An invite that moved on meanwhile stays there, and an answer about an earlier round says nothing. I11
///
/// Invites are locked in the order of their ids, as everywhere. Each is looked up by itself, and
/// not by its being pending: else it could be planned as a scan of all that are, when statistics are old.
/// `(select $1)` hides from the planner how many there are this time: else it would find each time
/// that a plan for just so many is a little better, and make one, which takes longer than the work.
pub async fn settle_and_lease(
    db: &mut PgConnection,
    over: &[Over<'_>],
    answers: &[Answer],
    priority: Priority,
    room: usize,
    lease: Duration,
) -> Result<Vec<Leased>> {
    let ids: Vec<Uuid> = over.iter().map(|over| over.job.id).collect();
    let leases: Vec<Uuid> = over.iter().map(|over| over.job.lease).collect();
    let whys: Vec<Option<String>> = over.iter().map(|over| over.refusal.map(str::to_owned)).collect();
    let orgs: Vec<Uuid> = answers.iter().map(|answer| answer.org.0).collect();
    let invites: Vec<Uuid> = answers.iter().map(|answer| answer.invite.0).collect();
    let rounds: Vec<i32> = answers.iter().map(|answer| answer.round).collect();
    let refusals: Vec<Option<String>> = answers.iter().map(|answer| answer.said.words()).collect();
    let delays: Vec<bool> = answers.iter().map(|answer| matches!(answer.said, Said::Delayed(_))).collect();
    let token = fresh_lease();
    let rows = sqlx::query_as!(
        Taken,
        r#"with over as (
               update jobs j
               set state = case when x.why is null then 'done' else 'failed' end,
                   finished_at = now(), lease = null, leased_until = null, last_error = x.why
               from unnest((select $1::uuid[]), (select $2::uuid[]), (select $3::text[])) as x (id, lease, why)
               where j.id = x.id and j.lease = x.lease
           ), settled as (
               update invites i
               set state = case when x.delayed then i.state when x.refusal is null then 'sent' else 'failed' end,
                   failure = case when not x.delayed or i.state = 'queued' then x.refusal else i.failure end,
                   sent_at = case when x.delayed then i.sent_at
                                  when x.refusal is not null then null
                                  when i.state = 'sent' then i.sent_at
                                  else now() end,
                   mailed_at = case when x.refusal is null then now() else i.mailed_at end,
                   settled_at = case when x.delayed then i.settled_at else coalesce(i.settled_at, now()) end
               from (
                   select x.org_id, x.id, x.refusal, x.delayed
                   from (
                       select *
                       from unnest(
                           (select $4::uuid[]), (select $5::uuid[]), (select $6::integer[]), (select $7::text[]),
                           (select $12::boolean[])
                       ) as x (org_id, id, round, refusal, delayed)
                       order by id
                       offset 0
                   ) x
                   cross join lateral (
                       select from invites
                       where org_id = x.org_id and id = x.id and round = x.round
                         and state not in ('joined', 'declined', 'revoked', 'managed')
                       for update
                   ) locked
                   offset 0
               ) x
               where i.org_id = x.org_id and i.id = x.id
           )
           update jobs
           set lease = $8, leased_until = now() + make_interval(secs => $9), attempts = attempts + 1
           where ctid = any (array(
               select ctid from jobs
               where state = 'waiting' and kind = 'mail' and priority = (select $11::smallint)
                 and run_at <= now()
                 and (leased_until is null or leased_until < now())
                 and id <> all($1)
               order by priority, run_at
               limit (select $10::bigint)
               for update skip locked
           ))
           returning id, payload, attempts, extract(epoch from now() - created_at)::float8 as "seconds_old!""#,
        &ids,
        &leases,
        &whys as &[Option<String>],
        &orgs,
        &invites,
        &rounds,
        &refusals as &[Option<String>],
        token,
        lease.as_seconds_f64(),
        i64::try_from(room).unwrap_or(i64::MAX),
        priority.number(),
        &delays,
    )
    .fetch_all(db)
    .await?;
    Ok(leased(rows, token))
}
