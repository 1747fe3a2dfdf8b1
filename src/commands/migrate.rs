//! `headcount migrate`: brings the database to the newest schema.

use super::{open, operator::say};
use crate::server::config::Database;

/// # Errors
/// The database does not answer, or a migration fails.
pub async fn run(settings: &Database) -> anyhow::Result<()> {
    let pool = open::database(settings).await?;
    open::migrate(&pool).await?;
    say("The database is at the newest schema.")
}
