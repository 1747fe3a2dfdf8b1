//! Counts how often the program waits for the database: a relay before it, which sees each side's turn.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use anyhow::Context;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
};
use url::Url;

/// A relay to a database on a socket. Cheap to clone.
#[derive(Clone)]
pub struct RoundTrips {
    /// The database by way of the relay.
    pub url: String,
    seen: Arc<AtomicUsize>,
    _folder: Arc<tempfile::TempDir>,
}

const SOCKET: &str = ".s.PGSQL.5432";

impl RoundTrips {
    pub fn to(database: &str) -> anyhow::Result<Self> {
        let mut url: Url = database.parse()?;
        let host = url.query_pairs().find_map(|(name, value)| (name == "host").then(|| value.into_owned()));
        let behind = PathBuf::from(host.context("the database is not on a socket")?).join(SOCKET);
        let folder = tempfile::tempdir()?;
        let listener = UnixListener::bind(folder.path().join(SOCKET))?;
        let host = folder.path().to_str().context("a folder with a plain name")?.to_owned();
        url.query_pairs_mut().clear().append_pair("host", &host);
        let seen = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(database) = UnixStream::connect(&behind).await else { continue };
                relay(client, database, &counted);
            }
        });
        Ok(Self { url: url.into(), seen, _folder: Arc::new(folder) })
    }

    pub fn count(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

/// One connection. What the program sends after the database has answered begins a round trip.
fn relay(client: UnixStream, database: UnixStream, seen: &Arc<AtomicUsize>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_database, mut to_database) = database.into_split();
    let answered = Arc::new(AtomicBool::new(true));
    let (answers, seen) = (Arc::clone(&answered), Arc::clone(seen));
    tokio::spawn(async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from_client.read(&mut buffer).await {
            if answered.swap(false, Ordering::SeqCst) {
                seen.fetch_add(1, Ordering::SeqCst);
            }
            if to_database.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
    });
    tokio::spawn(async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from_database.read(&mut buffer).await {
            answers.store(true, Ordering::SeqCst);
            if to_client.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
    });
}
