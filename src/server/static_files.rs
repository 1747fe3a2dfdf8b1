//! The files that are served as they are: the built clients, and what is in `public/`. They are in folders; a
//! released program has them in itself, so that it needs nothing beside it.

use std::{borrow::Cow, fs, path::PathBuf};

/// Where the files of one kind are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaticFiles {
    Folder(PathBuf),
    Program(Kind),
}

/// What a released program holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Clients,
    Public,
}

/// A file of the program itself.
#[derive(Clone, Debug)]
pub struct File {
    pub bytes: Cow<'static, [u8]>,
    /// SHA-256 of the bytes.
    pub hash: [u8; 32],
}

/// Whether this program has its files in itself.
const HAS_FILES: bool = cfg!(feature = "embed");

impl StaticFiles {
    /// The folder of the setting; without one the program itself, or else where the build puts them.
    #[must_use]
    pub fn new(folder: Option<&PathBuf>, kind: Kind) -> Self {
        match (folder, kind) {
            (Some(folder), _) => Self::Folder(folder.clone()),
            (None, kind) if HAS_FILES => Self::Program(kind),
            (None, Kind::Clients) => Self::Folder("dist/release".into()),
            (None, Kind::Public) => Self::Folder("public".into()),
        }
    }

    /// What a text file says; `None` where there is none.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        match self {
            Self::Folder(folder) => fs::read_to_string(folder.join(path)).ok(),
            Self::Program(kind) => String::from_utf8(kind.file(path)?.bytes.into_owned()).ok(),
        }
    }

    /// How the place of a file is called in a sentence.
    #[must_use]
    pub fn name(&self, path: &str) -> String {
        match self {
            Self::Folder(folder) => folder.join(path).display().to_string(),
            Self::Program(_) => format!("{path} of this program"),
        }
    }
}

#[cfg(feature = "embed")]
impl Kind {
    /// The file with this path.
    #[must_use]
    pub fn file(self, path: &str) -> Option<File> {
        use rust_embed::RustEmbed;

        #[derive(RustEmbed)]
        #[folder = "dist/release"]
        struct Clients;

        #[derive(RustEmbed)]
        #[folder = "public"]
        struct Public;

        let file = match self {
            Self::Clients => Clients::get(path),
            Self::Public => Public::get(path),
        }?;
        Some(File { bytes: file.data, hash: file.metadata.sha256_hash() })
    }
}

#[cfg(not(feature = "embed"))]
impl Kind {
    /// The file with this path: none, for this program was built without them.
    #[must_use]
    pub const fn file(self, _: &str) -> Option<File> {
        None
    }
}
