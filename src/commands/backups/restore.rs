//! `headcount restore`: brings a backup into an empty database and an empty storage, and looks whether all of it
//! adds up. N8

use std::{
    collections::{BTreeMap, BTreeSet},
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use clap::Args;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio_util::io::{StreamReader, SyncIoBridge};
use uuid::Uuid;

use super::{AT_ONCE, PostgresPrograms, manifest::Picture, place::Place, postgres, sealed::Identities};
use crate::{
    commands::{open, operator::say},
    domain::{ids::OrgId, photo::PictureKind},
    server::config::{Build, Database, Pictures},
    store::{self, MIGRATIONS, PgPool, backup},
    studio::storage::Storage,
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
    #[arg(long, env = "BACKUP_URL", hide_env_values = true)]
    from: String,
    /// The file with the private key, as age-keygen wrote it
    #[arg(long)]
    identity: PathBuf,
    /// Which backup; the newest unless set
    #[arg(long)]
    backup: Option<String>,
}

/// # Errors
/// The database or the storage is not empty, which changes nothing; the backup cannot be read, after which it can
/// be tried again; or what was restored does not add up.
pub async fn run(command: Restore) -> anyhow::Result<()> {
    let pool = open::database(&command.database).await?;
    let target = Target {
        database: &command.database.database_url,
        programs: command.programs.pg_bin.as_deref(),
        storage: command.pictures.storage(Build::THIS)?,
    };
    let place = Place::open(&command.from, command.pictures.aws_secret_access_key.as_deref())?;
    let identities = Identities::read(&command.identity)?;
    let restored = restore(&pool, &target, &place, &identities, command.backup.as_deref()).await?;
    say(&format!(
        "Restored the backup {} with {} pictures. The credits of each organization add up, and each picture is there.",
        restored.name, restored.pictures
    ))?;
    for key in &restored.lost {
        say(&format!("The storage had lost {key} before the backup was made."))?;
    }
    say("Start with the SECRET_KEY that it was made with: links in mails and invite links count again.")
}

/// Where a backup is restored to.
pub struct Target<'a> {
    pub database: &'a str,
    pub programs: Option<&'a Path>,
    pub storage: Storage,
}

/// What was restored.
#[derive(Debug, PartialEq, Eq)]
pub struct Restored {
    pub name: String,
    pub pictures: usize,
    /// Keys of files that were lost before.
    pub lost: Vec<String>,
}

/// Restores one: pictures first, then the database in one transaction, so that it can be repeated after a failure.
///
/// # Errors
/// Those of [`run`].
pub async fn restore(
    pool: &PgPool,
    target: &Target<'_>,
    place: &Place,
    identities: &Identities,
    name: Option<&str>,
) -> anyhow::Result<Restored> {
    let name = match name {
        Some(name) => name.to_owned(),
        None => place.backups().await?.whole.pop_last().context("there is no backup in this place")?,
    };
    let manifest = place.read(&name).await?;
    ensure!(
        MIGRATIONS.iter().any(|migration| migration.version == manifest.schema),
        "the backup was made by Headcount {}, whose database this one does not know; restore it with that version",
        manifest.headcount
    );
    ensure!(
        backup::is_empty(&mut *pool.acquire().await?).await?,
        "the database is not empty; a backup is restored into an empty one"
    );
    let pictures = manifest.kept();
    copy(place, target, &pictures, identities).await?;
    load(place, target, &name, identities).await?;
    forget(pool, &manifest.deleted).await?;
    open::migrate(pool).await?;
    let faults = backup::faults(&mut *pool.acquire().await?).await?;
    if !faults.is_empty() {
        bail!("all was restored, and it does not add up:\n{}", faults.join("\n"));
    }
    let lost = manifest.lost().flat_map(Picture::keys).collect();
    Ok(Restored { name, pictures: pictures.len(), lost })
}

/// Copies the pictures that the storage does not have yet.
async fn copy(
    place: &Place,
    target: &Target<'_>,
    pictures: &[Picture],
    identities: &Identities,
) -> anyhow::Result<()> {
    let wanted: BTreeSet<String> = pictures.iter().copied().flat_map(Picture::keys).collect();
    let listed = target.storage.list("org").await?;
    let there: BTreeSet<String> = listed.map_ok(|file| file.key).try_collect().await?;
    if let Some(other) = there.difference(&wanted).next() {
        bail!("the storage is not empty: {other} does not belong to the backup");
    }
    let copying = stream::iter(wanted.difference(&there)).map(async |key| {
        let sealed = place.0.get(&Place::picture(key)).await?;
        let sealed = sealed.with_context(|| format!("the backup has lost {key}"))?;
        let bytes = identities.open(key, &sealed).with_context(|| key.clone())?;
        anyhow::Ok(target.storage.put(key, Bytes::from(bytes)).await?)
    });
    copying.buffer_unordered(AT_ONCE).try_collect().await
}

async fn load(place: &Place, target: &Target<'_>, name: &str, identities: &Identities) -> anyhow::Result<()> {
    let stream = Box::pin(place.0.reader(&Place::database(name)).await?);
    let from = BufReader::new(SyncIoBridge::new(StreamReader::new(stream)));
    let (identities, child) = (identities.clone(), postgres::restore(target.programs, target.database)?);
    let loaded = tokio::task::spawn_blocking(move || {
        let mut opened = identities.reader(from)?;
        postgres::write_all(child, &mut opened)
    });
    loaded.await?.with_context(|| format!("the database of the backup {name}"))
}

/// Deletes rows of pictures that were deleted while the backup was made.
async fn forget(
    pool: &PgPool,
    deleted: &BTreeMap<Uuid, BTreeMap<PictureKind, Vec<Uuid>>>,
) -> anyhow::Result<()> {
    let mut tx = store::begin(pool).await?;
    for (org, kinds) in deleted {
        for (kind, ids) in kinds {
            backup::forget_pictures(&mut tx, OrgId(*org), *kind, ids).await?;
        }
    }
    Ok(tx.commit().await?)
}
