//! Where the database is.

use clap::Args;
use url::Url;

/// Every command needs it.
#[derive(Args, Clone, Debug)]
pub struct Database {
    /// Postgres 15 or newer, such as postgres://user:password@host/database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub database_url: String,
    /// A pooler in transaction mode before the same database, such as PgBouncer: requests and jobs go through it,
    /// and DATABASE_URL leads past it
    #[arg(long, env = "DATABASE_POOLER_URL", hide_env_values = true, value_parser = database_url)]
    pub database_pooler_url: Option<String>,
    /// A read replica of the same database, by which long lists are read
    #[arg(long, env = "DATABASE_REPLICA_URL", hide_env_values = true, value_parser = database_url)]
    pub database_replica_url: Option<String>,
    /// Connections that this process may hold
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 16, value_parser = clap::value_parser!(u32).range(4..))]
    pub database_connections: u32,
}

/// Reads one that somebody typed. What is wrong is said without it: there is a password in it.
fn database_url(text: &str) -> Result<String, String> {
    const SHAPE: &str = "it should look like postgres://user:password@host/database";
    let url = Url::parse(text).map_err(|error| format!("{error}; {SHAPE}"))?;
    if matches!(url.scheme(), "postgres" | "postgresql") { Ok(text.to_owned()) } else { Err(SHAPE.into()) }
}
