//! Where photos and headshots are kept: a folder, an S3 bucket, or memory for tests.
//!
//! Files are found by key alone. Every key begins with its org, so that an org's files
//! can be deleted together; what a key belongs to is known to the store, not here.

use std::{fs, io, path::PathBuf, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use object_store::{
    Error, ObjectStore, ObjectStoreExt, local::LocalFileSystem, memory::InMemory, parse_url_opts, path::Path,
    prefix::PrefixStore,
};
use url::Url;

pub use super::keys::{headshot_key, headshot_thumb_key, org_prefix, photo_key, photo_thumb_key};
use crate::domain::ids::{HeadshotId, OrgId, PhotoId};

/// The files of one installation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage {
    files: Arc<dyn ObjectStore>,
    /// The folder that the files are in, where it is one of this machine's.
    folder: Option<PathBuf>,
}

/// What went wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The setting names no place that files can be kept in.
    #[error("{url:?} is no place for files; it should look like {EXAMPLES}: {reason}")]
    BadUrl { url: String, reason: String },
    /// A key that does not name a file below the storage's own root, such as `../secret`.
    #[error("{key:?} is no key of a file")]
    BadKey { key: String },
    /// The folder or bucket cannot be reached or does not let us.
    #[error("the file storage failed")]
    Failed(#[from] Error),
    /// The folder cannot be made or emptied.
    #[error("the storage folder failed")]
    Folder(#[from] io::Error),
}

const EXAMPLES: &str = "file:///var/lib/headcount/files, s3://bucket/folder or memory:";

impl Storage {
    /// Opens the place that a setting names: `file:///absolute/folder` (made if it is not
    /// there, readable to this user only), `s3://bucket/folder` (with the usual `AWS_…`
    /// variables of the environment) or `memory:`. Nothing is read or written in a bucket.
    ///
    /// # Errors
    /// [`StorageError::BadUrl`] with examples; [`StorageError::Folder`].
    pub fn open(url: &str) -> Result<Self, StorageError> {
        let bad = |reason: String| StorageError::BadUrl { url: url.to_owned(), reason };
        let parsed = Url::parse(url).map_err(|error| bad(error.to_string()))?;
        match parsed.scheme() {
            "file" => {
                let folder =
                    parsed.to_file_path().map_err(|()| bad("not an absolute path here".to_owned()))?;
                make_private(&folder)?;
                let files =
                    LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true).with_automatic_cleanup(true);
                Ok(Self { files: Arc::new(files), folder: Some(folder) })
            }
            "s3" => {
                install_tls();
                let aws = std::env::vars_os().filter_map(|(name, value)| {
                    let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
                    name.starts_with("AWS_").then_some((name, value))
                });
                let (files, root) = parse_url_opts(&parsed, aws).map_err(|error| bad(error.to_string()))?;
                Ok(Self { files: Arc::new(PrefixStore::new(files, root)), folder: None })
            }
            "memory" => Ok(Self { files: Arc::new(InMemory::new()), folder: None }),
            other => Err(bad(format!("unknown kind {other:?}"))),
        }
    }

    /// Keeps `bytes` under `key`; what was there is replaced. All or nothing: a reader, or
    /// a crash, finds the old file or the new one whole. Once this returns, a folder has it
    /// on disk. N8
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), StorageError> {
        self.files.put(&path(key)?, bytes.into()).await?;
        Ok(())
    }

    /// What is kept under `key`; `None` where nothing is.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, StorageError> {
        match self.files.get(&path(key)?).await {
            Ok(file) => Ok(Some(file.bytes().await?)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes what is kept under `key`; nothing there is fine. H5
    pub async fn delete(&self, key: &str) -> Result<(), StorageError> {
        match self.files.delete(&path(key)?).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes everything whose key continues `prefix` behind a slash, such as
    /// [`org_prefix`]; nothing there is fine. Can be repeated after a failure. H5
    pub async fn delete_prefix(&self, prefix: &str) -> Result<(), StorageError> {
        let prefix = path(prefix)?;
        let keys = self.files.list(Some(&prefix)).map_ok(|file| file.location).boxed();
        let mut deleted = self.files.delete_stream(keys);
        while let Some(result) = deleted.next().await {
            match result {
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(folder) = self.folder.clone() {
            // Also what a crash left of a file that was never finished; no listing shows it.
            let rest = folder.join(prefix.as_ref());
            tokio::task::spawn_blocking(move || remove_all(&rest)).await.map_err(io::Error::other)??;
        }
        Ok(())
    }
}

/// Deletes a photo and its thumbnail. H5
pub async fn delete_photo(storage: &Storage, org: OrgId, photo: PhotoId) -> Result<(), StorageError> {
    storage.delete(&photo_key(org.0, photo.0)).await?;
    storage.delete(&photo_thumb_key(org.0, photo.0)).await
}

/// Deletes a headshot and its thumbnail. H5
pub async fn delete_headshot(
    storage: &Storage,
    org: OrgId,
    headshot: HeadshotId,
) -> Result<(), StorageError> {
    storage.delete(&headshot_key(org.0, headshot.0)).await?;
    storage.delete(&headshot_thumb_key(org.0, headshot.0)).await
}

/// A key as a path that cannot leave the root: no `..`, no empty part, nothing absolute.
fn path(key: &str) -> Result<Path, StorageError> {
    let path = Path::parse(key).ok().filter(|path| path.as_ref() == key && !key.is_empty());
    path.ok_or_else(|| StorageError::BadKey { key: key.to_owned() })
}

/// Makes a folder that only this user may look into.
fn make_private(folder: &std::path::Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn remove_all(folder: &std::path::Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Names the cryptography for connections to a bucket, unless the program has done so.
fn install_tls() {
    rustls::crypto::ring::default_provider().install_default().ok();
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ORG: Uuid = Uuid::from_u128(1);
    const PHOTO: Uuid = Uuid::from_u128(2);

    /// A storage in memory and one in a folder that goes away with the test.
    fn storages() -> (Vec<Storage>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let url = Url::from_directory_path(folder.path().join("new/files")).unwrap();
        (vec![Storage::open("memory:").unwrap(), Storage::open(url.as_str()).unwrap()], folder)
    }

    #[tokio::test]
    async fn keeps_replaces_and_deletes() {
        let (storages, _folder) = storages();
        for storage in storages {
            let key = photo_key(ORG, PHOTO);
            assert_eq!(storage.get(&key).await.unwrap(), None);
            storage.put(&key, Bytes::from_static(b"first")).await.unwrap();
            storage.put(&key, Bytes::from_static(b"second")).await.unwrap();
            assert_eq!(storage.get(&key).await.unwrap().unwrap(), "second");
            assert_eq!(storage.get(&photo_thumb_key(ORG, PHOTO)).await.unwrap(), None);
            storage.delete(&key).await.unwrap();
            storage.delete(&key).await.unwrap();
            assert_eq!(storage.get(&key).await.unwrap(), None);
        }
    }

    /// H5
    #[tokio::test]
    async fn deleting_an_org_leaves_the_others() {
        let (storages, _folder) = storages();
        let other = Uuid::from_u128(10);
        for storage in storages {
            let keys = [
                photo_key(ORG, PHOTO),
                photo_thumb_key(ORG, PHOTO),
                headshot_key(ORG, PHOTO),
                headshot_thumb_key(ORG, PHOTO),
            ];
            for key in keys.iter().chain([&photo_key(other, PHOTO)]) {
                storage.put(key, Bytes::from_static(b"picture")).await.unwrap();
            }
            for _ in 0..2 {
                storage.delete_prefix(&org_prefix(ORG)).await.unwrap();
            }
            for key in keys {
                assert_eq!(storage.get(&key).await.unwrap(), None);
            }
            assert!(storage.get(&photo_key(other, PHOTO)).await.unwrap().is_some());
        }
    }

    /// H5, N8
    #[tokio::test]
    async fn deleting_an_org_takes_what_a_crash_left() {
        let (storages, folder) = storages();
        let storage = &storages[1];
        storage.put(&photo_key(ORG, PHOTO), Bytes::from_static(b"picture")).await.unwrap();
        let photos = folder.path().join("new/files").join(org_prefix(ORG)).join("photos");
        fs::write(photos.join("unfinished.jpg#1"), b"half a pict").unwrap();
        storage.delete_prefix(&org_prefix(ORG)).await.unwrap();
        assert!(!photos.exists());
    }

    /// N8
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_reader_never_sees_half_a_file() {
        let (storages, _folder) = storages();
        for storage in storages {
            let key = photo_key(ORG, PHOTO);
            storage.put(&key, vec![0; 200_000].into()).await.unwrap();
            let writing = {
                let (storage, key) = (storage.clone(), key.clone());
                tokio::spawn(async move {
                    for i in 1..=20 {
                        storage.put(&key, vec![i; 200_000].into()).await.unwrap();
                    }
                })
            };
            while !writing.is_finished() {
                let bytes = storage.get(&key).await.unwrap().unwrap();
                assert!(bytes.len() == 200_000 && bytes.iter().all(|byte| *byte == bytes[0]));
            }
            writing.await.unwrap();
        }
    }

    /// N1
    #[tokio::test]
    async fn a_key_cannot_leave_the_storage() {
        let (storages, folder) = storages();
        fs::write(folder.path().join("new/secret"), b"secret").unwrap();
        for storage in storages {
            for key in [
                "../secret",
                "org/../../secret",
                "/etc/passwd",
                "",
                "/",
                "org//x",
                "org/./x",
                "a/",
                "org/\0",
                "..",
                "org/x\u{7}",
            ] {
                assert!(matches!(storage.get(key).await, Err(StorageError::BadKey { .. })), "{key:?}");
                assert!(
                    matches!(storage.put(key, Bytes::new()).await, Err(StorageError::BadKey { .. })),
                    "{key:?}"
                );
                assert!(
                    matches!(storage.delete_prefix(key).await, Err(StorageError::BadKey { .. })),
                    "{key:?}"
                );
            }
        }
        assert!(folder.path().join("new/secret").exists());
    }

    #[test]
    fn a_bad_setting_is_answered_with_examples() {
        for url in ["", "photos", "file://host/x", "ftp://host/x", "s3:", "s3://"] {
            let error = Storage::open(url).unwrap_err();
            assert!(error.to_string().contains("s3://bucket/folder"), "{url:?}: {error}");
        }
    }

    #[test]
    fn a_bucket_opens_without_a_connection() {
        Storage::open("s3://bucket/some/folder").unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_new_folder_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let (_storages, folder) = storages();
        let mode = fs::metadata(folder.path().join("new/files")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
