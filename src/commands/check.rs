//! `headcount check`: tries everything that a server needs, as a server would, and says what is wrong. N8

use std::time::SystemTime;

use anyhow::{Context, bail, ensure};
use axum::http::StatusCode;
use bytes::Bytes;
use clap::Args;
use time::OffsetDateTime;

use super::{
    backups::{
        BackupAccess, PostgresPrograms, place::Place, postgres, require_another_place, sealed::Recipients,
    },
    open,
    operator::say,
};
use crate::{
    mail::{Mailer, SendError, messages::MailCheck},
    server::{
        config::{BaseUrl, Build, Database, Pictures, Settings},
        engine::{NotTaken, RemoteEngine},
        network::TrustedProxies,
    },
    store::{self, backup, fresh_id},
    studio::storage::{Access, Storage},
};

/// Codes and links live for minutes at least.
const CLOCK_OFF: time::Duration = time::Duration::seconds(30);

#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    settings: Settings,
    /// Whom to send a mail to; the sender of all mails unless set
    #[arg(long)]
    mail_to: Option<String>,
    #[command(flatten)]
    backups: Backups,
}

/// What `headcount backup` has to find, where it is set.
#[derive(Args)]
struct Backups {
    /// Where backups are kept, as for headcount backup
    #[arg(long, env = "BACKUP_URL", hide_env_values = true)]
    backup_url: Option<String>,
    #[command(flatten)]
    access: BackupAccess,
    /// Who can read them, as for headcount backup
    #[arg(long, env = "BACKUP_RECIPIENTS")]
    backup_recipients: Option<String>,
    #[command(flatten)]
    programs: PostgresPrograms,
}

/// # Errors
/// At least one thing is not as a server needs it.
pub async fn run(check: Check) -> anyhow::Result<()> {
    let settings = &check.settings;
    let base = settings.web.public_base(Build::THIS);
    let mut failed = 0;
    let mut tell = |what: &str, found: anyhow::Result<String>| {
        let (mark, words) = match found {
            Ok(words) => ("ok    ", words),
            Err(error) => {
                failed += 1;
                ("FAILED", format!("{error:#}"))
            }
        };
        say(&format!("{mark}  {what}: {words}"))
    };
    let problems = settings.problems(Build::THIS);
    if let (Ok(base), []) = (&base, problems.as_slice()) {
        tell("settings", Ok(complete(settings, base)))?;
    }
    for problem in problems {
        tell("settings", Err(anyhow::Error::msg(problem)))?;
    }
    tell("database", database(&settings.database).await)?;
    if let Some(url) = &settings.database.database_replica_url {
        tell("replica", replica(&settings.database, url).await)?;
    }
    tell("storage", storage(settings.pictures.storage(Build::THIS)).await)?;
    let host = base.as_ref().map_or("localhost", |base| base.host());
    let to = check.mail_to.clone().unwrap_or_else(|| settings.mail.mail_from.email.to_string());
    // What is wrong with its settings is said above.
    if let Ok(Some(engine)) = settings.engine.remote() {
        tell("engine", remote_engine(&engine).await)?;
    }
    tell("mail", mail(settings.mail.mailer(host, Build::THIS), &to).await)?;
    match &check.backups.backup_url {
        None => tell("backups", Ok("BACKUP_URL is not set, so headcount backup was not tried".to_owned()))?,
        Some(url) => {
            let access = check.backups.access.or_that_of(&settings.pictures);
            tell("backups", place_for_backups(url, access, &settings.pictures).await)?;
            tell("backup keys", recipients(check.backups.backup_recipients.as_deref()))?;
            tell("pg_dump", pg_dump(&check.backups.programs, &settings.database).await)?;
        }
    }
    if failed > 0 {
        bail!("{failed} of these failed");
    }
    Ok(())
}

fn complete(settings: &Settings, base: &BaseUrl) -> String {
    let origin = base.origin();
    match settings.web.trust_proxy.unwrap_or_default() {
        TrustedProxies(0) => {
            format!(
                "complete, at {origin}. TRUST_PROXY is 0: all people behind a proxy share the limits of one network"
            )
        }
        TrustedProxies(proxies) => format!("complete, at {origin} behind {proxies} of your proxies"),
    }
}

async fn database(settings: &Database) -> anyhow::Result<String> {
    let pool = open::server_database(settings).await?;
    let missing = store::verify_schema(&pool).await.map_err(open::unusable)?;
    let ahead = clock_ahead(store::now(&pool).await?);
    ensure!(
        ahead.abs() <= CLOCK_OFF,
        "it answers, but its clock and that of this machine differ by {} seconds; set both by NTP",
        ahead.whole_seconds()
    );
    Ok(match missing {
        0 => "answers, at the newest schema".to_owned(),
        _ => format!("answers; migrations to come, by serve or migrate: {missing}"),
    })
}

/// Whether lists would be read from the replica.
async fn replica(settings: &Database, url: &str) -> anyhow::Result<String> {
    let alone = store::open_replica(url, 1)?;
    store::ping(&alone.into()).await.context("it does not answer by DATABASE_REPLICA_URL")?;
    let pool = open::server_database(settings).await?;
    ensure!(
        pool.reads_lists_in_replica().await?,
        "it answers, but has not what the database has, so lists are read from there: it is no replica of it, or behind"
    );
    Ok("answers, and has all that the database has".to_owned())
}

/// How far the clock of this machine is ahead of another.
fn clock_ahead(other: OffsetDateTime) -> time::Duration {
    this_clock() - other
}

#[expect(clippy::disallowed_methods, reason = "it is the clock of this machine that is looked at")]
fn this_clock() -> OffsetDateTime {
    OffsetDateTime::from(SystemTime::now())
}

/// Writes, reads and deletes a file that belongs to nobody.
async fn storage(storage: anyhow::Result<Storage>) -> anyhow::Result<String> {
    let storage = storage?;
    let key = format!("check/{}", fresh_id());
    let written = Bytes::from(key.clone());
    storage.put(&key, written.clone()).await.context("a file cannot be written")?;
    let read = storage.get(&key).await.context("what was written cannot be read")?;
    storage.delete(&key).await.context("a file cannot be deleted")?;
    ensure!(read == Some(written), "what was read is not what was written");
    Ok("writes, reads and deletes".to_owned())
}

/// As `headcount backup` would open it. N8
async fn place_for_backups(url: &str, access: Access<'_>, pictures: &Pictures) -> anyhow::Result<String> {
    require_another_place(url, pictures)?;
    storage(Ok(Place::open(url, access, false)?.0)).await
}

fn recipients(keys: Option<&str>) -> anyhow::Result<String> {
    Recipients::read(keys.unwrap_or_default())?;
    Ok("public keys of age; keep the private ones where the server cannot read them".to_owned())
}

/// Whether the program that dumps the database is there, and knows a database as new as this one.
async fn pg_dump(programs: &PostgresPrograms, database: &Database) -> anyhow::Result<String> {
    let own = postgres::version_of_dump(programs.pg_bin.as_deref())?;
    let server = backup::server_version(&open::database(database).await?).await?;
    can_dump(own, server.unwrap_or(own))
}

fn can_dump(own: u32, server: u32) -> anyhow::Result<String> {
    ensure!(
        own >= server,
        "it is of version {own}, and the database of {server}: install the client programs of version {server}, or \
         set PG_BIN to their folder"
    );
    Ok(format!("of version {own}, which can dump this database of {server}"))
}

/// Whether the generation service takes what this server signs. H3
async fn remote_engine(engine: &RemoteEngine) -> anyhow::Result<String> {
    let id = format!("check_{}", fresh_id());
    match engine.check(&id, this_clock().into()).await {
        Ok(()) => Ok("the generation service took a signed message".to_owned()),
        Err(NotTaken::Answered(status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN))) => {
            bail!("the generation service answered {status}; does it have the same ENGINE_SECRET?")
        }
        Err(error) => bail!("{error}; does ENGINE_URL name where it takes jobs?"),
    }
}

async fn mail(mailer: anyhow::Result<Mailer>, to: &str) -> anyhow::Result<String> {
    let mut connection = mailer?.connection();
    let email = MailCheck.write()?;
    let sent = match connection.begin(fresh_id(), to, &email).await {
        Ok(end) => end.await,
        Err(error) => Err(error),
    };
    connection.close().await;
    match sent {
        Ok(()) => Ok(format!("a mail to {to} was taken; look whether it arrives, and not among spam")),
        Err(SendError::Refused(words)) => bail!("the mail server refuses a mail to {to}: {words}"),
        Err(SendError::Later(words)) => bail!("a mail to {to} could not be sent now: {words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::webhooks::webhook_secrets;

    /// N8
    #[tokio::test]
    async fn a_storage_is_written_read_and_emptied_again() {
        let open = || Storage::open("memory:").map_err(Into::into);
        assert_eq!(storage(open()).await.unwrap(), "writes, reads and deletes");
        let gone = tempfile::tempdir().unwrap();
        let folder = Storage::open(&format!("file://{}/files", gone.path().display())).unwrap();
        assert!(storage(Ok(folder.clone())).await.is_ok());
        drop(gone);
        assert!(storage(Ok(folder)).await.unwrap_err().to_string().contains("cannot be written"));
    }

    #[derive(clap::Parser)]
    struct CommandLine {
        #[command(flatten)]
        pictures: Pictures,
    }

    /// N8
    #[tokio::test]
    async fn a_place_for_backups_is_tried_as_a_backup_would() {
        let folder = tempfile::tempdir().unwrap();
        let [own, other] =
            ["pictures", "backups"].map(|name| format!("file://{}/{name}", folder.path().display()));
        let line = ["headcount", "--storage-url", &own];
        let CommandLine { pictures } = clap::Parser::parse_from(line);
        let ask = async |url: &str| {
            let tried = place_for_backups(url, Access::usual(None), &pictures).await;
            tried.unwrap_or_else(|error| format!("{error:#}"))
        };
        assert!(ask(&format!("{own}/")).await.contains("another place than the pictures"));
        assert!(ask(&other).await.contains("is no place for backups"));
        assert!(!folder.path().join("backups").exists(), "it was only looked at");
        Place::open(&other, Access::usual(None), true).unwrap();
        assert_eq!(ask(&other).await, "writes, reads and deletes");
        assert!(recipients(None).unwrap_err().to_string().contains("--recipients"));
        assert!(recipients(Some("age1none")).unwrap_err().to_string().contains("BACKUP_RECIPIENTS"));
        let key = age::x25519::Identity::generate().to_public().to_string();
        assert!(recipients(Some(&format!("{key}, {key}"))).is_ok());
    }

    /// N8
    #[test]
    fn a_pg_dump_that_is_older_than_the_database_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let away = postgres::version_of_dump(Some(folder.path())).unwrap_err().to_string();
        assert!(away.contains("PG_BIN"), "{away}");
        assert!(can_dump(15, 15).is_ok() && can_dump(17, 15).is_ok());
        let older = can_dump(15, 16).unwrap_err().to_string();
        assert!(older.contains("of version 15, and the database of 16"), "{older}");
    }

    /// H3, N8
    #[tokio::test]
    async fn a_generation_service_is_asked_and_its_answer_explained() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let router = axum::Router::new()
            .route("/jobs", axum::routing::post(|| async { StatusCode::NO_CONTENT }))
            .route("/locked", axum::routing::post(|| async { StatusCode::UNAUTHORIZED }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let ask = |url: String| {
            let secrets = webhook_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
            let engine = RemoteEngine::new(url.parse().unwrap(), secrets);
            async move { remote_engine(&engine).await.map_err(|error| error.to_string()) }
        };
        assert!(ask(format!("{origin}/jobs")).await.unwrap().contains("took"));
        assert!(ask(format!("{origin}/locked")).await.unwrap_err().contains("the same ENGINE_SECRET"));
        assert!(ask(format!("{origin}/elsewhere")).await.unwrap_err().contains("404"));
        let said = ask("http://127.0.0.1:1/jobs".to_owned()).await.unwrap_err();
        assert!(said.contains("refused") && said.contains("ENGINE_URL"), "{said}");
    }

    /// N8
    #[tokio::test]
    async fn a_mail_is_sent_and_what_the_server_says_is_passed_on() {
        let mailer = Mailer::memory("post@headshots.example".parse().unwrap(), "headshots.example");
        assert!(mail(Ok(mailer.clone()), "ops@company.com").await.unwrap().contains("ops@company.com"));
        assert_eq!(mailer.kept()[0].to, "ops@company.com");
        let away =
            Mailer::smtp("smtp://127.0.0.1:1", "post@x.example".parse().unwrap(), "x.example").unwrap();
        assert!(
            mail(Ok(away), "ops@company.com").await.unwrap_err().to_string().contains("could not be sent")
        );
    }
}
