//! `headcount serve`: serves pages and does the work that they cause, until it is asked to stop.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{command_line, open};
use crate::{
    http::{
        connections::{self, ConnectionLimits},
        metrics, router,
    },
    server::{
        config::{Build, Settings},
        live,
    },
    worker,
};

/// Connections of those who look at the metrics.
const METRICS_CONNECTIONS: usize = 8;
/// How long requests that have begun may go on when the server is asked to stop.
const GRACE: Duration = Duration::from_secs(3);
/// The worker ends by itself some seconds after it was asked to; longer than this only something hangs.
const PATIENCE: Duration = Duration::from_secs(8);

/// # Errors
/// A setting is missing or names nothing, or the port is taken.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let problems = settings.problems(Build::THIS);
    if !problems.is_empty() {
        bail!("{}", command_line::list(&problems));
    }
    let state = open::state(&settings).await?;
    let router = router(state.clone(), &settings.web);
    let listener = listen("BIND", settings.web.bind).await?;
    let metrics_listener = match settings.web.metrics_address {
        Some(address) => Some(listen("METRICS_ADDRESS", address).await?),
        None => None,
    };
    let stop = CancellationToken::new();
    if let Some(listener) = metrics_listener {
        let limits = ConnectionLimits::new(METRICS_CONNECTIONS);
        tokio::spawn(connections::serve(listener, metrics(state.clone()), limits, stop.clone()));
    }
    let work = tokio::spawn(worker::run(state.clone(), stop.clone()));
    tokio::spawn(live::run(state.live.clone(), state.pool.clone(), stop.clone()));
    tracing::info!(address = %state.base.origin(), "Headcount is serving");
    let limits = ConnectionLimits::new(settings.web.max_connections as usize);
    let serving = connections::serve(listener, router, limits, stop.clone());
    let stopping = async {
        asked_to_stop().await;
        tracing::info!("stopping: no new requests, what has begun is finished");
        stop.cancel();
        // A browser that holds its connection open must not keep the server from ending.
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = serving => {}
        () = stopping => {}
    }
    stop.cancel();
    tokio::time::timeout(PATIENCE, work).await.ok();
    state.pool.close().await;
    Ok(())
}

async fn listen(setting: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; is another server there? {setting} chooses another address")
    })
}

async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::warn!(%error, "cannot listen for SIGTERM");
            interrupt.await.ok();
            return;
        }
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
