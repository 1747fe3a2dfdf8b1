//! `headcount check`: tries everything that a server needs, as a server would, and says what is wrong. N8

use std::time::SystemTime;

use anyhow::{Context, bail, ensure};
use axum::http::StatusCode;
use bytes::Bytes;
use clap::Args;
use time::OffsetDateTime;

use super::{open, operator::say};
use crate::{
    mail::{Mailer, SendError, messages::MailCheck},
    server::{
        config::{BaseUrl, Build, Database, Settings},
        engine::{NotTaken, RemoteEngine},
        network::TrustedProxies,
    },
    store::{self, fresh_id},
    studio::storage::Storage,
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
    tell("storage", storage(settings.pictures.storage(Build::THIS)).await)?;
    let host = base.as_ref().map_or("localhost", |base| base.host());
    let to = check.mail_to.clone().unwrap_or_else(|| settings.mail.mail_from.email.to_string());
    // What is wrong with its settings is said above.
    if let Ok(Some(engine)) = settings.engine.remote() {
        tell("engine", remote_engine(&engine).await)?;
    }
    tell("mail", mail(settings.mail.mailer(host, Build::THIS), &to).await)?;
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
    let missing = store::missing_migrations(&pool).await?;
    let ahead = clock_ahead(store::now(&pool).await?);
    ensure!(
        ahead.abs() <= CLOCK_OFF,
        "it answers, but its clock and that of this machine differ by {} seconds; set both by NTP",
        ahead.whole_seconds()
    );
    Ok(match missing {
        0 => "answers, at the newest schema".to_owned(),
        _ => format!("answers; {missing} migrations are to come, which serve and migrate do"),
    })
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
    let sent = connection.send(fresh_id(), to, &MailCheck.write()?).await;
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
