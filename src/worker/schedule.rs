//! Does what no transaction causes, only time. I8

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{reminders::remind_who_is_due, tidy::tidy};
use crate::server::state::AppState;

/// Between two looks for reminders that are due.
const REMINDING: Duration = Duration::from_secs(60);
/// Between two times of tidying.
const TIDYING: Duration = Duration::from_secs(60 * 60);

/// Works until it is told to stop.
pub async fn run(state: AppState, stop: CancellationToken) {
    let mut reminding = tokio::time::interval(REMINDING);
    let mut tidying = tokio::time::interval(TIDYING);
    loop {
        let done = tokio::select! {
            () = stop.cancelled() => return,
            _ = reminding.tick() => remind_who_is_due(&state).await.map(|_| ()),
            _ = tidying.tick() => tidy(&state).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the worker could not look for what is due");
        }
    }
}
