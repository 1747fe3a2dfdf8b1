//! What the benchmarks share: a server, an organization and a mail sink.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::Context;
use clap::Parser;
use headcount::{
    domain::{
        actor::Actor,
        email::EmailAddress,
        ids::{LinkId, OrgId},
        invite::MailLimits,
    },
    http::router,
    mail::Mailer,
    server::{
        assets::Assets,
        config::{Build, Settings},
        logins::{self, Caller},
        state::AppState,
    },
    store::{
        self, PgConnection, PgPool,
        accounts::{self, ActiveMembership},
        credits,
        invites::{self, InviteOptions, Invitee, Sent},
        links::{self, NewLink},
        organizations,
    },
    studio::storage::Storage,
};

/// Runs of each side, in turn.
pub const RUNS: usize = 5;

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    settings: Settings,
}

/// Settings as `headcount serve` has them; the database is that of `./x bench`.
pub fn settings() -> anyhow::Result<Settings> {
    let key = "07".repeat(32);
    Ok(CommandLine::try_parse_from(["bench", "--secret-key", &key, "--invite-mails-per-day", "1000000"])?
        .settings)
}

pub fn database_url() -> anyhow::Result<String> {
    std::env::var("DATABASE_URL").context("DATABASE_URL is missing; run ./x bench")
}

/// A pool on the newest schema.
pub async fn database(connections: u32) -> anyhow::Result<PgPool> {
    database_at(&database_url()?, connections).await
}

/// The same by another way than that of `./x bench`.
pub async fn database_at(url: &str, connections: u32) -> anyhow::Result<PgPool> {
    let pool = store::connect(url, connections).await?;
    store::migrate(&pool).await?;
    Ok(pool)
}

/// A server's state whose mail stays in memory.
pub fn state_without_mail(settings: &Settings, pool: PgPool) -> anyhow::Result<AppState> {
    let base = settings.web.public_base(Build::Development)?;
    let mailer = Mailer::memory(settings.mail.mail_from.clone(), base.host());
    Ok(AppState::new(settings, base, pool, mailer, Storage::open("memory:")?, Assets::default()))
}

/// A server's state that mails to this port.
pub fn state(settings: &Settings, pool: PgPool, port: u16, connections: usize) -> anyhow::Result<AppState> {
    let base = settings.web.public_base(Build::Development)?;
    let from = settings.mail.mail_from.clone();
    let mailer = Mailer::smtp(&format!("smtp://127.0.0.1:{port}"), from, base.host())?;
    let state = AppState::new(settings, base, pool, mailer, Storage::open("memory:")?, Assets::default());
    Ok(AppState { mail_limits: limits(), mail_connections: connections, ..state })
}

/// The server as it is run, behind a socket of this process. The state is made for the address that it got,
/// which is returned as well.
pub async fn serve(
    settings: &mut Settings,
    state: impl FnOnce(&Settings) -> anyhow::Result<AppState>,
) -> anyhow::Result<(AppState, String)> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    settings.web.bind = listener.local_addr()?;
    let origin = format!("http://{}", settings.web.bind);
    let state = state(settings)?;
    let service = router(state.clone(), &settings.web).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok((state, origin))
}

/// What the browser of a lead who is signed in sends along.
pub async fn sign_in(pool: &PgPool, lead: &ActiveMembership) -> anyhow::Result<String> {
    let caller = Caller { network: "127.0.0.1".into(), user_agent: "bench".into() };
    let mut tx = pool.begin().await?;
    let cookie = logins::open(&mut tx, lead.account, Some(lead.org), &caller).await?;
    tx.commit().await?;
    Ok(cookie.to_str()?.split(';').next().unwrap_or_default().to_owned())
}

/// Limits that are not in the way.
pub const fn limits() -> MailLimits {
    MailLimits { org_per_day: i32::MAX, recipient_per_day: 1000 }
}

/// An organization with a credit, and its Owner.
pub async fn found(pool: &PgPool, name: &str) -> anyhow::Result<ActiveMembership> {
    let address = address(&format!("owner@{name}.example"))?;
    let mut tx = pool.begin().await?;
    let account = accounts::ensure(&mut tx, &address).await?;
    let owner = organizations::create(&mut tx, account, &address, name, "Owner").await?;
    credits::grant(&mut tx, &Actor::operator(owner.org), 1, None).await?;
    tx.commit().await?;
    Ok(owner)
}

/// So many people whom nobody has invited before.
pub fn people(prefix: &str, count: usize) -> anyhow::Result<Vec<Invitee>> {
    (0..count)
        .map(|n| {
            let address = address(&format!("person{n}.{prefix}@corp.example"))?;
            Ok(Invitee { address, name: Some(format!("Person {n}")), title: None, team: None })
        })
        .collect()
}

/// Invites them, their mails queued.
pub async fn invite(
    db: &mut PgConnection,
    actor: &Actor,
    people: &[Invitee],
    options: InviteOptions<'_>,
) -> anyhow::Result<Sent> {
    let sent = invites::send(db, actor, people, options, limits()).await;
    sent.map_err(|error| anyhow::anyhow!("not sent: {error:?}"))
}

/// Waits until no mail of an organization's newest send is left; returns how often that was asked.
pub async fn until_sent(db: &mut PgConnection, org: OrgId, pause: Duration) -> anyhow::Result<usize> {
    let mut asked = 1;
    while invites::progress(db, org).await?.is_some_and(|progress| progress.to_go > 0) {
        tokio::time::sleep(pause).await;
        asked += 1;
    }
    Ok(asked)
}

/// An open link of an organization.
pub async fn create_link(db: &mut PgConnection, owner: &ActiveMembership) -> anyhow::Result<LinkId> {
    let link = links::create(db, &owner.acting_from(None), &NewLink::default()).await;
    link.map_err(|error| anyhow::anyhow!("no link: {error:?}"))
}

pub fn address(text: &str) -> anyhow::Result<EmailAddress> {
    EmailAddress::parse(text, |_| None).map_err(|problem| anyhow::anyhow!("{text}: {problem}"))
}

/// Where a process can listen that cannot choose by itself.
pub fn vacant_address() -> anyhow::Result<SocketAddr> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// postfix's smtp-sink, which takes every mail and keeps none; ends when dropped.
pub struct Sink {
    pub port: u16,
    process: Child,
    config: tempfile::TempDir,
}

impl Sink {
    pub async fn start() -> anyhow::Result<Self> {
        let config = tempfile::tempdir()?;
        std::fs::write(config.path().join("main.cf"), "compatibility_level = 3.6\n")?;
        let port = vacant_address()?.port();
        let mut command = postfix("smtp-sink", config.path());
        if std::env::var("USER").as_deref() == Ok("root") || std::env::var("HOME").as_deref() == Ok("/root") {
            command.args(["-u", "nobody"]);
        }
        command.arg(format!("127.0.0.1:{port}")).arg("1000").stderr(Stdio::null());
        let process = command.spawn().context("smtp-sink cannot be run; ./x bench unpacks it")?;
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Self { port, process, config })
    }

    /// postfix's smtp-source against this sink.
    pub fn source(&self) -> Command {
        postfix("smtp-source", self.config.path())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// A program of postfix's, from the folder that POSTFIX names or from the system.
fn postfix(program: &str, config: &Path) -> Command {
    let root = std::env::var("POSTFIX").unwrap_or_default();
    let mut command = Command::new(format!("{root}/usr/sbin/{program}"));
    command.env("LD_LIBRARY_PATH", format!("{root}/usr/lib/postfix")).env("MAIL_CONFIG", config);
    command
}
