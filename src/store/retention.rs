//! What is kept for a while only: how long (of who did what the organization says it), and its deletion when the
//! time is over. Deleted a batch at a time, so that nobody waits for it; any number of servers may do it at
//! once. N9

use super::{PgConnection, Pool, Result};

/// Rows that one statement deletes.
const BATCH: i64 = 1_000;

/// Codes are of no use after an hour, and are counted for a day.
const CODES_DAYS: i32 = 1;
/// Guesses at codes are counted for a day that begins with the first.
const GUESSES_DAYS: i32 = 2;
/// Logins end by themselves; a day later nobody asks why.
const ENDED_LOGINS_DAYS: i32 = 1;
/// Who has waited at a full link for so long has gone elsewhere; nobody has proved these addresses.
const WAITERS_DAYS: i32 = 90;
/// Jobs that were done or given up: no invite lives longer which a late bounce could be about.
const FINISHED_JOBS_DAYS: i32 = 90;
/// How far a send is, is told for a week.
const INVITE_BATCHES_DAYS: i32 = 30;
/// Mails are counted for a day that begins with the first.
const MAIL_COUNTS_DAYS: i32 = 2;
/// Who did what in an organization that is deleted, without names: as long as most keep it. Nobody reads it; it
/// answers the question who deleted what.
const AUDIT_OF_DELETED_DAYS: i32 = 730;
/// A sign-in at a provider is over after ten minutes, and its network is counted as long.
const SIGN_INS_DAYS: i32 = 1;
/// Files that did not come to their end are deleted so many at a time, each with up to 20 MB.
const UPLOADS_BATCH: i64 = 20;

/// Deletes what was kept long enough, and says how many rows that were. I11, N3
pub async fn delete_old(pool: &Pool) -> Result<u64> {
    let mut rows = 0;
    for old in Old::ALL {
        loop {
            let mut db = pool.autocommit().await?;
            let deleted = old.delete_some(&mut db).await?;
            db.finish().await?;
            rows += deleted;
            if deleted < old.batch().unsigned_abs() {
                break;
            }
        }
    }
    Ok(rows)
}

/// Deletes a batch of a table's rows whose time is so many days ago; those that somebody else holds are left for the
/// next time.
macro_rules! delete_batch {
    ($db:expr, $table:literal, $time:literal, $days:expr) => {
        delete_batch!($db, $table, $time, $days, "")
    };
    ($db:expr, $table:literal, $time:literal, $days:expr, $also:literal) => {
        delete_batch!($db, $table, $time, $days, $also, BATCH)
    };
    ($db:expr, $table:literal, $time:literal, $days:expr, $also:literal, $batch:expr) => {
        sqlx::query!(
            "delete from "
                + $table
                + " where ctid = any (array(select ctid from "
                + $table
                + " where "
                + $time
                + " < now() - make_interval(days => $1)"
                + $also
                + " order by "
                + $time
                + " limit $2 for update skip locked))",
            $days,
            $batch,
        )
        .execute($db)
        .await?
    };
}

/// What is kept for a while only.
#[derive(Clone, Copy)]
enum Old {
    Codes,
    Guesses,
    EndedLogins,
    Waiters,
    FinishedJobs,
    InviteBatches,
    MailCounts,
    Audit,
    SignIns,
    Uploads,
}

impl Old {
    const ALL: [Self; 10] = [
        Self::Codes,
        Self::Guesses,
        Self::EndedLogins,
        Self::Waiters,
        Self::FinishedJobs,
        Self::InviteBatches,
        Self::MailCounts,
        Self::Audit,
        Self::SignIns,
        Self::Uploads,
    ];

    const fn batch(self) -> i64 {
        if matches!(self, Self::Uploads) { UPLOADS_BATCH } else { BATCH }
    }

    /// Deletes a batch.
    async fn delete_some(self, db: &mut PgConnection) -> Result<u64> {
        let deleted = match self {
            Self::Codes => delete_batch!(db, "login_codes", "expires_at", CODES_DAYS),
            Self::Guesses => delete_batch!(db, "code_guesses", "began_at", GUESSES_DAYS),
            Self::EndedLogins => delete_batch!(db, "logins", "expires_at", ENDED_LOGINS_DAYS),
            Self::Waiters => delete_batch!(db, "link_waiters", "created_at", WAITERS_DAYS),
            Self::FinishedJobs => {
                delete_batch!(db, "jobs", "finished_at", FINISHED_JOBS_DAYS, " and state <> 'waiting'")
            }
            Self::InviteBatches => delete_batch!(db, "invite_batches", "created_at", INVITE_BATCHES_DAYS),
            Self::MailCounts => delete_batch!(db, "recipient_mail_counts", "began_at", MAIL_COUNTS_DAYS),
            Self::Audit => {
                sqlx::query!(
                    "delete from audit_entries where ctid = any (array(
                         select a.place
                         from (
                             select id, history_days::integer as days from organizations
                             union all
                             -- One that is being deleted has its row still.
                             select d.org_id, $2 from deleted_organizations d
                             where not exists (select from organizations o where o.id = d.org_id)
                         ) o
                         cross join lateral (
                             select a.ctid as place from audit_entries a
                             where a.org_id = o.id
                               and a.created_at < now() - make_interval(days => o.days)
                             order by a.created_at
                             limit $1
                             for update skip locked
                         ) a
                         limit $1
                     ))",
                    BATCH,
                    AUDIT_OF_DELETED_DAYS,
                )
                .execute(db)
                .await?
            }
            Self::SignIns => delete_batch!(db, "sign_ins", "expires_at", SIGN_INS_DAYS),
            Self::Uploads => delete_batch!(db, "uploads", "expires_at", 0, "", UPLOADS_BATCH),
        };
        Ok(deleted.rows_affected())
    }
}

#[cfg(test)]
mod tests;
