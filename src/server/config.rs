//! Settings, from the environment or the command line, checked at start.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use url::Url;

use super::network::TrustedProxies;
use crate::domain::invite::MailLimits;

/// Where the database is; every command needs it.
#[derive(Args, Clone, Debug)]
pub struct Database {
    /// Postgres 15 or newer, such as postgres://user:password@host/database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,
    /// Connections that this process may hold
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 16)]
    pub database_connections: u32,
}

/// What the server needs beside the database.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    #[command(flatten)]
    pub database: Database,
    /// Address and port to listen on
    #[arg(long, env = "BIND", default_value = "127.0.0.1:3000")]
    pub bind: SocketAddr,
    /// How people reach this server, such as https://headshots.company.com; goes into every mail.
    /// Must be https, or http on this machine
    #[arg(long, env = "BASE_URL", value_parser = base_url)]
    pub base_url: Option<BaseUrl>,
    /// 64 hexadecimal digits that sign links and codes; whoever has them can make both.
    /// Make one with: openssl rand -hex 32
    #[arg(long, env = "SECRET_KEY", hide_env_values = true, value_parser = secret_key)]
    pub secret_key: SecretKey,
    /// Mail server, such as smtps://user:password@host or smtp://localhost:25. A development build
    /// without it keeps mails in MAIL_DIR and shows them at /dev/mail
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Whom mails are from
    #[arg(long, env = "MAIL_FROM", default_value = "Headcount <headcount@localhost.localdomain>")]
    pub mail_from: lettre::message::Mailbox,
    /// Connections that this server may hold to the mail server; at most so many mails are under way
    /// at once
    #[arg(long, env = "MAIL_CONNECTIONS", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub mail_connections: u16,
    /// Invite mails (invites, reminders, fresh links) that one organization may send in a day
    #[arg(long, env = "INVITE_MAILS_PER_DAY", default_value_t = 10_000, value_parser = clap::value_parser!(i32).range(1..))]
    pub invite_mails_per_day: i32,
    /// Invite mails that one address may get in a day, from all organizations together
    #[arg(long, env = "INVITE_MAILS_PER_RECIPIENT", default_value_t = 5, value_parser = clap::value_parser!(i32).range(1..))]
    pub invite_mails_per_recipient: i32,
    /// Secret with which the mail server reports late bounces to /hooks/bounce; without it nobody can
    #[arg(long, env = "BOUNCE_SECRET", hide_env_values = true)]
    pub bounce_secret: Option<String>,
    /// Where a development build keeps mails
    #[arg(long, env = "MAIL_DIR", default_value = ".data/mail")]
    pub mail_dir: PathBuf,
    /// Where pictures are kept: file:///folder or s3://bucket/prefix with the usual AWS_… variables;
    /// the folder .data/photos here unless set
    #[arg(long, env = "STORAGE_URL", hide_env_values = true)]
    pub storage_url: Option<String>,
    /// Megabytes that opened pictures may take at once
    #[arg(long, env = "DARKROOM_MEGABYTES", default_value_t = 120)]
    pub darkroom_megabytes: u32,
    /// Folder of the built browser clients
    #[arg(long, env = "DIST_DIR", default_value = "dist")]
    pub dist_dir: PathBuf,
    /// Folder of the static files
    #[arg(long, env = "PUBLIC_DIR", default_value = "public")]
    pub public_dir: PathBuf,
    /// Address that members with many headshot sessions are told to write to
    #[arg(long, env = "SUPPORT_ADDRESS", default_value = "support@localhost.localdomain")]
    pub support_address: String,
    /// Proxies in front of this server, each of which appends to X-Forwarded-For whom it got a request
    /// from. With a wrong number people share limits, or choose their own
    #[arg(long, env = "TRUST_PROXY", default_value = "0")]
    pub trust_proxy: TrustedProxies,
    /// Connections at once; who comes next waits. The system has to allow as many open files
    #[arg(long, env = "MAX_CONNECTIONS", default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
}

impl Settings {
    /// The address that people use; that of the socket unless set.
    #[must_use]
    pub fn public_base(&self) -> BaseUrl {
        self.base_url.clone().unwrap_or_else(|| BaseUrl(format!("http://{}", self.bind)))
    }

    /// How much invite mail may go out.
    #[must_use]
    pub const fn mail_limits(&self) -> MailLimits {
        MailLimits {
            org_per_day: self.invite_mails_per_day,
            recipient_per_day: self.invite_mails_per_recipient,
        }
    }
}

/// The public address: scheme, host and port, without a final slash. Links in mails begin with it,
/// and it is the only origin that may write; a Host header has no say in either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// As an origin: `https://headshots.company.com`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0
    }

    /// The host alone, for Message-IDs and running text.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.split("://").nth(1).and_then(|rest| rest.split(':').next()).unwrap_or("localhost")
    }

    /// The address of a page; `path` begins with a slash.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

fn base_url(text: &str) -> Result<BaseUrl, String> {
    const SHAPE: &str = "it should look like https://headshots.company.com, without a path";
    let url = Url::parse(text).map_err(|error| format!("{error}; {SHAPE}"))?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(SHAPE.into());
    }
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !(url.scheme() == "http" && local) {
        return Err(format!("cookies need https except on this machine; {SHAPE}"));
    }
    Ok(BaseUrl(url.origin().ascii_serialization()))
}

/// 256 bits that only the servers know.
#[derive(Clone)]
pub struct SecretKey(pub [u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

fn secret_key(text: &str) -> Result<SecretKey, String> {
    const SHAPE: &str = "it should be 64 hexadecimal digits; make one with: openssl rand -hex 32";
    let digits = text.trim();
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(SHAPE.into());
    }
    let mut key = [0; 32];
    for (n, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).map_err(|_| SHAPE.to_owned())?;
    }
    Ok(SecretKey(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_origin() {
        assert_eq!(
            base_url("https://h.example/").map(|url| url.to("/i/x")),
            Ok("https://h.example/i/x".into())
        );
        assert_eq!(
            base_url("http://127.0.0.1:3000").map(|url| url.host().to_owned()),
            Ok("127.0.0.1".into())
        );
        for text in [
            "h.example",
            "http://h.example",
            "https://h.example/app",
            "ftp://localhost",
            "https://u@h.example",
        ] {
            assert!(base_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_secret_key_is_256_bits() {
        assert_eq!(secret_key(&"0f".repeat(32)).expect("valid").0, [15; 32]);
        assert!(secret_key("0f").is_err());
        assert!(secret_key(&"é".repeat(32)).is_err());
        assert!(secret_key(&"+f".repeat(32)).is_err());
    }
}
