//! Does what no transaction causes, only time. I8, I15, P7

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    deletions::{delete_due_organizations, delete_due_pictures},
    domains::look_at_due,
    reminders::{remind_of_photos, remind_who_is_due},
};
use crate::{
    server::state::AppState,
    store::{self, retention},
};

/// Between two looks for reminders that are due.
const REMINDING: Duration = Duration::from_secs(60);
/// Between two looks for what was kept long enough.
const DELETING: Duration = Duration::from_secs(60 * 60);

/// Between two looks for domains whose record is to be looked for.
const LOOKING: Duration = Duration::from_secs(20);

/// Works until it is told to stop.
pub async fn run(state: AppState, stop: CancellationToken) {
    let mut reminding = tokio::time::interval(REMINDING);
    let mut deleting = tokio::time::interval(DELETING);
    let mut looking = tokio::time::interval(LOOKING);
    loop {
        let done = tokio::select! {
            () = stop.cancelled() => return,
            _ = reminding.tick() => remind(&state).await,
            _ = looking.tick() => look_at_due(&state).await.map(|_| ()),
            _ = deleting.tick() => delete_old(&state).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the worker could not look for what is due");
        }
    }
}

async fn delete_old(state: &AppState) -> store::Result<()> {
    retention::delete_old(&state.pool).await?;
    delete_due_pictures(state).await?;
    delete_due_organizations(state).await?;
    Ok(())
}

async fn remind(state: &AppState) -> store::Result<()> {
    remind_who_is_due(state).await?;
    remind_of_photos(state).await?;
    Ok(())
}
