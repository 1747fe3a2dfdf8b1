//! `headcount backup`: database and pictures as they belong together, encrypted, in a folder or a bucket. N8

use std::path::Path;

use age::x25519::Recipient;
use anyhow::{Context, ensure};
use bytes::Bytes;
use clap::Args;
use futures_util::{StreamExt, TryStreamExt, stream};
use time::OffsetDateTime;
use tokio_util::io::SyncIoBridge;

use super::{
    AT_ONCE, PostgresPrograms,
    manifest::{Manifest, Picture},
    place::Place,
    postgres,
    sealed::Recipients,
};
use crate::{
    commands::{open, operator::say},
    server::config::{Build, Database, Pictures},
    store::{
        PgPool,
        backup::{self, Snapshot},
    },
    studio::storage::Storage,
};

#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    pictures: Pictures,
    #[command(flatten)]
    programs: PostgresPrograms,
    /// Where backups are kept: file:///folder or s3://bucket/prefix, which is not the storage's own
    #[arg(long, env = "BACKUP_URL", hide_env_values = true)]
    to: String,
    /// Who can read them: public keys of age, with commas between (age1…)
    #[arg(long, env = "BACKUP_RECIPIENTS", value_delimiter = ',', required = true)]
    recipient: Vec<Recipient>,
    /// Delete all but so many of the newest backups, and the pictures that none of them needs
    #[arg(long)]
    keep: Option<usize>,
}

/// # Errors
/// Something could not be read or written; then there is no new backup, and the older ones are as they were.
pub async fn run(command: Backup) -> anyhow::Result<()> {
    let own = command.pictures.storage_url.as_deref().unwrap_or_default();
    ensure!(
        command.to.trim_end_matches('/') != own.trim_end_matches('/'),
        "backups have to be in another place than the pictures themselves"
    );
    ensure!(command.keep != Some(0), "--keep 0 would delete the backup that is made");
    let pool = open::database(&command.database).await?;
    let source = Source {
        database: &command.database.database_url,
        programs: command.programs.pg_bin.as_deref(),
        storage: command.pictures.storage(Build::THIS)?,
    };
    let place = Place::open(&command.to, command.pictures.aws_secret_access_key.as_deref())?;
    let made = make(&pool, &source, &place, &Recipients::new(command.recipient)?, command.keep).await?;
    say(&made.to_string())
}

/// What a backup is made of, beside what the pool reads.
pub struct Source<'a> {
    pub database: &'a str,
    pub programs: Option<&'a Path>,
    pub storage: Storage,
}

/// What was backed up.
#[derive(Debug, PartialEq, Eq)]
pub struct Made {
    pub name: String,
    pub dump_bytes: u64,
    pub pictures: usize,
    /// Files that the place did not have yet.
    pub files_copied: usize,
    /// Keys of files that the storage has lost.
    pub lost: Vec<String>,
    /// Whole backups in the place, this one among them; where older ones were deleted.
    pub left: Option<usize>,
}

impl std::fmt::Display for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, dump_bytes, pictures, files_copied, lost, left } = self;
        write!(
            f,
            "Backup {name}: {dump_bytes} bytes of the database, {pictures} pictures, of which {files_copied} files \
             were not there yet."
        )?;
        for key in lost {
            write!(f, "\nThe storage has lost {key}: the backup does not have it.")?;
        }
        left.map_or(Ok(()), |left| write!(f, "\nThere are {left} backups now."))
    }
}

/// Makes one.
///
/// # Errors
/// Those of [`run`]; somebody else makes one of this database.
pub async fn make(
    pool: &PgPool,
    source: &Source<'_>,
    place: &Place,
    recipients: &Recipients,
    keep: Option<usize>,
) -> anyhow::Result<Made> {
    let snapshot = Snapshot::take(pool).await?;
    // Kept to the end: while it lives, nobody else deletes what this one needs.
    let mut snapshot = snapshot.context("a backup of this database is being made; wait for its end")?;
    let name = name(snapshot.at);
    let dump_bytes = dump(source, &snapshot.name, place, &name, recipients).await?;
    let rows = snapshot.pictures().await?;
    let pictures: Vec<Picture> =
        rows.into_iter().map(|(org, kind, id)| Picture { org: org.0, kind, id }).collect();
    let copied = copy(source, place, &pictures, recipients).await?;
    let (deleted, lost) = sort_out(pool, copied.away).await?;
    place.complete(&name, &Manifest::new(snapshot.schema, &pictures, &deleted, &lost)).await?;
    let left = match keep {
        Some(newest) => {
            Some(place.keep(newest).await.context("the backup is made; older ones could not be deleted")?)
        }
        None => None,
    };
    snapshot.release().await?;
    Ok(Made {
        name,
        dump_bytes,
        pictures: pictures.len() - deleted.len() - lost.len(),
        files_copied: copied.files,
        lost: lost.into_iter().flat_map(Picture::keys).collect(),
        left,
    })
}

/// In the order of time, and a name of a folder everywhere.
fn name(at: OffsetDateTime) -> String {
    let (date, time) = (at.date(), at.time());
    let (hour, minute, second) = time.as_hms();
    format!("{date}T{hour:02}-{minute:02}-{second:02}.{:03}Z", time.millisecond())
}

async fn dump(
    source: &Source<'_>,
    snapshot: &str,
    place: &Place,
    name: &str,
    recipients: &Recipients,
) -> anyhow::Result<u64> {
    let to = SyncIoBridge::new(place.0.writer(&Place::database(name)).await?);
    let child = postgres::dump(source.programs, source.database, snapshot)?;
    let recipients = recipients.clone();
    let written = tokio::task::spawn_blocking(move || {
        let mut sealed = recipients.writer(to)?;
        let bytes = postgres::read_all(child, &mut sealed)?;
        sealed.finish()?.shutdown()?;
        anyhow::Ok(bytes)
    });
    written.await?
}

struct Copied {
    files: usize,
    /// What the storage does not have.
    away: Vec<Picture>,
}

/// Copies what the place does not have yet.
async fn copy(
    source: &Source<'_>,
    place: &Place,
    pictures: &[Picture],
    recipients: &Recipients,
) -> anyhow::Result<Copied> {
    let there = place.pictures().await?;
    let there = &there;
    let copying = stream::iter(pictures).map(async |picture| {
        let mut files = 0;
        for key in picture.keys() {
            if there.contains(&key) {
                continue;
            }
            let Some(bytes) = source.storage.get(&key).await? else { return Ok((files, Some(*picture))) };
            place.0.put(&Place::picture(&key), Bytes::from(recipients.seal(&key, &bytes)?)).await?;
            files += 1;
        }
        anyhow::Ok((files, None))
    });
    copying
        .buffer_unordered(AT_ONCE)
        .try_fold(Copied { files: 0, away: Vec::new() }, async |mut copied, (files, away)| {
            copied.files += files;
            copied.away.extend(away);
            Ok(copied)
        })
        .await
}

/// Of what the storage does not have, what was deleted meanwhile and what is lost: a picture is deleted after its
/// row.
async fn sort_out(pool: &PgPool, away: Vec<Picture>) -> anyhow::Result<(Vec<Picture>, Vec<Picture>)> {
    if away.is_empty() {
        return Ok((away, Vec::new()));
    }
    let rows = backup::pictures(&mut *pool.acquire().await?).await?;
    let now: std::collections::BTreeSet<Picture> =
        rows.into_iter().map(|(org, kind, id)| Picture { org: org.0, kind, id }).collect();
    let (lost, deleted) = away.into_iter().partition(|picture| now.contains(picture));
    Ok((deleted, lost))
}
