//! `headcount grant`: gives an organization credits. C7

use clap::Args;

use super::{
    open,
    operator::{commit, find_org, say},
};
use crate::{
    domain::{actor::Actor, credit::count},
    server::config::Database,
    store::{self, credits},
};

#[derive(Args)]
pub struct Grant {
    #[command(flatten)]
    database: Database,
    /// Name or id of the organization
    #[arg(long)]
    org: String,
    /// How many credits
    #[arg(long, value_parser = clap::value_parser!(i32).range(1..=1_000_000))]
    credits: i32,
    /// A remark for the ledger, such as an invoice number
    #[arg(long)]
    note: Option<String>,
}

/// # Errors
/// There is no such organization.
pub async fn run(grant: Grant) -> anyhow::Result<()> {
    let pool = open::database(&grant.database).await?;
    let (org, name) = find_org(&pool, &grant.org).await?;
    let mut tx = store::begin(&pool).await?;
    let balance =
        credits::grant(&mut tx, &Actor::operator(org), grant.credits, grant.note.as_deref()).await?;
    commit(&pool, tx, org).await?;
    let given = count(i64::from(grant.credits), "credit", "credits");
    say(&format!("{name} was given {given} and has {balance} now."))
}
