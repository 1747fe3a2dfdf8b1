//! Hands a shoot to the generation service, again and again until something becomes of it, and gives it up after
//! a day. What becomes of it comes in by `http::hooks::engine`. H3, C5

use time::Duration;

use super::{Outcome, lease::backoff};
use crate::{
    domain::{
        actor::Actor,
        ids::{OrgId, PhotoId, ShootId},
        moment::Moment,
        shoot::ShootFailure,
    },
    server::{
        engine::{MOST_HEADSHOTS, RemoteEngine, Requested, RequestedPhoto},
        keys::EngineLink,
        state::AppState,
    },
    store::{
        self,
        engine_jobs::{self, Settled},
        jobs::{self, Later, Leased},
        now,
        shoots::{self, Task},
    },
};

/// A shoot of which nothing has become after so long is given up.
const LONGEST_WAIT: Duration = Duration::DAY;

/// A service that took a job and says nothing is told again after so long.
const REMINDED_AFTER: Duration = Duration::minutes(30);

/// The longest rest before a service that did not take a job is asked again.
const LONGEST_PAUSE: Duration = Duration::minutes(10);

/// How long the links of a job work; longer than until it is sent again.
const LINKS_LIVE: Duration = Duration::hours(2);

/// Hands a shoot over, or gives it up.
///
/// # Errors
/// The database fails; the job is tried again.
pub async fn hand_over(
    state: &AppState,
    engine: &RemoteEngine,
    job: &Leased,
    org: OrgId,
    shoot: ShootId,
) -> anyhow::Result<Outcome> {
    let actor = Actor::system(org);
    let mut tx = state.begin().await?;
    let task = shoots::begin(&mut tx, &actor, shoot).await?;
    // Before it is sent, for the answer may come at once.
    let waited = engine_jobs::hand_over(&mut tx, &actor, shoot).await?.unwrap_or_default();
    if task.is_none() {
        jobs::finish(&mut tx, job).await?;
    }
    state.commit_about(tx, org, task.iter().map(|task| task.member)).await?;
    let Some(task) = task else { return Ok(Outcome::Done) };
    if waited >= LONGEST_WAIT {
        return give_up(state, job, &actor, shoot, &task).await;
    }
    let now = Moment::from(now(&state.pool).await?);
    let left = LONGEST_WAIT - waited;
    let requested = requested(state, &actor, shoot, &task, now, left);
    let sent = engine.send(&format!("shoot_{}", shoot.0), now, &requested).await;
    let mut db = state.pool.autocommit().await?;
    match sent {
        Ok(()) => jobs::rest(&mut db, job, REMINDED_AFTER.min(left)).await?,
        Err(error) => {
            tracing::warn!(%shoot, %error, "the generation service did not take a shoot");
            let (wait, why) = (backoff(job).min(LONGEST_PAUSE).min(left), error.to_string());
            jobs::put_back(&mut db, &[Later { job, wait, why: &why }]).await?;
        }
    }
    db.finish().await?;
    Ok(Outcome::Done)
}

fn requested(
    state: &AppState,
    actor: &Actor,
    shoot: ShootId,
    task: &Task,
    now: Moment,
    left: Duration,
) -> Requested {
    let org = actor.org;
    let after = |wait: Duration| {
        Moment::from_unix_millis(now.unix_millis() + i64::try_from(wait.whole_milliseconds()).unwrap_or(0))
    };
    let until = after(LINKS_LIVE);
    let link = |may| state.base.to(&format!("/engine/{}", state.keys.engine_link(may, org, shoot, until)));
    let photos = link(EngineLink::Photos);
    let photo = |photo: &PhotoId| RequestedPhoto { id: photo.0, url: format!("{photos}/photos/{}", photo.0) };
    Requested {
        job: state.keys.engine_job(org, shoot),
        photos: task.photos.iter().map(photo).collect(),
        headshots_url: format!("{}/headshots", link(EngineLink::Headshots)),
        callback_url: state.base.to("/hooks/engine"),
        expires_at: until.iso(),
        deadline: after(left).iso(),
        most_headshots: MOST_HEADSHOTS,
        most_bytes: state.photo_limits.max_bytes,
    }
}

/// Makes the shoot Failed for good, unless something became of it at this moment. C5
async fn give_up(
    state: &AppState,
    job: &Leased,
    actor: &Actor,
    shoot: ShootId,
    task: &Task,
) -> anyhow::Result<Outcome> {
    store::retry(|| async {
        let mut tx = state.begin().await?;
        match engine_jobs::refuse(&mut tx, actor, shoot, &[]).await? {
            Settled::Now(_) => {
                let failure = ShootFailure::Engine;
                tracing::error!(%shoot, ?failure, "a shoot failed for good");
                jobs::give_up(&mut tx, job, &failure.to_string()).await?;
            }
            Settled::Before | Settled::Incomplete | Settled::Foreign => {
                jobs::finish(&mut tx, job).await?;
            }
        }
        state.commit_about(tx, actor.org, [task.member]).await
    })
    .await?;
    Ok(Outcome::Done)
}
