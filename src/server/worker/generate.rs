//! Makes the headshots of one shoot with the built-in engine. H3, C5
//!
//! Three things go wrong, and each has an answer of its own. A photo is at fault: the shoot fails at
//! once and names it. The files are out of reach: it is tried again, each minute at least, and counts
//! as nobody's failure. The process ends without a word: it is begun a few times more, by itself, so
//! that what ended the process ends no other shoot with it.

use sha2::{Digest, Sha256};
use time::Duration;
use uuid::Uuid;

use super::{super::state::AppState, Outcome, backoff};
use crate::{
    domain::{
        ids::{HeadshotId, OrgId, PhotoId, ShootId},
        photo::{PhotoFault, PictureKind},
        shoot::ShootFailure,
    },
    store::{
        self, DatabaseError, files,
        jobs::{self, Job, Later, Leased},
        shoots::{self, NewHeadshot, Task},
    },
    studio::{
        darkroom::NotMade,
        engine::{Engine, Portrait, best_first},
        storage::{self, StorageError},
    },
};

/// A shoot that was begun so often and never heard of again is given up.
const MOST_STARTS: i16 = 5;

/// A shoot is given up when its files have been out of reach for so long.
const LONGEST_OUTAGE: Duration = Duration::DAY;

/// A photo whose file is missing is given up after so long: until then it may be that only a part of
/// the storage is back.
const LONGEST_SEARCH: Duration = Duration::HOUR;

/// Between two looks whether the files can be reached again.
const LONGEST_PAUSE: Duration = Duration::MINUTE;

/// Why no headshots were made this time.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    /// These photos are at fault, and will be the next time.
    #[error("{} of the photos cannot be used", .0.len())]
    Photos(Vec<(PhotoId, PhotoFault)>),
    /// Nothing is kept of these photos, as it seems.
    #[error("{} of the photos are not in the storage", .0.len())]
    Missing(Vec<PhotoId>),
    #[error("the storage is away: {0:?}")]
    Storage(#[from] StorageError),
    /// Nobody's fault.
    #[error("{0}")]
    Interrupted(&'static str),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<store::Error> for Trouble {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Refused(never) => match never {},
            store::Error::Broken(error) => error.into(),
        }
    }
}

/// Generates, stores, and makes the shoot Ready; or Failed, with its credit given back.
///
/// A worker that dies leaves at most stored pictures that were written down before. The next one
/// overwrites them: their names follow from the shoot.
///
/// # Errors
/// The database fails; the job is tried again.
pub async fn headshots(
    state: &AppState,
    job: &Leased,
    org: OrgId,
    shoot: ShootId,
) -> anyhow::Result<Outcome> {
    let task = {
        let mut db = state.pool.acquire().await?;
        match shoots::begin(&mut db, org, shoot).await? {
            Some(task) => task,
            None => {
                jobs::finish(&mut db, job).await?;
                return Ok(Outcome::Done);
            }
        }
    };
    if task.starts >= MOST_STARTS {
        return give_up(state, job, org, shoot, &task, Failed::BrokeOff).await;
    }
    let made = async {
        let portraits = make(state, org, shoot, &task).await?;
        let made = keep(state, org, shoot, portraits).await?;
        finish(state, job, org, shoot, &made).await
    };
    match made.await {
        Ok(()) => Ok(Outcome::Done),
        Err(Trouble::Photos(faults)) => give_up(state, job, org, shoot, &task, Failed::Photos(faults)).await,
        Err(trouble @ (Trouble::Missing(_) | Trouble::Storage(_))) => {
            stall(state, job, org, shoot, &task, &trouble).await
        }
        Err(trouble @ Trouble::Interrupted(_)) => {
            let mut db = state.pool.acquire().await?;
            shoots::come_back(&mut db, org, shoot).await?;
            Ok(Outcome::Later { why: trouble.to_string() })
        }
        Err(Trouble::Database(error)) => Err(error.into()),
    }
}

/// The headshots of a shoot, best first, in memory.
async fn make(state: &AppState, org: OrgId, shoot: ShootId, task: &Task) -> Result<Vec<Portrait>, Trouble> {
    // What ended a process may do so again, and is then to end no other shoot.
    let _turn = if task.starts == 0 { state.darkroom.together().await } else { state.darkroom.alone().await };
    shoots::start(&mut *state.pool.acquire().await?, org, shoot).await?;
    let (mut rated, mut faults, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for photo in &task.photos {
        let Some(file) = state.storage.get(&storage::photo_key(org.0, photo.0)).await? else {
            missing.push(*photo);
            continue;
        };
        match state.darkroom.portrait(Engine::BuiltIn, file).await {
            Ok(portrait) => rated.push(portrait),
            Err(NotMade::Photo(fault)) => faults.push((*photo, fault)),
            Err(NotMade::Stopping) => return Err(Trouble::Interrupted("the server is stopping")),
        }
    }
    if !faults.is_empty() {
        return Err(Trouble::Photos(faults));
    }
    if !missing.is_empty() {
        return Err(Trouble::Missing(missing));
    }
    Ok(best_first(rated))
}

/// Writes the headshots down, then stores them.
async fn keep(
    state: &AppState,
    org: OrgId,
    shoot: ShootId,
    portraits: Vec<Portrait>,
) -> Result<Vec<NewHeadshot>, Trouble> {
    let ids = headshot_ids(shoot, portraits.len());
    if !files::intend(&mut *state.pool.acquire().await?, org, PictureKind::Headshot, &ids).await? {
        return Err(Trouble::Interrupted("what an earlier attempt left is being deleted"));
    }
    let mut made = Vec::with_capacity(portraits.len());
    for (id, portrait) in ids.into_iter().zip(portraits) {
        let [key, thumb_key] = storage::picture_keys(org.0, PictureKind::Headshot, id);
        state.storage.put(&key, portrait.jpeg).await?;
        state.storage.put(&thumb_key, portrait.thumbnail).await?;
        made.push(NewHeadshot { id: HeadshotId(id), width: portrait.width, height: portrait.height });
    }
    Ok(made)
}

/// Makes the shoot Ready, unless another worker did or its member was removed.
async fn finish(
    state: &AppState,
    job: &Leased,
    org: OrgId,
    shoot: ShootId,
    made: &[NewHeadshot],
) -> Result<(), Trouble> {
    let ids: Vec<Uuid> = made.iter().map(|headshot| headshot.id.0).collect();
    let mut tx = state.pool.begin().await?;
    let finished = shoots::finish(&mut tx, org, shoot, made).await?;
    let settled = files::settle(&mut tx, org, &ids).await?;
    if finished && !settled {
        tx.rollback().await?;
        return Err(Trouble::Interrupted("the headshots were swept before they were finished"));
    }
    if !finished && shoots::member_of(&mut tx, org, shoot).await?.is_none() {
        // The member was removed meanwhile: what was made of them goes as well. P3
        let headshots = made.iter().map(|headshot| headshot.id).collect();
        jobs::queue(&mut tx, &[Job::DeletePictures { org, photos: Vec::new(), headshots }]).await?;
    }
    jobs::finish(&mut tx, job).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts a shoot back whose files are out of reach, or gives it up after a long while.
async fn stall(
    state: &AppState,
    job: &Leased,
    org: OrgId,
    shoot: ShootId,
    task: &Task,
    trouble: &Trouble,
) -> anyhow::Result<Outcome> {
    let mut tx = state.pool.begin().await?;
    let stalled = shoots::stall(&mut tx, org, shoot).await?.unwrap_or(Duration::ZERO);
    let failed = match trouble {
        Trouble::Missing(missing) if stalled >= LONGEST_SEARCH => {
            Some(Failed::Photos(missing.iter().map(|photo| (*photo, PhotoFault::Lost)).collect()))
        }
        _ if stalled >= LONGEST_OUTAGE => Some(Failed::Storage),
        _ => None,
    };
    let Some(failed) = failed else {
        let why = trouble.to_string();
        tracing::warn!(%shoot, stalled = stalled.whole_seconds(), %why, "a shoot waits for its files");
        let later = Later { job, wait: backoff(job).min(LONGEST_PAUSE), why: &why };
        jobs::put_back(&mut tx, &[later]).await?;
        tx.commit().await?;
        return Ok(Outcome::Done);
    };
    tx.commit().await?;
    give_up(state, job, org, shoot, task, failed).await
}

/// Why a shoot is given up.
enum Failed {
    Photos(Vec<(PhotoId, PhotoFault)>),
    Storage,
    BrokeOff,
}

/// Makes a shoot Failed for good, with what was stored of it left to the sweeper. C5
async fn give_up(
    state: &AppState,
    job: &Leased,
    org: OrgId,
    shoot: ShootId,
    task: &Task,
    failed: Failed,
) -> anyhow::Result<Outcome> {
    let mut tx = state.pool.begin().await?;
    let failure = match failed {
        Failed::Photos(faults) => ShootFailure::Photos(shoots::note_faults(&mut tx, org, &faults).await?),
        Failed::Storage => ShootFailure::Storage,
        Failed::BrokeOff => ShootFailure::BrokeOff,
    };
    tracing::error!(%shoot, ?failure, "a shoot failed for good");
    shoots::fail(&mut tx, org, shoot, &failure.to_string()).await?;
    files::abandon(&mut tx, org, &headshot_ids(shoot, task.photos.len())).await?;
    jobs::give_up(&mut tx, job, &failure.to_string()).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// The same for the same shoot and place, whichever worker makes it.
fn headshot_ids(shoot: ShootId, count: usize) -> Vec<Uuid> {
    let id = |n: usize| {
        let mut hash = Sha256::new();
        hash.update(shoot.0.as_bytes());
        hash.update(n.to_be_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    };
    (0..count).map(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H3
    #[test]
    fn a_second_attempt_overwrites_the_first() {
        let ids = headshot_ids(ShootId(Uuid::from_u128(1)), 3);
        assert_eq!(ids[..2], headshot_ids(ShootId(Uuid::from_u128(1)), 2));
        let other = headshot_ids(ShootId(Uuid::from_u128(2)), 3);
        let all: std::collections::BTreeSet<_> = ids.iter().chain(&other).collect();
        assert_eq!(all.len(), 6);
    }
}
