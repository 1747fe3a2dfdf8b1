//! What is counted and measured for whoever watches the servers, in Prometheus' format. Labels take few values,
//! which are known beforehand: patterns of routes and words of ours, never what somebody sent. N8

use std::{fmt::Write, sync::Arc, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use crate::{
    domain::{db_enum, joining::Joined},
    server::live::Live,
    store::{
        Pool,
        jobs::{self, Backlog},
    },
};

/// Seconds; from what is answered out of memory to what somebody gives up on.
const SECONDS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// How long a scrape waits for the database.
const PATIENCE: Duration = Duration::from_secs(3);

/// Everything that is measured; cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: Family<Answered, Counter>,
    request_seconds: Family<Route, Histogram, fn() -> Histogram>,
    mails: Family<Outcome, Counter>,
    jobs: Family<Worked, Counter>,
    joins: Family<Way, Counter>,
    shoots: Counter,
    connections: Family<State, Gauge>,
    connections_max: Gauge,
    database_up: Gauge,
    waiting: Family<Kind, Gauge>,
    oldest: Family<Kind, Gauge>,
    failed: Family<Kind, Gauge>,
    streams: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Worked {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Way {
    way: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

/// What became of an attempt to send a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    Sent,
    /// Nobody needed it any more.
    Void,
    /// For now; it is tried again.
    Deferred,
    /// For good.
    Failed,
}

db_enum!(MailOutcome { Sent = "sent", Void = "void", Deferred = "deferred", Failed = "failed" });

/// Through what somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinWay {
    Invite,
    Link,
    Sso,
    /// The company's directory.
    Scim,
}

db_enum!(JoinWay { Invite = "invite", Link = "link", Sso = "sso", Scim = "scim" });

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("headcount");
        let build = Family::<Build, Gauge>::default();
        build.get_or_create(&Build { version: env!("CARGO_PKG_VERSION") }).set(1);
        registry.register("build_info", "The version that runs", build);
        let seconds: fn() -> Histogram = || Histogram::new(SECONDS);
        let mut inner = Inner {
            registry,
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(seconds),
            mails: Family::default(),
            jobs: Family::default(),
            joins: Family::default(),
            shoots: Counter::default(),
            connections: Family::default(),
            connections_max: Gauge::default(),
            database_up: Gauge::default(),
            waiting: Family::default(),
            oldest: Family::default(),
            failed: Family::default(),
            streams: Gauge::default(),
        };
        inner.register();
        Self(Arc::new(inner))
    }
}

impl Inner {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("http_requests", "Requests by route and class of status", self.requests.clone());
        registry.register(
            "http_request_seconds",
            "From the head of a request to the head of its answer",
            self.request_seconds.clone(),
        );
        registry.register("mails", "Attempts to send a mail, by what became of them", self.mails.clone());
        registry.register("jobs", "Attempts to do a job other than a mail", self.jobs.clone());
        registry.register("joins", "People who joined, by the way they came in", self.joins.clone());
        registry.register("shoots_submitted", "Headshot sessions that were submitted", self.shoots.clone());
        registry.register("database_connections", "Connections of this server", self.connections.clone());
        registry.register(
            "database_connections_max",
            "Connections that this server may hold",
            self.connections_max.clone(),
        );
        registry.register(
            "database_up",
            "Whether the database answered this scrape",
            self.database_up.clone(),
        );
        registry.register("jobs_waiting", "Jobs whose time has come, of all servers", self.waiting.clone());
        registry.register(
            "jobs_oldest_seconds",
            "How long the first of these waits over its time",
            self.oldest.clone(),
        );
        registry.register("jobs_failed", "Jobs that were given up and are still kept", self.failed.clone());
        registry.register("streams", "Open pages that follow what changes", self.streams.clone());
        // What has not happened yet shows as 0, so that an increase is seen from the first on.
        for outcome in MailOutcome::ALL {
            drop(self.mails.get_or_create(&Outcome { outcome: outcome.as_str() }));
        }
        for way in JoinWay::ALL {
            drop(self.joins.get_or_create(&Way { way: way.as_str() }));
        }
        for kind in jobs::KINDS.into_iter().filter(|kind| *kind != "mail") {
            for outcome in ["done", "put_back"] {
                drop(self.jobs.get_or_create(&Worked { kind, outcome }));
            }
        }
    }
}

impl Metrics {
    /// A request was answered. `route` is its pattern in the router; where there is none, nothing was.
    pub fn answered(&self, route: Option<&str>, status: u16, took: Duration) {
        let route = route.unwrap_or("none").to_owned();
        let status = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.0.request_seconds.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.0.requests.get_or_create(&Answered { route, status }).inc();
    }

    /// An attempt to send a mail came to its end.
    pub fn mailed(&self, outcome: MailOutcome) {
        self.0.mails.get_or_create(&Outcome { outcome: outcome.as_str() }).inc();
    }

    /// An attempt to do a job other than a mail came to its end.
    pub fn worked(&self, kind: &'static str, is_done: bool) {
        let outcome = if is_done { "done" } else { "put_back" };
        self.0.jobs.get_or_create(&Worked { kind, outcome }).inc();
    }

    /// Somebody came in, or belonged to the organization before, which does not count.
    pub fn joined(&self, way: JoinWay, joined: Joined) {
        if matches!(joined, Joined::Now(_)) {
            self.0.joins.get_or_create(&Way { way: way.as_str() }).inc();
        }
    }

    /// A headshot session was submitted.
    pub fn submitted(&self) {
        self.0.shoots.inc();
    }

    /// Everything, with what is asked of the database now.
    pub async fn scrape(&self, pool: &Pool, live: &Live) -> String {
        let (open, idle) = pool.open();
        let idle = idle.try_into().unwrap_or(i64::MAX);
        let of = |state| self.0.connections.get_or_create_owned(&State { state });
        of("idle").set(idle);
        of("used").set((i64::from(open) - idle).max(0));
        self.0.connections_max.set(pool.most().into());
        self.0.streams.set(live.streams().try_into().unwrap_or(i64::MAX));
        let backlog = tokio::time::timeout(PATIENCE, jobs::backlog(pool)).await;
        self.0.database_up.set(i64::from(matches!(backlog, Ok(Ok(_)))));
        match backlog {
            Ok(Ok(backlog)) => self.note(&backlog),
            // Old figures would look like a queue that stands still.
            _ => [&self.0.waiting, &self.0.oldest, &self.0.failed].into_iter().for_each(Family::clear),
        }
        let mut written = String::new();
        if text::encode(&mut written, &self.0.registry).is_err() {
            writeln!(written, "# EOF").ok();
        }
        written
    }

    fn note(&self, backlog: &[Backlog]) {
        for kind in jobs::KINDS {
            let found = backlog.iter().find(|backlog| backlog.kind == kind);
            let (waiting, oldest, failed) =
                found.map_or((0, 0, 0), |found| (found.waiting, found.oldest_seconds, found.failed));
            self.0.waiting.get_or_create(&Kind { kind }).set(waiting);
            self.0.oldest.get_or_create(&Kind { kind }).set(oldest);
            self.0.failed.get_or_create(&Kind { kind }).set(failed);
        }
    }
}
