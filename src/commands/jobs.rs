//! `headcount jobs`: what is stuck, and what becomes of it. N8

use anyhow::bail;
use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{open, operator::say};
use crate::{
    server::config::Database,
    store::{
        self,
        stuck_jobs::{self, StuckJob},
    },
};

/// How many are listed.
const LISTED: i64 = 200;

#[derive(Args)]
pub struct Jobs {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// List jobs that were given up, or were tried in vain so far
    List,
    /// Try jobs again now, as if for the first time
    Retry {
        #[arg(required = true)]
        jobs: Vec<Uuid>,
    },
    /// Forget jobs: what was given up, or an email that is not to be sent any more
    Drop {
        #[arg(required = true)]
        jobs: Vec<Uuid>,
    },
}

/// # Errors
/// A job is done, under way, unknown, or may not be dropped; then nothing was changed.
pub async fn run(command: Jobs) -> anyhow::Result<()> {
    let pool = open::database(&command.database).await?;
    let mut tx = store::begin(&pool).await?;
    match command.act {
        Act::List => {
            let stuck = stuck_jobs::list(&mut tx, LISTED).await?;
            if stuck.is_empty() {
                say("Nothing is stuck.")?;
            }
            stuck.iter().try_for_each(|job| say(&line(job)))?;
        }
        Act::Retry { jobs } => {
            for job in &jobs {
                if !stuck_jobs::retry(&mut tx, *job).await? {
                    bail!("{job} is done, under way or unknown; nothing was changed");
                }
            }
            tx.commit().await?;
            say("They are tried again within seconds.")?;
        }
        Act::Drop { jobs } => {
            for job in &jobs {
                if !stuck_jobs::forget(&mut tx, *job).await? {
                    bail!(
                        "{job} is done, under way or unknown, or somebody’s headshots or files wait for it; nothing was changed"
                    );
                }
            }
            tx.commit().await?;
            say("They are forgotten.")?;
        }
    }
    Ok(())
}

/// `0198…  given up  mail ready  organization 0198…  20 tries in 49 hours: 550 No such mailbox`
fn line(job: &StuckJob) -> String {
    let state = if job.given_up { "given up" } else { "waits   " };
    let org = job.org.map(|org| format!("  organization {org}")).unwrap_or_default();
    let why = job.why.as_deref().unwrap_or("no reason was noted");
    format!(
        "{}  {state}  {}{org}  {} tries in {} hours: {why}",
        job.id, job.what, job.attempts, job.hours_old
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_stuck_and_why() {
        let job = StuckJob {
            id: Uuid::nil(),
            what: "mail ready".into(),
            org: None,
            given_up: true,
            attempts: 20,
            hours_old: 49,
            why: Some("550 No such mailbox".into()),
        };
        let expected = "00000000-0000-0000-0000-000000000000  given up  mail ready  20 tries in 49 hours: 550 No such mailbox";
        assert_eq!(line(&job), expected);
    }
}
