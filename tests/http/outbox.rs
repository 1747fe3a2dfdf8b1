//! The outbox and a mail server that fails in every way in which they do. I11, I12, I14, N8, N9,
//! QUALITY 5

mod ahead;

use std::time::Duration;

use headcount::{
    mail::{
        Mailer,
        smtp::{self, Timeouts},
    },
    store::jobs::{self, Job, Mail},
    worker,
};
use sqlx::Connection;
use tokio_util::sync::CancellationToken;

use crate::harness::*;

/// Acme with a mail server, and workers that really work.
struct Post {
    acme: Acme,
    mails: MailServer,
}

/// A worker as a server runs it.
struct Worker {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Worker {
    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// A worker that can be killed at whatever it is at: its threads, its connections.
struct Victim {
    runtime: tokio::runtime::Runtime,
}

impl Victim {
    fn kill(self) {
        self.runtime.shutdown_background();
    }
}

impl Post {
    async fn open(connect: PgConnectOptions) -> Self {
        Self::open_with(connect, MailServer::start().await, 4).await
    }

    async fn open_with(connect: PgConnectOptions, mails: MailServer, connections: usize) -> Self {
        let mut server = Server::start_with(connect, 12).await;
        let second = Duration::from_secs(1);
        let timeouts =
            Timeouts { connect: second, greeting: second, command: second, message: second, tidying: second };
        let to = smtp::MailServer::from_url(&mails.url()).unwrap().with_timeouts(timeouts);
        let from = "Headcount <post@headshots.example>".parse().unwrap();
        server.state.mailer = Mailer::to_server(to, from, "headshots.example");
        server.state.mail_connections = connections;
        let post = Self { acme: Acme::found_on(server, 1).await, mails };
        post.stop_the_clock().await;
        post
    }

    /// Whatever is put back rests until [`Self::let_time_pass`], however long the test takes.
    async fn stop_the_clock(&self) {
        let rest = "create function rest() returns trigger language plpgsql as $$
                    begin
                        if new.run_at > now() then
                            new.run_at = now() + interval '1 hour';
                        end if;
                        return new;
                    end $$";
        self.acme.server.execute(rest).await;
        let put_back =
            "create trigger rest before update of run_at on jobs for each row execute function rest()";
        self.acme.server.execute(put_back).await;
    }

    /// With the timeouts of a real server.
    fn be_patient(&mut self) {
        let to = smtp::MailServer::from_url(&self.mails.url()).unwrap();
        let from = "Headcount <post@headshots.example>".parse().unwrap();
        self.acme.server.state.mailer = Mailer::to_server(to, from, "headshots.example");
    }

    async fn queue(&self, jobs: &[Job]) {
        let mut tx = self.acme.server.pool().begin().await.unwrap();
        jobs::queue(&mut tx, jobs).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn worker(&self) -> Worker {
        let stop = CancellationToken::new();
        let task = tokio::spawn(worker::run(self.acme.server.state.clone(), stop.clone()));
        Worker { stop, task }
    }

    /// A worker with threads and database connections of its own.
    fn victim(&self, connect: &PgConnectOptions) -> Victim {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (mut state, connect) =
            (self.acme.server.state.clone(), connect.clone().application_name("victim"));
        runtime.spawn(async move {
            state.pool = PgPoolOptions::new().connect_with(connect).await.unwrap().into();
            worker::run(state, CancellationToken::new()).await;
        });
        Victim { runtime }
    }

    async fn invite(&self, people: &[&str]) {
        for who in people {
            self.acme.invite(&format!("{who}@acme.com")).await;
        }
    }

    /// Waits until a query gives this number; the worker works meanwhile.
    async fn until(&self, query: &str, number: i64) {
        let waiting = async {
            while self.acme.server.number(query).await != number {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(20), waiting).await.is_err() {
            let jobs = "select string_agg(concat_ws(' ', state, attempts, last_error), E'\n') from jobs";
            panic!("{query} never gave {number}:\n{}", self.acme.server.text(jobs).await);
        }
    }

    async fn until_all_tried(&self) {
        self.until(
            "select count(*) from jobs where state = 'waiting' and (attempts = 0 or lease is not null)",
            0,
        )
        .await;
    }

    /// What was put back may be tried at once.
    async fn let_time_pass(&self) {
        self.acme
            .server
            .execute("update jobs set run_at = now(), leased_until = leased_until - interval '1 minute' where state = 'waiting'")
            .await;
    }

    /// `state: words` of an invite.
    async fn outcome(&self, who: &str) -> String {
        let query = format!(
            "select state || coalesce(': ' || failure, '') from invites where email = '{who}@acme.com'"
        );
        self.acme.server.text(&query).await
    }
}

impl Post {
    /// What the operator reads of the mail of an invite.
    async fn why(&self, who: &str) -> String {
        let query = format!(
            "select last_error from jobs j join invites i on i.id::text = j.payload -> 'mail' -> 'invite' ->> 'invite'
             where i.email = '{who}@acme.com'"
        );
        self.acme.server.text(&query).await
    }
}

const WAITING: &str = "select count(*) from jobs where state = 'waiting'";

/// I11, I12, QUALITY 5: each mail gets the state that it should, and the others are not held up.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn each_failure_has_its_state_and_stops_no_other_mail(_: PgPoolOptions, connect: PgConnectOptions) {
    each_failure(Post::open_with(connect, MailServer::start_with(true).await, 4).await).await;
}

/// As above, with a mail server that reads one command at a time.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn each_failure_has_its_state_without_pipelining_too(_: PgPoolOptions, connect: PgConnectOptions) {
    each_failure(Post::open_with(connect, MailServer::start_with(false).await, 4).await).await;
}

async fn each_failure(post: Post) {
    let faults = [
        ("unknown", Fault::Unknown),
        ("busy", Fault::Busy),
        ("spam", Fault::Spam),
        ("full", Fault::Full),
        ("stall", Fault::Stall),
        ("stallatend", Fault::StallAtEnd),
        ("breakindata", Fault::BreakInData),
        ("breakafter", Fault::BreakAfterTaking),
        ("closing", Fault::Closing),
    ];
    for (who, fault) in faults {
        post.mails.fail(who, fault, 1);
        post.invite(&[who]).await;
    }
    let good = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"];
    post.invite(&good).await;
    let worker = post.worker();
    post.until_all_tried().await;
    for who in good {
        assert_eq!(post.outcome(who).await, "sent");
        assert_eq!(post.mails.taken_by(who).len(), 1);
    }
    assert_eq!(post.outcome("unknown").await, "failed: 550 5.1.1 No such mailbox");
    assert_eq!(post.outcome("spam").await, "failed: 554 5.7.1 This looks like spam");
    let later = ["busy", "full", "stall", "stallatend", "breakindata", "breakafter", "closing"];
    let why = async |who: &str| post.why(who).await;
    // The lead reads what it waits for. I11
    for who in later {
        assert_eq!(post.outcome(who).await, format!("queued: {}", why(who).await));
    }
    assert_eq!(why("busy").await, "451 4.7.1 Greylisted, try later");
    assert_eq!(why("full").await, "452 4.3.1 No room");
    assert_eq!(why("closing").await, "421 4.3.2 Closing");
    assert_eq!(why("stall").await, "The mail server did not answer in time.");
    assert!(
        why("breakindata").await.starts_with("The mail server broke off"),
        "{}",
        why("breakindata").await
    );
    post.let_time_pass().await;
    post.until(WAITING, 0).await;
    for who in later {
        assert_eq!(post.outcome(who).await, "sent");
        let taken = post.mails.taken_by(who);
        let expected = if who == "breakafter" { 2 } else { 1 };
        assert_eq!(taken.len(), expected, "{who}");
        assert!(taken.iter().all(|mail| mail.message_id() == taken[0].message_id()));
    }
    assert!(post.mails.taken_by("unknown").is_empty() && post.mails.taken_by("spam").is_empty());
    worker.stop().await;
    post.acme.close().await;
}

/// I12, N8: killed between the mail server's "taken" and our commit.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_crash_after_taking_repeats_the_mails_under_way_under_the_same_id(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let post = Post::open_with(connect.clone(), MailServer::start().await, 3).await;
    for n in 0..12 {
        post.invite(&[&format!("p{n}")]).await;
    }
    // Nothing can be noted of any mail while somebody else holds all their invites.
    let mut other = sqlx::PgConnection::connect_with(&connect).await.unwrap();
    let mut tx = other.begin().await.unwrap();
    sqlx::query("select from invites for update").execute(&mut *tx).await.unwrap();
    let victim = post.victim(&connect);
    post.mails.until_taken(3).await;
    victim.kill();
    let gone =
        "select pg_terminate_backend(pid)::text from pg_stat_activity where application_name = 'victim'";
    sqlx::query(gone).execute(post.acme.server.pool()).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(post.mails.taken().len(), 3, "no connection went on before its answer was noted");
    assert_eq!(post.acme.server.number("select count(*) from invites where state = 'sent'").await, 0);

    post.acme.server.execute("update jobs set leased_until = leased_until - interval '31 seconds'").await;
    let worker = post.worker();
    post.until(WAITING, 0).await;
    worker.stop().await;
    assert_eq!(post.acme.server.number("select count(*) from invites where state = 'sent'").await, 12);
    let mut repeated = 0;
    for n in 0..12 {
        let mails = post.mails.taken_by(&format!("p{n}"));
        assert!(mails.len() == 1 || mails.len() == 2 && mails[0].message_id() == mails[1].message_id());
        repeated += mails.len() - 1;
    }
    assert_eq!(repeated, 3);
    post.acme.close().await;
}

/// I12, N8
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_mail_server_that_is_down_loses_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut post = Post::open(connect).await;
    post.mails.go_down().await;
    let people: Vec<String> = (0..20).map(|n| format!("p{n}")).collect();
    post.invite(&people.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let worker = post.worker();
    post.until_all_tried().await;
    assert_eq!(post.acme.server.number("select count(*) from invites where state = 'queued'").await, 20);
    post.mails.come_back().await;
    // A server that turns everybody away, for good as it says, has refused no mail.
    post.mails.turn_away(Some("554 5.3.2 We are moving"));
    post.let_time_pass().await;
    post.until("select count(*) from jobs where last_error like '%We are moving%'", 20).await;
    post.mails.turn_away(None);
    post.until_all_tried().await;
    post.let_time_pass().await;
    post.until(WAITING, 0).await;
    worker.stop().await;
    assert_eq!(post.acme.server.number("select count(*) from invites where state = 'sent'").await, 20);
    assert_eq!(post.mails.taken().len(), 20);
    assert!(post.mails.most_open() <= 4, "{} connections", post.mails.most_open());
    post.acme.close().await;
}

/// H3, N8: a mail server that does not answer holds no other work up.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_slow_mail_server_holds_no_other_job_up(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut post = Post::open(connect.clone()).await;
    post.be_patient();
    for n in 0..10 {
        post.mails.fail(&format!("p{n}"), Fault::Stall, 9);
        post.invite(&[&format!("p{n}")]).await;
    }
    let victim = post.victim(&connect);
    post.until("select count(*) from jobs where lease is not null", 4).await;
    let org = post.acme.org();
    post.queue(&[Job::DeletePictures { org, photos: Vec::new(), headshots: Vec::new() }]).await;
    post.until("select count(*) from jobs where kind = 'delete_pictures' and state = 'done'", 1).await;
    victim.kill();
    post.acme.server.execute("delete from jobs where state = 'waiting'").await;
    post.acme.close().await;
}

/// N9: several servers, each mail once; a connection sends one mail after the other.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn several_servers_send_each_mail_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let post = Post::open_with(connect, MailServer::start().await, 2).await;
    let people: Vec<String> = (0..60).map(|n| format!("p{n}")).collect();
    post.invite(&people.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let workers = [post.worker(), post.worker(), post.worker()];
    post.until(WAITING, 0).await;
    for worker in workers {
        worker.stop().await;
    }
    let taken = post.mails.taken();
    assert_eq!(taken.len(), 60);
    let ids: std::collections::BTreeSet<String> =
        taken.iter().map(super::harness::Taken::message_id).collect();
    assert_eq!(ids.len(), 60);
    assert!(post.mails.most_open() <= 6, "{} connections", post.mails.most_open());
    post.acme.close().await;
}

/// I11, I12, N8: for two days it is tried; then it has failed, and a Retry begins again.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_mail_that_never_gets_through_fails_after_two_days_and_can_be_retried(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let post = Post::open(connect).await;
    post.mails.fail("ada", Fault::Busy, 2);
    let invite = post.acme.invite("ada@acme.com").await;
    post.acme.server.execute("update jobs set attempts = 60, created_at = now() - interval '47 hours'").await;
    let worker = post.worker();
    post.until("select count(*) from jobs where attempts = 61 and lease is null", 1).await;
    // The job is put back first, then its words are written to the invite.
    post.until("select count(*) from invites where failure is not null", 1).await;
    assert_eq!(post.outcome("ada").await, "queued: 451 4.7.1 Greylisted, try later");
    post.acme.server.execute("update jobs set created_at = now() - interval '48 hours'").await;
    post.let_time_pass().await;
    post.until("select count(*) from invites where state = 'failed'", 1).await;
    assert_eq!(post.outcome("ada").await, "failed: 451 4.7.1 Greylisted, try later");
    let retry = [("invites", invite.to_string())];
    let retry: Vec<(&str, &str)> = retry.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let report = post.acme.lead.call("invites/remind", &retry).await.with(StatusCode::OK).json();
    assert_eq!(report["sent"], 1, "{report}");
    post.until("select count(*) from invites where state = 'sent'", 1).await;
    worker.stop().await;
    assert_eq!(post.mails.taken().len(), 1);
    post.acme.close().await;
}

/// I14: whatever happened to a mail, the next one on the connection goes through at its first try.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn after_a_refusal_the_next_mail_starts_afresh(_: PgPoolOptions, connect: PgConnectOptions) {
    after_refusals(Post::open_with(connect, MailServer::start_with(true).await, 1).await).await;
}

/// I14
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn after_a_refusal_the_next_mail_starts_afresh_without_pipelining_too(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    after_refusals(Post::open_with(connect, MailServer::start_with(false).await, 1).await).await;
}

/// Refused mails and good ones in turn, over one connection.
async fn after_refusals(post: Post) {
    let refusals =
        [("unknown", Fault::Unknown), ("busy", Fault::Busy), ("spam", Fault::Spam), ("full", Fault::Full)];
    for (n, (who, fault)) in refusals.into_iter().enumerate() {
        post.mails.fail(who, fault, 1);
        post.invite(&[who, &format!("p{n}")]).await;
    }
    let worker = post.worker();
    post.until_all_tried().await;
    for n in 0..refusals.len() {
        assert_eq!(post.outcome(&format!("p{n}")).await, "sent");
    }
    assert_eq!(post.acme.server.number("select count(*) from jobs where attempts > 1").await, 0);
    assert_eq!(post.mails.connections(), 1, "it was reset, not replaced");
    post.let_time_pass().await;
    post.until(WAITING, 0).await;
    worker.stop().await;
    post.acme.close().await;
}

/// I14: a connection that cannot be reset is replaced at once. Above all nothing is sent over it: the
/// server would deliver that to whom the mail before was for.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_connection_in_the_middle_of_another_mail_is_replaced(_: PgPoolOptions, connect: PgConnectOptions) {
    replaced(Post::open_with(connect, MailServer::start_with(true).await, 1).await).await;
}

/// I14
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_connection_in_the_middle_of_another_mail_is_replaced_without_pipelining_too(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    replaced(Post::open_with(connect, MailServer::start_with(false).await, 1).await).await;
}

async fn replaced(post: Post) {
    post.mails.ignore_reset();
    post.mails.fail("spam", Fault::Spam, 1);
    post.invite(&["spam", "good"]).await;
    let worker = post.worker();
    post.until(WAITING, 0).await;
    worker.stop().await;
    assert_eq!(post.outcome("spam").await, "failed: 554 5.7.1 This looks like spam");
    assert_eq!(post.outcome("good").await, "sent");
    assert_eq!(post.acme.server.number("select count(*) from jobs where attempts > 1").await, 0);
    let taken: Vec<String> = post.mails.taken().into_iter().map(|mail| mail.to).collect();
    assert_eq!((taken, post.mails.connections()), (vec!["good@acme.com".to_owned()], 2));
    post.acme.close().await;
}

/// I14: nor is the end of a connection that rested the trouble of the next mail.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_connection_that_the_server_closed_meanwhile_is_replaced(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let mut post = Post::open_with(connect, MailServer::start().await, 1).await;
    let worker = post.worker();
    post.invite(&["p0"]).await;
    post.until(WAITING, 0).await;
    post.mails.go_down().await;
    post.mails.come_back().await;
    post.invite(&["p1"]).await;
    post.until(WAITING, 0).await;
    worker.stop().await;
    assert_eq!(post.acme.server.number("select count(*) from jobs where attempts > 1").await, 0);
    assert_eq!((post.mails.taken().len(), post.mails.connections()), (2, 2));
    post.acme.close().await;
}

/// I14: what the mail server says about the connection, or about all mail of ours, is the end of no mail.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_reply_that_is_not_about_the_mail_is_never_final(_: PgPoolOptions, connect: PgConnectOptions) {
    never_final(Post::open_with(connect, MailServer::start_with(true).await, 1).await).await;
}

/// I14
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_reply_that_is_not_about_the_mail_is_never_final_without_pipelining_too(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    never_final(Post::open_with(connect, MailServer::start_with(false).await, 1).await).await;
}

async fn never_final(post: Post) {
    post.mails.fail("ada", Fault::OutOfOrder, 1);
    post.invite(&["ada"]).await;
    let worker = post.worker();
    post.until_all_tried().await;
    assert_eq!(post.outcome("ada").await, "queued: 503 5.5.1 Bad sequence of commands");
    assert_eq!(post.why("ada").await, "503 5.5.1 Bad sequence of commands");
    post.mails.refuse_sender(true);
    post.let_time_pass().await;
    post.until("select count(*) from jobs where last_error like '550 5.7.1 Sender%'", 1).await;
    assert!(post.outcome("ada").await.starts_with("queued: 550 5.7.1 Sender"));
    post.mails.refuse_sender(false);
    post.until_all_tried().await;
    post.let_time_pass().await;
    post.until(WAITING, 0).await;
    worker.stop().await;
    assert_eq!(post.outcome("ada").await, "sent");
    post.acme.close().await;
}

/// I14, J5: while every connection of bulk mail and of notices hangs at the end of its mail.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_code_goes_out_while_everything_else_hangs(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut post = Post::open_with(connect.clone(), MailServer::start().await, 4).await;
    post.be_patient();
    for n in 0..6 {
        post.mails.fail(&format!("p{n}"), Fault::StallAtEnd, 9);
        post.invite(&[&format!("p{n}")]).await;
    }
    post.mails.fail("olga", Fault::StallAtEnd, 99);
    let (org, lead) = (post.acme.org(), post.acme.lead.actor.member().unwrap());
    post.queue(&vec![Job::Mail(Mail::OutOfCredits { org, lead, waiting: lead }); 6]).await;
    let victim = post.victim(&connect);
    post.mails.until_stalled(8).await;

    let browser = post.acme.server.browser();
    browser.post("/sign-up", &[("email", "new@home.com")]).await;
    let sent = tokio::time::timeout(Duration::from_secs(2), post.mails.until_taken(1)).await;
    assert!(sent.is_ok(), "the code waits");
    assert_eq!(post.mails.taken()[0].to, "new@home.com");
    victim.kill();
    post.acme.server.execute("delete from jobs where state = 'waiting'").await;
    post.acme.close().await;
}

/// N8: the code that reads a mail panics, or does not understand a row: that mail has a fault with its
/// reason, and those that were taken from the queue with it go out.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_mail_that_cannot_be_read_takes_no_other_with_it(_: PgPoolOptions, connect: PgConnectOptions) {
    let post = Post::open(connect).await;
    post.invite(&["p0", "panics", "p1", "unreadable", "p2"]).await;
    // Later than any date of ours can be: reading it overflows.
    post.acme.server.execute("update invites set expires_at = 'infinity' where email like 'panics@%'").await;
    post.acme.server.execute("update invites set address = 'nobody' where email like 'unreadable@%'").await;
    let worker = post.worker();
    post.until_all_tried().await;
    for who in ["p0", "p1", "p2"] {
        assert_eq!(post.outcome(who).await, "sent");
    }
    let ours = "failed: Headcount could not write this email. Its operator can see why.";
    assert_eq!(post.outcome("panics").await, ours);
    assert!(post.why("panics").await.starts_with("panicked: "), "{}", post.why("panics").await);
    assert_eq!(post.acme.server.number("select count(*) from jobs where state = 'failed'").await, 1);
    // A newer version of ours may understand it: it stays in the queue.
    assert_eq!(post.outcome("unreadable").await, "queued");
    assert!(post.why("unreadable").await.contains("unknown word"), "{}", post.why("unreadable").await);

    let browser = post.acme.server.browser();
    browser.post("/sign-up", &[("email", "new@home.com")]).await;
    post.acme.server.execute("update invites set expires_at = now() + interval '1 day'").await;
    post.acme.server.execute("update invites set address = email").await;
    post.let_time_pass().await;
    post.until(WAITING, 0).await;
    worker.stop().await;
    assert_eq!(post.outcome("unreadable").await, "sent");
    assert_eq!(post.mails.taken_by("new").len(), 1, "the outbox works on");
    assert!(post.mails.taken_by("panics").is_empty());
    post.acme.close().await;
}

/// I11: a mail that comes back later makes its invite one that failed, and nothing else.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_late_bounce_makes_the_invite_fail(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut server = Server::start(connect).await;
    server.trust_bounces("a secret");
    let acme = Acme::found_on(server, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let mail = acme.server.mail_to("ada@acme.com").await;
    let report = async |secret: Option<&str>, message_id: &str| {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("message_id", message_id)
            .append_pair("words", "550 5.1.1\r\nNo such mailbox")
            .finish();
        let mut request = axum::http::Request::post("/hooks/bounce")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(secret) = secret {
            request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
        }
        acme.server.browser().send(request.body(body.into()).unwrap()).await
    };
    let id = format!("<{}@headshots.example>", mail.id);
    for wrong in [None, Some(""), Some("A secret"), Some("a secret ")] {
        report(wrong, &id).await.with(StatusCode::UNAUTHORIZED);
    }
    report(Some("a secret"), "<x@y>").await.with(StatusCode::UNPROCESSABLE_ENTITY);
    report(Some("a secret"), &headcount::store::fresh_id().to_string()).await.with(StatusCode::NOT_FOUND);
    let state = "select state || coalesce(': ' || failure, '') from invites";
    assert_eq!(acme.server.text(state).await, "sent");
    report(Some("a secret"), &id).await.with(StatusCode::NO_CONTENT);
    assert_eq!(acme.server.text(state).await, "failed: 550 5.1.1 No such mailbox");
    // A mail of before says nothing about the one after.
    acme.lead.call("invites/remind", &[("invites", &invite.to_string())]).await.with(StatusCode::OK);
    report(Some("a secret"), &id).await.with(StatusCode::NO_CONTENT);
    acme.server.work().await;
    assert_eq!(acme.server.text(state).await, "sent");
    acme.close().await;
}

/// Without a secret nobody can report anything.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn without_a_secret_there_is_no_place_for_bounces(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let request = axum::http::Request::post("/hooks/bounce")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::AUTHORIZATION, "Bearer ");
    server.browser().send(request.body("".into()).unwrap()).await.with(StatusCode::NOT_FOUND);
    server.close().await;
}
