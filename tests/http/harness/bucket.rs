//! A bucket of a real S3-compatible server, SeaweedFS, and the way to it.

use std::{ffi::OsString, process::Command, time::Duration};

use super::{Line, Program, Way, free_port, listens, program, until};
use headcount::{
    commands::backups::place::Place,
    studio::storage::{Access, Storage},
};

const BUCKET: &str = "pictures";
const KEYS: &str = r#"{"identities": [{"name": "headcount", "actions": ["Admin", "Read", "Write", "List"],
    "credentials": [{"accessKey": "headcount", "secretKey": "correct-horse"}]}]}"#;

pub struct Bucket {
    server: Option<Program>,
    ports: [u16; 8],
    way: Way,
    folder: tempfile::TempDir,
}

impl Bucket {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("keys.json"), KEYS).unwrap();
        let ports = [(); 8].map(|()| free_port());
        let mut bucket = Self { server: None, way: Way::to(ports[0]).await, ports, folder };
        bucket.bring_back().await;
        bucket
    }

    /// The server ends at once.
    pub fn take_away(&mut self) {
        self.server.take().expect("it is away already").kill();
    }

    /// The server starts with the files that it had.
    pub async fn bring_back(&mut self) {
        let folder = self.folder.path();
        let [s3, s3_grpc, filer, filer_grpc, master, master_grpc, volume, volume_grpc] = self.ports;
        let mut command = Command::new(program("WEED", "weed"));
        command
            .args(["server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"])
            .args(["-volume.max=30", "-volume.preStopSeconds=0", "-master.volumeSizeLimitMB=64"])
            .arg("-master.electionTimeout=1s") // it is the only one
            // Nothing else: neither reports to its makers, nor what would take a port that all share.
            .args(["-master.telemetry=false", "-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0"])
            .arg(format!("-filer.localSocket={}", folder.join("filer.sock").display()))
            .arg(format!("-s3.localSocket={}", folder.join("s3.sock").display()))
            .arg(format!("-dir={}", folder.display()))
            .arg(format!("-s3.config={}", folder.join("keys.json").display()))
            .args([format!("-s3.port={s3}"), format!("-s3.port.grpc={s3_grpc}")])
            .args([format!("-filer.port={filer}"), format!("-filer.port.grpc={filer_grpc}")])
            .args([format!("-master.port={master}"), format!("-master.port.grpc={master_grpc}")])
            .args([format!("-volume.port={volume}"), format!("-volume.port.grpc={volume_grpc}")])
            .stderr(std::fs::File::create(folder.join("log")).unwrap());
        self.server = Some(Program::start(&mut command));
        listens(s3).await;
        // Only once its parts know of each other does it take a file, with which it makes the bucket.
        let storage = self.storage_in(BUCKET);
        let settle = async || storage.put("settled", "yes".into()).await.ok();
        until(Duration::from_secs(60), "the server takes no files", settle).await;
    }

    pub fn set_line(&self, line: Line) {
        self.way.set(line);
    }

    /// A storage in the bucket, as the settings of an operator open it.
    pub fn storage(&self) -> Storage {
        self.storage_in(&format!("{BUCKET}/some/folder"))
    }

    /// The same in any bucket and folder.
    pub fn storage_in(&self, place: &str) -> Storage {
        self.storage_with(place, "correct-horse")
    }

    pub fn storage_with(&self, place: &str, secret: &str) -> Storage {
        let endpoint = format!("http://127.0.0.1:{}", self.way.port);
        let set = [
            ("AWS_ACCESS_KEY_ID", "headcount"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_ENDPOINT", &endpoint),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_TIMEOUT", "2s"),
        ];
        let environment = set.map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let access = Access::usual(Some(secret));
        Storage::open_from(&format!("s3://{place}"), access, environment).unwrap()
    }

    /// A place for backups beside the pictures.
    pub fn place(&self) -> Place {
        Place(self.storage_in(&format!("{BUCKET}/backups")))
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        // Where it puts them is not to be changed.
        for (kind, port) in [("s3", 1), ("filer", 3), ("master", 5), ("volume", 7)] {
            let socket = format!("/tmp/seaweedfs-{kind}-grpc-{}.sock", self.ports[port]);
            std::fs::remove_file(socket).ok();
        }
    }
}
