//! Backups: a folder or bucket that has every picture once, and for each backup a dump of the database with the
//! list of the pictures that belong to it. Dumps and pictures are encrypted with age, so that the place may be
//! anybody's. N8
//!
//! ```text
//! backups/<database>/<time>/begun
//!                           database.age
//!                           manifest.json      written last: a backup without it broke off
//! pictures/<database>/<readers>/org/…/photos/….jpg.age
//! ```

pub mod list;
pub mod make;
mod manifest;
pub mod place;
pub mod postgres;
pub mod restore;
pub mod sealed;

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;

use crate::{
    server::config::Pictures,
    studio::storage::{Access, Storage},
};

/// Pictures that are copied at once.
const AT_ONCE: usize = 8;

/// Where the programs of Postgres are.
#[derive(Args)]
pub struct PostgresPrograms {
    /// Folder of pg_dump and pg_restore, of the database's version or newer; those of the PATH unless set
    #[arg(long, env = "PG_BIN")]
    pub pg_bin: Option<PathBuf>,
}

/// How the variables begin that open a bucket of backups.
const OWN_VARIABLES: &str = "BACKUP_AWS_";

/// What opens a bucket of backups that is not opened by the keys of the pictures.
#[derive(Args)]
pub struct BackupAccess {
    /// The secret that belongs to BACKUP_AWS_ACCESS_KEY_ID, where backups are in a bucket with keys of its own: as
    /// soon as one variable BACKUP_AWS_… is set, those without BACKUP_ do not count for backups
    #[arg(long, env = "BACKUP_AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    backup_aws_secret_access_key: Option<String>,
}

impl BackupAccess {
    /// What opens the bucket: variables of its own, or those of the pictures.
    #[must_use]
    pub fn or_that_of<'a>(&'a self, pictures: &'a Pictures) -> Access<'a> {
        let secret = self.backup_aws_secret_access_key.as_deref();
        let is_own = |name: std::ffi::OsString| name.to_string_lossy().starts_with(OWN_VARIABLES);
        let mut set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
        if secret.is_some() || set.any(|(name, _)| is_own(name)) {
            Access { variables: OWN_VARIABLES, secret }
        } else {
            pictures.access()
        }
    }
}

/// # Errors
/// Backups would be among the pictures themselves.
pub fn require_another_place(backup_url: &str, pictures: &Pictures) -> anyhow::Result<()> {
    let own = pictures.storage_url.as_deref().unwrap_or_default();
    ensure!(
        backup_url.trim_end_matches('/') != own.trim_end_matches('/'),
        "backups have to be in another place than the pictures themselves"
    );
    Ok(())
}

/// What a backup is made of, and what it is restored to.
pub struct Installation<'a> {
    /// URL of the database, for the programs of Postgres.
    pub database: &'a str,
    pub programs: Option<&'a Path>,
    pub storage: Storage,
}
