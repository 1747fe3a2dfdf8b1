//! Traces, as a collector gets them by OTLP. N8

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::{ResourceSpans, Span},
};
use prost::Message;
use sqlx::ConnectOptions;

use crate::harness::*;

/// A collector that keeps what it is sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Bytes>>>);

impl Collector {
    async fn start() -> (Self, String) {
        let collector = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let kept = collector.clone();
        let router = Router::new().route(
            "/v1/traces",
            post(async move |body: Bytes| {
                kept.0.lock().unwrap().push(body);
            }),
        );
        tokio::spawn(async move { axum::serve(listener, router).await });
        (collector, url)
    }

    fn resources(&self) -> Vec<ResourceSpans> {
        let all = self.0.lock().unwrap();
        let requests = all.iter().map(|body| ExportTraceServiceRequest::decode(body.clone()).unwrap());
        requests.flat_map(|request| request.resource_spans).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let scopes = self.resources().into_iter().flat_map(|spans| spans.scope_spans);
        scopes.flat_map(|spans| spans.spans).collect()
    }

    /// The spans of one name, as soon as there is one.
    async fn named(&self, name: &str) -> Vec<Span> {
        let waiting = async {
            loop {
                let found: Vec<Span> = self.spans().into_iter().filter(|span| span.name == name).collect();
                if !found.is_empty() {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(30), waiting).await;
        found.unwrap_or_else(|_| panic!("no {name} among {:?}", self.spans()))
    }

    /// Everything but random ids and times, which may look like anything.
    fn text(&self) -> String {
        let mut resources = self.resources();
        let scopes = resources.iter_mut().flat_map(|resource| &mut resource.scope_spans);
        for span in scopes.flat_map(|scope| &mut scope.spans) {
            (span.start_time_unix_nano, span.end_time_unix_nano) = (0, 0);
            for id in [&mut span.trace_id, &mut span.span_id, &mut span.parent_span_id] {
                id.clear();
            }
        }
        format!("{resources:?}")
    }
}

fn attribute(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    let value = found.and_then(|attribute| attribute.value.clone()).and_then(|value| value.value);
    match value {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => panic!("{key} is {other:?}"),
    }
}

const PARENT: (&str, &str) = ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
const TRACE: [u8; 16] = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes();

/// N8: requests, jobs and mails are told of by patterns and ids; no address, token or query is, and a stranger
/// does not choose the trace that they are in. What has happened when the server is asked to stop arrives.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_collector_learns_what_took_how_long_and_no_secret(_: PgPoolOptions, connect: PgConnectOptions) {
    let database = connect.to_url_lossy().to_string();
    let acme = Acme::found(connect, 2).await;
    let invite = acme.invite_path(acme.invite("ada@acme.com").await);
    let (mails, dist, port) = (MailServer::start().await, clients(), free_port());
    let (collector, url) = Collector::start().await;
    let (bind, smtp) = (format!("127.0.0.1:{port}"), mails.url());
    let settings = [
        ("DATABASE_URL", database.as_str()),
        ("BIND", &bind),
        ("SMTP_URL", &smtp),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &url),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test"),
        ("TRUST_PROXY", "1"),
    ];
    let server = serve(dist.path(), &settings);
    listens(port).await;
    let (network, somebody) = (Network::to(port), acme.server.browser());
    let request = somebody.request(Method::GET, "/sign-in?email=eve%40acme.com").header(PARENT.0, PARENT.1);
    let answer = network.send(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(network.get(&somebody, &invite).await.unwrap().status(), StatusCode::OK);
    let asked = network.post(&somebody, "/sign-in", &[("email", "dora@company.com")]).await.unwrap();
    assert_eq!(asked.status(), StatusCode::SEE_OTHER);
    let request = somebody.request(Method::from_bytes(b"SECRET-5").unwrap(), &invite);
    network.send(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    network.get(&somebody, "/nowhere/eve@acme.com?code=secret-code").await.unwrap();

    let signing_in = collector.named("GET /sign-in").await.remove(0);
    assert_eq!(attribute(&signing_in.attributes, "http.route"), "/sign-in");
    assert_eq!(attribute(&signing_in.attributes, "http.response.status_code"), "200");
    assert_eq!(attribute(&signing_in.attributes, "request.id"), id);
    assert!(signing_in.end_time_unix_nano > signing_in.start_time_unix_nano);
    assert!(
        signing_in.trace_id != TRACE && signing_in.parent_span_id.is_empty(),
        "a stranger chose the trace"
    );
    collector.named("GET /i/{token}").await;
    collector.named("_OTHER /i/{token}").await;
    let mail = collector.named("job mail").await.remove(0);
    assert_eq!(attribute(&mail.attributes, "job.outcome"), "sent");
    // The last one, and then the end.
    network.get(&somebody, "/sign-up").await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), server.stop()).await.expect("the server ends");
    assert_eq!(collector.named("GET /sign-up").await.len(), 1);
    let text = collector.text();
    assert!(text.contains("headcount") && text.contains("deployment.environment"));
    for secret in ["@", "%40", "SECRET-5", "secret-code", "dora", "127.0.0.1", &invite[3..], "10.0.0."] {
        assert!(!text.contains(secret), "{secret} was told");
    }

    let (collector, url) = Collector::start().await;
    let more = [("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()), ("TRUST_TRACEPARENT", "true")];
    let server = serve(dist.path(), &[&settings[..], &more].concat());
    listens(port).await;
    let request = somebody.request(Method::GET, "/sign-in").header(PARENT.0, PARENT.1);
    network.send(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    let signing_in = collector.named("GET /sign-in").await.remove(0);
    assert_eq!(signing_in.trace_id, TRACE, "the proxy is believed where the operator says so");
    server.stop().await;
    acme.close().await;
}

/// N8: a collector that takes a connection and never answers is waited for by nobody.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_collector_that_hangs_holds_nobody_up(_: PgPoolOptions, connect: PgConnectOptions) {
    let database = connect.to_url_lossy().to_string();
    let acme = Acme::found(connect, 0).await;
    let hanging = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", hanging.local_addr().unwrap());
    let (mails, dist, port) = (MailServer::start().await, clients(), free_port());
    let server = serve(
        dist.path(),
        &[
            ("DATABASE_URL", &database),
            ("BIND", &format!("127.0.0.1:{port}")),
            ("SMTP_URL", &mails.url()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &url),
            ("OTEL_BSP_SCHEDULE_DELAY", "10"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "64"),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "16"),
        ],
    );
    listens(port).await;
    let (network, somebody) = (Network::to(port), acme.server.browser());
    // Far more than may wait.
    let asking = async {
        for _ in 0..500 {
            assert_eq!(network.get(&somebody, "/healthz").await.unwrap().status(), StatusCode::OK);
        }
    };
    // Ten seconds are what one batch is tried for.
    tokio::time::timeout(Duration::from_secs(9), asking).await.expect("requests waited for the collector");
    let sent = tokio::time::timeout(Duration::from_secs(5), hanging.accept()).await;
    sent.expect("nothing was sent at all").unwrap();
    tokio::time::timeout(Duration::from_secs(9), server.stop())
        .await
        .expect("the end waited for the collector");
    acme.close().await;
}
