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

use std::path::PathBuf;

use clap::Args;

/// Pictures that are copied at once.
const AT_ONCE: usize = 8;

/// Where the programs of Postgres are.
#[derive(Args)]
pub struct PostgresPrograms {
    /// Folder of pg_dump and pg_restore, of the database's version or newer; those of the PATH unless set
    #[arg(long, env = "PG_BIN")]
    pg_bin: Option<PathBuf>,
}
