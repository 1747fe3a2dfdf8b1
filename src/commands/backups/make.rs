//! `headcount backup`: database and pictures as they belong together, encrypted, in a folder or a bucket. N8

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use bytes::Bytes;
use clap::Args;
use futures_util::{StreamExt, TryStreamExt, stream};
use time::OffsetDateTime;
use tokio_util::io::SyncIoBridge;
use uuid::Uuid;

use super::{
    AT_ONCE, BackupAccess, Installation, PostgresPrograms,
    manifest::{Manifest, Picture},
    place::{Name, Place, Shelf},
    postgres, require_another_place,
    sealed::Recipients,
};
use crate::{
    commands::{open, operator::say},
    domain::{ids::OrgId, photo::PictureKind},
    server::config::{Build, Database, Pictures},
    store::{
        Pool,
        backup::{self, Hold, Snapshot},
    },
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
    #[arg(long = "to", env = "BACKUP_URL", hide_env_values = true)]
    backup_url: String,
    #[command(flatten)]
    access: BackupAccess,
    /// Who can read them: public keys of age, with commas between (age1…)
    #[arg(long = "recipients", env = "BACKUP_RECIPIENTS")]
    backup_recipients: String,
    /// Delete all but so many of the newest backups, and the pictures that none of them needs
    #[arg(long)]
    keep: Option<usize>,
    /// Make the folder of --to a place for backups
    #[arg(long)]
    init: bool,
}

/// # Errors
/// Something could not be read or written; then there is no new backup, and the older ones are as they were. Or the
/// storage has lost files, which the new backup does not have.
pub async fn run(command: Backup) -> anyhow::Result<()> {
    require_another_place(&command.backup_url, &command.pictures)?;
    ensure!(command.keep != Some(0), "--keep 0 would delete the backup that is made");
    let recipients = Recipients::read(&command.backup_recipients)?;
    let pool = open::database(&command.database).await?;
    let source = Installation {
        database: &command.database.database_url,
        programs: command.programs.pg_bin.as_deref(),
        storage: command.pictures.storage_again(Build::THIS)?,
    };
    let access = command.access.or_that_of(&command.pictures);
    let place = Place::open(&command.backup_url, access, command.init)?;
    let made = make(&pool, &source, &place, &recipients, command.keep).await?;
    say(&made.to_string())?;
    ensure!(
        made.lost.is_empty(),
        "the storage has lost {} files; the backup has all others",
        made.lost.len()
    );
    Ok(())
}

/// What was backed up.
#[derive(Debug, PartialEq, Eq)]
pub struct Made {
    pub name: Name,
    pub dump_bytes: u64,
    /// Files of pictures.
    pub files: usize,
    /// Those that the place did not have yet.
    pub files_copied: usize,
    /// Keys of files that the storage has lost.
    pub lost: BTreeSet<String>,
    /// Whole backups of this database in the place, this one among them; where older ones were deleted.
    pub left: Option<usize>,
}

impl std::fmt::Display for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, dump_bytes, files, files_copied, lost, left } = self;
        write!(
            f,
            "Backup {name}: {dump_bytes} bytes of the database and {files} files of pictures, {files_copied} of \
             which were not there yet."
        )?;
        for key in lost {
            write!(f, "\nThe storage has lost {key}.")?;
        }
        match left {
            None => Ok(()),
            Some(1) => f.write_str("\nThis is the only backup of this database."),
            Some(left) => write!(f, "\nThere are {left} backups of this database now."),
        }
    }
}

/// Makes one.
///
/// # Errors
/// Those of [`run`]; somebody else makes one of this database.
pub async fn make(
    pool: &Pool,
    source: &Installation<'_>,
    place: &Place,
    recipients: &Recipients,
    keep: Option<usize>,
) -> anyhow::Result<Made> {
    // To the end: while it is held, nobody else deletes what this one needs.
    let hold = Hold::take(pool).await?;
    let mut hold = hold.context("a backup of this database is being made; wait for its end")?;
    let snapshot = Snapshot::take(pool).await?.context("the database has no Headcount in it yet")?;
    let (shelf, time, schema) = (place.shelf(&hold.origin), time_of(snapshot.at), snapshot.schema);
    shelf.begin(&time).await?;
    let dump_bytes = dump(source, &snapshot.name, place, &shelf.database(&time), recipients).await?;
    let pictures = listed(snapshot.pictures().await?);
    let readers = recipients.fingerprint();
    let copied = copy(source, place, &shelf, &pictures, recipients).await?;
    let (deleted, lost) = sort_out(pool, copied.away).await?;
    let manifest = Manifest::new(schema, readers, &pictures, &deleted, lost.clone());
    hold.check().await.context("the database went away meanwhile, so another backup may have been made")?;
    shelf.complete(&time, &manifest).await?;
    let left = match keep {
        Some(newest) => {
            hold.check().await?;
            let kept = shelf.keep(newest).await;
            Some(kept.context("the backup is made; older ones could not be deleted")?)
        }
        None => None,
    };
    let name = Name { time, origin: hold.origin.clone() };
    hold.release().await?;
    Ok(Made { name, dump_bytes, files: manifest.files().len(), files_copied: copied.files, lost, left })
}

fn listed(rows: Vec<(OrgId, PictureKind, Uuid)>) -> Vec<Picture> {
    rows.into_iter().map(|(org, kind, id)| Picture { org: org.0, kind, id }).collect()
}

/// In the order of time, and a name of a folder everywhere.
fn time_of(at: OffsetDateTime) -> String {
    let (date, time) = (at.date(), at.time());
    let (hour, minute, second) = time.as_hms();
    format!("{date}T{hour:02}-{minute:02}-{second:02}.{:03}Z", time.millisecond())
}

async fn dump(
    source: &Installation<'_>,
    snapshot: &str,
    place: &Place,
    key: &str,
    recipients: &Recipients,
) -> anyhow::Result<u64> {
    let to = SyncIoBridge::new(place.0.writer(key).await?);
    let child = postgres::dump(source.programs, source.database, snapshot)?;
    let recipients = recipients.clone();
    let written = tokio::task::spawn_blocking(move || {
        let mut sealed = recipients.writer(to)?;
        let bytes = postgres::read_all(child, &mut sealed)?;
        sealed.finish()?.shutdown()?;
        anyhow::Ok(bytes)
    });
    written.await?.context("the dump in the place for backups")
}

struct Copied {
    files: usize,
    /// What the storage does not have.
    away: Vec<(Picture, String)>,
}

/// Copies what the place does not have yet.
async fn copy(
    source: &Installation<'_>,
    place: &Place,
    shelf: &Shelf,
    pictures: &[Picture],
    recipients: &Recipients,
) -> anyhow::Result<Copied> {
    let (readers, there) = (&recipients.fingerprint(), &shelf.pictures().await?);
    let files = pictures.iter().flat_map(|picture| picture.keys().map(|key| (*picture, key)));
    let new = files.filter(|(_, key)| !there.contains(&(readers.clone(), key.clone())));
    let copying = stream::iter(new).map(async |(picture, key)| {
        let Some(bytes) = source.storage.get(&key).await? else { return Ok(Some((picture, key))) };
        let sealed = recipients.seal(&key, &bytes)?;
        let kept = place.0.put(&shelf.picture(readers, &key), Bytes::from(sealed)).await;
        kept.context("a picture in the place for backups")?;
        anyhow::Ok(None)
    });
    copying
        .buffer_unordered(AT_ONCE)
        .try_fold(Copied { files: 0, away: Vec::new() }, async |mut copied, away| {
            copied.files += usize::from(away.is_none());
            copied.away.extend(away);
            Ok(copied)
        })
        .await
}

/// Of what the storage does not have, pictures that were deleted meanwhile and keys of files that are lost: a
/// picture is deleted after its row.
async fn sort_out(
    pool: &Pool,
    away: Vec<(Picture, String)>,
) -> anyhow::Result<(Vec<Picture>, BTreeSet<String>)> {
    if away.is_empty() {
        return Ok(Default::default());
    }
    let now: BTreeSet<Picture> =
        listed(backup::pictures(&mut *pool.acquire().await?).await?).into_iter().collect();
    let (lost, deleted): (Vec<_>, Vec<_>) = away.into_iter().partition(|(picture, _)| now.contains(picture));
    let deleted: BTreeSet<Picture> = deleted.into_iter().map(|(picture, _)| picture).collect();
    Ok((deleted.into_iter().collect(), lost.into_iter().map(|(_, key)| key).collect()))
}
