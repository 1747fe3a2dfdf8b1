//! The `headcount` command line: from settings to state, from state to router and worker; and what
//! the operator does by hand.
#![recursion_limit = "512"]

use std::io::Write;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use headcount::{
    commands::demo,
    domain::{
        actor::Actor,
        credit::count,
        ids::{MemberId, OrgId},
    },
    http::{
        connections::{self, ConnectionLimits},
        router,
    },
    mail::Mailer,
    server::{
        assets::Assets,
        config::{Database, Settings},
        live::{self},
        state::AppState,
    },
    store::{self, PgPool, credits, members, organizations},
    studio::storage::Storage,
    worker,
};
use tokio_util::sync::CancellationToken;

/// Brings a whole company through a credit-based headshot service
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and do the work that they cause
    Serve(Box<Settings>),
    /// Bring the database to the newest schema
    Migrate(Database),
    /// Make a demo organization with people in every stage, once
    Demo(Box<Settings>),
    /// Give an organization credits
    Grant(Grant),
    /// Remove a member, whatever their number of headshot sessions
    RemoveMember(RemoveMember),
}

#[derive(Args)]
struct Grant {
    #[command(flatten)]
    database: Database,
    /// Name or id of the organization
    #[arg(long)]
    org: String,
    /// How many credits
    #[arg(long, value_parser = clap::value_parser!(i32).range(1..=1_000_000))]
    credits: i32,
    /// A remark for the ledger, such as an invoice number
    #[arg(long)]
    note: Option<String>,
}

#[derive(Args)]
struct RemoveMember {
    #[command(flatten)]
    database: Database,
    /// Name or id of the organization
    #[arg(long)]
    org: String,
    /// Name or email address of the member
    #[arg(long)]
    member: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,sqlx=warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match Cli::parse().command {
        Command::Serve(settings) => serve(*settings).await,
        Command::Migrate(database) => {
            let pool = connect(&database).await?;
            store::migrate(&pool).await.context("the database could not be migrated")?;
            say("The database is at the newest schema.")
        }
        Command::Demo(settings) => {
            let state = state(&settings).await?;
            let made = demo::make(&state).await?;
            say(made)
        }
        Command::Grant(grant) => {
            let pool = connect(&grant.database).await?;
            let (org, name) = find_org(&pool, &grant.org).await?;
            let mut tx = pool.begin().await?;
            let balance =
                credits::grant(&mut tx, &Actor::operator(org), grant.credits, grant.note.as_deref()).await?;
            tx.commit().await?;
            let given = count(i64::from(grant.credits), "credit", "credits");
            say(&format!("{name} was given {given} and has {balance} now."))
        }
        Command::RemoveMember(remove) => {
            let pool = connect(&remove.database).await?;
            let (org, org_name) = find_org(&pool, &remove.org).await?;
            let member = find_member(&pool, org, &remove.member).await?;
            let mut tx = pool.begin().await?;
            let name = match members::remove(&mut tx, &Actor::operator(org), member).await {
                Ok(name) => name,
                Err(store::Error::Refused(refusal)) => bail!("{refusal}"),
                Err(store::Error::Broken(error)) => return Err(error.into()),
            };
            tx.commit().await?;
            say(&format!("{name} is no longer a member of {org_name}."))
        }
    }
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let state = state(&settings).await?;
    let router = router(state.clone(), &settings);
    let listener = tokio::net::TcpListener::bind(settings.bind).await.with_context(|| {
        format!("cannot listen on {}; is another server there? BIND chooses another port", settings.bind)
    })?;
    let stop = CancellationToken::new();
    let work = tokio::spawn(worker::run(state.clone(), stop.clone()));
    tokio::spawn(live::run(state.live.clone(), state.pool.clone(), stop.clone()));
    tracing::info!(address = %state.base.origin(), "Headcount is serving");
    let limits = ConnectionLimits::new(settings.max_connections as usize);
    let serving = connections::serve(listener, router, limits, stop.clone());
    let stopping = async {
        asked_to_stop().await;
        tracing::info!("stopping: no new requests, what has begun is finished");
        stop.cancel();
        // A browser that holds its connection open must not keep the server from ending.
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    };
    tokio::select! {
        () = serving => {}
        () = stopping => {}
    }
    stop.cancel();
    tokio::time::timeout(std::time::Duration::from_secs(4), work).await.ok();
    state.pool.close().await;
    Ok(())
}

async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::warn!(%error, "cannot listen for SIGTERM");
            interrupt.await.ok();
            return;
        }
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}

async fn state(settings: &Settings) -> anyhow::Result<AppState> {
    let pool = connect(&settings.database).await?;
    store::migrate(&pool).await.context("the database could not be migrated")?;
    let base = settings.public_base();
    let mailer = match &settings.smtp_url {
        Some(url) => Mailer::smtp(url, settings.mail_from.clone(), base.host())
            .context("SMTP_URL should look like smtps://user:password@host or smtp://localhost:25")?,
        None if cfg!(debug_assertions) => {
            Mailer::folder(settings.mail_dir.clone(), settings.mail_from.clone(), base.host())
        }
        None => bail!("SMTP_URL is missing: set it to your mail server, such as smtps://user:password@host"),
    };
    let storage = match &settings.storage_url {
        Some(url) => Storage::open(url)?,
        None => {
            let folder = std::env::current_dir()?.join(".data/photos");
            Storage::open(&format!("file://{}", folder.display()))?
        }
    };
    Ok(AppState::new(settings, pool, mailer, storage, Assets::read(&settings.dist_dir)?))
}

async fn connect(database: &Database) -> anyhow::Result<PgPool> {
    store::connect(&database.database_url, database.database_connections).await.context(
        "the database does not answer; DATABASE_URL should look like postgres://user:password@host/database",
    )
}

async fn find_org(pool: &PgPool, name_or_id: &str) -> anyhow::Result<(OrgId, String)> {
    let mut db = pool.acquire().await?;
    let found = organizations::named(&mut db, name_or_id).await?;
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => bail!("there is no organization called {name_or_id:?}"),
        several => {
            let ids: Vec<String> = several.iter().map(|(id, name)| format!("{id} ({name})")).collect();
            bail!("several organizations are called that; name one by its id: {}", ids.join(", "))
        }
    }
}

async fn find_member(pool: &PgPool, org: OrgId, name_or_email: &str) -> anyhow::Result<MemberId> {
    let mut db = pool.acquire().await?;
    let found = members::named(&mut db, org, name_or_email).await?;
    match found.as_slice() {
        [(id, _)] => Ok(*id),
        [] => bail!("there is no member {name_or_email:?}"),
        _ => bail!("several members are called that; name one by email address"),
    }
}

/// What the operator reads goes to standard output; the log does not.
fn say(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
