//! A browser over one connection that is kept alive: as thin as pgbench, so that what is measured is the
//! server. And sixteen of them at once.

use std::{cell::Cell, time::Instant};

use anyhow::{Context, ensure};
use futures_util::future::try_join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Connections at once.
pub const CLIENTS: usize = 16;

pub struct Client {
    stream: TcpStream,
    origin: String,
    buffer: Vec<u8>,
}

pub struct Answer {
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// As it came: packed, or in chunks.
    pub body: Vec<u8>,
}

impl Client {
    pub async fn connect(origin: &str) -> anyhow::Result<Self> {
        let host = origin.strip_prefix("http://").context("plain HTTP")?;
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, origin: origin.to_owned(), buffer: Vec::with_capacity(4096) })
    }

    /// Opens a page. `headers` are whole lines.
    pub async fn get(&mut self, path: &str, headers: &[&str]) -> anyhow::Result<Answer> {
        let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let host = &self.origin["http://".len()..];
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bench\r\n{lines}\r\n");
        self.ask(&request).await
    }

    /// Sends a form or JSON, as the page of the same origin does.
    pub async fn post(
        &mut self,
        path: &str,
        kind: &str,
        headers: &[&str],
        body: &str,
    ) -> anyhow::Result<Answer> {
        let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let origin = &self.origin;
        let host = &origin["http://".len()..];
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nSec-Fetch-Site: same-origin\r\n\
             User-Agent: bench\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{lines}\r\n{body}",
            body.len()
        );
        self.ask(&request).await
    }

    /// Posts the form of somebody who is signed in, and expects to be sent to the own photos.
    pub async fn join(&mut self, path: &str, cookie: &str) -> anyhow::Result<()> {
        let cookie = format!("Cookie: {cookie}");
        let answer = self.post(path, FORM, &["Accept: text/html", &cookie], "name=Bench&viewer=me").await?;
        ensure!(answer.leads_to_own_photos(), "not let in: {}", answer.head);
        Ok(())
    }

    async fn ask(&mut self, request: &str) -> anyhow::Result<Answer> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let end = loop {
            self.read().await?;
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        match header(&head, "content-length") {
            Some(length) => {
                let whole = end + length.parse::<usize>()?;
                while self.buffer.len() < whole {
                    self.read().await?;
                }
                ensure!(self.buffer.len() == whole, "more than was announced: {head}");
            }
            None if header(&head, "transfer-encoding") == Some("chunked") => {
                while !self.buffer.ends_with(b"\r\n0\r\n\r\n") {
                    self.read().await?;
                }
            }
            None => ensure!(self.buffer.len() == end, "an answer without an end: {head}"),
        }
        Ok(Answer { status, head, body: self.buffer[end..].to_vec() })
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
        Ok(())
    }
}

pub const FORM: &str = "application/x-www-form-urlencoded";
pub const JSON: &str = "application/json";

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// What somebody is answered who is in now.
    pub fn leads_to_own_photos(&self) -> bool {
        self.status == 303 && self.header("location") == Some("/me")
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = head.lines().filter_map(|line| line.split_once(": "));
    pairs.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|piece| piece == what)
}

/// Does `work` with one number after the other, for as long as there is one, on [`CLIENTS`] connections at
/// once; returns how often a second.
pub async fn rate(
    origin: &str,
    next: impl Fn() -> Option<usize>,
    work: impl AsyncFn(&mut Client, usize) -> anyhow::Result<()>,
) -> anyhow::Result<f64> {
    let clients = try_join_all((0..CLIENTS).map(|_| Client::connect(origin))).await?;
    let done = Cell::new(0_u32);
    let began = Instant::now();
    try_join_all(clients.into_iter().map(async |mut client| {
        while let Some(n) = next() {
            work(&mut client, n).await?;
            done.set(done.get() + 1);
        }
        anyhow::Ok(())
    }))
    .await?;
    Ok(f64::from(done.get()) / began.elapsed().as_secs_f64())
}

/// The numbers below this one, one after the other.
pub fn below(count: usize) -> impl Fn() -> Option<usize> {
    let next = Cell::new(0);
    move || {
        let n = next.replace(next.get() + 1);
        (n < count).then_some(n)
    }
}
