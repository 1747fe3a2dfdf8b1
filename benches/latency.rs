//! How long the join page takes over HTTP, 99th percentile, while 5,000 invites are accepted and
//! mailed, beside the same when nothing else happens, in turn. QUALITY performance 11

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use headcount::{
    domain::ids::InviteId,
    server::state::AppState,
    store::{accounts::ActiveMembership, invites},
    worker,
};
use tokio_util::sync::CancellationToken;

use crate::{
    common,
    summary::{percentile, summary},
};

const PEOPLE: usize = 5_000;
/// People who open their join page over and over.
const VISITORS: usize = 4;
/// Between two pages of one visitor.
const PAUSE: Duration = Duration::from_millis(5);
const IDLE: Duration = Duration::from_secs(4);

struct Bench {
    state: AppState,
    origin: String,
    owner: ActiveMembership,
    cookie: String,
    page: String,
}

pub async fn run() -> anyhow::Result<()> {
    let mut settings = common::settings()?;
    let pool = common::database(16).await?;
    let owner = common::found(&pool, "latency").await?;
    let sink = common::Sink::start().await?;
    let (state, origin) = common::serve(&mut settings, |settings| {
        common::state(settings, pool, sink.port, settings.mail.mail_connections.into())
    })
    .await?;
    let stop = CancellationToken::new();
    let work = tokio::spawn(worker::run(state.clone(), stop.clone()));

    let bench = Bench::prepare(state, origin, owner).await?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "join page, {VISITORS} visitors, {} runs each, in turn, 99th percentile in milliseconds",
        common::RUNS
    )?;
    bench.visit_for(Duration::from_secs(1)).await?;
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for run in 0..common::RUNS {
        idle.push(percentile(bench.visit_for(IDLE).await?));
        busy.push(percentile(bench.visit_while_sending(run).await?));
    }
    let ratios: Vec<f64> = busy.iter().zip(&idle).map(|(a, b)| a / b).collect();
    writeln!(out, "idle              {}", summary(idle, 2))?;
    writeln!(out, "while sending     {}", summary(busy, 2))?;
    writeln!(out, "ratio             {}", summary(ratios, 2))?;
    stop.cancel();
    work.await?;
    Ok(())
}

impl Bench {
    /// A lead who is signed in, and somebody invited.
    async fn prepare(state: AppState, origin: String, owner: ActiveMembership) -> anyhow::Result<Self> {
        let cookie = common::sign_in(state.pool.direct(), &owner).await?;
        let mut tx = state.pool.direct().begin().await?;
        let people = common::people("latency", 1)?;
        let options = invites::InviteOptions::default();
        common::invite(&mut tx, &owner.acting_from(None), &people, options).await?;
        let pending = invites::pending(&mut tx, owner.org, 1).await?;
        let invite: InviteId = pending.invites.first().context("no invite")?.id;
        tx.commit().await?;
        let page = format!("{origin}/i/{}", state.keys.invite_token(owner.org, invite, 0));
        Ok(Self { state, origin, owner, cookie, page })
    }

    async fn visit_for(&self, time: Duration) -> anyhow::Result<Vec<f64>> {
        let over = Arc::new(AtomicBool::new(false));
        let visits = self.visit_until(Arc::clone(&over));
        let timer = async {
            tokio::time::sleep(time).await;
            over.store(true, Ordering::Relaxed);
        };
        let (times, ()) = tokio::join!(visits, timer);
        times
    }

    /// From the lead's request until the last mail is sent.
    async fn visit_while_sending(&self, run: usize) -> anyhow::Result<Vec<f64>> {
        let over = Arc::new(AtomicBool::new(false));
        let visits = self.visit_until(Arc::clone(&over));
        let sending = async {
            let sent = self.send(run).await;
            over.store(true, Ordering::Relaxed);
            sent
        };
        let (times, sent) = tokio::join!(visits, sending);
        sent?;
        times
    }

    async fn send(&self, run: usize) -> anyhow::Result<()> {
        let people = common::people(&format!("latency{run}"), PEOPLE)?;
        let addresses: Vec<String> = people.iter().map(|one| one.address.to_string()).collect();
        let org = self.owner.org.to_string();
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("org", org.as_str()),
                ("addresses", &addresses.join("\n")),
                ("team", ""),
                ("note", ""),
            ])
            .finish();
        let answer = reqwest::Client::new()
            .post(format!("{}/fn/invites/send", self.origin))
            .header("cookie", &self.cookie)
            .header("origin", &self.origin)
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await?;
        if !answer.status().is_success() {
            bail!("the send gave {}: {}", answer.status(), answer.text().await?);
        }
        let mut db = self.state.pool.acquire().await?;
        common::until_sent(&mut db, self.owner.org, Duration::from_millis(50)).await?;
        Ok(())
    }

    /// Milliseconds of each visit.
    async fn visit_until(&self, over: Arc<AtomicBool>) -> anyhow::Result<Vec<f64>> {
        let visitors: Vec<_> = (0..VISITORS)
            .map(|_| {
                let (page, over, client) = (self.page.clone(), Arc::clone(&over), reqwest::Client::new());
                tokio::spawn(async move {
                    let mut times = Vec::new();
                    while !over.load(Ordering::Relaxed) {
                        let began = Instant::now();
                        let answer = client.get(&page).send().await?.error_for_status()?;
                        answer.bytes().await?;
                        times.push(began.elapsed().as_secs_f64() * 1000.0);
                        tokio::time::sleep(PAUSE).await;
                    }
                    anyhow::Ok(times)
                })
            })
            .collect();
        let mut times = Vec::new();
        for visitor in visitors {
            times.extend(visitor.await??);
        }
        Ok(times)
    }
}
