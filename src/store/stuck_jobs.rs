//! Jobs that need the operator: given up, or tried in vain so far. N8

use uuid::Uuid;

use super::{PgConnection, Result};

/// A job that did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StuckJob {
    pub id: Uuid,
    /// Such as `mail ready` or `generate`.
    pub what: String,
    pub org: Option<Uuid>,
    /// It is not tried again by itself.
    pub given_up: bool,
    pub attempts: i32,
    pub hours_old: i64,
    pub why: Option<String>,
}

/// Up to `limit` of them, the oldest first.
pub async fn list(db: &mut PgConnection, limit: i64) -> Result<Vec<StuckJob>> {
    sqlx::query_as!(
        StuckJob,
        r#"select j.id,
                  j.kind || coalesce(' ' || x.mail, '') as "what!",
                  coalesce(j.payload #>> array['mail', x.mail, 'org'], j.payload #>> array[j.kind, 'org'])::uuid as org,
                  j.state = 'failed' as "given_up!",
                  j.attempts,
                  (extract(epoch from now() - j.created_at) / 3600)::bigint as "hours_old!",
                  j.last_error as why
           from jobs j
           left join lateral (select jsonb_object_keys(j.payload -> 'mail') as mail) x on j.kind = 'mail'
           where j.state = 'failed' or j.state = 'waiting' and j.last_error is not null
           order by j.created_at, j.id
           limit $1"#,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Has it tried again now, as if for the first time. `false` where it is done, or under way.
pub async fn retry(db: &mut PgConnection, job: Uuid) -> Result<bool> {
    let changed = sqlx::query!(
        "update jobs
         set state = 'waiting', attempts = 0, run_at = now(), finished_at = null, leased_until = null, lease = null
         where id = $1 and state <> 'done' and (leased_until is null or leased_until < now())",
        job,
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Forgets a job. Of those that wait only mails: whatever else waits is somebody's headshots or files.
/// `false` where it is done, under way or may not be forgotten.
pub async fn forget(db: &mut PgConnection, job: Uuid) -> Result<bool> {
    let changed = sqlx::query!(
        "delete from jobs
         where id = $1 and (state = 'failed' or state = 'waiting' and kind = 'mail')
           and (leased_until is null or leased_until < now())",
        job,
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::ids::{OrgId, ShootId},
        store::{
            PgPool,
            jobs::{self, Job, Mail},
        },
    };

    /// N8
    #[sqlx::test]
    async fn what_failed_is_listed_and_tried_again_or_forgotten(pool: PgPool) {
        let mut db = pool.acquire().await.unwrap();
        let (org, shoot) = (OrgId(Uuid::from_u128(1)), ShootId(Uuid::from_u128(2)));
        let queued = [
            Job::Mail(Mail::Ready { org, shoot }),
            Job::Generate { org, shoot },
            Job::Generate { org, shoot },
        ];
        jobs::queue(&mut db, &queued).await.unwrap();
        assert_eq!(list(&mut db, 9).await.unwrap(), []);
        sqlx::query("update jobs set state = 'failed', finished_at = now(), attempts = 3, last_error = 'x' where kind = 'mail'")
            .execute(&mut *db)
            .await
            .unwrap();
        sqlx::query("update jobs set attempts = 1, last_error = 'y' where kind = 'generate'")
            .execute(&mut *db)
            .await
            .unwrap();
        let stuck = list(&mut db, 9).await.unwrap();
        let seen: Vec<_> = stuck.iter().map(|job| (job.what.as_str(), job.org, job.given_up)).collect();
        assert_eq!(seen.len(), 3);
        assert!(seen.contains(&("mail ready", Some(org.0), true)), "{seen:?}");
        assert!(seen.contains(&("generate", Some(org.0), false)), "{seen:?}");

        let mail = stuck.iter().find(|job| job.given_up).unwrap().id;
        let generate = stuck.iter().find(|job| !job.given_up).unwrap().id;
        assert!(!forget(&mut db, generate).await.unwrap());
        assert!(retry(&mut db, mail).await.unwrap());
        let leased = jobs::lease(&mut db, 9, time::Duration::MINUTE).await.unwrap();
        assert!(!retry(&mut db, leased[0].id).await.unwrap(), "it is under way");
        assert!(forget(&mut db, mail).await.unwrap());
        assert!(!retry(&mut db, mail).await.unwrap());
    }
}
