//! How people reach this server, and what it serves to them as files.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::bail;
use clap::Args;
use url::Url;

use crate::{
    domain::email::EmailAddress,
    server::{
        network::TrustedProxies,
        static_files::{Kind, StaticFiles},
    },
};

#[derive(Args, Clone, Debug)]
pub struct Web {
    /// Address and port to listen on
    #[arg(long, env = "BIND", default_value = "127.0.0.1:3000")]
    pub bind: SocketAddr,
    /// How people reach this server, such as https://headshots.company.com; goes into every mail.
    /// Must be https, or http on this machine
    #[arg(long, env = "BASE_URL", value_parser = base_url)]
    pub base_url: Option<BaseUrl>,
    /// Proxies in front of this server, each of which appends to X-Forwarded-For whom it got a request
    /// from. With a wrong number people share limits, or choose their own. 0 unless set; has to be set
    /// where BASE_URL is https, which only something in front of this server can speak
    #[arg(long, env = "TRUST_PROXY")]
    pub trust_proxy: Option<TrustedProxies>,
    /// Connections at once; who comes next waits. The system has to allow as many open files
    #[arg(long, env = "MAX_CONNECTIONS", default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
    /// Address and port at which Prometheus finds /metrics, such as 127.0.0.1:9464; nowhere unless set. Whoever
    /// reaches it can read it
    #[arg(long, env = "METRICS_ADDRESS")]
    pub metrics_address: Option<SocketAddr>,
    /// Folder of the built browser clients. A released program has them in itself; one that is built from the
    /// sources takes dist/release unless it is set
    #[arg(long, env = "DIST_DIR")]
    pub dist_dir: Option<PathBuf>,
    /// Folder of the static files; like DIST_DIR, or public
    #[arg(long, env = "PUBLIC_DIR")]
    pub public_dir: Option<PathBuf>,
    /// Address that members with many headshot sessions are told to write to; that of MAIL_FROM unless set
    #[arg(long, env = "SUPPORT_ADDRESS")]
    pub support_address: Option<String>,
    /// Address that is mailed when a lead asks for credits, with a link at which they are confirmed or
    /// declined. Without it requests wait for: headcount credits requests
    #[arg(long, env = "OPERATOR_ADDRESS", value_parser = address)]
    pub operator_address: Option<EmailAddress>,
}

/// What a server was built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// On the machine of whoever writes it: what is not set follows from the rest.
    Development,
    Release,
}

impl Build {
    /// Of this very program.
    pub const THIS: Self = if cfg!(debug_assertions) { Self::Development } else { Self::Release };
}

impl Web {
    /// The built browser clients.
    #[must_use]
    pub fn clients(&self) -> StaticFiles {
        StaticFiles::new(self.dist_dir.as_ref(), Kind::Clients)
    }

    /// What is served as it stands in `public/`.
    #[must_use]
    pub fn statics(&self) -> StaticFiles {
        StaticFiles::new(self.public_dir.as_ref(), Kind::Public)
    }

    /// The address that people use. A development build takes that of the socket unless it is set.
    ///
    /// # Errors
    /// A release build would refuse every form: nothing would come from its own origin.
    pub fn public_base(&self, build: Build) -> anyhow::Result<BaseUrl> {
        match (&self.base_url, build) {
            (Some(base), _) => Ok(base.clone()),
            (None, Build::Development) => Ok(BaseUrl(format!("http://{}", self.bind))),
            (None, Build::Release) => bail!(
                "BASE_URL is missing: set it to how people reach this server, such as https://headshots.company.com"
            ),
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

/// Reads one that somebody typed.
///
/// # Errors
/// In words that say what it should look like.
pub fn base_url(text: &str) -> Result<BaseUrl, String> {
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

fn address(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text, |_| None)
        .map_err(|problem| format!("{problem} It should look like credits@company.com"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

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

    #[derive(Parser)]
    struct CommandLine {
        #[command(flatten)]
        web: Web,
    }

    /// N4: without it, every form of a server behind a proxy would be refused.
    #[test]
    fn a_release_build_does_not_start_without_its_public_address() {
        let web = |line: &[&str]| CommandLine::parse_from(["headcount"].iter().chain(line)).web;
        let unset = web(&["--bind", "127.0.0.1:3000"]);
        let refused = unset.public_base(Build::Release).unwrap_err().to_string();
        assert!(
            refused.contains("BASE_URL") && refused.contains("https://headshots.company.com"),
            "{refused}"
        );
        assert_eq!(unset.public_base(Build::Development).unwrap().origin(), "http://127.0.0.1:3000");
        let set = web(&["--base-url", "https://h.example"]);
        for build in [Build::Development, Build::Release] {
            assert_eq!(set.public_base(build).unwrap().origin(), "https://h.example");
        }
    }
}
