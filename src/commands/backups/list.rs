//! `headcount backups`: what is in the place for backups, without a key and without the database. N8

use clap::Args;

use super::{
    BackupAccess,
    place::{self, Name, Place},
};
use crate::{commands::operator::say, server::config::Pictures};

#[derive(Args)]
pub struct Backups {
    #[command(flatten)]
    pictures: Pictures,
    /// Where backups are kept, as for headcount backup
    #[arg(long = "from", env = "BACKUP_URL", hide_env_values = true)]
    backup_url: String,
    #[command(flatten)]
    access: BackupAccess,
}

/// # Errors
/// The place cannot be read.
pub async fn run(command: Backups) -> anyhow::Result<()> {
    let place = Place::open(&command.backup_url, command.access.or_that_of(&command.pictures), false)?;
    let listed = list(&place).await?;
    if listed.is_empty() {
        return say("There is no backup in this place.");
    }
    listed.iter().try_for_each(|listed| say(&listed.to_string()))
}

/// A backup as the list has it.
#[derive(Debug)]
pub struct Listed {
    pub name: Name,
    /// Bytes of the encrypted dump.
    pub dump_bytes: u64,
    pub state: State,
}

/// How much of a backup is there.
#[derive(Debug)]
pub enum State {
    /// All of it, with so many files of pictures, made by this version.
    Whole { files: usize, headcount: String },
    /// It broke off, or is being made.
    Begun,
    /// Its manifest cannot be read, which says why.
    Damaged(String),
}

impl std::fmt::Display for Listed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, dump_bytes, state } = self;
        let megabytes = dump_bytes.div_ceil(100_000);
        write!(f, "{name}  {}.{} MB of the database", megabytes / 10, megabytes % 10)?;
        match state {
            State::Whole { files, headcount } => {
                write!(f, ", {files} files of pictures, by Headcount {headcount}")
            }
            State::Begun => f.write_str("; it broke off or is being made"),
            State::Damaged(why) => write!(f, "; {why}"),
        }
    }
}

/// All backups of all databases in the place, each database's from the oldest to the newest.
///
/// # Errors
/// The place cannot be read.
pub async fn list(place: &Place) -> anyhow::Result<Vec<Listed>> {
    let mut listed = Vec::new();
    for (name, parts) in place.all().await? {
        let state = if !place::is_whole(&parts) {
            State::Begun
        } else {
            match place.shelf(&name.origin).read(&name.time).await {
                Ok(manifest) => State::Whole { files: manifest.files().len(), headcount: manifest.headcount },
                Err(error) => State::Damaged(format!("{error:#}")),
            }
        };
        listed.push(Listed { name, dump_bytes: parts.get(place::DUMP).copied().unwrap_or_default(), state });
    }
    // By time among all databases they would be hard to tell apart.
    listed.sort_by(|one, other| {
        (&one.name.origin, &one.name.time).cmp(&(&other.name.origin, &other.name.time))
    });
    Ok(listed)
}
