//! Encryption of what a backup holds, with age: whoever makes backups knows the public keys, and cannot read them.
//! The key under which a picture is kept is encrypted with it, so that none can be put in another's place.

use std::{
    collections::BTreeSet,
    io::{self, Read, Write},
    path::Path,
    sync::Arc,
};

use age::{DecryptError, Decryptor, Encryptor, Identity, IdentityFile, Recipient, stream, x25519};
use anyhow::{Context, anyhow, ensure};
use sha2::{Digest, Sha256};

/// Who can read backups.
#[derive(Clone)]
pub struct Recipients(Vec<x25519::Recipient>);

impl Recipients {
    /// Public keys with commas between, as BACKUP_RECIPIENTS has them.
    ///
    /// # Errors
    /// One is none; there is none.
    pub fn read(keys: &str) -> anyhow::Result<Self> {
        let keys = keys.split(',').map(str::trim).filter(|key| !key.is_empty());
        let read = keys.map(|key| {
            let key: Result<x25519::Recipient, _> = key.parse();
            key.map_err(|error| anyhow!("BACKUP_RECIPIENTS: a public key of age begins with age1: {error}"))
        });
        Self::new(read.collect::<anyhow::Result<_>>()?)
    }

    /// # Errors
    /// There is none.
    pub fn new(recipients: Vec<x25519::Recipient>) -> anyhow::Result<Self> {
        ensure!(
            !recipients.is_empty(),
            "name who can read the backup by BACKUP_RECIPIENTS or --recipients: public keys, which age-keygen makes"
        );
        Ok(Self(recipients))
    }

    /// Tells these from all others: what was encrypted for some cannot be read by others.
    pub fn fingerprint(&self) -> String {
        let names: BTreeSet<String> = self.0.iter().map(ToString::to_string).collect();
        let digest = Sha256::digest(names.into_iter().collect::<Vec<_>>().join(" "));
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Encrypts what is written; whole only once it is finished.
    pub fn writer<W: Write>(&self, to: W) -> anyhow::Result<stream::StreamWriter<W>> {
        let recipients = self.0.iter().map(|recipient| recipient as &dyn Recipient);
        Ok(Encryptor::with_recipients(recipients)?.wrap_output(to)?)
    }

    /// A file of the storage with its key.
    pub fn seal(&self, key: &str, bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
        let mut writer = self.writer(Vec::with_capacity(bytes.len() + 512))?;
        writer.write_all(key.as_bytes())?;
        writer.write_all(b"\n")?;
        writer.write_all(bytes)?;
        Ok(writer.finish()?)
    }
}

/// What opens backups. Cheap to clone.
#[derive(Clone)]
pub struct Identities(Arc<[Box<dyn Identity + Send + Sync>]>);

impl Identities {
    /// Reads the file that `age-keygen` wrote.
    ///
    /// # Errors
    /// It cannot be read, or has no identity in it.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let file = IdentityFile::from_file(path.to_string_lossy().into_owned())
            .with_context(|| format!("{name} cannot be read"))?;
        let identities = file
            .into_identities()
            .map_err(|error| anyhow!("{name} has no identity of age in it: {error}"))?;
        ensure!(!identities.is_empty(), "{name} has no identity of age in it");
        Ok(Self(identities.into()))
    }

    /// Decrypts what is read.
    ///
    /// # Errors
    /// It was encrypted for others, or is not age's.
    pub fn reader<R: Read>(&self, from: R) -> anyhow::Result<stream::StreamReader<R>> {
        let identities = self.0.iter().map(|identity| &**identity as &dyn Identity);
        let opened = Decryptor::new(from).and_then(|decryptor| decryptor.decrypt(identities));
        opened.map_err(|error| match error {
            DecryptError::NoMatchingKeys => anyhow!("this identity does not open the backup"),
            error => anyhow!("it is damaged: {error}"),
        })
    }

    /// The file that was sealed under this key.
    ///
    /// # Errors
    /// As [`Identities::reader`]; it is another file.
    pub fn open(&self, key: &str, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(sealed.len());
        self.reader(sealed)?.read_to_end(&mut bytes).map_err(damaged)?;
        let own = bytes.strip_prefix(key.as_bytes()).and_then(|rest| rest.strip_prefix(b"\n"));
        own.map(<[u8]>::to_vec).with_context(|| format!("another file is in the place of {key}"))
    }
}

fn damaged(error: io::Error) -> anyhow::Error {
    anyhow!("it is damaged: {error}")
}

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    fn keys() -> (Recipients, Identities) {
        let identity = x25519::Identity::generate();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("identity");
        std::fs::write(&file, identity.to_string().expose_secret()).unwrap();
        (Recipients::new(vec![identity.to_public()]).unwrap(), Identities::read(&file).unwrap())
    }

    /// N8
    #[test]
    fn a_file_is_opened_by_its_identity_and_under_its_key_alone() {
        let ((recipients, identities), (_, others)) = (keys(), keys());
        let sealed = recipients.seal("org/1/photos/2.jpg", b"picture").unwrap();
        assert!(!sealed.windows(7).any(|bytes| bytes == b"picture"));
        assert_eq!(identities.open("org/1/photos/2.jpg", &sealed).unwrap(), b"picture");
        let refused = |opened: anyhow::Result<Vec<u8>>| opened.unwrap_err().to_string();
        assert!(refused(others.open("org/1/photos/2.jpg", &sealed)).contains("does not open"));
        assert!(refused(identities.open("org/1/photos/3.jpg", &sealed)).contains("in the place of"));
        assert!(
            refused(identities.open("org/1/photos/2.jpg", &sealed[..sealed.len() - 1])).contains("damaged")
        );
    }

    #[test]
    fn a_file_without_an_identity_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("identity");
        assert!(Identities::read(&file).is_err());
        std::fs::write(&file, "# nothing\n").unwrap();
        assert!(Identities::read(&file).is_err());
        assert!(Recipients::new(Vec::new()).is_err());
    }
}
