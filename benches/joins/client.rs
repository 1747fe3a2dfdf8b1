//! A browser that presses Join again and again over one connection that is kept alive: as thin as
//! pgbench, so that what is measured is the server.

use anyhow::{Context, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub struct Client {
    stream: TcpStream,
    origin: String,
    buffer: Vec<u8>,
}

impl Client {
    pub async fn connect(origin: &str) -> anyhow::Result<Self> {
        let host = origin.strip_prefix("http://").context("plain HTTP")?;
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, origin: origin.to_owned(), buffer: Vec::with_capacity(4096) })
    }

    /// Posts the form of somebody who is signed in, and expects to be sent to the own photos.
    pub async fn join(&mut self, path: &str, cookie: &str) -> anyhow::Result<()> {
        const FORM: &str = "name=Bench&viewer=me";
        let origin = &self.origin;
        let host = &origin["http://".len()..];
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nSec-Fetch-Site: same-origin\r\n\
             User-Agent: bench\r\nAccept: text/html\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{FORM}",
            FORM.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let end = loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_lowercase();
        ensure!(head.starts_with("http/1.1 303") && head.contains("location: /me"), "not let in: {head}");
        ensure!(head.contains("content-length: 0") && self.buffer.len() == end + 4, "a body: {head}");
        Ok(())
    }
}
