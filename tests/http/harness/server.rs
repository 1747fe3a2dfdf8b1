//! A server for one test. It must be closed at the end, which fails when jobs are left.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

use axum::Router;
use clap::Parser;
use headcount::{
    domain::invite::MailLimits,
    http::router,
    mail::{Mailer, mailer::Kept},
    server::{
        assets::Assets,
        config::{Build, Settings},
        state::AppState,
    },
    store::{PgPool, Pool, pooled},
    studio::{heic::HeicDecoder, storage::Storage},
    worker,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::Browser;

pub const ORIGIN: &str = "https://headshots.example";

/// The router with everything behind it.
pub struct Server {
    pub state: AppState,
    pub router: Router,
    /// The test's own way to the database.
    pool: PgPool,
    networks: AtomicU32,
    closed: AtomicBool,
}

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    settings: Settings,
}

impl Server {
    /// Starts on the test's own database.
    pub async fn start(connect: PgConnectOptions) -> Self {
        Self::start_with(connect, 4).await
    }

    /// Starts with so many connections, for tests that race.
    pub async fn start_with(connect: PgConnectOptions, connections: u32) -> Self {
        let settings = settings();
        let options =
            PgPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(60));
        let own = options.clone().connect_with(connect.clone()).await.unwrap();
        let through = options.connect_with(pooled(connect)).await.unwrap();
        // As behind a pooler, which is the stricter way: what was taken to read by may not write, and what
        // writes has to say that it is done.
        Self::over(&settings, Pool::through_pooler(through, own.clone()), own)
    }

    /// Starts on what a pooler leads to.
    pub async fn start_through(pool: Pool, connect: PgConnectOptions) -> Self {
        let own = PgPoolOptions::new().max_connections(4).connect_with(connect).await.unwrap();
        Self::over(&settings(), pool, own)
    }

    /// A server whose database is away, with the keys of the others. Nothing is left there to close.
    pub fn without_database() -> Self {
        let settings = settings();
        let nowhere = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(1);
        let pool =
            PgPoolOptions::new().acquire_timeout(Duration::from_millis(200)).connect_lazy_with(nowhere);
        let server = Self::over(&settings, pool.clone().into(), pool);
        server.closed.store(true, Ordering::Relaxed);
        server
    }

    fn over(settings: &Settings, pool: Pool, own: PgPool) -> Self {
        let base = settings.web.public_base(Build::Release).unwrap();
        let mailer = Mailer::memory(settings.mail.mail_from.clone(), base.host());
        let storage = Storage::open("memory:").unwrap();
        let state = AppState::new(settings, base, pool, mailer, storage, Assets::default());
        let router = router(state.clone(), &settings.web);
        Self { state, router, pool: own, networks: AtomicU32::new(1), closed: AtomicBool::new(false) }
    }

    /// A browser that was never here, on a network of its own.
    pub fn browser(&self) -> Browser {
        let [.., b, c, d] = self.networks.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        Browser::new(self.router.clone(), format!("10.{b}.{c}.{d}"))
    }

    /// Lets no more invite mails go out than this.
    pub fn limit_mails(&mut self, limits: MailLimits) {
        self.state.mail_limits = limits;
        self.reroute();
    }

    /// Takes HEIC photos, with the program that opens them.
    pub fn take_heic(&mut self) {
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_headcount")).with_file_name(HeicDecoder::NAME);
        let decoder = HeicDecoder::at(&program);
        let decoder =
            decoder.expect("`cargo build -p headcount-heif` makes the decoder; it needs libheif-dev");
        self.state = self.state.clone().with_heic(decoder);
        self.reroute();
    }

    /// Lets the router know of a changed state.
    pub fn reroute(&mut self) {
        self.router = router(self.state.clone(), &settings().web);
    }

    /// Takes reports of bounces from who has this secret.
    pub fn trust_bounces(&mut self, secret: &str) {
        self.state.bounce_secret = Some(secret.into());
        self.reroute();
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Does the jobs that can be done now.
    pub async fn work(&self) {
        worker::drain(&self.state).await.unwrap();
    }

    /// Sends what is queued and gives the mails to this address, oldest first.
    pub async fn mails_to(&self, address: &str) -> Vec<Kept> {
        self.work().await;
        self.state.mailer.kept().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// Sends what is queued and gives the newest mail to this address.
    pub async fn mail_to(&self, address: &str) -> Kept {
        self.mails_to(address).await.pop().unwrap_or_else(|| panic!("no mail to {address}"))
    }

    /// The single number that a query gives.
    pub async fn number(&self, query: &str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.pool()).await.unwrap()
    }

    /// The single text that a query gives.
    pub async fn text(&self, query: &str) -> String {
        sqlx::query_scalar(query).fetch_one(self.pool()).await.unwrap()
    }

    /// Changes what no page could, such as the time at which something ends.
    pub async fn execute(&self, statement: &str) {
        sqlx::query(statement).execute(self.pool()).await.unwrap();
    }

    /// All rows of all tables with the transactions that wrote them: two of these are alike only if
    /// nothing was written in between, be it the same as before.
    pub async fn everything(&self) -> Vec<String> {
        let parts = self
            .text(
                "select string_agg(format($$select '%s ' || xmin::text || ' ' || t::text as row from %I t$$,
                                          tablename, tablename), ' union all ')
                 from pg_tables where schemaname = 'public'",
            )
            .await;
        sqlx::query_scalar(&format!("{parts} order by 1")).fetch_all(self.pool()).await.unwrap()
    }

    /// Takes back the shoots that wait for the engine, where a test is about something else: the
    /// engine is slow in a build that is made for tests.
    pub async fn leave_the_engine_out(&self) {
        self.execute("delete from jobs where kind = 'generate' and state = 'waiting'").await;
    }

    /// The end of a test: the queued jobs are done, and nothing is left that waits for another try.
    pub async fn close(self) {
        self.work().await;
        let left =
            "select coalesce(string_agg(kind || ': ' || coalesce(last_error, '-'), ', '), '') from jobs
                    where state = 'waiting' and run_at < now() + interval '1 day'";
        assert_eq!(self.text(left).await, "", "jobs are left");
        self.closed.store(true, Ordering::Relaxed);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        assert!(
            self.closed.load(Ordering::Relaxed) || std::thread::panicking(),
            "a test has to close its server, which looks for jobs that are left"
        );
    }
}

/// Settings as an operator would give them; the database is the test's.
fn settings() -> Settings {
    let key = "5e".repeat(32);
    let line = [
        "headcount",
        "--database-url=postgres://unused",
        "--base-url",
        ORIGIN,
        "--secret-key",
        &key,
        "--trust-proxy=true",
        "--public-dir=public",
        // Nobody answers there.
        "--dns-server=127.0.0.1:1",
    ];
    CommandLine::parse_from(line).settings
}
