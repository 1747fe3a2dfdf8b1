//! Settings, from the environment or the command line, checked at start: a section a file. A field is
//! called as its variable; its comment is what `headcount serve --help` shows.

mod database;
mod mail;
mod pictures;
mod secret;
mod sso;
mod web;

use clap::Args;

use self::secret::secret_key;
pub use self::{
    database::Database,
    mail::Mail,
    pictures::Pictures,
    secret::SecretKey,
    sso::Sso,
    web::{BaseUrl, Build, Web, base_url},
};

/// What the server needs.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    #[command(flatten)]
    pub database: Database,
    #[command(flatten)]
    pub web: Web,
    /// 64 hexadecimal digits that sign links and codes; whoever has them can make both.
    /// Make one with: openssl rand -hex 32
    #[arg(long, env = "SECRET_KEY", hide_env_values = true, value_parser = secret_key)]
    pub secret_key: SecretKey,
    #[command(flatten)]
    pub mail: Mail,
    #[command(flatten)]
    pub pictures: Pictures,
    #[command(flatten)]
    pub sso: Sso,
}
