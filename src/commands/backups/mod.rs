//! Backups: a folder or bucket that has every picture once, and for each backup a dump of the database with the
//! list of the pictures that belong to it. Dumps and pictures are encrypted with age, so that the place may be
//! anybody's. N8
//!
//! ```text
//! pictures/org/…/photos/….jpg.age      once, for all backups
//! backups/2026-11-27T02-00-00Z/database.age
//! backups/2026-11-27T02-00-00Z/manifest.json      written last: one without it broke off
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
