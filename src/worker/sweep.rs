//! Finds files that no row knows of, and rows whose files are gone. H5, N8
//!
//! Files are written down before they are written, so that what a crash leaves behind is known and
//! goes within hours. Once a day the files themselves are compared with the rows, which finds what
//! came about in any other way. Any number of servers may sweep at once. N9

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration as StdDuration,
};

use futures_util::TryStreamExt;
use time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    domain::{
        actor::Actor,
        ids::{OrgId, PhotoId},
        moment::Moment,
        photo::PictureKind,
    },
    server::state::AppState,
    store::{files, shoots},
    studio::storage,
};

/// Between two sweeps.
const PAUSE: StdDuration = StdDuration::from_secs(10 * 60);
/// No upload and no shoot takes so long between writing its files down and their rows.
const GRACE: Duration = Duration::HOUR;
/// Between two comparisons of an organization's files with its rows.
const DAILY: Duration = Duration::DAY;
/// A file without a row, or a row without a file, is believed after so long: by then whatever made it
/// is over, and the clocks of the storage and the database agree.
const SETTLED: Duration = Duration::DAY;
/// Pictures that are swept in one go.
const BATCH: i64 = 100;

/// Sweeps until it is told to stop.
pub async fn run(state: AppState, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(PAUSE);
    loop {
        let sweeping = async {
            ticks.tick().await;
            if let Err(error) = sweep_files(&state, GRACE).await {
                tracing::warn!("abandoned files could not be swept: {error:#}");
            }
            if let Err(error) = compare_files(&state, SETTLED).await {
                tracing::warn!("files could not be compared with rows: {error:#}");
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = sweeping => {}
        }
    }
}

/// Deletes the files of pictures that were written down longer than `grace` ago and got no row of
/// their own; says how many.
///
/// # Errors
/// Storage or database fail; the rest is swept when `grace` is over again.
pub async fn sweep_files(state: &AppState, grace: Duration) -> anyhow::Result<usize> {
    let mut swept = 0;
    loop {
        let mut db = state.pool.autocommit().await?;
        let stale = files::take_stale(&mut db, grace, BATCH).await?;
        db.finish().await?;
        if stale.is_empty() {
            return Ok(swept);
        }
        for picture in stale {
            // Asked after it was taken: now nobody can make its row any more.
            let kept = files::is_kept(&mut *state.pool.acquire().await?, picture).await?;
            if !kept {
                for key in storage::picture_keys(picture.org.0, picture.kind, picture.id) {
                    state.storage.delete(&key).await?;
                }
                swept += 1;
            }
            let mut db = state.pool.autocommit().await?;
            files::forget(&mut db, picture).await?;
            db.finish().await?;
        }
    }
}

/// Compares the files of organizations whose turn it is with their rows: files without a row are
/// swept, rows without files are told to whom it concerns. What is younger than `settled` is left
/// alone.
///
/// # Errors
/// Storage or database fail; the organization is compared again tomorrow.
pub async fn compare_files(state: &AppState, settled: Duration) -> anyhow::Result<()> {
    loop {
        let mut db = state.pool.autocommit().await?;
        let next = files::next_to_compare(&mut db, DAILY).await?;
        db.finish().await?;
        let Some((org, now)) = next else { return Ok(()) };
        compare(state, org, Moment::from_unix_millis(now.unix_millis() - millis(settled))).await?;
    }
}

async fn compare(state: &AppState, org: OrgId, then: Moment) -> anyhow::Result<()> {
    // Files first: a row that comes in between is known to have its files.
    let stored = stored(state, org).await?;
    let kept = files::kept(&mut *state.pool.acquire().await?, org, then).await?;
    let known: BTreeSet<(PictureKind, Uuid)> = kept.iter().map(|(kind, id, _)| (*kind, *id)).collect();
    let unknown: Vec<(PictureKind, Uuid)> = stored
        .iter()
        .filter(|(picture, found)| !known.contains(picture) && found.newest <= then)
        .map(|(picture, _)| *picture)
        .collect();
    let missing: Vec<(PictureKind, Uuid)> = kept
        .iter()
        .filter(|(kind, id, by_then)| {
            *by_then && stored.get(&(*kind, *id)).is_none_or(|found| found.files < 2)
        })
        .map(|(kind, id, _)| (*kind, *id))
        .collect();
    // Rather than by a crash it is by a setting that so much differs: this is the storage or the
    // database of another installation, or one of them is an old copy.
    if doubtful(unknown.len(), stored.len()) || doubtful(missing.len(), kept.len()) {
        tracing::error!(
            %org, unknown = unknown.len(), missing = missing.len(),
            "files and rows do not belong together, so nothing was deleted; look whether STORAGE_URL and \
             DATABASE_URL are of the same installation"
        );
        return Ok(());
    }
    for kind in PictureKind::ALL.iter().copied() {
        let ids: Vec<Uuid> = unknown.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id).collect();
        let mut db = state.pool.autocommit().await?;
        files::note_unknown(&mut db, org, kind, &ids).await?;
        db.finish().await?;
    }
    sweep_files(state, GRACE).await?;
    for (kind, id) in missing {
        tell_of_missing(state, org, kind, id).await?;
    }
    Ok(())
}

/// What is stored of one picture.
struct Found {
    files: usize,
    newest: Moment,
}

async fn stored(state: &AppState, org: OrgId) -> anyhow::Result<BTreeMap<(PictureKind, Uuid), Found>> {
    let mut stored = BTreeMap::new();
    let mut listed = std::pin::pin!(state.storage.list(&storage::org_prefix(org.0)).await?);
    while let Some(file) = listed.try_next().await? {
        if let Some(picture) = storage::picture_of(org.0, &file.key) {
            let found = stored.entry(picture).or_insert(Found { files: 0, newest: file.changed_at });
            found.files += 1;
            found.newest = found.newest.max(file.changed_at);
        }
    }
    Ok(stored)
}

/// Whether so many of all are more than crashes explain.
fn doubtful(part: usize, all: usize) -> bool {
    part > 100 && part * 4 > all
}

/// Looks once more for a file that a row promises, and tells of it: the owner of a photo in a draft can
/// add it again, the rest is the operator's.
async fn tell_of_missing(state: &AppState, org: OrgId, kind: PictureKind, id: Uuid) -> anyhow::Result<()> {
    for key in storage::picture_keys(org.0, kind, id) {
        if !state.storage.has(&key).await? {
            tracing::error!(%org, %key, "a file is missing in the storage");
            if kind == PictureKind::Photo {
                let mut db = state.pool.autocommit().await?;
                shoots::note_lost(&mut db, &Actor::system(org), PhotoId(id)).await?;
                db.finish().await?;
            }
        }
    }
    Ok(())
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.whole_milliseconds()).unwrap_or(i64::MAX)
}
