//! A way to a server that can be slow, silent or cut.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// How what the server and its clients say to each other gets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Good,
    /// Each piece takes so long.
    Slow(Duration),
    /// Nothing gets through until it is good again.
    Silent,
    /// A connection is cut once the server has said so many bytes on it.
    CutAfter(usize),
}

/// Leads from a port of its own to that of a server, which need not be there yet.
pub struct Way {
    pub port: u16,
    line: watch::Sender<Line>,
    listening: JoinHandle<()>,
}

impl Way {
    pub async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, line) = (listener.local_addr().unwrap().port(), watch::Sender::new(Line::Good));
        Self { port, listening: tokio::spawn(forward(listener, server, line.subscribe())), line }
    }

    pub fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn forward(listener: TcpListener, to: u16, line: watch::Receiver<Line>) {
    while let Ok((client, _)) = listener.accept().await {
        let line = line.clone();
        tokio::spawn(async move {
            let Ok(server) = TcpStream::connect(("127.0.0.1", to)).await else { return };
            let ((from_client, to_client), (from_server, to_server)) =
                (client.into_split(), server.into_split());
            // Whoever ends first ends both.
            tokio::select! {
                () = carry(from_client, to_server, line.clone(), false) => {}
                () = carry(from_server, to_client, line, true) => {}
            }
        });
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut line: watch::Receiver<Line>,
    answers: bool,
) {
    let (mut piece, mut carried) = (vec![0; 16 << 10], 0);
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        carried += length;
        let now = *line.borrow_and_update();
        match now {
            Line::Slow(by) => tokio::time::sleep(by).await,
            Line::Silent if line.wait_for(|line| *line != Line::Silent).await.is_err() => return,
            Line::CutAfter(bytes) if answers && carried > bytes => return,
            Line::Good | Line::Silent | Line::CutAfter(_) => {}
        }
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}
