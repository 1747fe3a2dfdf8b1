//! `headcount credits`: what leads ask for, and the operator's answer. C7

use anyhow::bail;
use clap::{Args, Subcommand};

use super::{
    open,
    operator::{commit, say},
};
use crate::{
    domain::{
        actor::Actor,
        credit::{REQUEST_ANSWER_MAX, count},
        ids::CreditRequestId,
        text,
    },
    server::config::Database,
    store::{
        self, Error, Pool,
        credit_requests::{self, Asked, Reply},
    },
};

#[derive(Subcommand)]
pub enum Credits {
    /// List the requests that wait for an answer, the oldest first
    Requests(Database),
    /// Add the credits that a request asks for, once, however often it is confirmed
    Confirm(Answer),
    /// Decline a request
    Decline(Answer),
}

#[derive(Args)]
pub struct Answer {
    #[command(flatten)]
    database: Database,
    /// Id of the request
    request: CreditRequestId,
    /// A remark that the leads read; of a confirmed request it stands in the ledger
    #[arg(long)]
    note: Option<String>,
}

/// Requests that are listed at once.
const LISTED: i64 = 1_000;

/// # Errors
/// There is no such request, or it is answered or taken back already.
pub async fn run(credits: Credits) -> anyhow::Result<()> {
    match credits {
        Credits::Requests(database) => list(&open::database(&database).await?).await,
        Credits::Confirm(answer) => reply(answer, Reply::Confirm).await,
        Credits::Decline(answer) => reply(answer, Reply::Decline).await,
    }
}

async fn list(pool: &Pool) -> anyhow::Result<()> {
    let mut db = pool.acquire().await?;
    let open = credit_requests::open(&mut db, LISTED).await?;
    if open.is_empty() {
        return say("No request is open.");
    }
    for Asked { org_name, balance, request, .. } in open {
        let by = request.by.map(|name| format!(" by {name}")).unwrap_or_default();
        let note = request.note.map(|note| format!(": {}", text::squeeze(&note))).unwrap_or_default();
        let asked = asked_for(request.credits);
        let at = request.created_at.iso();
        say(&format!("{}  {at}  {org_name} (has {balance}) asks for {asked}{by}{note}", request.id))?;
    }
    Ok(())
}

async fn reply(answer: Answer, reply: Reply) -> anyhow::Result<()> {
    let remark =
        text::optional_line("The note", answer.note.as_deref().unwrap_or_default(), REQUEST_ANSWER_MAX)?;
    let pool = open::database(&answer.database).await?;
    let asked = credit_requests::find(&mut *pool.acquire().await?, answer.request).await?;
    let Some(Asked { org, org_name, request, .. }) = asked else { bail!("there is no such request") };
    let mut tx = store::begin(&pool).await?;
    let actor = Actor::operator(org);
    match credit_requests::answer(&mut tx, &actor, answer.request, reply, remark.as_deref()).await {
        Ok(()) => {}
        Err(Error::Refused(refusal)) => bail!("{refusal}"),
        Err(Error::Broken(error)) => return Err(error.into()),
    }
    commit(&pool, tx, org).await?;
    let credits = asked_for(request.credits);
    match reply {
        Reply::Confirm => say(&format!("{org_name} was given the {credits} that it asked for.")),
        Reply::Decline => say(&format!("The request of {org_name} for {credits} is declined.")),
    }
}

fn asked_for(credits: i32) -> String {
    count(i64::from(credits), "credit", "credits")
}
