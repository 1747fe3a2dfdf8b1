//! Programs of others that stand around the server: a pooler before the database, a proxy before the server.
//! `./x test` brings them.

use std::{
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::LazyLock,
    time::Duration,
};

use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgSslMode},
};

use super::until;

/// A process that ends with the test.
pub struct Program(Child);

impl Program {
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|error| panic!("{command:?}: {error}; `./x test` brings it")))
    }

    /// kill -9
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Asks it to stop, and waits until it has.
    pub async fn stop(mut self) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
        while self.0.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A program of the system, or where the variable says that it is.
pub fn program(variable: &str, name: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return path.into();
    }
    let folders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin"].map(|folder| Path::new(folder).join(name));
    folders.into_iter().find(|path| path.exists()).unwrap_or_else(|| name.into())
}

/// A command as the user who runs Postgres, where that is another one: only they may reach its socket.
pub fn as_postgres(program: &Path) -> Command {
    let user = std::env::var("PG_RUN_AS").unwrap_or_default();
    let mut words = user.split_whitespace();
    let Some(first) = words.next() else { return Command::new(program) };
    let mut command = Command::new(first);
    command.args(words).arg(program);
    command
}

/// A port that is free now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until somebody listens there.
pub async fn listens(port: u16) {
    let connect = async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok();
    until(Duration::from_secs(60), "nobody listens", connect).await;
}

/// PgBouncer in transaction mode.
pub struct PgBouncer {
    port: u16,
    _folder: tempfile::TempDir,
    _program: Program,
}

impl PgBouncer {
    /// Starts before a database, to which it opens so many connections. Nothing but the mode is set for us.
    pub async fn before(connect: &PgConnectOptions, connections: u32) -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let host =
            connect.get_socket().map_or(connect.get_host().into(), |socket| socket.display().to_string());
        let settings = format!(
            "[databases]\n* = host={host} port={} user={}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 200\n",
            connect.get_port(),
            connect.get_username(),
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, settings).unwrap();
        for path in [folder.path(), &file] {
            permit(path, 0o755);
        }
        let mut command = as_postgres(&program("PGBOUNCER", "pgbouncer"));
        let program = Program::start(command.arg("--quiet").arg(&file));
        listens(port).await;
        Self { port, _folder: folder, _program: program }
    }

    /// How to reach the database through it.
    pub fn url(&self, connect: &PgConnectOptions) -> String {
        let database = connect.get_database().unwrap();
        format!("postgres://{}@127.0.0.1:{}/{database}?sslmode=disable", connect.get_username(), self.port)
    }
}

/// A server of Postgres for one test, with what its replica needs.
pub struct Cluster {
    port: u16,
    program: Program,
    _folder: tempfile::TempDir,
}

impl Cluster {
    pub async fn new() -> Self {
        let folder = open_folder();
        let data = folder.path().join("data");
        run(as_postgres(&of_postgres("initdb"))
            .args(["--username=headcount", "--auth=trust", "--no-sync", "--pgdata"])
            .arg(&data));
        Self::start(folder).await
    }

    async fn start(folder: tempfile::TempDir) -> Self {
        let port = free_port();
        let mut command = as_postgres(&of_postgres("postgres"));
        command.arg("-D").arg(folder.path().join("data")).args(["-p", &port.to_string()]);
        for setting in
            ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "shared_buffers=32MB"]
        {
            command.args(["-c", setting]);
        }
        let program = Program::start(&mut command);
        let cluster = Self { port, program, _folder: folder };
        let connect = async || cluster.connect("postgres").connect().await.ok();
        until(Duration::from_secs(60), "Postgres does not start", connect).await;
        cluster
    }

    /// How to reach one of its databases.
    pub fn connect(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username("headcount")
            .database(database)
            .ssl_mode(PgSslMode::Disable)
    }

    /// Makes a database, and says how to reach it.
    pub async fn database(&self, name: &str) -> PgConnectOptions {
        let mut db = self.connect("postgres").connect().await.unwrap();
        sqlx::query(&format!("create database {name}")).execute(&mut db).await.unwrap();
        self.connect(name)
    }

    /// A replica that follows from now on.
    pub async fn replica(&self) -> Self {
        let folder = open_folder();
        let mut command = as_postgres(&of_postgres("pg_basebackup"));
        command.args(["--checkpoint=fast", "--no-sync", "--write-recovery-conf", "--username=headcount"]);
        command.args(["--host=127.0.0.1", "--port", &self.port.to_string(), "--pgdata"]);
        run(command.arg(folder.path().join("data")));
        Self::start(folder).await
    }

    /// Stops at once, as in a crash.
    pub fn crash(self) {
        drop(self);
    }
}

impl Drop for Cluster {
    /// Not by kill -9, after which its memory would stay.
    fn drop(&mut self) {
        let id = self.program.0.id().to_string();
        Command::new("kill").args(["-s", "QUIT", &id]).status().ok();
        self.program.0.wait().ok();
    }
}

fn run(command: &mut Command) {
    let done = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(done.as_ref().is_ok_and(ExitStatus::success), "{command:?}: {done:?}; `./x test` brings it");
}

/// The folder of the programs of Postgres, where it is said.
pub fn pg_bin() -> Option<&'static Path> {
    static FOLDER: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::var_os("PG_BIN").map(Into::into));
    FOLDER.as_deref()
}

/// A program of Postgres.
fn of_postgres(name: &str) -> PathBuf {
    pg_bin().map_or_else(|| name.into(), |folder| folder.join(name))
}

/// A folder for a moment, in which whoever runs Postgres may make others.
fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    permit(folder.path(), 0o777);
    folder
}

fn permit(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}
