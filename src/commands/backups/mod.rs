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

pub mod make;
mod manifest;
pub mod place;
mod postgres;
pub mod restore;
pub mod sealed;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::studio::storage::Storage;

/// Pictures that are copied at once.
const AT_ONCE: usize = 8;

/// Where the programs of Postgres are.
#[derive(Args)]
pub struct PostgresPrograms {
    /// Folder of pg_dump and pg_restore, of the database's version or newer; those of the PATH unless set
    #[arg(long, env = "PG_BIN")]
    pg_bin: Option<PathBuf>,
}

/// What a backup is made of, and what it is restored to.
pub struct Installation<'a> {
    /// URL of the database, for the programs of Postgres.
    pub database: &'a str,
    pub programs: Option<&'a Path>,
    pub storage: Storage,
}
