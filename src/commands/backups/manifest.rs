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
pub type Pictures = BTreeMap<Uuid, BTreeMap<PictureKind, Vec<Uuid>>>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// The version that made it.
    pub headcount: String,
    /// The newest migration of the database.
    pub schema: i64,
    /// Those who can read it; the folder of its pictures.
    pub readers: String,
    /// Those that have rows in the dump.
    pub pictures: Pictures,
    /// Those of them that were deleted, after their rows, while the backup was made.
    pub deleted: Pictures,
    /// Keys of files that the storage had lost.
    pub lost: BTreeSet<String>,
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
    pub fn new(
        schema: i64,
        readers: String,
        pictures: &[Picture],
        deleted: &[Picture],
        lost: BTreeSet<String>,
    ) -> Self {
        let headcount = env!("CARGO_PKG_VERSION").to_owned();
        let (pictures, deleted) = (grouped(pictures), grouped(deleted));
        Self { format: FORMAT, headcount, schema, readers, pictures, deleted, lost }
    }

    /// # Errors
    /// It is none, or of a later layout.
    pub fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = serde_json::from_slice(bytes).context("its manifest is damaged")?;
        ensure!(format <= FORMAT, "it was made by a newer Headcount; restore it with that");
        serde_json::from_slice(bytes).context("its manifest is damaged")
    }

    /// The keys of the files that are in the backup.
    pub fn files(&self) -> BTreeSet<String> {
        let deleted: BTreeSet<Picture> = listed(&self.deleted).collect();
        let kept = listed(&self.pictures).filter(|picture| !deleted.contains(picture));
        kept.flat_map(Picture::keys).filter(|key| !self.lost.contains(key)).collect()
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

    /// N8
    #[test]
    fn a_manifest_is_read_as_it_was_written_and_a_newer_one_is_refused() {
        let picture =
            |id| Picture { org: Uuid::from_u128(1), kind: PictureKind::Photo, id: Uuid::from_u128(id) };
        let [whole, thumbnail] = picture(4).keys();
        let made = Manifest::new(
            7,
            "readers".into(),
            &[picture(4), picture(3)],
            &[picture(3)],
            BTreeSet::from([thumbnail]),
        );
        let bytes = serde_json::to_vec(&made).unwrap();
        assert_eq!(Manifest::read(&bytes).unwrap(), made);
        assert_eq!(made.files(), BTreeSet::from([whole]));
        let newer = br#"{"format": 2, "pictures": []}"#;
        assert!(Manifest::read(newer).unwrap_err().to_string().contains("newer"));
        assert!(Manifest::read(b"{}").is_err());
    }
}
