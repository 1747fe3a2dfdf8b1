//! The Members page of an organization of 10,000 members and 3,000 pending invites among 500 others: how
//! long the server takes for a page, how many bytes it is and how many statements, beside the keyset and what is
//! shown of those whom it finds alone, in turn. QUALITY performance 10
//!
//! The server is the real router in this process behind a real socket, one request at a time.

use std::{io::Write, time::Instant};

use anyhow::{Context, ensure};
use headcount::{
    domain::people::{PeopleQuery, Place},
    store::{PgPool, accounts::ActiveMembership, people},
};

use crate::{
    common,
    statements::Statements,
    summary::{percentile, summary},
};

/// Makes the large organization.
pub const GENERATED: &str = include_str!("members/generated.sql");
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
/// So many that the 99th of a hundred is not the slowest of all.
const REQUESTS: usize = 300;

pub async fn run() -> anyhow::Result<()> {
    let pool = common::database(4).await?;
    let owner = common::found(&pool, "members").await?;
    let began = Instant::now();
    sqlx::raw_sql(&GENERATED.replace("{org}", &owner.org.to_string())).execute(&pool).await?;
    // As autovacuum does within a minute of so many new rows.
    sqlx::query("vacuum analyze").execute(&pool).await?;
    let mut out = std::io::stdout();
    writeln!(out, "Members page, one request at a time, {} × {REQUESTS} requests, in turn", common::RUNS)?;
    writeln!(
        out,
        "(10,000 members, 3,000 invites, 500 other organizations: made in {:.0} s)",
        began.elapsed().as_secs_f64()
    )?;
    let page = Page::open(pool, owner).await?;
    for (what, query) in ASKED {
        page.measure(&mut out, what, query).await?;
    }
    Ok(())
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
    async fn open(pool: PgPool, owner: ActiveMembership) -> anyhow::Result<Self> {
        let statements = Statements::installed()?;
        let mut settings = common::settings()?;
        let (_, origin) =
            common::serve(&mut settings, |settings| common::state_without_mail(settings, pool.clone()))
                .await?;
        let cookie = common::sign_in(&pool, &owner).await?;
        Ok(Self { pool, owner, origin, cookie, client: reqwest::Client::new(), statements })
    }

    /// Asks again and again, and in turn the database for the keyset and the people on it, alone.
    async fn measure(&self, out: &mut impl Write, what: &str, query: &str) -> anyhow::Result<()> {
        let next = if what == "next page" { Some(self.next_page().await?) } else { None };
        let query = next.as_deref().unwrap_or(query);
        let asked = read(query);
        let path = format!("/members?{query}");
        let (plain, statements) = self.statements.during(self.get(&path, "identity")).await;
        let plain = plain?;
        let packed = self.get(&path, "br").await?;
        let (mut ours, mut alone) = (Vec::new(), Vec::new());
        for _ in 0..common::RUNS {
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
                let mut db = self.pool.acquire().await?;
                let page = people::page(&mut db, self.owner.org, &asked).await?;
                people::rows(&mut db, self.owner.org, &page.people).await?;
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
