//! Joins per second over HTTP, through one link (one hot row) and spread over a thousand, beside
//! pgbench, which sends the same join as one prepared statement over as many connections to the
//! same database. Alternating runs; the ratio is what counts. QUALITY performance 5, 6
//!
//! The server is the real router in this process behind a real socket, with 16 clients that keep
//! their connections; server, clients and database share the machine, as pgbench and database do.

mod people;

use std::{
    io::Write,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use self::people::Crowd;
use crate::{
    client::{CLIENTS, Client},
    common,
    summary::summary,
};

const SECONDS: u64 = 3;
const LINKS: usize = 1000;

pub async fn run() -> anyhow::Result<()> {
    let pool = common::database(16).await?;
    let crowd = Crowd::gather(&pool, LINKS).await?;
    let mut settings = common::settings()?;
    let (state, origin) =
        common::serve(&mut settings, |settings| common::state_without_mail(settings, pool)).await?;
    let paths: Vec<String> =
        crowd.links.iter().map(|link| format!("/j/{}", state.keys.link_token(crowd.org, *link))).collect();
    let bench = Bench { origin, crowd };
    bench.compare("joins through one link over HTTP", &paths[..1]).await?;
    bench.compare("joins spread over 1,000 links over HTTP", &paths).await
}

struct Bench {
    origin: String,
    crowd: Crowd,
}

impl Bench {
    async fn compare(&self, what: &str, paths: &[String]) -> anyhow::Result<()> {
        let mut out = std::io::stdout();
        writeln!(out, "{what}, {CLIENTS} clients, {} × {SECONDS} s each, in turn", common::RUNS)?;
        self.run_ours(paths, Duration::from_secs(1)).await?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..common::RUNS {
            ours.push(self.run_ours(paths, Duration::from_secs(SECONDS)).await?);
            theirs.push(self.run_pgbench(paths.len()).await?);
        }
        let ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(a, b)| a / b).collect();
        writeln!(out, "headcount  {}", summary(ours, 0))?;
        writeln!(out, "pgbench    {}", summary(theirs, 0))?;
        writeln!(out, "ratio      {}", summary(ratios, 2))?;
        let (joined, used) = self.crowd.count().await?;
        ensure!(joined == used, "{joined} members, {used} places used");
        Ok(())
    }

    /// Joins per second over HTTP.
    async fn run_ours(&self, paths: &[String], time: Duration) -> anyhow::Result<f64> {
        let next = Arc::new(AtomicI64::new(self.crowd.grow().await?));
        let paths: Arc<[String]> = paths.into();
        let first = next.load(Ordering::Relaxed);
        let began = Instant::now();
        let until = began + time;
        let mut clients = Vec::new();
        for _ in 0..CLIENTS {
            let (next, paths) = (Arc::clone(&next), Arc::clone(&paths));
            let mut client = Client::connect(&self.origin).await?;
            clients.push(tokio::spawn(async move {
                while Instant::now() < until {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    // A stride that is prime to their number walks over all links.
                    let path = &paths[usize::try_from(n * 389)? % paths.len()];
                    client.join(path, &people::cookie(n)).await?;
                }
                anyhow::Ok(())
            }));
        }
        for client in clients {
            client.await??;
        }
        let took = began.elapsed().as_secs_f64();
        let last = next.load(Ordering::Relaxed);
        self.crowd.used_up(last).await?;
        Ok((last - first) as f64 / took)
    }

    /// Joins per second by pgbench.
    async fn run_pgbench(&self, links: usize) -> anyhow::Result<f64> {
        self.crowd.grow().await?;
        let program =
            std::env::var("PG_BIN").map_or_else(|_| "pgbench".into(), |folder| format!("{folder}/pgbench"));
        let output = Command::new(&program)
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
            .arg(format!("--client={CLIENTS}"))
            .arg(format!("--time={SECONDS}"))
            .arg(format!("--define=org={}", self.crowd.org))
            .arg(format!("--define=links={links}"))
            .arg(concat!("--file=", env!("CARGO_MANIFEST_DIR"), "/benches/joins/join.sql"))
            .arg(common::database_url()?)
            .output()
            .with_context(|| format!("{program} cannot be run"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        rate.with_context(|| format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)))
    }
}
