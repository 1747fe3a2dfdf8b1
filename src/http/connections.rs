//! What a connection may cost: how many there are, and how long each may keep us waiting. N1
//!
//! A proxy in front usually does the same; without one, whoever opens connections and says nothing would
//! keep everybody else out.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper::{
    body::{Bytes, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Sleep,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Whoever has just connected sends the first bytes of a request within this time. Connections on which nothing
/// has come are closed then.
const UNDER_WAY: Duration = Duration::from_millis(300);

/// How much a server takes on.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Connections at once. Who comes next waits in the system's queue.
    pub connections: usize,
    /// From the opening of a connection, or from the answer before, to the end of a request's head.
    pub head: Duration,
    /// Between two pieces of a request's body, and until a piece of an answer is taken.
    pub stall: Duration,
}

impl ConnectionLimits {
    /// Long enough for a phone in a tunnel.
    #[must_use]
    pub const fn new(connections: usize) -> Self {
        Self { connections, head: Duration::from_secs(30), stall: Duration::from_secs(30) }
    }
}

/// Answers requests until it is told to stop; then finishes those that have begun.
pub async fn serve(listener: TcpListener, router: Router, limits: ConnectionLimits, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head);
    let take = |place: Option<OwnedSemaphorePermit>, stream: TcpStream, peer: SocketAddr| {
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(|body| Body::new(BodyInTime::new(body, limits.stall)));
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let stream = TokioIo::new(Impatient { stream, patience: limits.stall, deadline: None });
        let connection = graceful.watch(http.serve_connection(stream, service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    };
    loop {
        let (place, stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        take(Some(place), stream, peer);
    }
    // To whom they belong they are open, and a request may be under way: closed now, it would fail.
    for (stream, peer) in already_connected(listener) {
        take(None, stream, peer);
    }
    tokio::time::sleep(UNDER_WAY).await;
    graceful.shutdown().await;
}

/// The connections that the system has taken for us by now; from then on it refuses them, and a proxy asks the
/// next server.
fn already_connected(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let waiting = std::iter::from_fn(|| listener.accept().ok());
    waiting
        .filter_map(|(stream, peer)| {
            stream.set_nonblocking(true).ok()?;
            stream.set_nodelay(true).ok();
            Some((TcpStream::from_std(stream).ok()?, peer))
        })
        .collect()
}

/// The next connection, as soon as there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (OwnedSemaphorePermit, TcpStream, SocketAddr) {
    let place = Arc::clone(places).acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                stream.set_nodelay(true).ok();
                return (place, stream, peer);
            }
            // The caller went away before.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken; are there too few file descriptors?");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// A request's body that fails when nothing comes for so long. Time in which nobody reads does not count: a file
/// that waits for room is not one whose sender has gone.
struct BodyInTime {
    body: Incoming,
    patience: Duration,
    /// Set while a read waits.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl BodyInTime {
    const fn new(body: Incoming, patience: Duration) -> Self {
        Self { body, patience, deadline: None }
    }
}

impl hyper::body::Body for BodyInTime {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        // What has come counts, however late it is looked at.
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.deadline = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let patience = self.patience;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        deadline.as_mut().poll(cx).map(|()| Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream whose writes fail when the other side takes nothing for so long.
struct Impatient {
    stream: TcpStream,
    patience: Duration,
    /// Set while a write waits.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Impatient {
    fn written<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.deadline = None;
            return written;
        }
        let patience = self.patience;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        deadline.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Impatient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncRead for Impatient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}
