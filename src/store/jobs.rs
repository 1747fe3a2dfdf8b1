//! Work that a transaction causes: queued inside it, done after it by whichever server takes the
//! lease. A job carries ids, loads afresh, and may run twice. I12, H3, N8, N9

use serde::{Deserialize, Serialize};
use time::Duration;
use uuid::Uuid;

use super::{PgConnection, Pool, Result, fresh_id};
use crate::domain::{
    ids::{CreditRequestId, HeadshotId, InviteId, LinkId, MemberId, OrgId, PhotoId, ShootId},
    sso::claim::{ClaimNews, CompanyDomain},
};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Send one mail; the job's id makes its Message-ID.
    Mail(Mail),
    /// Make the headshots of a shoot.
    Generate { org: OrgId, shoot: ShootId },
    /// Delete the photos that a finished shoot was made from, when their time is over.
    DeleteOriginals { org: OrgId, shoot: ShootId },
    /// Delete every file of an organization that is gone. P8
    DeleteFiles { org: OrgId },
    /// Delete stored pictures whose rows are gone.
    DeletePictures { org: OrgId, photos: Vec<PhotoId>, headshots: Vec<HeadshotId> },
}

/// Which mail is to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mail {
    LoginCode {
        code: Uuid,
    },
    /// The invite itself; void when the invite is in a later round.
    Invite {
        org: OrgId,
        invite: InviteId,
        #[serde(default)]
        round: i32,
    },
    /// A reminder of it; void as well.
    Reminder {
        org: OrgId,
        invite: InviteId,
        round: i32,
    },
    Ready {
        org: OrgId,
        shoot: ShootId,
    },
    ShootFailed {
        org: OrgId,
        shoot: ShootId,
    },
    /// To a member who has joined and not submitted; void once they have. I8
    PhotosDue {
        org: OrgId,
        member: MemberId,
    },
    /// To whom the organization is offered; void once it is not. P5
    OwnershipOffered {
        org: OrgId,
        member: MemberId,
    },
    OutOfCredits {
        org: OrgId,
        lead: MemberId,
        waiting: MemberId,
    },
    /// To a lead: few credits are left; void once there are more again. C9
    FewCredits {
        org: OrgId,
        lead: MemberId,
    },
    /// To the operator; void once it is answered or taken back. C7
    CreditsRequested {
        org: OrgId,
        request: CreditRequestId,
    },
    /// To a lead: what the operator said. C7
    CreditsAnswered {
        org: OrgId,
        request: CreditRequestId,
        lead: MemberId,
    },
    /// Who waits at a full link; `mail` names those whom this one tells of.
    Waiting {
        org: OrgId,
        link: LinkId,
        mail: Uuid,
    },
    /// What became of a claim to a domain. S1
    Domain {
        org: OrgId,
        lead: MemberId,
        domain: CompanyDomain,
        news: ClaimNews,
    },
    /// The Owner asked for the organization's deletion; void once that was taken back. P8
    DeletionAsked {
        org: OrgId,
        lead: MemberId,
    },
    /// Somebody came back in with the Owner's recovery code. S4
    RecoveryUsed {
        org: OrgId,
        lead: MemberId,
        network: String,
    },
}

/// What the database calls each kind of job.
pub const KINDS: [&str; 5] = ["mail", "generate", "delete_originals", "delete_pictures", "delete_files"];

/// How much of one kind waits, of all servers together, and how much was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    pub kind: String,
    /// Its time has come, and nobody has done it.
    pub waiting: i64,
    /// How long the first of these is over its time.
    pub oldest_seconds: i64,
    pub failed: i64,
}

/// The backlog of each kind that has one.
pub async fn backlog(pool: &Pool) -> Result<Vec<Backlog>> {
    sqlx::query_as!(
        Backlog,
        r#"select kind as "kind!", sum(waiting)::bigint as "waiting!", max(oldest)::bigint as "oldest_seconds!",
                  sum(failed)::bigint as "failed!"
           from (select kind, count(*) as waiting, extract(epoch from now() - min(run_at)) as oldest, 0 as failed
                 from jobs where state = 'waiting' and kind = 'mail' and run_at <= now() group by kind
                 union all
                 select kind, count(*), extract(epoch from now() - min(run_at)), 0
                 from jobs where state = 'waiting' and kind <> 'mail' and run_at <= now() group by kind
                 union all
                 select kind, 0, 0, count(*) from jobs where state = 'failed' group by kind) of_kind
           group by kind"#,
    )
    .fetch_all(&mut *pool.acquire().await?)
    .await
}

impl Job {
    /// What the database calls it, one of [`KINDS`].
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Mail(_) => "mail",
            Self::Generate { .. } => "generate",
            Self::DeleteOriginals { .. } => "delete_originals",
            Self::DeletePictures { .. } => "delete_pictures",
            Self::DeleteFiles { .. } => "delete_files",
        }
    }

    /// Whose it is; a login code is nobody's.
    #[must_use]
    pub const fn org(&self) -> Option<OrgId> {
        match self {
            Self::Mail(Mail::LoginCode { .. }) => None,
            Self::Mail(
                Mail::Invite { org, .. }
                | Mail::Reminder { org, .. }
                | Mail::Ready { org, .. }
                | Mail::ShootFailed { org, .. }
                | Mail::PhotosDue { org, .. }
                | Mail::OwnershipOffered { org, .. }
                | Mail::OutOfCredits { org, .. }
                | Mail::FewCredits { org, .. }
                | Mail::CreditsRequested { org, .. }
                | Mail::CreditsAnswered { org, .. }
                | Mail::Waiting { org, .. }
                | Mail::Domain { org, .. }
                | Mail::DeletionAsked { org, .. }
                | Mail::RecoveryUsed { org, .. },
            )
            | Self::Generate { org, .. }
            | Self::DeleteOriginals { org, .. }
            | Self::DeleteFiles { org }
            | Self::DeletePictures { org, .. } => Some(*org),
        }
    }

    /// The invite that a mail is of, where it is of one.
    #[must_use]
    pub const fn invite(&self) -> Option<InviteId> {
        match self {
            Self::Mail(Mail::Invite { invite, .. } | Mail::Reminder { invite, .. }) => Some(*invite),
            _ => None,
        }
    }

    const fn priority(&self) -> Priority {
        match self {
            Self::Mail(Mail::LoginCode { .. }) => Priority::Code,
            Self::Mail(Mail::Invite { .. } | Mail::Reminder { .. } | Mail::PhotosDue { .. }) => {
                Priority::Bulk
            }
            _ => Priority::Notice,
        }
    }
}

/// Mails of one priority never wait for those of another: each has connections of its own to the mail
/// server. I14
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody waits for it at this moment.
    Code,
    Notice,
    /// One of many that a lead sent at once.
    Bulk,
}

impl Priority {
    pub const ALL: [Self; 3] = [Self::Code, Self::Notice, Self::Bulk];

    /// As it is stored.
    pub(super) const fn number(self) -> i16 {
        match self {
            Self::Code => 0,
            Self::Notice => 1,
            Self::Bulk => 2,
        }
    }
}

/// A job that this server holds the lease of.
#[derive(Clone, Debug)]
pub struct Leased {
    pub id: Uuid,
    pub lease: Uuid,
    pub job: Job,
    /// How often it has been begun, this time included.
    pub attempts: i32,
    /// How long ago it was queued.
    pub age: Duration,
}

/// Queues jobs in the causing transaction; nothing of it is seen before that commits.
pub async fn queue(db: &mut PgConnection, jobs: &[Job]) -> Result<()> {
    queue_after(db, jobs, Duration::ZERO).await
}

/// As [`queue`], for work whose time comes only after `wait`.
pub async fn queue_after(db: &mut PgConnection, jobs: &[Job], wait: Duration) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = jobs.iter().map(|_| fresh_id()).collect();
    let kinds: Vec<String> = jobs.iter().map(|job| job.kind().to_owned()).collect();
    let priorities: Vec<i16> = jobs.iter().map(|job| job.priority().number()).collect();
    let payloads = jobs
        .iter()
        .map(serde_json::to_value)
        .collect::<serde_json::Result<Vec<_>>>()
        .map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        "insert into jobs (id, kind, priority, payload, run_at)
         select x.id, x.kind, x.priority, x.payload, now() + make_interval(secs => $5)
         from unnest($1::uuid[], $2::text[], $3::smallint[], $4::jsonb[]) as x (id, kind, priority, payload)",
        &ids,
        &kinds,
        &priorities,
        &payloads,
        wait.as_seconds_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Mails have slots of their own: a slow mail server holds no headshots up, nor do these hold mail up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    Mail(Priority),
    Other,
}

/// Takes the lease of up to `limit` jobs other than mails whose time has come, for as long as `lease`
/// says. A job whose holder died is taken again when the lease has run out. Mails are taken by
/// [`super::outbox::settle_and_lease`].
///
/// Shoots take turns by organization, so that one with a thousand of them holds up no other; what is held of
/// it at this moment, by whatever server, counts. H3
pub async fn lease(db: &mut PgConnection, limit: i64, lease: Duration) -> Result<Vec<Leased>> {
    let token = fresh_lease();
    let rows = sqlx::query_as!(
        Taken,
        r#"update jobs
           set lease = $1, leased_until = now() + make_interval(secs => $2), attempts = attempts + 1
           where id in (
               select j.id
               from (
                   select id, run_at, held, row_number() over (partition by whose order by held desc, run_at) as turn
                   from (
                       select id, run_at, coalesce(payload -> 'generate' ->> 'org', id::text) as whose,
                              leased_until is not null and leased_until >= now() as held
                       from jobs
                       where state = 'waiting' and kind <> 'mail' and run_at <= now()
                   ) due
               ) x
               join jobs j on j.id = x.id
               where not x.held and j.state = 'waiting' and (j.leased_until is null or j.leased_until < now())
               order by x.turn, x.run_at
               limit $3
               for update of j skip locked
           )
           returning id, payload, attempts, extract(epoch from now() - created_at)::float8 as "seconds_old!""#,
        token,
        lease.as_seconds_f64(),
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(leased(rows, token))
}

/// The secret of one taking, which only its holder knows.
pub(super) fn fresh_lease() -> Uuid {
    Uuid::from_u128(fresh_id().as_u128().rotate_left(64))
}

/// A job as it was taken.
pub(super) struct Taken {
    pub id: Uuid,
    pub payload: serde_json::Value,
    pub attempts: i32,
    pub seconds_old: f64,
}

/// Reads what was taken. A newer server's job is left to one of its kind: the lease runs out.
pub(super) fn leased(rows: Vec<Taken>, lease: Uuid) -> Vec<Leased> {
    let read = |row: Taken| match serde_json::from_value(row.payload) {
        Ok(job) => {
            let age = Duration::seconds_f64(row.seconds_old);
            Some(Leased { id: row.id, lease, job, attempts: row.attempts, age })
        }
        Err(error) => {
            tracing::warn!(job = %row.id, %error, "a job of an unknown kind was left alone");
            None
        }
    };
    rows.into_iter().filter_map(read).collect()
}

/// Holds leases for another while.
pub async fn renew(pool: &Pool, jobs: &[&Leased], lease: Duration) -> Result<()> {
    let (ids, leases) = keys(jobs);
    let mut db = pool.autocommit().await?;
    sqlx::query!(
        "update jobs j
         set leased_until = now() + make_interval(secs => $3)
         from (
             select j.id from jobs j
             join unnest($1::uuid[], $2::uuid[]) as x (id, lease) on j.id = x.id and j.lease = x.lease
             order by j.id
             for update of j
         ) x
         where j.id = x.id",
        &ids,
        &leases,
        lease.as_seconds_f64(),
    )
    .execute(&mut *db)
    .await?;
    db.finish().await
}

fn keys(jobs: &[&Leased]) -> (Vec<Uuid>, Vec<Uuid>) {
    jobs.iter().map(|job| (job.id, job.lease)).unzip()
}

/// Marks a job done. False when the lease was lost meanwhile: another server has it.
pub async fn finish(db: &mut PgConnection, job: &Leased) -> Result<bool> {
    let done = sqlx::query!(
        "update jobs
         set state = 'done', finished_at = now(), lease = null, leased_until = null, last_error = null
         where id = $1 and lease = $2",
        job.id,
        job.lease,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A job that is to be tried again.
#[derive(Clone, Copy, Debug)]
pub struct Later<'a> {
    pub job: &'a Leased,
    pub wait: Duration,
    /// For the operator.
    pub why: &'a str,
}

/// Puts jobs back, each to be tried again after its wait.
pub async fn put_back(db: &mut PgConnection, later: &[Later<'_>]) -> Result<()> {
    if later.is_empty() {
        return Ok(());
    }
    let (ids, leases) = keys(&later.iter().map(|later| later.job).collect::<Vec<_>>());
    let waits: Vec<f64> = later.iter().map(|later| later.wait.as_seconds_f64()).collect();
    let whys: Vec<String> = later.iter().map(|later| later.why.to_owned()).collect();
    sqlx::query!(
        "update jobs j
         set lease = null, leased_until = null, run_at = now() + make_interval(secs => x.wait), last_error = x.why
         from unnest($1::uuid[], $2::uuid[], $3::float8[], $4::text[]) as x (id, lease, wait, why)
         where j.id = x.id and j.lease = x.lease",
        &ids,
        &leases,
        &waits,
        &whys,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives jobs back that were not begun: as if they had never been taken.
pub async fn give_back(db: &mut PgConnection, jobs: &[&Leased]) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let (ids, leases) = keys(jobs);
    sqlx::query!(
        "update jobs j
         set lease = null, leased_until = null, attempts = j.attempts - 1
         from unnest($1::uuid[], $2::uuid[]) as x (id, lease)
         where j.id = x.id and j.lease = x.lease",
        &ids,
        &leases,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets a job rest that goes well and is not done: it is looked at again after the wait, as if for the first
/// time.
pub async fn rest(db: &mut PgConnection, job: &Leased, wait: Duration) -> Result<()> {
    sqlx::query!(
        "update jobs
         set lease = null, leased_until = null, run_at = now() + make_interval(secs => $3), attempts = 0,
             last_error = null
         where id = $1 and lease = $2",
        job.id,
        job.lease,
        wait.as_seconds_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a job up for good.
pub async fn give_up(db: &mut PgConnection, job: &Leased, why: &str) -> Result<()> {
    sqlx::query!(
        "update jobs
         set state = 'failed', finished_at = now(), lease = null, leased_until = null, last_error = $3
         where id = $1 and lease = $2",
        job.id,
        job.lease,
        why,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Seconds until the next waiting job of a queue may run; `None` when none waits. A job that somebody
/// holds counts only when its lease has run out.
///
/// A look into the index: the jobs that are held stand at its front, and are few.
pub async fn next_in(pool: &Pool, queue: Queue) -> Result<Option<f64>> {
    let mut db = pool.acquire().await?;
    match queue {
        Queue::Mail(priority) => {
            sqlx::query_scalar!(
                "select extract(epoch from min(run_at) - now())::float8
                 from jobs
                 where state = 'waiting' and kind = 'mail' and priority = $1
                   and (leased_until is null or leased_until < now())",
                priority.number(),
            )
            .fetch_one(&mut *db)
            .await
        }
        Queue::Other => {
            sqlx::query_scalar!(
                "select extract(epoch from min(run_at) - now())::float8
                 from jobs
                 where state = 'waiting' and kind <> 'mail'
                   and (leased_until is null or leased_until < now())",
            )
            .fetch_one(&mut *db)
            .await
        }
    }
}

/// The job of this id, whatever became of it; `None` also where a newer server queued it.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Option<Job>> {
    let payload =
        sqlx::query_scalar!("select payload from jobs where id = $1", id).fetch_optional(db).await?;
    Ok(payload.and_then(|payload| serde_json::from_value(payload).ok()))
}

/// Hears of every job that any server queues.
pub struct JobListener(sqlx::postgres::PgListener);

impl JobListener {
    /// Listens on a connection of its own.
    ///
    /// # Errors
    /// There is no connection to be had.
    pub async fn connect(pool: &Pool) -> Result<Self> {
        Ok(Self(pool.listen("jobs").await?))
    }

    /// Waits until jobs are queued.
    ///
    /// # Errors
    /// The connection is lost.
    pub async fn recv(&mut self) -> Result<()> {
        self.0.recv().await?;
        while self.0.next_buffered().is_some() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests;
