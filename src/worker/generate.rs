//! Makes the headshots of one shoot with the built-in engine. H3, C5

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::{
    domain::{
        actor::Actor,
        ids::{HeadshotId, OrgId, PhotoId, ShootId},
    },
    server::state::AppState,
    store::{
        self,
        jobs::{self, Job, Leased},
        shoots::{self, NewHeadshot},
    },
    studio::{engine::Engine, storage},
    worker::Outcome,
};

/// After so many attempts a shoot has failed for good.
const ATTEMPTS: i32 = 5;

/// Generates, stores, and makes the shoot Ready; or Failed, with its credit given back.
///
/// A worker that dies leaves at most stored pictures, which the next one overwrites: their names
/// follow from the shoot.
///
/// # Errors
/// Storage or database fail; the job is tried again.
pub async fn headshots(
    state: &AppState,
    job: &Leased,
    org: OrgId,
    shoot: ShootId,
) -> anyhow::Result<Outcome> {
    let system = Actor::system(org);
    let task = {
        let mut tx = state.begin().await?;
        let task = shoots::begin(&mut tx, &system, shoot).await?;
        if task.is_none() {
            jobs::finish(&mut tx, job).await?;
        }
        state.commit_about(tx, org, task.iter().map(|task| task.member)).await?;
        task
    };
    let Some(task) = task else { return Ok(Outcome::Done) };
    match make(state, org, shoot, &task.photos).await {
        Ok(made) => {
            store::retry(|| async {
                let mut tx = state.begin().await?;
                let finished = shoots::finish(&mut tx, &system, shoot, &made).await?;
                if !finished && shoots::member_of(&mut tx, org, shoot).await?.is_none() {
                    // The member was removed meanwhile: what was made of them goes as well. P3
                    let headshots = made.iter().map(|headshot| headshot.id).collect();
                    jobs::queue(&mut tx, &[Job::DeletePictures { org, photos: Vec::new(), headshots }])
                        .await?;
                }
                jobs::finish(&mut tx, job).await?;
                state.commit_about(tx, org, [task.member]).await
            })
            .await?;
            Ok(Outcome::Done)
        }
        Err(error) if job.attempts < ATTEMPTS => Ok(Outcome::Later { why: format!("{error:#}") }),
        Err(error) => {
            tracing::error!(%shoot, "a shoot failed for good: {error:#}");
            let why = format!("{error:#}");
            store::retry(|| async {
                let mut tx = state.begin().await?;
                shoots::fail(&mut tx, &system, shoot, "The photos could not be turned into headshots.")
                    .await?;
                jobs::give_up(&mut tx, job, &why).await?;
                state.commit_about(tx, org, [task.member]).await
            })
            .await?;
            Ok(Outcome::Done)
        }
    }
}

async fn make(
    state: &AppState,
    org: OrgId,
    shoot: ShootId,
    photos: &[PhotoId],
) -> anyhow::Result<Vec<NewHeadshot>> {
    let mut pictures: Vec<Bytes> = Vec::with_capacity(photos.len());
    for photo in photos {
        let picture = state.storage.get(&storage::photo_key(org.0, photo.0)).await?;
        pictures.push(picture.ok_or_else(|| anyhow::anyhow!("photo {photo} is not in the storage"))?);
    }
    let portraits = state.image_pool.portraits(Engine::BuiltIn, pictures).await?;
    let mut made = Vec::with_capacity(portraits.len());
    for (n, portrait) in portraits.into_iter().enumerate() {
        let id = headshot_id(shoot, n);
        state.storage.put(&storage::headshot_key(org.0, id.0), portrait.jpeg).await?;
        state.storage.put(&storage::headshot_thumb_key(org.0, id.0), portrait.thumbnail).await?;
        made.push(NewHeadshot { id, width: portrait.width, height: portrait.height });
    }
    Ok(made)
}

/// The same for the same shoot and place, whichever worker makes it.
fn headshot_id(shoot: ShootId, n: usize) -> HeadshotId {
    let mut hash = Sha256::new();
    hash.update(shoot.0.as_bytes());
    hash.update(n.to_be_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    HeadshotId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// H3
    #[test]
    fn a_second_attempt_overwrites_the_first() {
        let shoot = ShootId(Uuid::from_u128(1));
        assert_eq!(headshot_id(shoot, 0), headshot_id(shoot, 0));
        assert_ne!(headshot_id(shoot, 0), headshot_id(shoot, 1));
        assert_ne!(headshot_id(shoot, 0), headshot_id(ShootId(Uuid::from_u128(2)), 0));
    }
}
