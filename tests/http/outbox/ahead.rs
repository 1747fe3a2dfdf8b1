//! Mails that are taken, and begun, before what became of the ones before is recorded. I12, I14, N8, N9

use std::{collections::BTreeSet, time::Duration};

use sqlx::Connection;

use super::{Post, WAITING};
use crate::harness::*;

const LEASED: &str = "select count(*) from jobs where lease is not null";
const NEVER_TRIED: &str = "select count(*) from jobs where state = 'waiting' and attempts = 0";

impl Post {
    /// The connections over which mails were taken of which that is not recorded, one for each.
    async fn unrecorded(&self) -> Vec<usize> {
        let done = "select coalesce(string_agg(id::text, ' '), '') from jobs where state = 'done'";
        let done = self.acme.server.text(done).await;
        let taken = self.mails.taken().into_iter();
        let unrecorded = taken.filter(|mail| !done.contains(mail.message_id().split('@').next().unwrap()));
        unrecorded.map(|mail| mail.connection).collect()
    }
}

/// I12, N8: the envelope of the next mail may be with the mail server, its text is not before what became of
/// the mail before is committed. Where that takes too long, the mail goes back to the queue, as if never tried.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn no_connection_ends_a_mail_before_the_one_before_is_recorded(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let post = Post::open_with(connect.clone(), MailServer::start().await, 3).await;
    let people: Vec<String> =
        ["p", "late"].iter().flat_map(|who| (0..12).map(move |n| format!("{who}{n}"))).collect();
    post.invite(&people.iter().map(String::as_str).collect::<Vec<_>>()).await;
    // From some mail on nothing can be recorded.
    let mut other = sqlx::PgConnection::connect_with(&connect).await.unwrap();
    let mut tx = other.begin().await.unwrap();
    sqlx::query("select from invites where email like 'late%' for update").execute(&mut *tx).await.unwrap();
    let worker = post.worker();
    let late = async || post.mails.taken().iter().any(|mail| mail.to.starts_with("late")).then_some(());
    until(Duration::from_secs(20), "the mails do not go out", late).await;
    // Time enough for more of them.
    tokio::time::sleep(Duration::from_millis(500)).await;

    let (taken, begun, unrecorded) = (post.mails.taken().len(), post.mails.begun(), post.unrecorded().await);
    assert!(!unrecorded.is_empty() && begun > taken, "{begun} were begun, {taken} taken");
    let connections: BTreeSet<&usize> = unrecorded.iter().collect();
    assert_eq!(connections.len(), unrecorded.len(), "a connection went on: {unrecorded:?}");
    // Longer than a connection waits.
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    assert_eq!(post.mails.taken().len(), taken, "a connection went on after it had waited");
    assert_eq!(post.mails.begun(), begun, "a connection that has waited begins no other mail");

    tx.rollback().await.unwrap();
    post.until(WAITING, 0).await;
    worker.stop().await;
    let twice = post.acme.server.number("select count(*) from jobs where attempts > 1").await;
    assert_eq!(twice, 0, "what was begun and not given counts as a try");
    for who in &people {
        assert_eq!(post.mails.taken_by(who).len(), 1, "{who}");
    }
    post.acme.close().await;
}

/// I14: a mail is not tied to a connection before that can send it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn no_mail_waits_for_a_connection_that_hangs(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut post = Post::open_with(connect.clone(), MailServer::start().await, 2).await;
    post.be_patient();
    post.mails.fail("hangs", Fault::StallAtEnd, 9);
    for n in 0..30 {
        post.invite(&[&format!("p{n}")]).await;
        if n == 5 {
            post.invite(&["hangs"]).await;
        }
    }
    let victim = post.victim(&connect);
    let sent = tokio::time::timeout(Duration::from_secs(20), post.mails.until_taken(30)).await;
    assert!(sent.is_ok(), "{} of 30 were sent", post.mails.taken().len());
    victim.kill();
    post.acme.server.execute("delete from jobs where state = 'waiting'").await;
    post.acme.close().await;
}

/// I14, N9: a server whose connections all hang keeps no mail from the others; and what a mail says is read
/// again by who takes it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_mail_that_no_connection_takes_goes_back_to_the_queue(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut post = Post::open_with(connect, MailServer::start().await, 1).await;
    post.be_patient();
    post.mails.fail("hangs", Fault::StallAtEnd, 1);
    post.invite(&["p0", "p1", "hangs", "gone", "p2", "p3"]).await;
    let hanging = post.worker();
    post.mails.until_stalled(1).await;
    post.until(LEASED, 1).await;
    assert_eq!(post.acme.server.number(NEVER_TRIED).await, 3, "nobody has begun them");
    post.acme.server.execute("update invites set state = 'revoked' where email like 'gone@%'").await;

    let other = post.worker();
    post.until(WAITING, 1).await;
    for (who, mails) in [("p2", 1), ("p3", 1), ("gone", 0), ("hangs", 0)] {
        assert_eq!(post.mails.taken_by(who).len(), mails, "{who}");
    }
    post.mails.go_down().await;
    for worker in [hanging, other] {
        worker.stop().await;
    }
    post.acme.server.execute("delete from jobs where state = 'waiting'").await;
    post.acme.close().await;
}

/// N8, N9: what a server has not begun when it is asked to stop, another one sends at once, even while the
/// mail server hangs.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_worker_that_stops_gives_back_what_it_has_not_begun(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut post = Post::open_with(connect, MailServer::start().await, 1).await;
    post.be_patient();
    post.mails.fail("hangs", Fault::StallAtEnd, 1);
    post.invite(&["p0", "p1", "hangs", "p2", "p3"]).await;
    let worker = post.worker();
    post.mails.until_stalled(1).await;
    worker.stop.cancel();
    post.until(LEASED, 1).await;
    assert_eq!(post.acme.server.number(NEVER_TRIED).await, 2);
    post.mails.go_down().await;
    let stopped = tokio::time::timeout(Duration::from_secs(10), worker.stop()).await;
    assert!(stopped.is_ok(), "the worker does not end");
    assert_eq!((post.mails.taken().len(), post.acme.server.number(LEASED).await), (2, 0));
    post.acme.server.execute("delete from jobs where state = 'waiting'").await;
    post.acme.close().await;
}
