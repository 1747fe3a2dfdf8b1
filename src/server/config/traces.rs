//! Where traces go.

use clap::Args;
use url::Url;

use crate::server::traces::Traces as Open;

/// What else OpenTelemetry is told by its usual variables, it reads itself.
#[derive(Args, Clone, Debug)]
pub struct Traces {
    /// A collector that takes OTLP over HTTP, such as http://127.0.0.1:4318: traces of requests, jobs and mails go
    /// to /v1/traces there
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_parser = endpoint)]
    pub otel_exporter_otlp_endpoint: Option<Url>,
    /// How traces call this server
    #[arg(long, env = "OTEL_SERVICE_NAME", default_value = "headcount")]
    pub otel_service_name: String,
    /// Whether traces go on from the header traceparent of requests: true where the proxy sets it or takes it away
    #[arg(long, env = "TRUST_TRACEPARENT", default_value_t = false, action = clap::ArgAction::Set)]
    pub trust_traceparent: bool,
}

impl Traces {
    /// What sends them; nothing, where there is no collector.
    ///
    /// # Errors
    /// A variable of OpenTelemetry is malformed.
    pub fn open(&self) -> anyhow::Result<Option<Open>> {
        let Some(endpoint) = &self.otel_exporter_otlp_endpoint else { return Ok(None) };
        let endpoint = format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'));
        Open::open(&endpoint, &self.otel_service_name).map(Some)
    }
}

fn endpoint(text: &str) -> Result<Url, String> {
    const SHAPE: &str = "it should look like http://127.0.0.1:4318";
    let url = Url::parse(text).map_err(|error| format!("{error}; {SHAPE}"))?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err(SHAPE.into()) }
}
