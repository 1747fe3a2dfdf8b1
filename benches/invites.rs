//! A thousand people invited, committed, their mails queued: this crate's store beside `\copy` of the
//! same rows (invites and mails) by psql, in turn. QUALITY performance 7

use std::{
    io::Write,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, bail};
use headcount::{
    domain::{actor::Actor, ids::BatchId},
    store::{PgPool, invites},
};

use crate::{common, summary::summary};

const PEOPLE: usize = 1_000;

pub async fn run() -> anyhow::Result<()> {
    let pool = common::database(4).await?;
    let actor = common::found(&pool, "invites").await?.acting_from(None);
    let folder = tempfile::tempdir()?;
    let columns = stored_columns(&pool).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{PEOPLE} invites in one transaction, {} runs each, in turn, milliseconds", common::RUNS)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 0..=common::RUNS {
        let (batch, time) = send(&pool, &actor, run).await?;
        let copied = copy(batch, &columns, folder.path())?;
        // The first run warms both up.
        if run > 0 {
            ours.push(time);
            theirs.push(copied);
        }
    }
    let ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(a, b)| a / b).collect();
    writeln!(out, "headcount  {}", summary(ours, 1))?;
    writeln!(out, "\\copy      {}", summary(theirs, 1))?;
    writeln!(out, "ratio      {}", summary(ratios, 2))?;
    Ok(())
}

async fn send(pool: &PgPool, actor: &Actor, run: usize) -> anyhow::Result<(BatchId, f64)> {
    let people = common::people(&format!("invites{run}"), PEOPLE)?;
    let options =
        invites::InviteOptions { team: None, note: Some("See you on Monday."), ..Default::default() };
    let began = Instant::now();
    let mut tx = pool.begin().await?;
    let sent = common::invite(&mut tx, actor, &people, options).await?;
    tx.commit().await?;
    let time = began.elapsed().as_secs_f64() * 1000.0;
    let batch = sent.batch.context("nobody was invited")?;
    Ok((batch, time))
}

/// Those of an invite that are not computed from others, which `\copy` could not put in.
async fn stored_columns(pool: &PgPool) -> anyhow::Result<String> {
    let columns = "select string_agg(quote_ident(column_name), ', ' order by ordinal_position)
                   from information_schema.columns
                   where table_schema = 'public' and table_name = 'invites' and is_generated = 'NEVER'";
    Ok(sqlx::query_scalar(columns).fetch_one(pool).await?)
}

/// Takes the rows out and puts them in again by `\copy`; the time of the latter, in milliseconds.
fn copy(batch: BatchId, columns: &str, folder: &std::path::Path) -> anyhow::Result<f64> {
    let (invites, mails) = (folder.join("invites"), folder.join("mails"));
    let (invites, mails) = (invites.display(), mails.display());
    let of_batch = format!(
        "payload -> 'mail' -> 'invite' ->> 'invite' in (select id::text from invites where batch_id = '{batch}')"
    );
    let script = format!(
        "\\copy (select {columns} from invites where batch_id = '{batch}' order by email) to '{invites}'\n\
         \\copy (select * from jobs where {of_batch} order by id) to '{mails}'\n\
         delete from jobs where {of_batch};\n\
         delete from invites where batch_id = '{batch}';\n\
         \\timing on\n\
         begin;\n\
         \\copy invites ({columns}) from '{invites}'\n\
         \\copy jobs from '{mails}'\n\
         commit;\n"
    );
    let program = std::env::var("PG_BIN").map_or_else(|_| "psql".into(), |folder| format!("{folder}/psql"));
    let mut psql = Command::new(&program)
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"])
        .arg(std::env::var("DATABASE_URL")?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{program} cannot be run"))?;
    psql.stdin.take().context("psql takes no input")?.write_all(script.as_bytes())?;
    let output = psql.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let times: Vec<f64> = text
        .lines()
        .filter_map(|line| line.strip_prefix("Time: ")?.split(' ').next()?.parse().ok())
        .collect();
    if times.len() != 4 || !output.status.success() {
        bail!("psql: {text}");
    }
    Ok(times.iter().sum())
}
