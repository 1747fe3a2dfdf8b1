//! `headcount remove-member`: removes a member, whatever their number of headshot sessions. P3

use anyhow::bail;
use clap::Args;

use super::{
    open,
    operator::{commit, find_member, find_org, say},
};
use crate::{
    domain::actor::Actor,
    server::config::Database,
    store::{self, Error, members},
};

#[derive(Args)]
pub struct RemoveMember {
    #[command(flatten)]
    database: Database,
    /// Name or id of the organization
    #[arg(long)]
    org: String,
    /// Name or email address of the member
    #[arg(long)]
    member: String,
}

/// # Errors
/// There is no such member, or a rule stands against it.
pub async fn run(remove: RemoveMember) -> anyhow::Result<()> {
    let pool = open::database(&remove.database).await?;
    let (org, org_name) = find_org(&pool, &remove.org).await?;
    let member = find_member(&pool, org, &remove.member).await?;
    let mut tx = store::begin(&pool).await?;
    let name = match members::remove(&mut tx, &Actor::operator(org), member).await {
        Ok(name) => name,
        Err(Error::Refused(refusal)) => bail!("{refusal}"),
        Err(Error::Broken(error)) => return Err(error.into()),
    };
    commit(&pool, tx, org).await?;
    say(&format!("{name} is no longer a member of {org_name}."))
}
