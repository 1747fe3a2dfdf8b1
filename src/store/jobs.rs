//! Work that a transaction causes: queued inside it, done after it by whichever server takes the
//! lease. A job carries ids, loads afresh, and may run twice. I12, H3, N8, N9

use serde::{Deserialize, Serialize};
use time::Duration;
use uuid::Uuid;

use super::{PgConnection, PgPool, Result, fresh_id};
use crate::domain::ids::{HeadshotId, InviteId, LinkId, MemberId, OrgId, PhotoId, ShootId};

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
    Invite {
        org: OrgId,
        invite: InviteId,
    },
    Ready {
        org: OrgId,
        shoot: ShootId,
    },
    ShootFailed {
        org: OrgId,
        shoot: ShootId,
    },
    OutOfCredits {
        org: OrgId,
        lead: MemberId,
        waiting: MemberId,
    },
    /// Who waits at a full link; `mail` names those whom this one tells of.
    Waiting {
        org: OrgId,
        link: LinkId,
        mail: Uuid,
    },
}

impl Job {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Mail(_) => "mail",
            Self::Generate { .. } => "generate",
            Self::DeleteOriginals { .. } => "delete_originals",
            Self::DeletePictures { .. } => "delete_pictures",
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
}

/// Queues jobs in the causing transaction; nothing of it is seen before that commits.
///
/// # Errors
/// The database fails.
pub async fn queue(db: &mut PgConnection, jobs: &[Job]) -> Result<()> {
    queue_after(db, jobs, Duration::ZERO).await
}

/// As [`queue`], for work whose time comes only after `wait`.
///
/// # Errors
/// The database fails.
pub async fn queue_after(db: &mut PgConnection, jobs: &[Job], wait: Duration) -> Result<()> {
    let ids: Vec<Uuid> = jobs.iter().map(|_| fresh_id()).collect();
    let kinds: Vec<String> = jobs.iter().map(|job| job.kind().to_owned()).collect();
    let payloads = jobs
        .iter()
        .map(serde_json::to_value)
        .collect::<serde_json::Result<Vec<_>>>()
        .map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        "insert into jobs (id, kind, payload, run_at)
         select x.id, x.kind, x.payload, now() + make_interval(secs => $4)
         from unnest($1::uuid[], $2::text[], $3::jsonb[]) as x (id, kind, payload)",
        &ids,
        &kinds,
        &payloads,
        wait.as_seconds_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the lease of up to `limit` jobs whose time has come, for as long as `lease` says. A job
/// whose holder died is taken again when the lease has run out.
///
/// # Errors
/// The database fails.
pub async fn lease(pool: &PgPool, limit: i64, lease: Duration) -> Result<Vec<Leased>> {
    let token = Uuid::from_u128(fresh_id().as_u128().rotate_left(64));
    let rows = sqlx::query!(
        "update jobs
         set lease = $1, leased_until = now() + make_interval(secs => $2), attempts = attempts + 1
         where id in (
             select id from jobs
             where state = 'waiting' and run_at <= now() and (leased_until is null or leased_until < now())
             order by run_at
             limit $3
             for update skip locked
         )
         returning id, payload, attempts",
        token,
        lease.as_seconds_f64(),
        limit,
    )
    .fetch_all(pool)
    .await?;
    let mut leased = Vec::with_capacity(rows.len());
    for row in rows {
        match serde_json::from_value(row.payload) {
            Ok(job) => leased.push(Leased { id: row.id, lease: token, job, attempts: row.attempts }),
            // A newer server's job: leave it to one of its kind, the lease runs out.
            Err(error) => tracing::warn!(job = %row.id, %error, "a job of an unknown kind was left alone"),
        }
    }
    Ok(leased)
}

/// Holds a lease for another while.
///
/// # Errors
/// The database fails.
pub async fn renew(pool: &PgPool, job: &Leased, lease: Duration) -> Result<()> {
    sqlx::query!(
        "update jobs set leased_until = now() + make_interval(secs => $3) where id = $1 and lease = $2",
        job.id,
        job.lease,
        lease.as_seconds_f64(),
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Marks a job done. False when the lease was lost meanwhile: another server has it.
///
/// # Errors
/// The database fails.
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

/// Puts a job back, to be tried again after `wait`.
///
/// # Errors
/// The database fails.
pub async fn put_back(db: &mut PgConnection, job: &Leased, wait: Duration, why: &str) -> Result<()> {
    sqlx::query!(
        "update jobs
         set lease = null, leased_until = null, run_at = now() + make_interval(secs => $3), last_error = $4
         where id = $1 and lease = $2",
        job.id,
        job.lease,
        wait.as_seconds_f64(),
        why,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a job up for good.
///
/// # Errors
/// The database fails.
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

/// Seconds until the next waiting job may run; `None` when none waits.
///
/// # Errors
/// The database fails.
pub async fn next_in(pool: &PgPool) -> Result<Option<f64>> {
    let seconds = sqlx::query_scalar!(
        "select extract(epoch from min(greatest(run_at, leased_until)) - now())::float8
         from jobs
         where state = 'waiting'",
    )
    .fetch_one(pool)
    .await?;
    Ok(seconds)
}

/// Wakes when a job is queued by any server.
pub struct Bell(sqlx::postgres::PgListener);

impl Bell {
    /// Listens on a connection of its own.
    ///
    /// # Errors
    /// The database fails, or stands behind a pooler that cannot listen.
    pub async fn hang(pool: &PgPool) -> Result<Self> {
        let mut listener = sqlx::postgres::PgListener::connect_with(pool).await?;
        listener.listen("jobs").await?;
        Ok(Self(listener))
    }

    /// Waits for the next ring.
    ///
    /// # Errors
    /// The connection is lost.
    pub async fn ring(&mut self) -> Result<()> {
        self.0.recv().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
