//! Deletes organizations whose time has come: rows batch by batch, then all of their files. P8

use super::Outcome;
use crate::{
    domain::{actor::Actor, ids::OrgId},
    server::state::AppState,
    store::{
        self, deletion,
        jobs::{self, Leased},
    },
    studio::storage,
};

/// Organizations whose time has come. Each batch is a transaction of its own: what a crash leaves is found
/// again, by whatever server. N8, N9
///
/// # Errors
/// The database fails; the rest is deleted with the next look.
pub async fn delete_due_organizations(state: &AppState) -> store::Result<()> {
    while let Some(org) = deletion::next_due(&mut *state.pool.acquire().await?).await? {
        while delete_batch(state, org).await? {}
    }
    Ok(())
}

/// Whether there is more of it.
async fn delete_batch(state: &AppState, org: OrgId) -> store::Result<bool> {
    store::retry(|| async {
        let mut tx = state.begin().await?;
        let more = deletion::delete_some(&mut tx, &Actor::system(org)).await?;
        // Pages that are open hear that they are nobody's any more.
        state.commit(tx, org).await?;
        Ok::<_, store::DatabaseError>(more)
    })
    .await
}

/// Every file of an organization whose rows are gone; deletes again what it finds when it runs twice.
///
/// # Errors
/// Storage or database fail; the job is tried again.
pub async fn files(state: &AppState, job: &Leased, org: OrgId) -> anyhow::Result<Outcome> {
    state.storage.delete_prefix(&storage::org_prefix(org.0)).await?;
    let mut tx = state.begin().await?;
    jobs::finish(&mut tx, job).await?;
    state.commit_unseen(tx).await?;
    Ok(Outcome::Done)
}
