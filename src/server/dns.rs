//! Questions to the DNS. S1

use std::{net::SocketAddr, sync::Arc, time::Duration};

use hickory_resolver::{
    Resolver, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{op::ResponseCode, rr::RData},
};

use crate::domain::sso::claim::{CompanyDomain, Finding, finding_of};

/// One question waits so long for one answer, and is asked twice.
const PATIENCE: Duration = Duration::from_secs(4);

/// Asks the resolver that the operator chose; cheap to clone.
#[derive(Clone)]
pub struct Dns(Option<Arc<TokioResolver>>);

impl Dns {
    /// Asks `server`, or whom this machine asks.
    #[must_use]
    pub fn new(server: Option<SocketAddr>) -> Self {
        match resolver(server) {
            Ok(resolver) => Self(Some(Arc::new(resolver))),
            Err(error) => {
                tracing::warn!(%error, "nobody can be asked about domains; DNS_SERVER names a name server");
                Self(None)
            }
        }
    }

    /// Looks for a record with one of these texts, which prove a claim. S1
    pub async fn look(&self, domain: &CompanyDomain, expected: &[String]) -> Finding {
        let Some(resolver) = &self.0 else { return Finding::NoAnswer };
        match resolver.txt_lookup(format!("{}.", domain.record_name())).await {
            Ok(answer) => {
                let texts: Vec<String> = answer
                    .answers()
                    .iter()
                    .filter_map(|record| match &record.data {
                        // Long texts come in pieces of 255 bytes. RFC 7208, 3.3
                        RData::TXT(text) => {
                            let bytes = text.txt_data.concat();
                            Some(String::from_utf8_lossy(&bytes).into_owned())
                        }
                        _ => None,
                    })
                    .collect();
                finding_of(&texts, expected)
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) => match none.response_code {
                ResponseCode::NXDomain => Finding::NoName,
                ResponseCode::NoError => Finding::NoText,
                _ => Finding::NoAnswer,
            },
            Err(error) => {
                tracing::debug!(%error, "the DNS did not answer");
                Finding::NoAnswer
            }
        }
    }
}

fn resolver(server: Option<SocketAddr>) -> Result<TokioResolver, NetError> {
    let mut builder = match server {
        Some(server) => Resolver::builder_with_config(only(server), TokioRuntimeProvider::default()),
        None => TokioResolver::builder_tokio()?,
    };
    let options = builder.options_mut();
    options.timeout = PATIENCE;
    options.attempts = 2;
    // Whoever presses "Check now" wants to know what is there now.
    options.cache_size = 0;
    builder.build()
}

fn only(server: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    let server = NameServerConfig::new(server.ip(), true, connections.into());
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}
