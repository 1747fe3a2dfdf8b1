//! What whoever watches the servers sees: figures whose labels stay few, and a log that tells no secret. N8

use std::{
    collections::BTreeSet,
    io,
    sync::{Arc, Mutex},
};

use axum::body::Body;
use headcount::http::metrics;
use tower::ServiceExt;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    functions::FUNCTIONS,
    harness::*,
    routes::{ROUTES, Route},
};

/// Everything that was logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Listens on this thread, on which a test does everything.
    fn listen() -> (Self, tracing::subscriber::DefaultGuard) {
        // As long as there is but one listener, the library asks only the thread that comes to a line first
        // whether anybody wants it; the threads of other tests want nothing.
        std::mem::forget(tracing::Dispatch::new(tracing_subscriber::registry()));
        let log = Self::default();
        let lines = tracing_subscriber::fmt()
            .with_env_filter("info,headcount=debug,sqlx=warn")
            .json()
            .with_writer(log.clone())
            .finish();
        (log, tracing::subscriber::set_default(lines))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// A route at a path of its own after which a browser is still signed in.
fn stays(route: &&Route) -> bool {
    route.is_plain() && route.path != "/sign-out" && !route.path.starts_with("/account/logins")
}

/// Everybody asks for everything, rightly and wrongly, and what follows is done.
async fn traffic(cast: &Cast) {
    let server = &cast.acme.server;
    for browser in [&cast.stranger, &cast.member, &cast.foreigner.browser, &cast.acme.lead.browser] {
        for route in ROUTES.iter().filter(stays) {
            route.ask(browser, &cast.names).await;
        }
        for path in
            ["/nowhere/ada@acme.com", "/i/broken-token", "/j/", "/fn/none?email=ada@acme.com", "/favicon.svg"]
        {
            browser.get(path).await;
        }
    }
    for function in FUNCTIONS {
        cast.acme.lead.call(function.path, function.fields).await;
    }
    cast.stranger.post("/sign-in", &[("email", "carla@company.com")]).await;
    cast.stranger.post("/sign-in/code", &[("code", "123456")]).await;
    cast.stranger
        .post("/hooks/bounce", &[("message_id", "<x@headshots.example>"), ("words", "550 ada@acme.com")])
        .await;
    server.work().await;
}

pub async fn scrape(server: &Server) -> String {
    let request = axum::http::Request::get("/metrics").body(Body::empty()).unwrap();
    let answer = metrics(server.state.clone()).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// N8, I5: neither an address nor a token, a code, a name or what somebody typed is in the log; the id of each
/// request is.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_log_tells_no_secret(_: PgPoolOptions, connect: PgConnectOptions) {
    let (log, _guard) = Log::listen();
    let cast = Cast::gather(connect).await;
    let server = &cast.acme.server;
    traffic(&cast).await;
    server.execute("alter table login_codes rename to lost").await;
    let form = cast
        .stranger
        .request(Method::POST, "/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let broken = server
        .router
        .clone()
        .oneshot(form.body(Body::from("email=dora%40company.com")).unwrap())
        .await
        .unwrap();
    assert_eq!(broken.status(), StatusCode::INTERNAL_SERVER_ERROR);
    server.execute("alter table lost rename to login_codes").await;
    let text = log.text();
    let answered = text.matches("answered").count();
    let beginning: String = text.chars().take(2_000).collect();
    assert!(
        text.contains("a request failed") && answered > 300,
        "{answered} requests are in the log: {beginning}"
    );
    for token in ["invite-token", "link-token", "results-token", "request-token"] {
        let token = &cast.names[token];
        assert!(!text.contains(token.as_str()) && !text.contains(&token[39..]), "{token} is in the log");
    }
    for line in text.lines() {
        assert!(line.contains("\"span\"") || !line.contains("answered"), "a request without its id: {line}");
        // Every address has one; so have paths that hold one.
        assert!(!line.contains('@') && !line.contains("%40"), "{line}");
    }
    for secret in ["broken-token", "123456", "Field sales", "For the Oslo office", "550 "] {
        assert!(!text.contains(secret), "{secret} is in the log");
    }
    server.leave_the_engine_out().await;
    cast.close().await;
}

/// N8: a stranger cannot make a server keep more series, whatever they ask for.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn labels_take_the_values_that_are_known(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    traffic(&cast).await;
    let series = |text: &str| -> BTreeSet<String> {
        text.lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.rsplit_once(' ').expect("a name and a value").0.to_owned())
            .collect()
    };
    let known = series(&scrape(&cast.acme.server).await);
    for n in 0..50 {
        for path in [
            format!("/{n}"),
            format!("/i/{n}"),
            format!("/pkg/{n}.js"),
            format!("/members/{n}"),
            format!("/fn/{n}"),
        ] {
            cast.stranger.get(&path).await;
            let request =
                cast.stranger.request(Method::from_bytes(format!("M{n}").as_bytes()).unwrap(), &path);
            cast.stranger.send(request.body(Body::empty()).unwrap()).await;
        }
    }
    let after = scrape(&cast.acme.server).await;
    let new: Vec<_> = series(&after).difference(&known).cloned().collect();
    // Classes of status that no route had answered with before, with the buckets that come along.
    assert!(new.len() <= 40, "{new:?}");
    for line in after.lines().filter(|line| line.contains("route=")) {
        let route = line.split("route=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(
            route == "none"
                || route.starts_with('/')
                    && !route.contains(|c: char| c.is_ascii_digit() && !route.contains("v2")),
            "{line}"
        );
    }
    cast.acme.server.leave_the_engine_out().await;
    cast.close().await;
}

/// N8: what is counted is what happened.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn figures_follow_what_happens(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 5).await;
    let value = |text: &str, series: &str| -> f64 {
        let line = text.lines().find(|line| line.starts_with(&format!("{series} ")));
        line.unwrap_or_else(|| panic!("no {series}: {text}")).rsplit(' ').next().unwrap().parse().unwrap()
    };
    let before = scrape(&acme.server).await;
    let invite = acme.invite("ada@acme.com").await;
    let waiting = scrape(&acme.server).await;
    assert_eq!(value(&waiting, "headcount_jobs_waiting{kind=\"mail\"}"), 1.0);
    assert_eq!(value(&waiting, "headcount_database_up"), 1.0);
    acme.server.work().await;
    let ada = acme.server.browser();
    ada.post(&acme.invite_path(invite), &[("name", "Ada")]).await.to("/me");
    acme.server.execute("update jobs set state = 'failed' where kind = 'mail'").await;
    let after = scrape(&acme.server).await;
    let grew = |series: &str| value(&after, series) - value(&before, series);
    assert_eq!(grew("headcount_mails_total{outcome=\"sent\"}"), 1.0);
    assert_eq!(grew("headcount_joins_total{way=\"invite\"}"), 1.0);
    assert_eq!(grew("headcount_joins_total{way=\"link\"}"), 0.0);
    assert_eq!(value(&after, "headcount_jobs_waiting{kind=\"mail\"}"), 0.0);
    assert!(value(&after, "headcount_jobs_failed{kind=\"mail\"}") >= 1.0);
    assert_eq!(value(&after, "headcount_http_requests_total{route=\"/i/{token}\",status=\"3xx\"}"), 1.0);
    assert_eq!(value(&after, "headcount_http_request_seconds_count{route=\"/i/{token}\"}"), 1.0);
    acme.close().await;
}

/// N8: without its database a server still answers who watches it, and says so.
#[tokio::test]
async fn without_the_database_the_figures_say_so() {
    let server = Server::without_database();
    let text = scrape(&server).await;
    assert!(text.contains("headcount_database_up 0") && !text.contains("headcount_jobs_waiting{"), "{text}");
}

/// N8: what dashboard and alarms ask for is what the server tells.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn dashboard_and_alarms_name_what_there_is(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    traffic(&cast).await;
    let told: BTreeSet<String> = scrape(&cast.acme.server).await.lines().filter_map(name).collect();
    for (file, text) in [
        ("deploy/grafana.json", include_str!("../../deploy/grafana.json")),
        ("deploy/alerts.yml", include_str!("../../deploy/alerts.yml")),
    ] {
        let asked: BTreeSet<String> = text
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .filter(|word| word.starts_with("headcount_"))
            .map(str::to_owned)
            .collect();
        assert!(asked.len() > 5, "{file} asks for too little: {asked:?}");
        let unknown: Vec<_> = asked.difference(&told).collect();
        assert!(unknown.is_empty(), "{file} asks for what is not there: {unknown:?}");
    }
    let dashboard: serde_json::Value =
        serde_json::from_str(include_str!("../../deploy/grafana.json")).unwrap();
    assert!(dashboard["panels"].as_array().unwrap().len() > 5);
    cast.acme.server.leave_the_engine_out().await;
    cast.close().await;
}

/// The name in a line of figures.
fn name(line: &str) -> Option<String> {
    let end = line.find(['{', ' '])?;
    (!line.starts_with('#')).then(|| line[..end].to_owned())
}
