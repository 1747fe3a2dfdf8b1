//! Jobs under real concurrency: each is done by one worker at a time, and none is lost. I12, N8, N9

use std::collections::HashSet;

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::{outbox, testing::Acme};

const MINUTE: Duration = Duration::MINUTE;

fn some_jobs(count: usize) -> Vec<Job> {
    (0..count).map(|_| Job::Mail(Mail::LoginCode { code: fresh_id() })).collect()
}

const fn later<'a>(job: &'a Leased, seconds: i64, why: &'a str) -> Later<'a> {
    Later { job, wait: Duration::seconds(seconds), why }
}

async fn lease_mail(db: &mut PgConnection, limit: usize) -> Result<Vec<Leased>> {
    outbox::settle_and_lease(db, &[], &[], Priority::Code, limit, MINUTE).await
}

impl Acme {
    async fn queue(&self, count: usize) {
        let mut tx = self.pool.begin().await.unwrap();
        queue(&mut tx, &some_jobs(count)).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn lease(&self, limit: usize) -> Result<Vec<Leased>> {
        lease_mail(&mut *self.pool.acquire().await?, limit).await
    }

    /// Lets so much time pass for the jobs.
    async fn wait(&self, interval: &str) {
        let sql = format!(
            "update jobs set run_at = run_at - interval '{interval}', leased_until = leased_until - interval '{interval}'"
        );
        self.execute(&sql).await.unwrap();
    }
}

/// N9
#[sqlx::test]
async fn no_job_is_leased_to_two_workers(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 16, 0).await;
    acme.queue(400).await;
    let workers = (0..16).map(|_| async {
        let mut mine = Vec::new();
        loop {
            let leased = acme.lease(7).await.unwrap();
            if leased.is_empty() {
                return mine;
            }
            mine.extend(leased.into_iter().map(|job| job.id));
        }
    });
    let leased: Vec<Uuid> = join_all(workers).await.into_iter().flatten().collect();
    assert_eq!(leased.len(), 400);
    assert_eq!(leased.iter().collect::<HashSet<_>>().len(), 400);
}

/// I12: what a transaction causes is seen with it, and not before.
#[sqlx::test]
async fn a_job_is_there_when_its_transaction_is(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let mut tx = acme.pool.begin().await.unwrap();
    queue(&mut tx, &some_jobs(1)).await.unwrap();
    assert!(acme.lease(9).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    assert_eq!(acme.lease(9).await.unwrap().len(), 1);
}

/// H3: one organization with many shoots holds up no other, however long the others come after it.
#[sqlx::test]
async fn organizations_take_turns(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let orgs = [(); 3].map(|()| OrgId(fresh_id()));
    let shoots = |org: OrgId, count: usize| -> Vec<Job> {
        (0..count).map(|_| Job::Generate { org, shoot: ShootId(fresh_id()) }).collect()
    };
    queue(&mut db, &shoots(orgs[0], 1000)).await.unwrap();
    let count =
        |leased: &[Leased]| orgs.map(|org| leased.iter().filter(|job| job.job.org() == Some(org)).count());
    let first = lease(&mut db, 8, MINUTE).await.unwrap();
    assert_eq!(count(&first), [8, 0, 0], "alone it has all there is");
    queue(&mut db, &shoots(orgs[1], 20)).await.unwrap();
    queue(&mut db, &shoots(orgs[2], 3)).await.unwrap();
    // What the first holds counts, so the others have their turns first.
    let second = lease(&mut db, 8, MINUTE).await.unwrap();
    assert_eq!(count(&second), [0, 5, 3]);
    for job in first.iter().chain(&second) {
        finish(&mut db, job).await.unwrap();
    }
    let third = lease(&mut db, 8, MINUTE).await.unwrap();
    assert_eq!(count(&third), [4, 4, 0]);
    let others = Job::DeleteFiles { org: orgs[0] };
    queue(&mut db, std::slice::from_ref(&others)).await.unwrap();
    let fourth = lease(&mut db, 1, MINUTE).await.unwrap();
    assert_eq!(fourth[0].job, others, "other work waits for no shoots");
}

/// N8
#[sqlx::test]
async fn a_dead_workers_job_is_taken_over_and_the_dead_one_has_no_say(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.queue(1).await;
    let dead = acme.lease(1).await.unwrap().remove(0);
    assert!(acme.lease(1).await.unwrap().is_empty());
    acme.wait("61 seconds").await;
    let heir = acme.lease(1).await.unwrap().remove(0);
    assert_eq!((heir.id, &heir.job, heir.attempts), (dead.id, &dead.job, 2));

    let mut db = acme.pool.acquire().await.unwrap();
    assert!(!finish(&mut db, &dead).await.unwrap());
    put_back(&mut db, &[later(&dead, 0, "late")]).await.unwrap();
    give_up(&mut db, &dead, "late").await.unwrap();
    renew(&acme.pool.clone().into(), &[&dead], Duration::HOUR).await.unwrap();
    assert_eq!(
        acme.number("select count(*) from jobs where state = 'waiting' and last_error is null").await,
        1
    );
    assert!(finish(&mut db, &heir).await.unwrap());
    assert!(!finish(&mut db, &heir).await.unwrap(), "done once");
    acme.wait("1 day").await;
    assert!(acme.lease(1).await.unwrap().is_empty());
}

/// N8
#[sqlx::test]
async fn a_worker_that_lives_keeps_its_job(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.queue(1).await;
    let job = acme.lease(1).await.unwrap().remove(0);
    acme.wait("40 seconds").await;
    renew(&acme.pool.clone().into(), &[&job], MINUTE).await.unwrap();
    acme.wait("40 seconds").await;
    assert!(acme.lease(1).await.unwrap().is_empty());
}

/// I12
#[sqlx::test]
async fn a_job_that_was_put_back_rests_first(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.queue(1).await;
    let job = acme.lease(1).await.unwrap().remove(0);
    let mut db = acme.pool.acquire().await.unwrap();
    put_back(&mut db, &[later(&job, 10, "451 later")]).await.unwrap();
    assert!(acme.lease(1).await.unwrap().is_empty());
    let next = next_in(&acme.pool.clone().into(), Queue::Mail(Priority::Code)).await.unwrap().unwrap();
    assert!((5.0..=10.0).contains(&next), "next in {next} s");
    acme.wait("10 seconds").await;
    assert_eq!(acme.lease(1).await.unwrap()[0].attempts, 2);
}

/// I12, N9
#[sqlx::test]
async fn a_job_that_was_given_back_is_there_at_once_as_if_nobody_had_had_it(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.queue(1).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let job = acme.lease(1).await.unwrap().remove(0);
    give_back(&mut db, &[&job]).await.unwrap();
    let heir = acme.lease(1).await.unwrap().remove(0);
    assert_eq!((heir.id, heir.attempts), (job.id, 1));
    give_back(&mut db, &[&job]).await.unwrap();
    assert!(acme.lease(1).await.unwrap().is_empty(), "who had it before has no say");
}

/// I12
#[sqlx::test]
async fn a_job_that_was_given_up_is_over(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.queue(1).await;
    let job = acme.lease(1).await.unwrap().remove(0);
    let mut db = acme.pool.acquire().await.unwrap();
    give_up(&mut db, &job, "550 never").await.unwrap();
    acme.wait("1 day").await;
    assert!(acme.lease(1).await.unwrap().is_empty());
    assert_eq!(next_in(&acme.pool.clone().into(), Queue::Mail(Priority::Code)).await.unwrap(), None);
    let told = "select count(*) from jobs where state = 'failed' and last_error = '550 never'";
    assert_eq!(acme.number(told).await, 1);
}

/// N9: a newer server's job, seen by an older one, stays for the newer.
#[sqlx::test]
async fn a_job_of_an_unknown_kind_is_left_alone(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.execute(
        "insert into jobs (id, kind, payload) values (gen_random_uuid(), 'dance', '{\"dance\": 1}')",
    )
    .await
    .unwrap();
    acme.queue(1).await;
    assert_eq!(acme.lease(9).await.unwrap().len(), 1);
    let mut db = acme.pool.acquire().await.unwrap();
    assert!(lease(&mut db, 9, MINUTE).await.unwrap().is_empty());
    assert_eq!(acme.number("select count(*) from jobs where kind = 'dance' and state = 'waiting'").await, 1);
}

/// N7, N9
#[sqlx::test]
async fn a_queued_job_is_heard_of(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let mut listener = JobListener::connect(&acme.pool.clone().into()).await.unwrap();
    acme.queue(1).await;
    tokio::time::timeout(std::time::Duration::from_secs(5), listener.recv())
        .await
        .expect("it was heard")
        .unwrap();
}

/// I14, J5: who waits for a code does not wait behind five thousand invites, nor behind news; and
/// headshots wait behind neither.
#[sqlx::test]
async fn jobs_of_one_priority_do_not_wait_for_others(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    acme.invite("ada@acme.com").await;
    let (org, shoot) = (acme.org, ShootId(fresh_id()));
    let mut db = acme.pool.acquire().await.unwrap();
    queue(&mut db, &[Job::Mail(Mail::Ready { org, shoot }), Job::Generate { org, shoot }]).await.unwrap();
    acme.queue(1).await;
    let other = lease(&mut db, 9, MINUTE).await.unwrap();
    assert!(matches!(other.as_slice(), [Leased { job: Job::Generate { .. }, .. }]));
    let mut mails = Vec::new();
    for priority in Priority::ALL {
        assert!(next_in(&acme.pool.clone().into(), Queue::Mail(priority)).await.unwrap().is_some());
        mails.extend(outbox::settle_and_lease(&mut db, &[], &[], priority, 9, MINUTE).await.unwrap());
        assert_eq!(next_in(&acme.pool.clone().into(), Queue::Mail(priority)).await.unwrap(), None);
    }
    let mails: Vec<Job> = mails.into_iter().map(|mail| mail.job).collect();
    assert!(matches!(
        mails.as_slice(),
        [Job::Mail(Mail::LoginCode { .. }), Job::Mail(Mail::Ready { .. }), Job::Mail(Mail::Invite { .. })]
    ));
}
