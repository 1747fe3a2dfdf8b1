//! Where photos and headshots are kept: a folder, an S3 bucket, or memory for tests.
//!
//! Files are found by key alone. Every key begins with its org, so that an org's files
//! can be deleted together; what a key belongs to is known to the store, not here.
//!
//! A file that is not there and a storage that is not there are told apart: the one is
//! `None`, the other an error, and says nothing about the file.

use std::{ffi::OsString, fs, io, path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use object_store::{
    BackoffConfig, ClientConfigKey, Error, ObjectStore, ObjectStoreExt, ObjectStoreScheme, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    buffered::BufWriter,
    local::LocalFileSystem,
    memory::InMemory,
    path::Path,
    prefix::PrefixStore,
};
use url::Url;

pub use super::keys::{
    headshot_key, headshot_thumb_key, logo_card_key, logo_key, org_prefix, photo_key, photo_thumb_key,
    picture_keys, picture_of,
};
use crate::domain::{
    ids::{HeadshotId, OrgId, PhotoId},
    moment::Moment,
};

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
    /// The bucket cannot be reached or does not let us, or the folder does not.
    #[error("the file storage failed")]
    Failed(#[from] Error),
    /// The folder cannot be made or emptied.
    #[error("the storage folder failed")]
    Folder(#[from] io::Error),
    /// The folder is not there, or another one is in its place, such as when a disk is not mounted.
    #[error("the storage folder {folder} is away")]
    Away { folder: String },
}

/// What opens a bucket.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// How the variables of the environment begin that say where it is and who asks.
    pub variables: &'static str,
    /// The secret that belongs to the access key, where it does not stand in the environment.
    pub secret: Option<&'a str>,
}

impl<'a> Access<'a> {
    /// By the usual variables.
    #[must_use]
    pub const fn usual(secret: Option<&'a str>) -> Self {
        Self { variables: "AWS_", secret }
    }
}

/// A file as a listing tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub key: String,
    pub bytes: u64,
    /// By the clock of the storage.
    pub changed_at: Moment,
}

const EXAMPLES: &str = "file:///var/lib/headcount/files, s3://bucket/folder or memory:";

/// A file that is in the storage folder for as long as it is the storage folder.
const MARK: &str = ".headcount";

/// Bytes of a large file that are read at once.
const PART: usize = 8 << 20;

/// Somebody waits for the answer; what can wait longer is tried again later by itself.
const PATIENCE: Duration = Duration::from_secs(15);

impl Storage {
    /// Opens the place that a setting names: `file:///absolute/folder` (made if it is not
    /// there, readable to this user only), `s3://bucket/folder` (with the usual `AWS_…`
    /// variables of the environment) or `memory:`. Nothing is read or written in a bucket.
    ///
    /// # Errors
    /// [`StorageError::BadUrl`] with examples; [`StorageError::Folder`].
    pub fn open(url: &str) -> Result<Self, StorageError> {
        Self::open_with(url, Access::usual(None))
    }

    /// As [`Storage::open_with`], but a folder has to be one that was opened before: whoever only reads must not
    /// make a new one where a disk is not mounted.
    ///
    /// # Errors
    /// Those of [`Storage::open`]; [`StorageError::Away`].
    pub fn open_again(url: &str, access: Access<'_>) -> Result<Self, StorageError> {
        let folder =
            Url::parse(url).ok().filter(|url| url.scheme() == "file").and_then(|url| url.to_file_path().ok());
        match folder.filter(|folder| !folder.join(MARK).exists()) {
            Some(folder) => Err(StorageError::Away { folder: folder.display().to_string() }),
            None => Self::open_with(url, access),
        }
    }

    /// The same, with what opens a bucket.
    ///
    /// # Errors
    /// Those of [`Storage::open`].
    pub fn open_with(url: &str, access: Access<'_>) -> Result<Self, StorageError> {
        Self::open_from(url, access, std::env::vars_os())
    }

    /// The same, with these variables in place of the environment's.
    ///
    /// # Errors
    /// Those of [`Storage::open`].
    pub fn open_from(
        url: &str,
        access: Access<'_>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, StorageError> {
        let bad = |reason: String| StorageError::BadUrl { url: url.to_owned(), reason };
        let parsed = Url::parse(url).map_err(|error| bad(error.to_string()))?;
        match parsed.scheme() {
            "file" => {
                let folder =
                    parsed.to_file_path().map_err(|()| bad("not an absolute path here".to_owned()))?;
                make_private(&folder)?;
                fs::File::create(folder.join(MARK))?;
                let files =
                    LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true).with_automatic_cleanup(true);
                Ok(Self { files: Arc::new(files), folder: Some(folder) })
            }
            "s3" => {
                install_tls();
                let (_, root) = ObjectStoreScheme::parse(&parsed).map_err(|error| bad(error.to_string()))?;
                let files = bucket(url, access, environment).build();
                let files = files.map_err(|error| bad(error.to_string()))?;
                Ok(Self { files: Arc::new(PrefixStore::new(files, root)), folder: None })
            }
            "memory" => Ok(Self::over(InMemory::new())),
            other => Err(bad(format!("unknown kind {other:?}"))),
        }
    }

    /// Keeps files in any other store, such as one that fails when a test tells it to.
    pub fn over(files: impl ObjectStore) -> Self {
        Self { files: Arc::new(files), folder: None }
    }

    /// Keeps `bytes` under `key`; what was there is replaced. All or nothing: a reader, or
    /// a crash, finds the old file or the new one whole. Once this returns, a folder has it
    /// on disk. N8
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), StorageError> {
        self.files().await?.put(&path(key)?, bytes.into()).await?;
        Ok(())
    }

    /// What is kept under `key`; `None` where nothing is.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, StorageError> {
        match self.files().await?.get(&path(key)?).await {
            Ok(file) => Ok(Some(file.bytes().await?)),
            Err(Error::NotFound { .. }) => self.confirm_missing(key).await.map(|()| None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes what is kept under `key`, however much it is: there when it was shut down, and not before.
    pub async fn writer(&self, key: &str) -> Result<BufWriter, StorageError> {
        self.files().await?;
        Ok(BufWriter::new(self.files.clone(), path(key)?))
    }

    /// Reads what is kept under `key`, however much it is and however slowly it is taken: a part at a time, each
    /// with the patience of a small file.
    ///
    /// # Errors
    /// Nothing is; those of [`Storage::get`].
    pub async fn reader(
        &self,
        key: &str,
    ) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>, StorageError> {
        let (files, path) = (self.files.clone(), path(key)?);
        let size = self.files().await?.head(&path).await?.size;
        let parts = (0..size).step_by(PART).map(move |from| from..size.min(from + PART as u64));
        Ok(stream::iter(parts).then(move |part| {
            let (files, path) = (files.clone(), path.clone());
            async move { files.get_range(&path, part).await.map_err(io::Error::other) }
        }))
    }

    /// Whether something is kept under `key`.
    pub async fn has(&self, key: &str) -> Result<bool, StorageError> {
        match self.files().await?.head(&path(key)?).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => self.confirm_missing(key).await.map(|()| false),
            Err(error) => Err(error.into()),
        }
    }

    /// Everything whose key continues `prefix` behind a slash, in no order.
    ///
    /// # Errors
    /// Those of [`Storage::get`]; later ones come in the stream.
    pub async fn list(
        &self,
        prefix: &str,
    ) -> Result<impl Stream<Item = Result<Listed, StorageError>> + use<>, StorageError> {
        let files = self.files().await?.list(Some(&path(prefix)?));
        Ok(files.map_err(StorageError::from).map_ok(|file| Listed {
            key: file.location.into(),
            bytes: file.size,
            changed_at: Moment::from_unix_millis(file.last_modified.timestamp_millis()),
        }))
    }

    /// Deletes what is kept under `key`; nothing there is fine. H5
    pub async fn delete(&self, key: &str) -> Result<(), StorageError> {
        match self.files().await?.delete(&path(key)?).await {
            Ok(()) => Ok(()),
            Err(Error::NotFound { .. }) => self.confirm_missing(key).await,
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes everything whose key continues `prefix` behind a slash, such as
    /// [`org_prefix`]; nothing there is fine. Can be repeated after a failure. H5
    pub async fn delete_prefix(&self, prefix: &str) -> Result<(), StorageError> {
        let prefix = path(prefix)?;
        let files = self.files().await?;
        // Where a listing finds nothing, the bucket itself is not there, which is no file that is gone already.
        let listed =
            files.list(Some(&prefix)).map_err(|error| Error::Generic { store: "list", source: error.into() });
        let mut deleted = files.delete_stream(listed.map_ok(|file| file.location).boxed());
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

    /// A file that is not found is missing only where its folder or bucket is there: a bucket that is not answers
    /// as one without that file, and only a listing tells them apart.
    async fn confirm_missing(&self, key: &str) -> Result<(), StorageError> {
        let files = self.files().await?;
        if self.folder.is_none() {
            files.list(Some(&path(key)?)).try_next().await?;
        }
        Ok(())
    }

    /// The files, as long as the folder that they are in is the right one.
    async fn files(&self) -> Result<&dyn ObjectStore, StorageError> {
        if let Some(folder) = &self.folder {
            match tokio::fs::try_exists(folder.join(MARK)).await {
                Ok(true) => {}
                Ok(false) => return Err(StorageError::Away { folder: folder.display().to_string() }),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(&*self.files)
    }
}

/// A bucket with the settings of the environment.
fn bucket(
    url: &str,
    access: Access<'_>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> AmazonS3Builder {
    let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: 5, retry_timeout: PATIENCE };
    let timeout = format!("{}s", PATIENCE.as_secs());
    let mut builder = AmazonS3Builder::new()
        .with_url(url)
        .with_retry(retry)
        .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), timeout);
    for (name, value) in environment {
        let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) else { continue };
        let setting = name.strip_prefix(access.variables).filter(|_| !value.is_empty());
        let key = setting.and_then(|setting| format!("aws_{}", setting.to_ascii_lowercase()).parse().ok());
        if let Some(key) = key {
            builder = builder.with_config(key, value);
        }
    }
    match access.secret {
        Some(secret) => builder.with_secret_access_key(secret),
        None => builder,
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
    use object_store::aws::AmazonS3ConfigKey as Key;
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

    /// QUALITY 16: a disk that is not mounted has lost no photo, and takes none.
    #[tokio::test]
    async fn a_folder_that_is_away_is_no_file_that_is_missing() {
        let (storages, folder) = storages();
        let (storage, place) = (&storages[1], folder.path().join("new/files"));
        let key = photo_key(ORG, PHOTO);
        storage.put(&key, Bytes::from_static(b"picture")).await.unwrap();
        let elsewhere = folder.path().join("elsewhere");
        fs::rename(&place, &elsewhere).unwrap();
        for empty_in_its_place in [false, true] {
            if empty_in_its_place {
                fs::create_dir(&place).unwrap();
            }
            let away = |result: Result<(), StorageError>| matches!(result, Err(StorageError::Away { .. }));
            assert!(away(storage.get(&key).await.map(drop)));
            assert!(away(storage.has(&key).await.map(drop)));
            assert!(away(storage.put(&key, Bytes::new()).await));
            assert!(away(storage.delete(&key).await));
            assert!(away(storage.list(&org_prefix(ORG)).await.map(drop)));
            assert!(away(storage.delete_prefix(&org_prefix(ORG)).await));
        }
        fs::remove_dir(&place).unwrap();
        fs::rename(&elsewhere, &place).unwrap();
        assert_eq!(storage.get(&key).await.unwrap().unwrap(), "picture");
    }

    #[tokio::test]
    async fn lists_what_it_keeps_of_an_org() {
        let (storages, _folder) = storages();
        for storage in storages {
            let keys = [headshot_key(ORG, PHOTO), photo_key(ORG, PHOTO), photo_thumb_key(ORG, PHOTO)];
            for key in keys.iter().chain([&photo_key(Uuid::from_u128(10), PHOTO)]) {
                storage.put(key, Bytes::from_static(b"picture")).await.unwrap();
            }
            let listed = storage.list(&org_prefix(ORG)).await.unwrap();
            let mut listed: Vec<String> = listed.map_ok(|file| file.key).try_collect().await.unwrap();
            listed.sort();
            assert_eq!(listed, keys);
            assert!(
                storage.has(&keys[0]).await.unwrap()
                    && !storage.has(&headshot_thumb_key(ORG, PHOTO)).await.unwrap()
            );
        }
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

    /// N8: a bucket of backups has its own keys, and takes none of those of the pictures.
    #[test]
    fn each_bucket_is_opened_by_its_own_variables() {
        let set = [
            ("AWS_ACCESS_KEY_ID", "pictures"),
            ("AWS_SECRET_ACCESS_KEY", "of pictures"),
            ("AWS_ENDPOINT", "http://pictures.example"),
            ("BACKUP_AWS_ACCESS_KEY_ID", "backups"),
            ("BACKUP_AWS_DEFAULT_REGION", "eu-north-1"),
            ("BACKUP_AWS_ENDPOINT", ""),
        ];
        let opened = |access| {
            let environment = set.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
            let bucket = bucket("s3://bucket", access, environment);
            [Key::AccessKeyId, Key::SecretAccessKey, Key::Endpoint, Key::DefaultRegion]
                .map(|key| bucket.get_config_value(&key).unwrap_or_default())
        };
        assert_eq!(opened(Access::usual(None)), ["pictures", "of pictures", "http://pictures.example", ""]);
        assert_eq!(opened(Access::usual(Some("of a file")))[1], "of a file");
        let backups = Access { variables: "BACKUP_AWS_", secret: Some("of backups") };
        assert_eq!(opened(backups), ["backups", "of backups", "", "eu-north-1"]);
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
