//! Traces for a collector, by OTLP: how long requests, jobs and mails took, and what they were part of. N8
//!
//! What leaves the server by a trace is said here and nowhere else: patterns of routes, ids, outcomes. No address,
//! token, body or query, and nothing of the log.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::Context;
use async_trait::async_trait;
use axum::http::{HeaderMap, Method};
use opentelemetry::{propagation::TextMapPropagator, trace::TracerProvider};
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::{Span, Subscriber, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};
use uuid::Uuid;

use super::outgoing;

/// By which spans that are made here are told from those of the log.
pub const TARGET: &str = "trace";

/// A collector that takes longer gets no more of these; at most 2,048 spans wait for it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a server that ends waits for the last of them.
const LAST: Duration = Duration::from_secs(2);

/// Sends spans to a collector, by a thread of its own, in batches.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Everything but these two is read from the usual `OTEL_…` variables.
    ///
    /// # Errors
    /// One of these variables is malformed.
    pub fn open(endpoint: &str, service: &str) -> anyhow::Result<Self> {
        let collector = Collector {
            client: outgoing::client(PATIENCE).build().context("no client for traces")?,
            runtime: tokio::runtime::Handle::current(),
            is_away: AtomicBool::new(false),
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(collector)
            .with_endpoint(endpoint)
            .build()
            .context("traces cannot be sent; look at the OTEL_… variables")?;
        let resource = Resource::builder().with_service_name(service.to_owned()).build();
        Ok(Self(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build()))
    }

    /// What collects the spans that are made here.
    pub fn layer<S: Subscriber + for<'span> LookupSpan<'span>>(&self) -> impl Layer<S> + use<S> {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("headcount"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            .with_level(false)
            .with_filter(filter_fn(|about| about.is_span() && about.target() == TARGET))
    }

    /// Sends what waits; a collector that is away holds nobody up.
    pub async fn finish(self) {
        tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST)).await.ok();
    }
}

/// A request, as part of what its header tells where there is somebody to believe it from.
#[must_use]
pub fn request(method: &Method, route: Option<&str>, id: &str, believed: Option<&HeaderMap>) -> Span {
    let (method, route) = (known_method(method), route.unwrap_or("none"));
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        request.id = id,
    );
    if let Some(headers) = believed.filter(|_| !span.is_disabled()) {
        span.set_parent(TraceContextPropagator::new().extract(&HeaderExtractor(headers))).ok();
    }
    span
}

/// A method as log and traces have it, for anybody may send one of their own.
#[must_use]
pub fn known_method(method: &Method) -> &str {
    const KNOWN: [Method; 7] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if KNOWN.contains(method) { method.as_str() } else { "_OTHER" }
}

/// What a request was answered with.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// One attempt at a job.
#[must_use]
pub fn job(kind: &str, id: Uuid, attempts: i32) -> Span {
    tracing::info_span!(
        target: TARGET,
        "job",
        otel.name = format!("job {kind}"),
        otel.kind = "consumer",
        otel.status_code = Empty,
        job.kind = kind,
        job.id = %id,
        job.attempts = attempts,
        job.outcome = Empty,
    )
}

/// What became of an attempt.
pub fn ended(span: &Span, outcome: &str, well: bool) {
    span.record("job.outcome", outcome);
    if !well {
        span.record("otel.status_code", "ERROR");
    }
}

/// The collector, reached as this server reaches others.
#[derive(Debug)]
struct Collector {
    client: reqwest::Client,
    /// The thread that sends has none of its own.
    runtime: tokio::runtime::Handle,
    /// Said once, and once when it is over.
    is_away: AtomicBool,
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let client = self.client.clone();
        // Begun there as well: it sets a timer.
        let answer = self
            .runtime
            .spawn(async move { client.execute(request).await })
            .await?
            .map_err(reqwest::Error::without_url);
        let is_away = !matches!(&answer, Ok(answer) if answer.status().is_success());
        match (self.is_away.swap(is_away, Ordering::Relaxed), &answer) {
            (false, Ok(answer)) if is_away => {
                tracing::warn!(status = %answer.status(), "the collector takes no traces")
            }
            (false, Err(error)) => tracing::warn!(%error, "traces cannot be sent; they are dropped"),
            (true, Ok(_)) if !is_away => tracing::info!("traces are sent again"),
            _ => {}
        }
        // What it says beside is of no interest.
        Ok(Response::builder().status(answer?.status()).body(Bytes::new())?)
    }
}
