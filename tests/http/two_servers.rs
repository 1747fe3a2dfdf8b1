//! Two real servers behind a real haproxy, set up as docs/operating.md says. N8, N9

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use sqlx::ConnectOptions;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::harness::*;

/// Leads who send invites all the time.
const SENDERS: usize = 6;

/// The proxy, two servers of one database, a mail server, and who uses them.
struct Site {
    acme: Acme,
    mails: MailServer,
    ports: [u16; 2],
    database: String,
    dist: TempDir,
    proxy: Network,
    _folder: TempDir,
    _haproxy: Program,
}

impl Site {
    async fn start(connect: PgConnectOptions) -> (Self, [Program; 2]) {
        let database = connect.to_url_lossy().to_string();
        let acme = Acme::found(connect, 1).await;
        let (mails, dist, folder) = (MailServer::start().await, clients(), tempfile::tempdir().unwrap());
        let (ports, entrance) = ([free_port(), free_port()], free_port());
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, documented(ports, entrance)).unwrap();
        let proxy = Network::to(entrance);
        let servers = ports.map(|port| start(&database, &mails, dist.path(), port));
        for port in ports {
            listens(port).await;
        }
        let mut command = std::process::Command::new(program("HAPROXY", "haproxy"));
        let haproxy =
            Program::start(command.arg("-db").arg("-f").arg(&file).stderr(std::process::Stdio::null()));
        listens(entrance).await;
        (Self { acme, mails, ports, database, dist, proxy, _folder: folder, _haproxy: haproxy }, servers)
    }

    fn server(&self, number: usize) -> Program {
        start(&self.database, &self.mails, self.dist.path(), self.ports[number])
    }

    /// Waits until the proxy has noticed that both servers are there.
    async fn is_whole(&self) {
        // Twice as long as between two of its looks.
        tokio::time::sleep(Duration::from_secs(4)).await;
    }

    /// Sends one invite after the other until it is told to stop.
    async fn send_invites(&self, sent: &Sent, stop: &CancellationToken) {
        join_all((0..SENDERS).map(async |sender| {
            let org = self.acme.org().to_string();
            for n in 0.. {
                if stop.is_cancelled() {
                    return;
                }
                let address = format!("p{sender}-{n}@acme.com");
                let fields = [("org", org.as_str()), ("addresses", &address), ("team", ""), ("note", "")];
                let answer = self.proxy.post(&self.acme.lead.browser, "/fn/invites/send", &fields).await;
                match answer.map(|answer| answer.status()) {
                    Ok(StatusCode::OK) => {
                        sent.acknowledged.lock().unwrap().insert(address);
                        sent.count.fetch_add(1, Ordering::Relaxed);
                    }
                    failed => sent.failed.lock().unwrap().push(format!("{address}: {failed:?}")),
                }
            }
        }))
        .await;
    }

    /// Everybody whose invite was acknowledged has it, and a mail.
    async fn nothing_is_lost(&self, sent: &Sent) {
        // What a dead server was at is taken over when its leases have run out.
        self.acme.server.execute("update jobs set leased_until = leased_until - interval '1 minute'").await;
        while self.acme.server.number("select count(*) from jobs where state = 'waiting'").await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mailed: BTreeSet<String> = self.mails.taken().into_iter().map(|mail| mail.to).collect();
        let acknowledged = sent.acknowledged.lock().unwrap().clone();
        let lost: Vec<&String> = acknowledged.difference(&mailed).collect();
        assert!(lost.is_empty(), "acknowledged, and not sent: {lost:?}");
        let invites = self.acme.server.number("select count(*) from invites where state = 'sent'").await;
        assert!(invites >= acknowledged.len() as i64);
    }
}

#[derive(Default)]
struct Sent {
    acknowledged: Mutex<BTreeSet<String>>,
    failed: Mutex<Vec<String>>,
    count: AtomicUsize,
}

impl Sent {
    /// Waits until so many more were acknowledged.
    async fn more(&self, number: usize) {
        let goal = self.count.load(Ordering::Relaxed) + number;
        let waiting = async {
            while self.count.load(Ordering::Relaxed) < goal {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let failed = || format!("{:?}", self.failed.lock().unwrap());
        tokio::time::timeout(Duration::from_secs(60), waiting)
            .await
            .unwrap_or_else(|_| panic!("{}", failed()));
    }

    fn failed(&self) -> Vec<String> {
        self.failed.lock().unwrap().clone()
    }
}

fn start(database: &str, mails: &MailServer, dist: &Path, port: u16) -> Program {
    let bind = format!("127.0.0.1:{port}");
    let settings =
        [("DATABASE_URL", database), ("SMTP_URL", &mails.url()), ("BIND", &bind), ("TRUST_PROXY", "1")];
    serve(dist, &settings)
}

/// The example of the documentation with these ports, and without what a test has not got: a certificate and
/// a system's log.
fn documented(servers: [u16; 2], entrance: u16) -> String {
    let guide = include_str!("../../docs/operating.md");
    let example = guide.split("```haproxy\n").nth(1).unwrap().split("```").next().unwrap();
    let mut settings = example.to_owned();
    for (theirs, ours) in [
        (
            ":443 ssl crt /etc/haproxy/headshots.company.com.pem alpn h2,http/1.1",
            format!("127.0.0.1:{entrance}"),
        ),
        ("log /dev/log local0", "log stderr format raw local0".into()),
        ("10.0.0.11:3000", format!("127.0.0.1:{}", servers[0])),
        ("10.0.0.12:3000", format!("127.0.0.1:{}", servers[1])),
    ] {
        assert!(settings.contains(theirs), "the example has no {theirs} any more");
        settings = settings.replace(theirs, &ours);
    }
    settings
}

/// N8, N9: one is killed in the middle of everything. Only what was under way with it fails; what was acknowledged
/// is done, by whichever server; a page that is open at the other one hears of all of it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
#[ignore = "needs haproxy, which ./x test brings"]
async fn one_of_two_servers_is_killed_and_nothing_is_lost(_: PgPoolOptions, connect: PgConnectOptions) {
    let (site, [one, _two]) = Site::start(connect).await;
    let mut open = Network::to(site.ports[1]).get(&site.acme.lead.browser, "/events").await.unwrap();
    assert_eq!(open.status(), StatusCode::OK);
    let changes = Arc::new(AtomicUsize::new(0));
    let heard = Arc::clone(&changes);
    let listening = tokio::spawn(async move {
        while let Ok(Some(frame)) = open.chunk().await {
            heard.fetch_add(
                String::from_utf8_lossy(&frame).matches("event: changed").count(),
                Ordering::Relaxed,
            );
        }
    });
    let (sent, stop) = (Sent::default(), CancellationToken::new());
    let killing = async {
        sent.more(60).await;
        one.kill();
        let (failed, heard) = (sent.failed().len(), changes.load(Ordering::Relaxed));
        assert!(failed == 0 && heard > 0, "{failed} failed before, {heard} changes were heard of");
        sent.more(120).await;
        stop.cancel();
    };
    tokio::join!(site.send_invites(&sent, &stop), killing);
    let failed = sent.failed();
    assert!(failed.len() <= SENDERS, "more failed than were under way: {failed:?}");
    let before = changes.load(Ordering::Relaxed);
    site.acme.lead.call("teams/create", &[("name", "Sales")]).await.with(StatusCode::OK);
    site.proxy
        .post(&site.acme.lead.browser, "/fn/teams/create", &[("org", &site.acme.lead.org()), ("name", "Ops")])
        .await
        .unwrap();
    let hearing = async {
        while changes.load(Ordering::Relaxed) == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(15), hearing)
        .await
        .expect("the open page hears nothing any more");
    site.nothing_is_lost(&sent).await;
    listening.abort();
    site.acme.close().await;
}

/// N8, N9: both are replaced, one after the other, as at an update, and nobody notices.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
#[ignore = "needs haproxy, which ./x test brings"]
async fn two_servers_are_replaced_one_after_the_other_and_no_request_fails(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let (site, [one, two]) = Site::start(connect).await;
    let (sent, stop) = (Sent::default(), CancellationToken::new());
    let replacing = async {
        sent.more(40).await;
        one.stop().await;
        sent.more(40).await;
        let one = site.server(0);
        listens(site.ports[0]).await;
        site.is_whole().await;
        two.stop().await;
        sent.more(40).await;
        stop.cancel();
        one
    };
    let (_, _one) = tokio::join!(site.send_invites(&sent, &stop), replacing);
    assert_eq!(sent.failed(), Vec::<String>::new());
    site.nothing_is_lost(&sent).await;
    site.acme.close().await;
}
