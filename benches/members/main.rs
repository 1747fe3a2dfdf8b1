//! The Members page of an organization of 10,000 members and 3,000 pending invites among 500 others: how
//! long the server takes for a page, how many bytes it is and how many statements, beside the keyset query
//! alone, in turn. QUALITY performance 10
//!
//! The server is the real router in this process behind a real socket, one request at a time. Run by
//! `./x bench`, which sets DATABASE_URL.

mod statements;
#[path = "../summary/mod.rs"]
mod summary;

use std::{io::Write, net::SocketAddr, time::Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use headcount::{
    domain::{
        email::EmailAddress,
        people::{PeopleQuery, Place},
    },
    http::router,
    mail::Mailer,
    server::{
        assets::Assets,
        config::{Build, Settings},
        logins::{self, Caller},
        state::AppState,
    },
    store::{
        self, PgPool,
        accounts::{self, ActiveMembership},
        organizations, people,
    },
    studio::storage::Storage,
};

use self::{statements::Statements, summary::summary};

/// Makes the large organization.
const GENERATED: &str = include_str!("generated.sql");
/// What leads ask of the page.
const ASKED: [(&str, &str); 8] = [
    ("first page", ""),
    ("next page", ""),
    ("stage", "stage=ready"),
    ("few found", "q=kowalczyk+1a"),
    ("many found", "q=an"),
    ("none found", "q=nobody"),
    ("a team by name", "q=team+7"),
    ("newest first", "sort=newest"),
];
const RUNS: usize = 5;
const REQUESTS: usize = 60;

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    settings: Settings,
    /// What `cargo bench` says to every benchmark.
    #[arg(long)]
    bench: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let statements = Statements::counted();
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL is missing; run ./x bench")?;
    let pool = store::connect(&url, 4).await?;
    store::migrate(&pool).await?;
    let owner = found(&pool).await?;
    let began = Instant::now();
    sqlx::raw_sql(&GENERATED.replace("{org}", &owner.org.to_string())).execute(&pool).await?;
    let mut out = std::io::stdout();
    writeln!(out, "generated in {:.1} s", began.elapsed().as_secs_f64())?;
    let page = Page::open(pool, owner, statements).await?;
    for (what, query) in ASKED {
        page.measure(&mut out, what, query).await?;
    }
    Ok(())
}

/// The organization that is measured, and its Owner.
async fn found(pool: &PgPool) -> anyhow::Result<ActiveMembership> {
    let address = EmailAddress::parse("owner@corp.example", |_| None)?;
    let mut tx = pool.begin().await?;
    let account = accounts::ensure(&mut tx, &address).await?;
    let owner = organizations::create(&mut tx, account, &address, "Large", "Olga Owner").await?;
    tx.commit().await?;
    Ok(owner)
}

/// The page as its lead opens it.
struct Page {
    pool: PgPool,
    owner: ActiveMembership,
    origin: String,
    cookie: String,
    client: reqwest::Client,
    statements: Statements,
}

impl Page {
    async fn open(pool: PgPool, owner: ActiveMembership, statements: Statements) -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let key = "5e".repeat(32);
        let line = ["bench", "--database-url=unused", "--base-url", &origin, "--secret-key", &key];
        let settings = CommandLine::parse_from(line).settings;
        let base = settings.web.public_base(Build::Release)?;
        let mailer = Mailer::memory(settings.mail.mail_from.clone(), base.host());
        let storage = Storage::open("memory:")?;
        let state = AppState::new(&settings, base, pool.clone(), mailer, storage, Assets::default());
        let service = router(state, &settings.web).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let caller = Caller { network: "127.0.0.1".into(), user_agent: "bench".into() };
        let mut tx = pool.begin().await?;
        let cookie = logins::open(&mut tx, owner.account, Some(owner.org), &caller).await?;
        tx.commit().await?;
        let cookie = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { pool, owner, origin, cookie, client: reqwest::Client::new(), statements })
    }

    /// Asks again and again, and the database for the keyset alone in turn.
    async fn measure(&self, out: &mut impl Write, what: &str, query: &str) -> anyhow::Result<()> {
        let next = if what == "next page" { Some(self.next_page().await?) } else { None };
        let query = next.as_deref().unwrap_or(query);
        let asked = read(query);
        let path = format!("/members?{query}");
        let before = self.statements.count();
        let plain = self.get(&path, "identity").await?;
        let statements = self.statements.count() - before;
        let packed = self.get(&path, "br").await?;
        let (mut ours, mut alone) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let mut times = Vec::new();
            for _ in 0..REQUESTS {
                let began = Instant::now();
                self.get(&path, "identity").await?;
                times.push(began.elapsed().as_secs_f64() * 1000.0);
            }
            ours.push(percentile(times));
            let mut times = Vec::new();
            for _ in 0..REQUESTS {
                let began = Instant::now();
                people::page(&mut *self.pool.acquire().await?, self.owner.org, &asked).await?;
                times.push(began.elapsed().as_secs_f64() * 1000.0);
            }
            alone.push(percentile(times));
        }
        let ratios: Vec<f64> = ours.iter().zip(&alone).map(|(a, b)| a / b).collect();
        writeln!(
            out,
            "{what}: {:.1} kB, {:.1} kB compressed, {statements} statements",
            plain as f64 / 1000.0,
            packed as f64 / 1000.0,
        )?;
        writeln!(out, "  page, p99 ms      {}", summary(ours, 1))?;
        writeln!(out, "  keyset, p99 ms    {}", summary(alone, 1))?;
        writeln!(out, "  ratio             {}", summary(ratios, 1))?;
        Ok(())
    }

    /// The query of the page behind the hundredth.
    async fn next_page(&self) -> anyhow::Result<String> {
        let mut query = PeopleQuery::default();
        for _ in 0..100 {
            let page = people::page(&mut *self.pool.acquire().await?, self.owner.org, &query).await?;
            query.place = Place::After(page.after.context("fewer people")?);
        }
        let pairs = query.pairs();
        Ok(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }

    /// Bytes of the answer.
    async fn get(&self, path: &str, encoding: &str) -> anyhow::Result<usize> {
        let answer = self
            .client
            .get(format!("{}{path}", self.origin))
            .header("cookie", &self.cookie)
            .header("accept", "text/html")
            .header("accept-encoding", encoding)
            .send()
            .await?;
        ensure!(answer.status() == 200, "{path} gave {}", answer.status());
        Ok(answer.bytes().await?.len())
    }
}

fn read(query: &str) -> PeopleQuery {
    let pairs: std::collections::HashMap<_, _> =
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    PeopleQuery::read(|name| pairs.get(name).cloned())
}

fn percentile(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() - 1) * 99 / 100]
}
