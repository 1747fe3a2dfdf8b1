//! Programs of others that stand around the server: a pooler before the database, a proxy before the server.
//! `./x test` brings them.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sqlx::postgres::PgConnectOptions;

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
    let trying = async {
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), trying).await.expect("nobody listens");
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
            let mut rights = std::fs::metadata(path).unwrap().permissions();
            std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o755);
            std::fs::set_permissions(path, rights).unwrap();
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
