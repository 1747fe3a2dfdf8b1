//! The join page of an open link with its data, requests per second, beside a bare route that asks the database
//! the same and answers with two letters, in turn. QUALITY performance 4
//!
//! Both are behind real sockets of this process, on one pool, with 16 clients that keep their connections.

use std::{
    cell::Cell,
    io::Write,
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use axum::{Router, extract::State, http::StatusCode, routing::get};
use headcount::{server::state::AppState, store::links};

use crate::{
    client::{self, CLIENTS, Client},
    common,
    statements::Statements,
    summary::summary,
};

const TIME: Duration = Duration::from_secs(3);
const TARGET: f64 = 0.5;
/// What the answer of the bare route consists of.
const BARE: &str = "ok";

pub async fn run() -> anyhow::Result<()> {
    let statements = Statements::installed()?;
    let pool = common::database(16).await?;
    let owner = common::found(&pool, "page").await?;
    let mut tx = pool.begin().await?;
    let link = common::create_link(&mut tx, &owner).await?;
    tx.commit().await?;
    let mut settings = common::settings()?;
    let (state, origin) =
        common::serve(&mut settings, |settings| common::state_without_mail(settings, pool)).await?;
    let path = format!("/j/{}", state.keys.link_token(owner.org, link));
    let bare = serve_bare(state).await?;

    // What a connection asks once, when it is new, is no part of a page.
    visit(&origin, &path, &[], TIME / 3).await?;
    visit(&bare, &path, &[], TIME / 3).await?;
    let (page, of_page) = statements.during(bytes(&origin, &path, &[])).await;
    let (_, of_bare) = statements.during(bytes(&bare, &path, &[])).await;
    ensure!(of_page == of_bare, "{of_page} statements for the page, {of_bare} for the bare route");
    let mut out = std::io::stdout();
    writeln!(
        out,
        "join page of a link ({:.1} kB, {of_page} statement), {CLIENTS} clients, {} × {} s each, in turn, requests/s",
        page? as f64 / 1000.0,
        common::RUNS,
        TIME.as_secs(),
    )?;
    let (mut plain, mut packed, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..common::RUNS {
        plain.push(visit(&origin, &path, &[], TIME).await?);
        alone.push(visit(&bare, &path, &[], TIME).await?);
        packed.push(visit(&origin, &path, &["Accept-Encoding: gzip, br"], TIME).await?);
    }
    let ratios = |ours: &[f64]| ours.iter().zip(&alone).map(|(a, b)| a / b).collect();
    let (ratio, ratio_packed) = (ratios(&plain), ratios(&packed));
    writeln!(out, "page              {}", summary(plain, 0))?;
    writeln!(out, "bare route        {}", summary(alone, 0))?;
    writeln!(out, "ratio             {}, target ≥ {TARGET}", summary(ratio, 2))?;
    writeln!(out, "page, compressed  {}", summary(packed, 0))?;
    writeln!(out, "ratio             {}", summary(ratio_packed, 2))?;
    Ok(())
}

/// Where the bare route is served.
async fn serve_bare(state: AppState) -> anyhow::Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let router = Router::new().route("/j/{token}", get(bare)).with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(origin)
}

async fn bare(
    State(state): State<AppState>,
    axum::extract::Path(token): axum::extract::Path<String>,
) -> Result<&'static str, StatusCode> {
    let (org, link) = state.keys.read_link_token(&token).ok_or(StatusCode::NOT_FOUND)?;
    let broken = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let mut db = state.pool.acquire().await.map_err(broken)?;
    let link = links::find(&mut db, org, link).await.map_err(broken)?.ok_or(StatusCode::NOT_FOUND)?;
    link.policy.require_live().map_err(|_| StatusCode::GONE)?;
    Ok(BARE)
}

/// Requests per second.
async fn visit(origin: &str, path: &str, headers: &[&str], time: Duration) -> anyhow::Result<f64> {
    let until = Instant::now() + time;
    let next = Cell::new(0);
    let next = || (Instant::now() < until).then(|| next.replace(next.get() + 1));
    client::rate(origin, next, async |client, _| open(client, path, headers).await.map(|_| ())).await
}

async fn bytes(origin: &str, path: &str, headers: &[&str]) -> anyhow::Result<usize> {
    open(&mut Client::connect(origin).await?, path, headers).await
}

/// Opens the page or the bare route, and says how many bytes came.
async fn open(client: &mut Client, path: &str, headers: &[&str]) -> anyhow::Result<usize> {
    let answer = client.get(path, headers).await?;
    ensure!(answer.status == 200, "{path} gave {}", answer.head);
    let packed = answer.header("content-encoding").is_some();
    if answer.body != BARE.as_bytes() && packed == headers.is_empty() {
        bail!("{} packed: {}", if packed { "it is" } else { "it is not" }, answer.head);
    }
    Ok(answer.body.len())
}
