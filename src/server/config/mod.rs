//! Settings, from the environment or the command line, checked at start: a section a file. A field is
//! called as its variable; its comment is what `headcount serve --help` shows.

mod database;
mod engine;
mod mail;
mod pictures;
mod problems;
mod secret;
mod sso;
mod traces;
mod web;

use clap::Args;

use self::secret::secret_keys;
pub use self::{
    database::Database,
    engine::Engine,
    mail::Mail,
    pictures::Pictures,
    problems::problems,
    secret::{SecretKey, SecretKeys},
    sso::Sso,
    traces::Traces,
    web::{BaseUrl, Build, Web, base_url},
};
use super::network::TrustedProxies;

/// What the server needs.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    #[command(flatten)]
    pub database: Database,
    #[command(flatten)]
    pub web: Web,
    #[command(flatten)]
    pub signing: Signing,
    #[command(flatten)]
    pub mail: Mail,
    #[command(flatten)]
    pub pictures: Pictures,
    #[command(flatten)]
    pub engine: Engine,
    #[command(flatten)]
    pub sso: Sso,
    #[command(flatten)]
    pub traces: Traces,
}

/// What links and codes are signed with.
#[derive(Args, Clone, Debug)]
pub struct Signing {
    /// 64 hexadecimal digits that sign links and codes; whoever has them can make both.
    /// Make one with: openssl rand -hex 32. Several with commas between them while they are changed: the first
    /// signs, all count; see: headcount rotate-key
    #[arg(long, env = "SECRET_KEY", hide_env_values = true, value_parser = secret_keys)]
    pub secret_key: SecretKeys,
}

impl Settings {
    /// Everything that a server with these settings would stumble over later, a sentence each. N8
    #[must_use]
    pub fn problems(&self, build: Build) -> Vec<String> {
        let mut problems = problems(&self.web, &self.mail, &self.pictures, &self.engine, build);
        if build == Build::Release && self.signing.secret_key.is_guessable() {
            problems.push("SECRET_KEY looks typed, not random; make one with: openssl rand -hex 32".into());
        }
        if self.database.database_pooler_url.as_ref() == Some(&self.database.database_url) {
            problems.push(
                "DATABASE_URL and DATABASE_POOLER_URL are the same; DATABASE_URL has to lead past the pooler"
                    .into(),
            );
        }
        let replica = self.database.database_replica_url.as_ref();
        if replica == Some(&self.database.database_url)
            || replica.is_some() && replica == self.database.database_pooler_url.as_ref()
        {
            problems.push("DATABASE_REPLICA_URL has to lead to another server than the other two".into());
        }
        if self.traces.trust_traceparent && self.web.trust_proxy.unwrap_or_default() == TrustedProxies(0) {
            problems.push(
                "TRUST_TRACEPARENT is set, and TRUST_PROXY says that no proxy is in front: anybody could choose which \
                 trace they are in"
                    .into(),
            );
        }
        problems
    }

    /// Whom members with many headshot sessions are told to write to.
    #[must_use]
    pub fn support_address(&self) -> &str {
        self.web.support_address.as_deref().unwrap_or_else(|| self.mail.mail_from.email.as_ref())
    }
}
