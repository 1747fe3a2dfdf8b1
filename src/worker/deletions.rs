//! Deletes what time is up for: pictures where their organization chose so, and whole organizations. H5, P8

use crate::{
    domain::{actor::Actor, ids::OrgId},
    server::state::AppState,
    store::{self, deletion, picture_retention, shoots},
};

/// Shoots whose pictures are deleted before the next are looked for.
const BATCH: i64 = 100;

/// All pictures of shoots whose organization chose that, and whose time is over; says of how many shoots. Each
/// in a transaction of its own: what a crash leaves is found again. Any number of servers may do it. H5, N8
///
/// # Errors
/// The database fails; the rest is deleted with the next look.
pub async fn delete_due_pictures(state: &AppState) -> store::Result<usize> {
    let mut deleted = 0;
    loop {
        let due = picture_retention::due(&mut *state.pool.acquire().await?, BATCH).await?;
        if due.is_empty() {
            return Ok(deleted);
        }
        for (org, shoot) in due {
            let gone = store::retry(|| async {
                let mut tx = state.begin().await?;
                let member = shoots::delete_pictures(&mut tx, &Actor::system(org), shoot).await?;
                state.commit_about(tx, org, member).await?;
                Ok::<_, store::DatabaseError>(member.is_some())
            });
            deleted += usize::from(gone.await?);
        }
    }
}

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
