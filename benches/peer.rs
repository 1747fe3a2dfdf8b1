//! Invites per second, one address a request, and joins by personal link, over HTTP with 16 requests at once,
//! beside better-auth (benches/peer) in turn: the same client, the same Postgres with as many connections, the
//! same sink for mails. QUALITY performance 13
//!
//! Headcount is the real router in this process, with its worker; better-auth is a process of Node. Only what was
//! done is counted, which the rows in the database show at the end of each run. Mails go out while others are
//! invited; joining begins when the last has left.

mod better_auth;

use std::{io::Write, time::Duration};

use anyhow::ensure;
use headcount::{
    server::{live, state::AppState},
    store::PgPool,
    worker,
};
use tokio_util::sync::CancellationToken;

use self::better_auth::BetterAuth;
use crate::{
    client::{self, CLIENTS},
    common,
    summary::summary,
    use_cases::{accept, invite, invited},
};

/// In each run, to one organization.
const INVITES: usize = 1_000;
const JOINS: usize = 500;

/// Of one run, per second.
struct Rates {
    invites: f64,
    joins: f64,
}

pub async fn run() -> anyhow::Result<()> {
    let sink = common::Sink::start().await?;
    let ours = Headcount::start(sink.port).await?;
    let theirs = BetterAuth::start(sink.port).await?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{INVITES} invites one by one and {JOINS} joins by personal link over HTTP, {CLIENTS} at once, {} runs each, \
         in turn, requests/s",
        common::RUNS
    )?;
    let (mut our_rates, mut their_rates) = (Vec::new(), Vec::new());
    for run in 0..=common::RUNS {
        let (one, other) = (ours.measure(run).await?, theirs.measure(run).await?);
        // The first run warms both up.
        if run > 0 {
            our_rates.push(one);
            their_rates.push(other);
        }
    }
    compare(&mut out, "invites", &our_rates, &their_rates, |rates| rates.invites, "10, at least 5")?;
    compare(&mut out, "joins", &our_rates, &their_rates, |rates| rates.joins, "10, at least 8")?;
    ours.stop().await
}

fn compare(
    out: &mut impl Write,
    what: &str,
    ours: &[Rates],
    theirs: &[Rates],
    rate: impl Fn(&Rates) -> f64,
    target: &str,
) -> anyhow::Result<()> {
    let ratios = ours.iter().zip(theirs).map(|(one, other)| rate(one) / rate(other)).collect();
    writeln!(out, "{what}, headcount    {}", summary(ours.iter().map(&rate).collect(), 0))?;
    writeln!(out, "{what}, better-auth  {}", summary(theirs.iter().map(&rate).collect(), 0))?;
    writeln!(out, "ratio                {}, target ≥ {target}", summary(ratios, 2))?;
    Ok(())
}

/// As autovacuum does within a minute; a database that has just been filled is not what is measured.
async fn settle_statistics(pool: &PgPool) -> anyhow::Result<()> {
    sqlx::query("vacuum analyze").execute(pool).await?;
    Ok(())
}

struct Headcount {
    state: AppState,
    origin: String,
    stop: CancellationToken,
    work: tokio::task::JoinHandle<()>,
}

impl Headcount {
    async fn start(mail_port: u16) -> anyhow::Result<Self> {
        let pool = common::database(CONNECTIONS).await?;
        let mut settings = common::settings()?;
        let (state, origin) = common::serve(&mut settings, |settings| {
            common::state(settings, pool, mail_port, MAIL_CONNECTIONS)
        })
        .await?;
        let stop = CancellationToken::new();
        tokio::spawn(live::run(state.live.clone(), state.pool.clone(), stop.clone()));
        let work = tokio::spawn(worker::run(state.clone(), stop.clone()));
        Ok(Self { state, origin, stop, work })
    }

    async fn measure(&self, run: usize) -> anyhow::Result<Rates> {
        let pool = self.state.pool.direct();
        let owner = common::found(pool, &format!("peer{run}")).await?;
        let cookie = format!("Cookie: {}", common::sign_in(pool, &owner).await?);
        let invites = client::rate(&self.origin, client::below(INVITES), async |client, n| {
            invite(client, &cookie, &owner, &format!("peer{run}.{n}")).await
        })
        .await?;
        let invited = invited(pool, &owner, INVITES).await?;
        common::until_sent(&mut *pool.acquire().await?, owner.org, Duration::from_millis(50)).await?;
        settle_statistics(pool).await?;
        let joins = client::rate(&self.origin, client::below(JOINS), async |client, n| {
            accept(client, &self.state.keys.invite_token(owner.org, invited[n], 0)).await
        })
        .await?;
        let joined: i64 =
            sqlx::query_scalar("select count(*) from members where org_id = $1 and kind = 'invite'")
                .bind(owner.org.0)
                .fetch_one(pool)
                .await?;
        ensure!(usize::try_from(joined)? == JOINS, "{joined} joined");
        Ok(Rates { invites, joins })
    }

    async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        Ok(self.work.await?)
    }
}

/// To the database, of each side.
const CONNECTIONS: u32 = 16;
/// To the sink, of each side.
const MAIL_CONNECTIONS: usize = 8;
