//! All that is measured without a browser: ratios of runs in turn on one machine, this project's beside
//! those of the bare tools for each of its parts. One program, so that the server is linked once.
//!
//! Run by `./x bench`, which sets DATABASE_URL, PG_BIN, POSTFIX, PEER and HEADCOUNT_BIN; some parts alone:
//! `./x bench joins outbox`.

mod backup;
mod client;
mod common;
mod invites;
mod joins;
mod latency;
mod members;
mod outbox;
mod page;
mod peer;
mod round_trips;
mod shoot;
mod start;
mod statements;
mod summary;
mod use_cases;

use std::collections::HashSet;

/// As in the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PARTS: [&str; 11] = [
    "joins",
    "invites",
    "outbox",
    "latency",
    "members",
    "backup",
    "shoot",
    "page",
    "start",
    "peer",
    "statements",
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Clients over HTTP want one, even though they speak plain HTTP.
    rustls::crypto::ring::default_provider().install_default().ok();
    let named: HashSet<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = named.iter().find(|name| !PARTS.contains(&name.as_str())) {
        anyhow::bail!("no part is called {unknown}; there are {}", PARTS.join(", "));
    }
    let is_wanted = |part: &&str| {
        // What is measured beside the peer, and why it takes as long as it does.
        named.is_empty() || named.contains(*part) || *part == "statements" && named.contains("peer")
    };
    for part in PARTS.into_iter().filter(is_wanted) {
        match part {
            "joins" => joins::run().await?,
            "invites" => invites::run().await?,
            "outbox" => outbox::run().await?,
            "latency" => latency::run().await?,
            "members" => members::run().await?,
            "backup" => backup::run().await?,
            "shoot" => shoot::run().await?,
            "page" => page::run().await?,
            "start" => start::run().await?,
            "peer" => peer::run().await?,
            _ => use_cases::run().await?,
        }
    }
    Ok(())
}
