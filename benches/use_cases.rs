//! Statements and round trips to the database that one request of each use case takes, and one mail, so that
//! nobody adds any without seeing it. QUALITY performance 13
//!
//! Counted, not timed: requests come one after the other, when every connection has prepared its statements.

use std::{io::Write, time::Duration};

use anyhow::ensure;
use headcount::{
    domain::ids::InviteId,
    server::{live, state::AppState},
    store::{PgPool, accounts::ActiveMembership, invites::InviteOptions},
    worker,
};
use tokio_util::sync::CancellationToken;

use crate::{
    client::{Client, FORM, JSON},
    common,
    round_trips::RoundTrips,
    statements::Statements,
};

/// Requests that are not counted.
const FIRST: usize = 20;
const COUNTED: usize = 40;
const MAILS: usize = 1_000;

pub async fn run() -> anyhow::Result<()> {
    let counts = Counts {
        statements: Statements::installed()?,
        round_trips: RoundTrips::to(&common::database_url()?)?,
    };
    let pool = common::database_at(&counts.round_trips.url, 4).await?;
    let owner = common::found(&pool, "use-cases").await?;
    let sink = common::Sink::start().await?;
    let mut settings = common::settings()?;
    let (state, origin) = common::serve(&mut settings, |settings| {
        common::state(settings, pool.clone(), sink.port, settings.mail.mail_connections.into())
    })
    .await?;
    let cookie = format!("Cookie: {}", common::sign_in(&pool, &owner).await?);
    let stop = CancellationToken::new();
    let telling = tokio::spawn(live::run(state.live.clone(), state.pool.clone(), stop.clone()));

    let mut out = std::io::stdout();
    writeln!(out, "statements (`commit` among them) and round trips to the database, each")?;
    let mut requests = counts.requests(&origin, &mut out).await?;
    requests
        .count("invite one", async |client, n| invite(client, &cookie, &owner, &format!("one{n}")).await)
        .await?;
    let invited = invited(&pool, &owner, FIRST + COUNTED).await?;
    let token = |n: usize| state.keys.invite_token(owner.org, invited[n], 0);
    requests
        .count("page of a personal link", async |client, n| {
            open(client, &format!("/i/{}", token(n)), "").await
        })
        .await?;
    requests.count("accept by personal link", async |client, n| accept(client, &token(n)).await).await?;
    let mut tx = pool.begin().await?;
    let link = common::create_link(&mut tx, &owner).await?;
    tx.commit().await?;
    let page = format!("/j/{}", state.keys.link_token(owner.org, link));
    requests.count("page of an open link", async |client, _| open(client, &page, "").await).await?;
    requests.count("Members page", async |client, _| open(client, "/members", &cookie).await).await?;
    count_mails(&counts, &mut out, &state, &owner).await?;
    stop.cancel();
    telling.await?;
    Ok(())
}

/// Invites one person, as the dialog of a page with scripts does.
pub async fn invite(
    client: &mut Client,
    cookie: &str,
    owner: &ActiveMembership,
    name: &str,
) -> anyhow::Result<()> {
    let body = serde_json::json!({
        "org": owner.org,
        "addresses": [{ "address": format!("{name}@corp.example") }],
        "team": "",
        "note": "",
        "role": "",
    });
    let headers = [cookie, "Accept: application/json"];
    let answer = client.post("/fn/invites/send", JSON, &headers, &body.to_string()).await?;
    let report = String::from_utf8_lossy(&answer.body);
    ensure!(
        answer.status == 200 && report.contains("\"invited\":1,"),
        "not invited: {}{report}",
        answer.head
    );
    Ok(())
}

/// Who was invited to an organization, first come first; fails where there are not so many.
pub async fn invited(pool: &PgPool, owner: &ActiveMembership, count: usize) -> anyhow::Result<Vec<InviteId>> {
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("select id from invites where org_id = $1 order by id")
        .bind(owner.org.0)
        .fetch_all(pool)
        .await?;
    ensure!(ids.len() == count, "{} invites, not {count}", ids.len());
    Ok(ids.into_iter().map(InviteId).collect())
}

/// Joins by a personal link, as a newcomer.
pub async fn accept(client: &mut Client, token: &str) -> anyhow::Result<()> {
    let answer = client.post(&format!("/i/{token}"), FORM, &["Accept: text/html"], "name=Person").await?;
    ensure!(answer.leads_to_own_photos(), "not let in: {}", answer.head);
    Ok(())
}

async fn open(client: &mut Client, path: &str, cookie: &str) -> anyhow::Result<()> {
    let headers: &[&str] =
        if cookie.is_empty() { &["Accept: text/html"] } else { &["Accept: text/html", cookie] };
    let answer = client.get(path, headers).await?;
    ensure!(answer.status == 200, "{path} gave {}", answer.head);
    Ok(())
}

struct Counts {
    statements: Statements,
    round_trips: RoundTrips,
}

impl Counts {
    async fn requests<'a, W: Write>(
        &'a self,
        origin: &str,
        out: &'a mut W,
    ) -> anyhow::Result<Requests<'a, W>> {
        Ok(Requests { counts: self, client: Client::connect(origin).await?, out })
    }
}

struct Requests<'a, W> {
    counts: &'a Counts,
    client: Client,
    out: &'a mut W,
}

impl<W: Write> Requests<'_, W> {
    async fn count(
        &mut self,
        what: &str,
        request: impl AsyncFn(&mut Client, usize) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for n in 0..FIRST {
            request(&mut self.client, n).await?;
        }
        let before = self.counts.round_trips.count();
        let client = &mut self.client;
        let asking = async {
            for n in FIRST..FIRST + COUNTED {
                request(client, n).await?;
            }
            anyhow::Ok(())
        };
        let (done, statements) = self.counts.statements.during(asking).await;
        done?;
        let round_trips = self.counts.round_trips.count() - before;
        line(self.out, what, statements, round_trips, COUNTED)
    }
}

/// One mail of many, from the queue until it is settled.
async fn count_mails(
    counts: &Counts,
    out: &mut impl Write,
    state: &AppState,
    owner: &ActiveMembership,
) -> anyhow::Result<()> {
    let people = common::people("use-cases", MAILS)?;
    let mut tx = state.pool.direct().begin().await?;
    common::invite(&mut tx, &owner.acting_from(None), &people, InviteOptions::default()).await?;
    tx.commit().await?;
    // Past the relay, so that what is asked here is not among the round trips.
    let watching = common::database(1).await?;
    let sending = async {
        let stop = CancellationToken::new();
        let work = tokio::spawn(worker::run(state.clone(), stop.clone()));
        let mut db = watching.acquire().await?;
        let asked = common::until_sent(&mut db, owner.org, Duration::from_millis(50)).await?;
        stop.cancel();
        work.await?;
        anyhow::Ok(asked)
    };
    let before = counts.round_trips.count();
    let (asked, statements) = counts.statements.during(sending).await;
    let round_trips = counts.round_trips.count() - before;
    line(out, "mail of the outbox", statements - asked?, round_trips, MAILS)
}

fn line(
    out: &mut impl Write,
    what: &str,
    statements: usize,
    round_trips: usize,
    of: usize,
) -> anyhow::Result<()> {
    let each = |count: usize| count as f64 / of as f64;
    writeln!(out, "{what:<24} {:>5.2} statements {:>6.2} round trips", each(statements), each(round_trips))?;
    Ok(())
}
