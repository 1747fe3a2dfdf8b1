//! A backup of an organization of 10,000 members, another one after it, and the restoration of both: how long
//! they take, with a folder on this disk. N8

use std::{io::Write, path::Path, time::Instant};

use age::{secrecy::ExposeSecret, x25519};
use anyhow::{Context, ensure};
use bytes::Bytes;
use headcount::{
    commands::backups::{
        Installation,
        make::{Made, make},
        place::Place,
        restore::restore,
        sealed::{Identities, Recipients},
    },
    store::{self, PgPool, backup},
    studio::storage::{Storage, picture_keys},
};
use rand::RngExt;

use crate::{common, members::GENERATED};

/// Bytes of a picture and of its thumbnail.
const SIZES: [usize; 2] = [60_000, 6_000];
/// Pictures of the large organization alone: those of all would fill disks.
const LESS: &str = "set session_replication_role = replica; delete from headshots where org_id <> '{org}';
                    update shoots set pictures_deleted_at = now(), pictures_until = null where org_id <> '{org}'";

pub async fn run() -> anyhow::Result<()> {
    let pool = common::database(4).await?;
    let owner = common::found(&pool, "backup").await?;
    for statements in [GENERATED, LESS] {
        sqlx::raw_sql(&statements.replace("{org}", &owner.org.to_string())).execute(&pool).await?;
    }
    let folder = tempfile::tempdir()?;
    let open = |name: &str| Storage::open(&format!("file://{}/{name}", folder.path().display()));
    let storage = open("pictures")?;
    let pictures = fill(&pool, &storage).await?;
    let identity = x25519::Identity::generate();
    let file = folder.path().join("identity");
    std::fs::write(&file, identity.to_string().expose_secret())?;
    let recipients = Recipients::new(vec![identity.to_public()])?;
    let place = Place(open("backups")?);
    let database = common::database_url()?;
    let programs = std::env::var_os("PG_BIN").map(std::path::PathBuf::from);
    let programs: Option<&Path> = programs.as_deref();
    let source = Installation { database: &database, programs, storage };

    let mut out = std::io::stdout();
    writeln!(out, "Backup of 10,000 members among 500 other organizations, {pictures} pictures")?;
    for which in ["first backup", "next backup"] {
        let began = Instant::now();
        let Made { dump_bytes, files_copied, .. } =
            make(&pool.clone().into(), &source, &place, &recipients, None).await?;
        writeln!(
            out,
            "{which}: {:.1} s, {:.1} MB of the database, {files_copied} files",
            began.elapsed().as_secs_f64(),
            dump_bytes as f64 / 1e6
        )?;
    }
    sqlx::query("create database restored template template0").execute(&pool).await?;
    let mut url = url::Url::parse(&database).context("DATABASE_URL")?;
    url.set_path("restored");
    let empty = store::connect(url.as_str(), 4).await?;
    let target = Installation { database: url.as_str(), programs, storage: open("restored")? };
    let began = Instant::now();
    let restored = restore(&empty.clone().into(), &target, &place, &Identities::read(&file)?, None).await?;
    // The organizations beside it have nobody who could be their Owner.
    ensure!(restored.damaged.is_empty(), "{restored}");
    writeln!(out, "restored: {:.1} s", began.elapsed().as_secs_f64())?;
    Ok(())
}

/// Files for each picture that has a row, of what cannot be compressed.
async fn fill(pool: &PgPool, storage: &Storage) -> anyhow::Result<usize> {
    let mut bytes = vec![0; SIZES[0]];
    rand::rng().fill(&mut bytes[..]);
    let bytes = Bytes::from(bytes);
    let pictures = backup::pictures(&mut *pool.acquire().await?).await?;
    for (org, kind, id) in &pictures {
        for (key, size) in picture_keys(org.0, *kind, *id).into_iter().zip(SIZES) {
            storage.put(&key, bytes.slice(..size)).await?;
        }
    }
    Ok(pictures.len())
}
