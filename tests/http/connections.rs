//! Connections that say nothing, too slowly or too little, over real sockets. N1

use std::time::Duration;

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    routing::{get, post},
};
use headcount::http::connections::{ConnectionLimits, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// Much longer than anything here should take.
const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(200);

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

struct Listening {
    address: std::net::SocketAddr,
    stop: CancellationToken,
}

impl Listening {
    /// A server that answers a greeting, reads what it is sent, and sends much.
    async fn start(limits: ConnectionLimits) -> Self {
        let router = Router::new()
            .route("/", get(|| async { "hello" }).post(|body: Bytes| async move { body.len().to_string() }))
            .route(
                "/late",
                post(|body: Body| async move {
                    // As a file waits for room.
                    tokio::time::sleep(3 * SHORT).await;
                    to_bytes(body, usize::MAX)
                        .await
                        .map_or_else(|_| "stalled".to_owned(), |body| body.len().to_string())
                }),
            )
            .route("/much", get(|| async { vec![0_u8; 64 << 20] }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(serve(listener, router, limits, stop.clone()));
        Self { address, stop }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        stream
    }
}

/// The beginning of an answer.
async fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 512];
    let n = timeout(LONG, stream.read(&mut bytes)).await.expect("an answer").unwrap();
    String::from_utf8_lossy(&bytes[..n]).into_owned()
}

/// Waits until the server closes the connection.
async fn closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    timeout(LONG, stream.read_to_end(&mut rest)).await.expect("the server closes it").ok();
}

fn patient(connections: usize) -> ConnectionLimits {
    ConnectionLimits { connections, head: LONG * 10, stall: LONG * 10 }
}

/// N1, QUALITY 11: who sends is not said to have stalled while it is we who do not read.
#[tokio::test]
async fn a_body_that_nobody_reads_does_not_stall() {
    let server = Listening::start(ConnectionLimits { stall: SHORT, ..patient(1) }).await;
    let mut request = b"POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n".to_vec();
    request.resize(request.len() + 3_000_000, b'x');
    let mut stream = server.connect().await;
    stream.write_all(&request).await.unwrap();
    let answer = answer(&mut stream).await;
    assert!(answer.ends_with("3000000"), "{answer}");
    server.stop.cancel();
}

/// N1
#[tokio::test]
async fn who_says_nothing_or_half_of_it_is_cut_off() {
    let server = Listening::start(ConnectionLimits { head: SHORT, ..patient(10) }).await;
    closed(server.connect().await).await;
    closed(server.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await).await;
    // Also between two requests, so that a connection cannot be kept for nothing.
    let mut kept = server.send(REQUEST).await;
    assert!(answer(&mut kept).await.ends_with("hello"));
    closed(kept).await;
}

/// N1
#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_cut_off_as_well() {
    let server = Listening::start(ConnectionLimits { head: SHORT, ..patient(10) }).await;
    let (mut read, mut write) = server.send(b"GET / HTTP/1.1\r\nX-Slow: ").await.into_split();
    let dripping = async {
        while write.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let mut rest = Vec::new();
    tokio::select! {
        closed = timeout(LONG, read.read_to_end(&mut rest)) => drop(closed.expect("the server closes it")),
        () = dripping => {}
    }
}

/// N1
#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let server = Listening::start(ConnectionLimits { stall: SHORT, ..patient(1) }).await;
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n0123456789";
    closed(server.send(head).await).await;
    // And its place is free.
    assert!(answer(&mut server.send(REQUEST).await).await.ends_with("hello"));
}

/// N1
#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let server = Listening::start(ConnectionLimits { stall: SHORT, ..patient(1) }).await;
    let _deaf = server.send(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer(&mut server.send(REQUEST).await).await.ends_with("hello"));
}

/// N1
#[tokio::test]
async fn beyond_the_cap_a_connection_waits_for_a_place() {
    let server = Listening::start(patient(2)).await;
    let [one, two] = [server.send(b"GET").await, server.send(b"GET").await];
    let mut three = server.send(REQUEST).await;
    timeout(SHORT, three.read_u8()).await.expect_err("there are two places");
    drop(one);
    assert!(answer(&mut three).await.ends_with("hello"));
    drop(two);
}

/// N8: stopping lets nobody new in, and ends connections that rest.
#[tokio::test]
async fn a_server_that_stops_closes_connections_that_rest() {
    let server = Listening::start(patient(10)).await;
    let mut kept = server.send(REQUEST).await;
    assert!(answer(&mut kept).await.ends_with("hello"));
    server.stop.cancel();
    closed(kept).await;
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens");
}

/// N8, N9: a proxy that had connected when the server was asked to stop gets its answer; who comes later is
/// refused, and asks the next server.
#[tokio::test]
async fn who_has_connected_before_the_end_is_answered() {
    let server = Listening::start(patient(2)).await;
    let mut streams = Vec::new();
    // More than there are places: the system has let them in.
    for _ in 0..5 {
        streams.push(server.connect().await);
    }
    server.stop.cancel();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    for stream in &mut streams {
        stream.write_all(REQUEST).await.unwrap();
        let answer = answer(stream).await;
        assert!(answer.ends_with("hello"), "{answer:?}");
    }
}
