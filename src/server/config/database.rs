//! Where the database is.

use clap::Args;

/// Every command needs it.
#[derive(Args, Clone, Debug)]
pub struct Database {
    /// Postgres 15 or newer, such as postgres://user:password@host/database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,
    /// Connections that this process may hold
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 16)]
    pub database_connections: u32,
}
