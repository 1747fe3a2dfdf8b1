//! Deletes pictures: originals that have had their time, all of a shoot where its organization chose so, and
//! what was left by whoever is removed. H5, P3

use super::Outcome;
use crate::{
    domain::{
        actor::Actor,
        ids::{HeadshotId, MemberId, OrgId, PhotoId, ShootId},
    },
    server::state::AppState,
    store::{
        self,
        jobs::{self, Leased},
        picture_retention, shoots,
    },
    studio::storage,
};

/// The photos of a shoot, 30 days after it was over: out of the database first, so that a crash leaves no
/// row without its files. H5
///
/// # Errors
/// The database fails; the job is tried again.
pub async fn originals(
    state: &AppState,
    job: &Leased,
    org: OrgId,
    shoot: ShootId,
) -> anyhow::Result<Outcome> {
    store::retry(|| async {
        let mut tx = state.begin().await?;
        shoots::delete_originals(&mut tx, &Actor::system(org), shoot).await?;
        jobs::finish(&mut tx, job).await?;
        // What lists show of anybody stays as it was.
        state.commit_about(tx, org, None::<MemberId>).await
    })
    .await?;
    Ok(Outcome::Done)
}

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

/// Pictures whose rows are gone already. P3
///
/// # Errors
/// Storage or database fail; the job is tried again.
pub async fn without_rows(
    state: &AppState,
    job: &Leased,
    org: OrgId,
    photos: &[PhotoId],
    headshots: &[HeadshotId],
) -> anyhow::Result<Outcome> {
    for photo in photos {
        storage::delete_photo(&state.storage, org, *photo).await?;
    }
    for headshot in headshots {
        storage::delete_headshot(&state.storage, org, *headshot).await?;
    }
    let mut tx = state.begin().await?;
    jobs::finish(&mut tx, job).await?;
    state.commit_unseen(tx).await?;
    Ok(Outcome::Done)
}
