//! A storage that can be taken away, that hangs, and that lets itself be interrupted before and after
//! each of its steps; and processes that end in the middle of what they do.

use std::{
    fmt,
    ops::Range,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
};

use async_trait::async_trait;
use axum::body::Bytes;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, memory::InMemory, path::Path,
};
use tokio::task::yield_now;

const THERE: u8 = 0;
const AWAY: u8 = 1;
const HANGING: u8 = 2;

/// Memory that behaves like a disk on a bad day. Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    files: Arc<InMemory>,
    state: Arc<AtomicU8>,
}

impl Disk {
    /// From now on every step fails.
    pub fn take_away(&self) {
        self.state.store(AWAY, Ordering::SeqCst);
    }

    /// From now on no step comes to its end.
    pub fn hang(&self) {
        self.state.store(HANGING, Ordering::SeqCst);
    }

    pub fn bring_back(&self) {
        self.state.store(THERE, Ordering::SeqCst);
    }

    /// The keys of all files, in order.
    pub async fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> =
            self.files.list(None).map(|file| file.unwrap().location.into()).collect().await;
        keys.sort();
        keys
    }

    async fn is_there(&self) -> Result<()> {
        yield_now().await;
        match self.state.load(Ordering::SeqCst) {
            THERE => Ok(()),
            AWAY => Err(Error::Generic { store: "disk", source: "no route to host".into() }),
            _ => std::future::pending().await,
        }
    }
}

impl fmt::Display for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disk")
    }
}

#[async_trait]
impl ObjectStore for Disk {
    async fn put_opts(&self, at: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.is_there().await?;
        let put = self.files.put_opts(at, payload, options).await;
        yield_now().await;
        put
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.files.put_multipart_opts(at, options).await
    }

    async fn get_opts(&self, at: &Path, options: GetOptions) -> Result<GetResult> {
        self.is_there().await?;
        self.files.get_opts(at, options).await
    }

    async fn get_ranges(&self, at: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.files.get_ranges(at, ranges).await
    }

    fn delete_stream(&self, keys: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let disk = self.clone();
        keys.then(move |key| {
            let disk = disk.clone();
            async move {
                let key = key?;
                disk.is_there().await?;
                let gone = disk.files.delete_stream(stream::iter([Ok(key)]).boxed()).next().await;
                yield_now().await;
                gone.expect("an answer for each key")
            }
        })
        .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await
    }
}

/// What comes of `doing` if its process is killed at the so manieth time that it has to wait for
/// anything; `None` when that was before its end.
pub async fn killed_after<T>(steps: usize, doing: impl Future<Output = T>) -> Option<T> {
    Mortal { doing: Box::pin(doing), steps }.await
}

struct Mortal<F> {
    doing: Pin<Box<F>>,
    steps: usize,
}

impl<F: Future> Future for Mortal<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.steps == 0 {
            return Poll::Ready(None);
        }
        self.steps -= 1;
        self.doing.as_mut().poll(context).map(Some)
    }
}
