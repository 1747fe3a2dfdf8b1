//! The folder or bucket that backups are in. Each database has a folder of its own there, and so has each set of
//! people who can read them: nobody deletes, or relies on, what somebody else put there.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use futures_util::TryStreamExt;

use super::manifest::Manifest;
use crate::studio::storage::{Access, Storage, StorageError};

const BACKUPS: &str = "backups";
const PICTURES: &str = "pictures";
/// What is there of a whole backup, and the dump of one.
const MANIFEST: &str = "manifest.json";
pub const DUMP: &str = "database.age";

/// Cheap to clone.
#[derive(Clone)]
pub struct Place(pub Storage);

/// The backups of one database.
pub struct Shelf {
    place: Storage,
    /// Which database's.
    origin: String,
}

/// A backup, as people name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// When it was made.
    pub time: String,
    pub origin: String,
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.origin, self.time)
    }
}

/// Whether these are the parts of a backup that did not break off.
pub fn is_whole(parts: &BTreeMap<String, u64>) -> bool {
    parts.contains_key(MANIFEST)
}

impl Place {
    /// A folder has to be one already, unless it is to become one: that of a disk that is not mounted is none.
    ///
    /// # Errors
    /// The URL is none, or its folder is not there.
    pub fn open(url: &str, access: Access<'_>, init: bool) -> anyhow::Result<Self> {
        if url.starts_with("memory:") {
            bail!("backups in memory would end with this command");
        }
        match if init { Storage::open_with(url, access) } else { Storage::open_again(url, access) } {
            Err(StorageError::Away { folder }) => bail!(
                "{folder} is no place for backups: mount the disk, or make it one by headcount backup --init"
            ),
            opened => Ok(Self(opened.context("the place for backups")?)),
        }
    }

    /// All backups, the oldest first, with the sizes of their files by name.
    pub async fn all(&self) -> anyhow::Result<BTreeMap<Name, BTreeMap<String, u64>>> {
        let files: Vec<_> = self.0.list(BACKUPS).await?.try_collect().await?;
        let mut all = BTreeMap::<Name, BTreeMap<String, u64>>::new();
        for file in files {
            if let [_, origin, time, part] = file.key.split('/').collect::<Vec<_>>()[..] {
                let name = Name { time: time.to_owned(), origin: origin.to_owned() };
                all.entry(name).or_default().insert(part.to_owned(), file.bytes);
            }
        }
        Ok(all)
    }

    /// All whole backups, the oldest first.
    pub async fn whole(&self) -> anyhow::Result<BTreeSet<Name>> {
        let all = self.all().await?;
        Ok(all.into_iter().filter_map(|(name, parts)| is_whole(&parts).then_some(name)).collect())
    }

    /// The backup of this name, or the newest.
    ///
    /// # Errors
    /// There is none; there are those of several databases, and which is meant is not said.
    pub async fn find(&self, named: Option<&str>) -> anyhow::Result<Name> {
        let whole = self.whole().await?;
        let list = || whole.iter().rev().take(20).map(|name| format!("\n  {name}")).collect::<String>();
        ensure!(!whole.is_empty(), "there is no backup in this place");
        if let Some(named) = named {
            let found = whole.iter().find(|name| name.to_string() == named);
            return found
                .cloned()
                .with_context(|| format!("there is no backup {named:?}; the newest are:{}", list()));
        }
        let origins: BTreeSet<&String> = whole.iter().map(|name| &name.origin).collect();
        ensure!(
            origins.len() == 1,
            "there are backups of several databases; name one by --backup:{}",
            list()
        );
        whole.last().cloned().context("there is no backup in this place")
    }

    pub fn shelf(&self, origin: &str) -> Shelf {
        Shelf { place: self.0.clone(), origin: origin.to_owned() }
    }
}

impl Shelf {
    fn folder(&self, time: &str) -> String {
        format!("{BACKUPS}/{}/{time}", self.origin)
    }

    /// Where the dump of a backup is kept.
    pub fn database(&self, time: &str) -> String {
        format!("{}/{DUMP}", self.folder(time))
    }

    fn manifest(&self, time: &str) -> String {
        format!("{}/{MANIFEST}", self.folder(time))
    }

    /// Where a file of the storage is kept for its readers.
    pub fn picture(&self, readers: &str, key: &str) -> String {
        format!("{PICTURES}/{}/{readers}/{key}.age", self.origin)
    }

    /// The files of pictures that are there, by the folder of their readers and their keys in the storage.
    pub async fn pictures(&self) -> anyhow::Result<BTreeSet<(String, String)>> {
        let folder = format!("{PICTURES}/{}", self.origin);
        let own = |key: &str| {
            let (readers, key) = key.strip_prefix(&folder)?.strip_prefix('/')?.split_once('/')?;
            Some((readers.to_owned(), key.strip_suffix(".age")?.to_owned()))
        };
        let files = self.place.list(&folder).await?;
        Ok(files.try_filter_map(|file| std::future::ready(Ok(own(&file.key)))).try_collect().await?)
    }

    /// # Errors
    /// There is none; it is damaged.
    pub async fn read(&self, time: &str) -> anyhow::Result<Manifest> {
        let manifest = self.place.get(&self.manifest(time)).await?;
        let manifest = manifest.with_context(|| format!("there is no backup {}/{time}", self.origin))?;
        Manifest::read(&manifest).with_context(|| format!("the backup {}/{time}", self.origin))
    }

    /// Notes that a backup is being made, so that it is found however early it breaks off.
    pub async fn begin(&self, time: &str) -> anyhow::Result<()> {
        Ok(self.place.put(&format!("{}/begun", self.folder(time)), Bytes::new()).await?)
    }

    /// Makes the backup whole: everything else of it has to be there.
    pub async fn complete(&self, time: &str, manifest: &Manifest) -> anyhow::Result<()> {
        ensure!(self.place.has(&self.database(time)).await?, "the dump of the backup is gone again");
        Ok(self.place.put(&self.manifest(time), Bytes::from(serde_json::to_vec(manifest)?)).await?)
    }

    /// Deletes all whole backups but the newest, those that broke off, and the pictures that none needs any more.
    /// Says how many whole ones are left. A crash leaves files that the next one deletes.
    ///
    /// # Errors
    /// One of those that stay cannot be read: then no picture is deleted.
    pub async fn keep(&self, newest: usize) -> anyhow::Result<usize> {
        let files: Vec<_> =
            self.place.list(&format!("{BACKUPS}/{}", self.origin)).await?.try_collect().await?;
        let (mut whole, mut all) = (BTreeSet::new(), BTreeSet::new());
        for file in &files {
            let Some(time) = file.key.split('/').nth(2) else { continue };
            all.insert(time);
            if file.key == self.manifest(time) {
                whole.insert(time);
            }
        }
        let left: BTreeSet<&str> = whole.iter().rev().take(newest.max(1)).copied().collect();
        for time in all.difference(&left) {
            // Its manifest first: what is left of it is no backup any more.
            self.place.delete(&self.manifest(time)).await?;
            self.place.delete_prefix(&self.folder(time)).await?;
        }
        let mut needed = BTreeSet::new();
        for time in &left {
            let manifest = self.read(time).await.context("delete its folder if it cannot be mended")?;
            needed.extend(manifest.files().into_iter().map(|key| (manifest.readers.clone(), key)));
        }
        for (readers, key) in self.pictures().await?.difference(&needed) {
            self.place.delete(&self.picture(readers, key)).await?;
        }
        Ok(left.len())
    }
}
