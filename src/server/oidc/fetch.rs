//! Requests to identity providers: within reach, without redirects, with limits to time and size. S2

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::future::BoxFuture;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::Client;
use url::{Host, Url};

use crate::{
    domain::sso::trouble::Trouble,
    server::{
        outgoing,
        reach::{PrivateAddress, Reach, Within},
    },
};

/// A provider answers within this time, or does not.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes that an answer may have: documents of large providers have 20 kB.
const ANSWER_MAX: usize = 512 * 1024;

/// Asks identity providers; cheap to clone.
#[derive(Clone)]
pub struct Fetch {
    client: Arc<OnceLock<Client>>,
    reach: Reach,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoAnswer(pub Trouble);

impl Fetch {
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self { client: Arc::default(), reach }
    }

    /// Made when it is asked for first: most servers never need one, and it reads the system's certificates.
    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            outgoing::client(PATIENCE)
                .connect_timeout(PATIENCE / 2)
                .https_only(self.reach == Reach::Public)
                .dns_resolver(Within(self.reach))
                .build()
                .expect("a client without files to read")
        })
    }

    /// Sends a request, and reads the answer as far as it may go.
    ///
    /// # Errors
    /// Out of reach, no answer in time, or more than anybody needs.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let unreadable = || NoAnswer(Trouble::Unreadable);
        let request: reqwest::Request = request.try_into().map_err(|_| unreadable())?;
        self.require_reach(request.url())?;
        let mut answer = self.client().execute(request).await.map_err(|error| no_answer(&error))?;
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|error| no_answer(&error))? {
            if body.len() + part.len() > ANSWER_MAX {
                return Err(unreadable());
            }
            body.extend_from_slice(&part);
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }

    /// Names are looked at where they are resolved; a URL may also have an address for a host.
    fn require_reach(&self, url: &Url) -> Result<(), NoAnswer> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        let https = url.scheme() == "https" || self.reach == Reach::Everywhere;
        if https && address.is_none_or(|address| self.reach.includes(address)) {
            Ok(())
        } else {
            Err(NoAnswer(Trouble::Forbidden))
        }
    }
}

/// For the protocol's own requests.
impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = NoAnswer;
    type Future = BoxFuture<'c, Result<HttpResponse, NoAnswer>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

fn no_answer(error: &reqwest::Error) -> NoAnswer {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<PrivateAddress>() {
            return NoAnswer(Trouble::Forbidden);
        }
        cause = error.source();
    }
    tracing::debug!(%error, "an identity provider did not answer");
    NoAnswer(Trouble::Unreachable)
}
