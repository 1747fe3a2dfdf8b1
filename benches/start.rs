//! The released program as a process: from its start to the first page, its memory when nothing happens, its
//! size. QUALITY performance 12
//!
//! `./x bench` builds it and says where it is in HEADCOUNT_BIN: with the clients in it where those of a release
//! are there (HEADCOUNT_CLIENTS=inside), else without; then its pages name clients that nobody loads.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};

use crate::{client::Client, common, summary::summary};

const STARTS: usize = 2 * common::RUNS;
const PAGES: usize = 20;
/// What is left of the pages that were asked for is gone after this time.
const REST: Duration = Duration::from_secs(10);
/// A program that does not answer by then never will.
const PATIENCE: Duration = Duration::from_secs(20);

const START_TARGET: f64 = 0.1;
const MEMORY_TARGET: f64 = 30.0;
const SIZE_TARGET: f64 = 35.0;

/// As random as a release wants it.
const SECRET_KEY: &str = "8f1d3c5b7a99e2046c1f0b3d5e7a92c4d6f8081a2b3c4d5e6f708192a3b4c5d6";

pub async fn run() -> anyhow::Result<()> {
    // On a schema that is there already, as after an update that brings none.
    common::database(1).await?;
    let program = Program::find()?;
    let mut out = std::io::stdout();
    writeln!(out, "the released program, clients {}, {STARTS} starts", program.clients)?;
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    // The first reads it from the disk.
    program.start().await?;
    for _ in 0..STARTS {
        times.push(program.start().await?.seconds);
    }
    for _ in 0..common::RUNS {
        let server = program.start().await?;
        let mut client = Client::connect(&server.origin).await?;
        for _ in 0..PAGES {
            ensure!(client.get("/sign-in", &[]).await?.status == 200, "no page");
        }
        drop(client);
        tokio::time::sleep(REST).await;
        memory.push(resident_megabytes(server.process.id())?);
    }
    writeln!(out, "start to first page, s   {}, target ≤ {START_TARGET}", summary(times, 3))?;
    writeln!(out, "resident when idle, MB   {}, target ≤ {MEMORY_TARGET}", summary(memory, 1))?;
    let (whole, stripped) = program.megabytes()?;
    writeln!(
        out,
        "size, MB                 {whole:.1}, stripped {stripped:.1}, target ≤ {SIZE_TARGET} stripped"
    )?;
    Ok(())
}

struct Program {
    path: PathBuf,
    clients: String,
    folder: tempfile::TempDir,
}

impl Program {
    fn find() -> anyhow::Result<Self> {
        let variable =
            |name| std::env::var(name).with_context(|| format!("{name} is missing; run ./x bench start"));
        let (path, clients) = (variable("HEADCOUNT_BIN")?.into(), variable("HEADCOUNT_CLIENTS")?);
        let folder = tempfile::tempdir()?;
        for client in ["console", "guest", "shoot"] {
            std::fs::create_dir_all(folder.path().join(client))?;
            let manifest = format!(
                r#"<link rel="stylesheet" href="/pkg/{client}/a.css"><link rel="modulepreload" href="/pkg/{client}/a.js"><link rel="preload" href="/pkg/{client}/a.wasm">"#
            );
            std::fs::write(folder.path().join(client).join("index.html"), manifest)?;
        }
        Ok(Self { path, clients, folder })
    }

    /// Starts it and waits until it shows a page.
    async fn start(&self) -> anyhow::Result<Server> {
        let address = common::vacant_address()?;
        let origin = format!("http://{address}");
        let mut command = Command::new(&self.path);
        command
            .arg("serve")
            .env("BIND", address.to_string())
            .env("BASE_URL", &origin)
            .env("SECRET_KEY", SECRET_KEY)
            .env("SMTP_URL", "smtp://127.0.0.1:1")
            .env("MAIL_FROM", "Headcount <headcount@headcount.example>")
            .env("STORAGE_URL", format!("file://{}", self.folder.path().join("pictures").display()))
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(self.log())?);
        if self.clients != "inside" {
            command.env("DIST_DIR", self.folder.path()).env("PUBLIC_DIR", "public");
        }
        let began = Instant::now();
        let process = command.spawn().with_context(|| format!("{} cannot be run", self.path.display()))?;
        let mut server = Server { process, origin, seconds: 0.0 };
        while !shows_page(&server.origin).await {
            if server.process.try_wait()?.is_some() || began.elapsed() > PATIENCE {
                bail!("it does not start: {}", std::fs::read_to_string(self.log())?);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.seconds = began.elapsed().as_secs_f64();
        Ok(server)
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// As it was built, and without its symbols.
    fn megabytes(&self) -> anyhow::Result<(f64, f64)> {
        let stripped = self.folder.path().join("stripped");
        let status =
            Command::new("strip").arg("--strip-all").arg("-o").arg(&stripped).arg(&self.path).status()?;
        ensure!(status.success(), "strip ended with {status}");
        Ok((megabytes(&self.path)?, megabytes(&stripped)?))
    }
}

/// Ends when dropped.
struct Server {
    process: Child,
    origin: String,
    /// From its start to the first page.
    seconds: f64,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

async fn shows_page(origin: &str) -> bool {
    let Ok(mut client) = Client::connect(origin).await else { return false };
    client.get("/sign-in", &[]).await.is_ok_and(|answer| answer.status == 200)
}

fn resident_megabytes(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
    Ok(resident.context("no VmRSS")?.parse::<f64>()? * 1024.0 / 1e6)
}

fn megabytes(path: &Path) -> anyhow::Result<f64> {
    Ok(std::fs::metadata(path)?.len() as f64 / 1e6)
}
