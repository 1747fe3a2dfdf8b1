//! Deletes pictures: originals that have had their time, and what was left by whoever is removed, or by an
//! organization that is gone. H5, P3, P8

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
        shoots,
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

/// Every file of an organization whose rows are gone; deletes again what it finds when it runs twice. P8
///
/// # Errors
/// Storage or database fail; the job is tried again.
pub async fn of_organization(state: &AppState, job: &Leased, org: OrgId) -> anyhow::Result<Outcome> {
    state.storage.delete_prefix(&storage::org_prefix(org.0)).await?;
    let mut tx = state.begin().await?;
    jobs::finish(&mut tx, job).await?;
    state.commit_unseen(tx).await?;
    Ok(Outcome::Done)
}
