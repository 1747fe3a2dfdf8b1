//! Single sign-on: whom to ask about domains, and which identity providers may be asked at all.

use std::net::SocketAddr;

use clap::Args;

use crate::server::reach::Reach;

#[derive(Args, Clone, Debug)]
pub struct Sso {
    /// Name server that is asked for the DNS records which prove domains, such as 9.9.9.9:53; that of
    /// this machine unless set
    #[arg(long, env = "DNS_SERVER")]
    pub dns_server: Option<SocketAddr>,
    /// Lets organizations connect identity providers at private addresses, and without https: for a
    /// server inside a company. Whoever leads an organization can then make it ask what is near it
    #[arg(long, env = "PRIVATE_PROVIDERS")]
    pub private_providers: bool,
}

impl Sso {
    /// How far the server reaches for identity providers.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        if self.private_providers { Reach::Everywhere } else { Reach::Public }
    }
}
