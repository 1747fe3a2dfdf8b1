//! Mails per second: the outbox from its queue into postfix's smtp-sink, beside postfix's smtp-source
//! into the same sink with as many sessions and as long messages, in turn. QUALITY performance 8
//!
//! smtp-source reads no queue, writes no email and records nothing; it opens a session for each mail,
//! or (`-d`) keeps it as the outbox does.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use anyhow::bail;
use headcount::{
    domain::actor::Actor,
    server::config::Settings,
    store::{PgPool, invites},
    worker,
};
use tokio_util::sync::CancellationToken;

use crate::{common, summary::summary};

const MAILS: usize = 5_000;
/// Bytes of an invite's mail.
const LENGTH: usize = 9_000;

pub async fn run() -> anyhow::Result<()> {
    let settings = common::settings()?;
    let pool = common::database(16).await?;
    let actor = common::found(&pool, "outbox").await?.acting_from(None);
    let sink = common::Sink::start().await?;
    let mut out = std::io::stdout();
    for sessions in [8, 32] {
        writeln!(
            out,
            "{MAILS} mails into smtp-sink, {sessions} sessions, {} runs each, in turn, mails per second",
            common::RUNS
        )?;
        let (mut ours, mut theirs, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        for run in 0..common::RUNS {
            ours.push(run_ours(&settings, &pool, &actor, &sink, sessions, run).await?);
            theirs.push(run_source(&sink, sessions, false)?);
            kept.push(run_source(&sink, sessions, true)?);
        }
        let ratios = |others: &[f64]| ours.iter().zip(others).map(|(a, b)| a / b).collect::<Vec<f64>>();
        let (ratio, ratio_kept) = (ratios(&theirs), ratios(&kept));
        writeln!(out, "headcount                  {}", summary(ours, 0))?;
        writeln!(out, "smtp-source                {}", summary(theirs, 0))?;
        writeln!(out, "ratio                      {}", summary(ratio, 2))?;
        writeln!(out, "smtp-source -d             {}", summary(kept, 0))?;
        writeln!(out, "ratio                      {}", summary(ratio_kept, 2))?;
    }
    Ok(())
}

async fn run_ours(
    settings: &Settings,
    pool: &PgPool,
    actor: &Actor,
    sink: &common::Sink,
    sessions: usize,
    run: usize,
) -> anyhow::Result<f64> {
    let people = common::people(&format!("outbox{sessions}-{run}"), MAILS)?;
    let mut tx = pool.begin().await?;
    let options =
        invites::InviteOptions { team: None, note: Some("See you on Monday."), ..Default::default() };
    common::invite(&mut tx, actor, &people, options).await?;
    tx.commit().await?;
    // As autovacuum does within a minute; a server that has just been set up is not what is measured.
    sqlx::query("vacuum analyze").execute(pool).await?;
    let state = common::state(settings, pool.clone(), sink.port, sessions)?;
    let stop = CancellationToken::new();
    let began = Instant::now();
    let work = tokio::spawn(worker::run(state, stop.clone()));
    let mut db = pool.acquire().await?;
    common::until_sent(&mut db, actor.org, Duration::from_millis(100)).await?;
    let rate = MAILS as f64 / began.elapsed().as_secs_f64();
    stop.cancel();
    work.await?;
    Ok(rate)
}

fn run_source(sink: &common::Sink, sessions: usize, keep_sessions: bool) -> anyhow::Result<f64> {
    let mut source = sink.source();
    if keep_sessions {
        source.arg("-d");
    }
    source
        .args(["-s", &sessions.to_string(), "-m", &MAILS.to_string(), "-l", &LENGTH.to_string()])
        .args(["-f", "post@headshots.example", "-t", "person@corp.example"])
        .arg(format!("127.0.0.1:{}", sink.port));
    let began = Instant::now();
    let status = source.status()?;
    if !status.success() {
        bail!("smtp-source ended with {status}");
    }
    Ok(MAILS as f64 / began.elapsed().as_secs_f64())
}
