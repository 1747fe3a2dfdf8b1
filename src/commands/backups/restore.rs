//! `headcount restore`: brings a backup into an empty database and an empty storage, and looks whether all of it
//! adds up. N8

use std::{
    collections::BTreeSet,
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use clap::Args;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio_util::io::{StreamReader, SyncIoBridge};

use super::{
    AT_ONCE, BackupAccess, Installation, PostgresPrograms,
    manifest::{self, Manifest},
    place::{Name, Place, Shelf},
    postgres,
    sealed::Identities,
};
use crate::{
    commands::{open, operator::say},
    domain::ids::OrgId,
    server::config::{Build, Database, Pictures},
    store::{self, MIGRATIONS, Pool, backup},
};

#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    pictures: Pictures,
    #[command(flatten)]
    programs: PostgresPrograms,
    /// Where backups are kept, as for headcount backup
    #[arg(long = "from", env = "BACKUP_URL", hide_env_values = true)]
    backup_url: String,
    #[command(flatten)]
    access: BackupAccess,
    /// The file with the private key, as age-keygen wrote it
    #[arg(long)]
    identity: PathBuf,
    /// Which backup, as headcount backups lists it; the newest unless set
    #[arg(long)]
    backup: Option<String>,
}

/// # Errors
/// The database or the storage is not empty, which changes nothing; the backup cannot be read, after which it can
/// be tried again; or what was restored does not add up.
pub async fn run(command: Restore) -> anyhow::Result<()> {
    let pool = open::database(&command.database).await?;
    let target = Installation {
        database: &command.database.database_url,
        programs: command.programs.pg_bin.as_deref(),
        storage: command.pictures.storage(Build::THIS)?,
    };
    let place = Place::open(&command.backup_url, command.access.or_that_of(&command.pictures), false)?;
    let identities = Identities::read(&command.identity)?;
    let restored = restore(&pool, &target, &place, &identities, command.backup.as_deref()).await?;
    say(&restored.to_string())?;
    ensure!(restored.is_whole(), "all else is restored");
    Ok(())
}

/// What was restored.
#[derive(Debug, PartialEq, Eq)]
pub struct Restored {
    pub name: Name,
    /// Files of pictures.
    pub files: usize,
    /// Keys of files that the storage had lost before the backup was made.
    pub lost: BTreeSet<String>,
    /// What is wrong with files of the backup.
    pub damaged: Vec<String>,
    /// What in the database does not add up.
    pub faults: Vec<String>,
}

impl Restored {
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.damaged.is_empty() && self.faults.is_empty()
    }
}

impl std::fmt::Display for Restored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, files, lost, damaged, faults } = self;
        write!(f, "Restored the backup {name} with {files} files of pictures.")?;
        for key in lost {
            write!(f, "\nThe storage had lost {key} before the backup was made.")?;
        }
        for fault in damaged.iter().chain(faults) {
            write!(f, "\nWrong: {fault}.")?;
        }
        if self.is_whole() {
            f.write_str(
                "\nThe credits of each organization add up, and each picture of the backup is there.",
            )?;
        }
        f.write_str(
            "\nStart with the SECRET_KEY that it was made with: links in mails and invite links count again.",
        )
    }
}

/// Restores one: pictures first, then the database in one transaction, so that it can be repeated after a failure.
/// A picture that cannot be restored stops nothing.
///
/// # Errors
/// Those of [`run`], but that something does not add up.
pub async fn restore(
    pool: &Pool,
    target: &Installation<'_>,
    place: &Place,
    identities: &Identities,
    named: Option<&str>,
) -> anyhow::Result<Restored> {
    let name = place.find(named).await?;
    let shelf = place.shelf(&name.origin);
    let manifest = shelf.read(&name.time).await?;
    ensure!(
        MIGRATIONS.iter().any(|migration| migration.version == manifest.schema),
        "the backup was made by Headcount {}, whose database this one does not know; restore it with that version",
        manifest.headcount
    );
    ensure!(
        backup::is_empty(&mut *pool.acquire().await?).await?,
        "the database is not empty; a backup is restored into an empty one (dropdb and createdb make it one)"
    );
    // That it is there and can be read, before hours of copying.
    ensure!(place.0.has(&shelf.database(&name.time)).await?, "the backup {name} has lost its dump");
    let wanted = manifest.files();
    let damaged = copy(place, &shelf, target, &wanted, &manifest, identities).await?;
    load(place, &shelf.database(&name.time), target, identities)
        .await
        .with_context(|| format!("the database of the backup {name}"))?;
    forget(pool, &manifest.deleted).await?;
    open::migrate(pool).await?;
    let faults = backup::faults(&mut *pool.acquire().await?).await?;
    Ok(Restored { name, files: wanted.len() - damaged.len(), lost: manifest.lost, damaged, faults })
}

/// Copies the pictures that the storage does not have yet; says of which the backup has no good copy.
async fn copy(
    place: &Place,
    shelf: &Shelf,
    target: &Installation<'_>,
    wanted: &BTreeSet<String>,
    manifest: &Manifest,
    identities: &Identities,
) -> anyhow::Result<Vec<String>> {
    let listed = target.storage.list("org").await?;
    let there: BTreeSet<String> = listed.map_ok(|file| file.key).try_collect().await?;
    if let Some(other) = there.difference(wanted).next() {
        bail!("the storage is not empty: {other} does not belong to the backup");
    }
    let copying = stream::iter(wanted.difference(&there)).map(async |key| {
        let Some(sealed) = place.0.get(&shelf.picture(&manifest.readers, key)).await? else {
            return Ok(Some(format!("the backup has lost {key}")));
        };
        match identities.open(key, &sealed) {
            Ok(bytes) => {
                target.storage.put(key, Bytes::from(bytes)).await?;
                anyhow::Ok(None)
            }
            Err(error) => Ok(Some(format!("{key}: {error}"))),
        }
    });
    copying
        .buffer_unordered(AT_ONCE)
        .try_filter_map(|damaged| std::future::ready(Ok(damaged)))
        .try_collect()
        .await
}

async fn load(
    place: &Place,
    key: &str,
    target: &Installation<'_>,
    identities: &Identities,
) -> anyhow::Result<()> {
    let stream = Box::pin(place.0.reader(key).await?);
    let from = BufReader::new(SyncIoBridge::new(StreamReader::new(stream)));
    let (identities, programs) = (identities.clone(), target.programs.map(Path::to_owned));
    let database = target.database.to_owned();
    let loaded = tokio::task::spawn_blocking(move || {
        let mut opened = identities.reader(from)?;
        postgres::write_all(postgres::restore(programs.as_deref(), &database)?, &mut opened)
    });
    loaded.await?
}

/// Deletes rows of pictures that were deleted while the backup was made.
async fn forget(pool: &Pool, deleted: &manifest::Pictures) -> anyhow::Result<()> {
    let mut tx = store::begin(pool).await?;
    for (org, kinds) in deleted {
        for (kind, ids) in kinds {
            backup::forget_pictures(&mut tx, OrgId(*org), *kind, ids).await?;
        }
    }
    Ok(tx.commit().await?)
}
