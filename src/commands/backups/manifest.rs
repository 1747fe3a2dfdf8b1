//! What belongs to one backup. It names pictures by their ids alone, so it is not encrypted: who makes backups
//! can tell which pictures no backup needs any more, and cannot read one.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{domain::photo::PictureKind, studio::storage::picture_keys};

/// How backups are laid out.
const FORMAT: u32 = 1;

/// Pictures by organization and kind.
type Pictures = BTreeMap<Uuid, BTreeMap<PictureKind, Vec<Uuid>>>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// The version that made it.
    pub headcount: String,
    /// The newest migration of the database.
    pub schema: i64,
    /// Those that have rows in the dump.
    pictures: Pictures,
    /// Those of them that were deleted, after their rows, while the backup was made.
    pub deleted: Pictures,
    /// Those of them whose files the storage had lost.
    lost: Pictures,
}

/// One picture of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Picture {
    pub org: Uuid,
    pub kind: PictureKind,
    pub id: Uuid,
}

impl Picture {
    /// The keys of its files in the storage.
    pub fn keys(self) -> [String; 2] {
        picture_keys(self.org, self.kind, self.id)
    }
}

impl Manifest {
    pub fn new(schema: i64, pictures: &[Picture], deleted: &[Picture], lost: &[Picture]) -> Self {
        Self {
            format: FORMAT,
            headcount: env!("CARGO_PKG_VERSION").to_owned(),
            schema,
            pictures: grouped(pictures),
            deleted: grouped(deleted),
            lost: grouped(lost),
        }
    }

    /// # Errors
    /// It is none, or of a later layout.
    pub fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = serde_json::from_slice(bytes).context("its manifest cannot be read")?;
        ensure!(format <= FORMAT, "it was made by a newer Headcount; restore it with that");
        serde_json::from_slice(bytes).context("its manifest cannot be read")
    }

    /// The pictures whose files are in the backup.
    pub fn kept(&self) -> Vec<Picture> {
        let away: BTreeSet<Picture> = listed(&self.deleted).chain(listed(&self.lost)).collect();
        listed(&self.pictures).filter(|picture| !away.contains(picture)).collect()
    }

    /// Those whose files the storage had lost.
    pub fn lost(&self) -> impl Iterator<Item = Picture> {
        listed(&self.lost)
    }
}

fn grouped(pictures: &[Picture]) -> Pictures {
    let mut all = Pictures::new();
    for Picture { org, kind, id } in pictures {
        all.entry(*org).or_default().entry(*kind).or_default().push(*id);
    }
    all
}

fn listed(pictures: &Pictures) -> impl Iterator<Item = Picture> {
    let kinds = pictures.iter().flat_map(|(org, kinds)| kinds.iter().map(|(kind, ids)| (*org, *kind, ids)));
    kinds.flat_map(|(org, kind, ids)| ids.iter().map(move |id| Picture { org, kind, id: *id }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_as_it_was_written_and_a_newer_one_is_refused() {
        let picture =
            |id| Picture { org: Uuid::from_u128(1), kind: PictureKind::Photo, id: Uuid::from_u128(id) };
        let made = Manifest::new(7, &[picture(4), picture(3), picture(2)], &[picture(3)], &[picture(4)]);
        let bytes = serde_json::to_vec(&made).unwrap();
        assert_eq!(Manifest::read(&bytes).unwrap(), made);
        assert_eq!(made.kept(), [picture(2)]);
        let newer = br#"{"format": 2, "pictures": []}"#;
        assert!(Manifest::read(newer).unwrap_err().to_string().contains("newer"));
        assert!(Manifest::read(b"{}").is_err());
    }
}
