//! Makes the headshots of one shoot with the built-in engine. H3, C5
//!
//! Three things go wrong, and each has an answer of its own. A photo is at fault: the shoot fails at
//! once and names it. The files are out of reach: it is tried again, each minute at least, and counts
//! as nobody's failure. The process ends without a word: it is begun a few times more, by itself, so
//! that what ended the process ends no other shoot with it.

use sha2::{Digest, Sha256};
use time::Duration;
use uuid::Uuid;

use super::{Outcome, lease::backoff};
use crate::{
    domain::{
        actor::Actor,
        ids::{HeadshotId, MemberId, OrgId, PhotoId, ShootId},
        photo::{PhotoFault, PictureKind},
        shoot::ShootFailure,
    },
    server::state::AppState,
    store::{
        self, DatabaseError, engine_jobs, files,
        jobs::{self, Job, Later, Leased},
        shoots::{self, NewHeadshot, Task},
    },
    studio::{
        engine::{Engine, Portrait, best_first},
        image_pool::NotMade,
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
    let attempt = Attempt { state, job, actor: &Actor::system(org), shoot };
    let Some(task) = attempt.begin().await? else { return Ok(Outcome::Done) };
    if task.starts >= MOST_STARTS {
        return attempt.give_up(&task, Failed::BrokeOff).await;
    }
    let made = async {
        let portraits = attempt.make(&task).await?;
        let made = attempt.keep(portraits).await?;
        attempt.finish(task.member, &made).await
    };
    match made.await {
        Ok(()) => Ok(Outcome::Done),
        Err(Trouble::Photos(faults)) => attempt.give_up(&task, Failed::Photos(faults)).await,
        Err(trouble @ (Trouble::Missing(_) | Trouble::Storage(_))) => attempt.stall(&task, &trouble).await,
        Err(trouble @ Trouble::Interrupted(_)) => {
            let mut db = state.pool.autocommit().await?;
            shoots::come_back(&mut db, attempt.actor, shoot).await?;
            db.finish().await?;
            Ok(Outcome::Later { why: trouble.to_string() })
        }
        Err(Trouble::Database(error)) => Err(error.into()),
    }
}

/// One attempt at the headshots of a shoot.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    state: &'a AppState,
    job: &'a Leased,
    actor: &'a Actor,
    shoot: ShootId,
}

impl Attempt<'_> {
    /// What there is to do; when it is nothing, the job is done.
    async fn begin(self) -> anyhow::Result<Option<Task>> {
        let mut tx = self.state.begin().await?;
        let task = shoots::begin(&mut tx, self.actor, self.shoot).await?;
        if task.is_none() {
            jobs::finish(&mut tx, self.job).await?;
        }
        self.state.commit_about(tx, self.actor.org, task.iter().map(|task| task.member)).await?;
        Ok(task)
    }

    /// The headshots, best first, in memory.
    async fn make(self, task: &Task) -> Result<Vec<Portrait>, Trouble> {
        let pool = &self.state.image_pool;
        // What ended a process may do so again, and is then to end no other shoot.
        let _turn = if task.starts == 0 { pool.together().await } else { pool.alone().await };
        let mut db = self.state.pool.autocommit().await?;
        shoots::start(&mut db, self.actor, self.shoot).await?;
        db.finish().await?;
        let (mut rated, mut faults, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for photo in &task.photos {
            let key = storage::photo_key(self.actor.org.0, photo.0);
            let Some(file) = self.state.storage.get(&key).await? else {
                missing.push(*photo);
                continue;
            };
            match pool.portrait(Engine::BuiltIn, file).await {
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
    async fn keep(self, portraits: Vec<Portrait>) -> Result<Vec<NewHeadshot>, Trouble> {
        let org = self.actor.org;
        let ids = headshot_ids(self.shoot, portraits.len());
        let mut db = self.state.pool.autocommit().await?;
        let intended = files::intend(&mut db, org, PictureKind::Headshot, &ids).await?;
        db.finish().await?;
        if !intended {
            return Err(Trouble::Interrupted("what an earlier attempt left is being deleted"));
        }
        let mut made = Vec::with_capacity(portraits.len());
        for (id, portrait) in ids.into_iter().zip(portraits) {
            let [key, thumb_key] = storage::picture_keys(org.0, PictureKind::Headshot, id);
            self.state.storage.put(&key, portrait.jpeg).await?;
            self.state.storage.put(&thumb_key, portrait.thumbnail).await?;
            made.push(NewHeadshot { id: HeadshotId(id), width: portrait.width, height: portrait.height });
        }
        Ok(made)
    }

    /// Makes the shoot Ready, unless another worker did or its member was removed.
    async fn finish(self, member: MemberId, made: &[NewHeadshot]) -> Result<(), Trouble> {
        let Self { state, job, actor, shoot } = self;
        let ids: Vec<Uuid> = made.iter().map(|headshot| headshot.id.0).collect();
        let done: store::Result<bool> = store::retry(|| async {
            let mut tx = state.begin().await?;
            let finished = shoots::finish(&mut tx, actor, shoot, made).await?;
            let settled = files::settle(&mut tx, actor.org, &ids).await?;
            if finished && !settled {
                return Ok(false);
            }
            if !finished && shoots::member_of(&mut tx, actor.org, shoot).await?.is_none() {
                // The member was removed meanwhile: what was made of them goes as well. P3
                let headshots = made.iter().map(|headshot| headshot.id).collect();
                jobs::queue(
                    &mut tx,
                    &[Job::DeletePictures { org: actor.org, photos: Vec::new(), headshots }],
                )
                .await?;
            }
            // Of a generation service that made it before ENGINE_URL was taken away.
            engine_jobs::abandon(&mut tx, actor, shoot).await?;
            jobs::finish(&mut tx, job).await?;
            state.commit_about(tx, actor.org, [member]).await?;
            Ok(true)
        })
        .await;
        if done? {
            Ok(())
        } else {
            Err(Trouble::Interrupted("the headshots were swept before they were finished"))
        }
    }

    /// Puts a shoot back whose files are out of reach, or gives it up after a long while.
    async fn stall(self, task: &Task, trouble: &Trouble) -> anyhow::Result<Outcome> {
        let Self { state, job, actor, shoot } = self;
        let mut tx = state.begin().await?;
        let stalled = shoots::stall(&mut tx, actor, shoot).await?.unwrap_or(Duration::ZERO);
        let failed = match trouble {
            Trouble::Missing(missing) if stalled >= LONGEST_SEARCH => {
                Some(Failed::Photos(missing.iter().map(|photo| (*photo, PhotoFault::Lost)).collect()))
            }
            _ if stalled >= LONGEST_OUTAGE => Some(Failed::Storage),
            _ => None,
        };
        if failed.is_none() {
            let why = trouble.to_string();
            tracing::warn!(%shoot, stalled = stalled.whole_seconds(), %why, "a shoot waits for its files");
            let later = Later { job, wait: backoff(job).min(LONGEST_PAUSE), why: &why };
            jobs::put_back(&mut tx, &[later]).await?;
        }
        state.commit_unseen(tx).await?;
        match failed {
            None => Ok(Outcome::Done),
            Some(failed) => self.give_up(task, failed).await,
        }
    }

    /// Makes a shoot Failed for good, with what was stored of it left to the sweeper. C5
    async fn give_up(self, task: &Task, failed: Failed) -> anyhow::Result<Outcome> {
        let Self { state, job, actor, shoot } = self;
        store::retry(|| async {
            let mut tx = state.begin().await?;
            let failure = match &failed {
                Failed::Photos(faults) => {
                    ShootFailure::Photos(shoots::note_faults(&mut tx, actor, shoot, faults).await?)
                }
                Failed::Storage => ShootFailure::Storage,
                Failed::BrokeOff => ShootFailure::BrokeOff,
            };
            tracing::error!(%shoot, ?failure, "a shoot failed for good");
            shoots::fail(&mut tx, actor, shoot, &failure.to_string()).await?;
            files::abandon(&mut tx, actor.org, &headshot_ids(shoot, task.photos.len())).await?;
            engine_jobs::abandon(&mut tx, actor, shoot).await?;
            jobs::give_up(&mut tx, job, &failure.to_string()).await?;
            state.commit_about(tx, actor.org, [task.member]).await
        })
        .await?;
        Ok(Outcome::Done)
    }
}

/// Why a shoot is given up.
enum Failed {
    Photos(Vec<(PhotoId, PhotoFault)>),
    Storage,
    BrokeOff,
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
