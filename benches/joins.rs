//! Joins per second through one link (one hot row): this crate's store beside pgbench, which sends
//! the same statements over as many connections to the same database. Alternating runs; the ratio
//! is what counts. QUALITY 5
//!
//! Run by `./x bench`, which sets DATABASE_URL and PG_BIN.

use std::{
    io::Write,
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use headcount::{
    domain::{
        email::EmailAddress,
        ids::{LinkId, OrgId},
    },
    store::{
        self, Error, PgPool,
        accounts::{self, Device},
        credits,
        links::{self, Joiner, NewLink, Redeemed},
        organizations,
    },
};

const CONNECTIONS: u32 = 16;
const SECONDS: u64 = 4;
const RUNS: usize = 5;

static NEXT: AtomicU64 = AtomicU64::new(0);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL is missing; run ./x bench")?;
    let pool = store::connect(&url, CONNECTIONS).await?;
    store::migrate(&pool).await?;
    let (org, link) = seed(&pool).await?;
    let mut out = std::io::stdout();
    writeln!(out, "joins through one link, {CONNECTIONS} connections, {RUNS} × {SECONDS} s each, in turn")?;
    run_ours(&pool, org, link, Duration::from_secs(1)).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(run_ours(&pool, org, link, Duration::from_secs(SECONDS)).await?);
        theirs.push(run_pgbench(&url, org, link)?);
    }
    let ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(a, b)| a / b).collect();
    writeln!(out, "headcount  {}", summary(ours, 0))?;
    writeln!(out, "pgbench    {}", summary(theirs, 0))?;
    writeln!(out, "ratio      {}", summary(ratios, 2))?;
    Ok(())
}

async fn seed(pool: &PgPool) -> anyhow::Result<(OrgId, LinkId)> {
    let mut tx = pool.begin().await?;
    let address = address("owner@bench.example")?;
    let account = accounts::ensure(&mut tx, &address).await?;
    let actor = organizations::found(&mut tx, account, &address, "Bench", "Owner").await?;
    credits::grant(&mut tx, actor.org, 1, None).await?;
    let link = match links::create(&mut tx, &actor, &NewLink::default()).await {
        Ok(link) => link,
        Err(error) => bail!("no link: {error:?}"),
    };
    tx.commit().await?;
    Ok((actor.org, link))
}

/// Joins per second by this crate.
async fn run_ours(pool: &PgPool, org: OrgId, link: LinkId, time: Duration) -> anyhow::Result<f64> {
    let began = Instant::now();
    let until = began + time;
    let workers: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut joins = 0_u64;
                while Instant::now() < until {
                    join(&pool, org, link).await?;
                    joins += 1;
                }
                anyhow::Ok(joins)
            })
        })
        .collect();
    let mut joins = 0;
    for worker in workers {
        joins += worker.await??;
    }
    Ok(joins as f64 / began.elapsed().as_secs_f64())
}

async fn join(pool: &PgPool, org: OrgId, link: LinkId) -> anyhow::Result<()> {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let address = address(&format!("h{n}@corp.example"))?;
    let mut tx = pool.begin().await?;
    let account = accounts::ensure(&mut tx, &address).await?;
    let secret_hash = store::fresh_id();
    let device = Device { secret_hash: secret_hash.as_bytes(), user_agent: "bench", network: "local" };
    accounts::open_login(&mut tx, account, Some(org), device).await?;
    let joiner = Joiner { account, address, name: "Bench".into(), login: None };
    match links::redeem(&mut tx, org, link, &joiner).await {
        Ok(Redeemed::Joined(_)) => Ok(tx.commit().await?),
        Ok(other) => bail!("nobody joined: {other:?}"),
        Err(Error::Refused(refusal)) => bail!("refused: {refusal}"),
        Err(Error::Broken(error)) => Err(error.into()),
    }
}

/// Joins per second by pgbench.
fn run_pgbench(url: &str, org: OrgId, link: LinkId) -> anyhow::Result<f64> {
    let program =
        std::env::var("PG_BIN").map_or_else(|_| "pgbench".into(), |folder| format!("{folder}/pgbench"));
    let output = Command::new(&program)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .arg(format!("--client={CONNECTIONS}"))
        .arg(format!("--time={SECONDS}"))
        .arg(format!("--define=org={org}"))
        .arg(format!("--define=link={link}"))
        .arg(concat!("--file=", env!("CARGO_MANIFEST_DIR"), "/benches/join.sql"))
        .arg(url)
        .output()
        .with_context(|| format!("{program} cannot be run"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.with_context(|| format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

fn address(text: &str) -> anyhow::Result<EmailAddress> {
    EmailAddress::parse(text, |_| None).map_err(|problem| anyhow::anyhow!("{text}: {problem}"))
}

/// Median, least and most.
fn summary(mut values: Vec<f64>, digits: usize) -> String {
    values.sort_by(f64::total_cmp);
    let (least, median, most) = (values[0], values[values.len() / 2], values[values.len() - 1]);
    format!("median {median:.digits$} (least {least:.digits$}, most {most:.digits$})")
}
