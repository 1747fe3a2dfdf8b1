//! Who makes the headshots: this server, or a generation service. H3

use anyhow::{Context, bail};
use clap::Args;
use url::{Host, Url};

use crate::server::{
    engine::RemoteEngine,
    webhooks::{WebhookSecrets, webhook_secrets},
};

#[derive(Args, Clone, Debug)]
pub struct Engine {
    /// Generation service that makes the headshots: the https URL that takes jobs, as docs/engine.md has it;
    /// this server makes them unless set
    #[arg(long, env = "ENGINE_URL", hide_env_values = true)]
    pub engine_url: Option<String>,
    /// Secret that is shared with it: whsec_ and 24 to 64 random bytes in base64. Two with a comma between them
    /// while it is replaced: jobs are signed with both, and what either signed counts
    #[arg(long, env = "ENGINE_SECRET", hide_env_values = true, value_parser = webhook_secrets)]
    pub engine_secret: Option<WebhookSecrets>,
}

impl Engine {
    /// The generation service, where there is one.
    ///
    /// # Errors
    /// Its URL is none, or its secret is missing.
    pub fn remote(&self) -> anyhow::Result<Option<RemoteEngine>> {
        let Some(url) = &self.engine_url else { return Ok(None) };
        let url = engine_url(url).context("ENGINE_URL should look like https://engine.company.com/jobs")?;
        let Some(secrets) = self.engine_secret.clone() else {
            bail!(
                "ENGINE_SECRET is missing: set it to a secret that the service of ENGINE_URL knows as well; make \
                 one with: echo whsec_$(openssl rand -base64 32)"
            )
        };
        Ok(Some(RemoteEngine::new(url, secrets)))
    }
}

fn engine_url(text: &str) -> anyhow::Result<Url> {
    let url = Url::parse(text)?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_here => Ok(url),
        _ => bail!("jobs carry private links, which go by https to any other machine"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H3
    #[test]
    fn jobs_go_by_https() {
        for text in ["https://engine.example/jobs", "http://127.0.0.1:9000/", "http://localhost:9000/jobs"] {
            assert!(engine_url(text).is_ok(), "{text}");
        }
        for text in ["", "http://engine.example/jobs", "engine.example", "ftp://localhost/", "http:///jobs"] {
            assert!(engine_url(text).is_err(), "{text}");
        }
    }

    /// H3, N8
    #[test]
    fn a_service_without_a_secret_is_none() {
        let secret = webhook_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").ok();
        let engine = |url: Option<&str>, engine_secret| {
            Engine { engine_url: url.map(str::to_owned), engine_secret }.remote()
        };
        assert!(engine(None, None).unwrap().is_none() && engine(None, secret.clone()).unwrap().is_none());
        assert!(engine(Some("https://engine.example"), secret.clone()).unwrap().is_some());
        let said = engine(Some("https://engine.example"), None).unwrap_err().to_string();
        assert!(said.starts_with("ENGINE_SECRET is missing"), "{said}");
        let said = format!("{:#}", engine(Some("http://engine.example"), secret).unwrap_err());
        assert!(said.starts_with("ENGINE_URL should look like") && said.contains("go by https"), "{said}");
    }
}
