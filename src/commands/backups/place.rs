//! The folder or bucket that backups are in.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use bytes::Bytes;
use futures_util::TryStreamExt;

use super::manifest::{Manifest, Picture};
use crate::studio::storage::Storage;

const BACKUPS: &str = "backups";
const PICTURES: &str = "pictures";

/// Cheap to clone.
#[derive(Clone)]
pub struct Place(pub Storage);

/// What there is in it.
#[derive(Default)]
pub struct Found {
    /// Whole ones, the oldest first.
    pub whole: BTreeSet<String>,
    /// Those that broke off, or are being made.
    pub broken: BTreeSet<String>,
}

impl Place {
    /// # Errors
    /// The URL is none, or its folder cannot be made.
    pub fn open(url: &str, secret: Option<&str>) -> anyhow::Result<Self> {
        Ok(Self(Storage::open_with(url, secret)?))
    }

    pub fn database(name: &str) -> String {
        format!("{BACKUPS}/{name}/database.age")
    }

    fn manifest(name: &str) -> String {
        format!("{BACKUPS}/{name}/manifest.json")
    }

    /// Where a file of the storage is kept.
    pub fn picture(key: &str) -> String {
        format!("{PICTURES}/{key}.age")
    }

    pub async fn backups(&self) -> anyhow::Result<Found> {
        let mut found = Found::default();
        let mut files = self.0.list(BACKUPS).await?;
        while let Some(file) = files.try_next().await? {
            let name = file.key.split('/').nth(1).unwrap_or_default().to_owned();
            if file.key == Self::manifest(&name) {
                found.whole.insert(name);
            } else {
                found.broken.insert(name);
            }
        }
        found.broken.retain(|name| !found.whole.contains(name));
        Ok(found)
    }

    /// The files of pictures that it has, by their keys in the storage.
    pub async fn pictures(&self) -> anyhow::Result<BTreeSet<String>> {
        let files = self.0.list(PICTURES).await?;
        let key = |key: String| {
            Some(key.strip_prefix(PICTURES)?.strip_prefix('/')?.strip_suffix(".age")?.to_owned())
        };
        Ok(files.try_filter_map(|file| std::future::ready(Ok(key(file.key)))).try_collect().await?)
    }

    /// # Errors
    /// There is none of this name.
    pub async fn read(&self, name: &str) -> anyhow::Result<Manifest> {
        let manifest = self.0.get(&Self::manifest(name)).await?;
        Manifest::read(&manifest.with_context(|| format!("there is no backup {name}"))?)
            .with_context(|| format!("the backup {name}"))
    }

    /// Makes the backup whole: everything else of it has to be there.
    pub async fn complete(&self, name: &str, manifest: &Manifest) -> anyhow::Result<()> {
        Ok(self.0.put(&Self::manifest(name), Bytes::from(serde_json::to_vec(manifest)?)).await?)
    }

    /// Deletes all whole backups but the newest, those that broke off, and the pictures that none needs any more.
    /// Says how many whole ones are left. A crash leaves files that the next one deletes.
    ///
    /// # Errors
    /// One of those that stay cannot be read: then no picture is deleted.
    pub async fn keep(&self, newest: usize) -> anyhow::Result<usize> {
        ensure!(newest > 0, "at least one backup has to stay");
        let Found { whole, broken } = self.backups().await?;
        let old = whole.iter().take(whole.len().saturating_sub(newest));
        for name in old.clone().chain(&broken) {
            // Its manifest first: what is left of it is no backup any more.
            self.0.delete(&Self::manifest(name)).await?;
            self.0.delete(&Self::database(name)).await?;
        }
        let left: Vec<&String> = whole.iter().skip(old.count()).collect();
        let mut needed = BTreeSet::new();
        for name in &left {
            needed.extend(self.read(name).await?.kept().into_iter().flat_map(Picture::keys));
        }
        for key in self.pictures().await?.difference(&needed) {
            self.0.delete(&Self::picture(key)).await?;
        }
        Ok(left.len())
    }
}
