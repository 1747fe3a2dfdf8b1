//! How fast a form is read: step by step, so that no upload takes more memory than was given out for it.
//! QUALITY 11

use std::{
    future::poll_fn,
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    task::{Poll, ready},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{Multipart, Request, multipart::Field},
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use tokio::time::{Sleep, sleep, timeout};

/// How long nothing of a file may arrive before the upload has broken off.
const STALL: Duration = Duration::from_secs(30);

/// A file that arrives slower than so many bytes a second, after a while that is given to all, holds up others and is
/// let go.
const SLOWEST: u32 = 8 * 1024;
const A_WHILE: Duration = Duration::from_secs(60);

/// An upload that did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the upload broke off")]
pub struct BrokenOff;

/// Whether a file comes fast enough.
pub struct Pace(Pin<Box<Sleep>>);

impl Pace {
    pub fn start() -> Self {
        Self(Box::pin(sleep(A_WHILE)))
    }

    /// What arrives next.
    ///
    /// # Errors
    /// Nothing did for too long, or too little did before.
    pub async fn next<T>(&mut self, arriving: impl Future<Output = T>) -> Result<T, BrokenOff> {
        tokio::select! {
            arrived = timeout(STALL, arriving) => arrived.map_err(|_| BrokenOff),
            () = &mut self.0 => Err(BrokenOff),
        }
    }

    /// So many bytes arrived.
    pub fn count(&mut self, bytes: usize) {
        let later = self.0.deadline() + Duration::from_secs(bytes as u64) / SLOWEST;
        self.0.as_mut().reset(later);
    }
}

/// How many bytes of a form its parser may take in; the piece that goes beyond is the last. By itself it
/// takes in whatever has arrived, and the whole of a form that never comes to its first file.
#[derive(Clone, Debug, Default)]
pub struct Intake(Arc<AtomicI64>);

impl Intake {
    /// Far more than the lines before a file have, and enough for the parser to find their end.
    const STEP: i64 = 64 * 1024;

    /// Lets the parser of forms take in a body step by step.
    pub async fn layer(mut request: Request, next: Next) -> Response {
        let intake = Self::default();
        request.extensions_mut().insert(intake.clone());
        next.run(request.map(|body| Body::from_stream(intake.pieces(body)))).await
    }

    fn pieces(self, body: Body) -> impl Stream<Item = io::Result<Bytes>> {
        let mut pieces = body.into_data_stream();
        stream::poll_fn(move |context| {
            if self.is_used_up() {
                // The parser asks again in its next step.
                return Poll::Pending;
            }
            let piece = ready!(pieces.poll_next_unpin(context));
            if let Some(Ok(piece)) = &piece {
                self.0.fetch_sub(i64::try_from(piece.len()).unwrap_or(i64::MAX), Ordering::Relaxed);
            }
            Poll::Ready(piece.map(|piece| piece.map_err(io::Error::other)))
        })
    }

    /// The next field of a form, once the one before was read to its end.
    ///
    /// # Errors
    /// The body is no form, or it broke off ([`BrokenOff`]).
    pub async fn field<'a>(&self, form: &'a mut Multipart) -> anyhow::Result<Option<Field<'a>>> {
        self.allow_step();
        let mut next = pin!(form.next_field());
        let parsing = poll_fn(|context| match next.as_mut().poll(context) {
            // The lines before the file do not end.
            Poll::Pending if self.is_used_up() => Poll::Ready(Err(BrokenOff)),
            Poll::Pending => Poll::Pending,
            Poll::Ready(field) => Poll::Ready(Ok(field)),
        });
        Ok(timeout(STALL, parsing).await.map_err(|_| BrokenOff)???)
    }

    /// The next part of a field.
    ///
    /// # Errors
    /// As [`field`](Self::field).
    pub async fn chunk(&self, field: &mut Field<'_>) -> anyhow::Result<Option<Bytes>> {
        self.allow_step();
        Ok(timeout(STALL, field.chunk()).await.map_err(|_| BrokenOff)??)
    }

    /// Reads a field to its end and keeps nothing.
    ///
    /// # Errors
    /// As [`field`](Self::field).
    pub async fn pass_over(&self, field: &mut Field<'_>) -> anyhow::Result<()> {
        while self.chunk(field).await?.is_some() {}
        Ok(())
    }

    fn allow_step(&self) {
        self.0.store(Self::STEP, Ordering::Relaxed);
    }

    fn is_used_up(&self) -> bool {
        self.0.load(Ordering::Relaxed) <= 0
    }
}
