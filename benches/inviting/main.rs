//! Inviting, measured beside the bare tools for each of its parts: ratios of runs in turn on one
//! machine. QUALITY performance 7, 8, 11
//!
//! Run by `./x bench`, which sets DATABASE_URL, PG_BIN and POSTFIX; one part alone:
//! `./x bench --bench inviting -- outbox`.

mod common;
mod invites;
mod latency;
mod outbox;
#[path = "../summary/mod.rs"]
mod summary;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let parts: Vec<String> = std::env::args().skip(1).filter(|part| !part.starts_with('-')).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|name| name == part);
    if wanted("invites") {
        invites::run().await?;
    }
    if wanted("outbox") {
        outbox::run().await?;
    }
    if wanted("latency") {
        latency::run().await?;
    }
    Ok(())
}
