//! The `headcount` command line: what it understands, and which command does it.
#![recursion_limit = "512"]

use std::io::IsTerminal;

use clap::{Parser, Subcommand, ValueEnum};
use headcount::{
    commands::{
        backups::{
            list::{self, Backups},
            make::{self as backup, Backup},
            restore::{self, Restore},
        },
        check::{self, Check},
        command_line,
        credits::{self, Credits},
        demo,
        demo_sso::{self, DemoSso},
        grant::{self, Grant},
        jobs::{self, Jobs},
        migrate,
        remove_member::{self, RemoveMember},
        rotate_key::{self, RotateKey},
        serve,
    },
    server::{
        config::{Database, Settings},
        traces::{self, Traces},
    },
};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Rendering a page allocates thousands of small texts, for which the system's allocator took a third of the
/// processor time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// New headshots for your whole company
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// How lines of the log are written
    #[arg(long, env = "LOG_FORMAT", default_value = "text", global = true)]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and do the work that they cause
    Serve(Box<Settings>),
    /// Try everything that a server needs, and say what is wrong
    Check(Box<Check>),
    /// Bring the database to the newest schema
    Migrate(Database),
    /// Make a demo organization with people in every stage, once
    Demo(Box<Settings>),
    /// Make a second demo organization, which signs people in through an identity provider
    DemoSso(Box<DemoSso>),
    /// Give an organization credits
    Grant(Grant),
    /// List what is stuck in the queue, have it tried again, or drop it
    Jobs(Jobs),
    /// What leads ask for: list, confirm, decline
    #[command(subcommand)]
    Credits(Credits),
    /// Remove a member, whatever their number of headshot sessions
    RemoveMember(RemoveMember),
    /// How the secret key is replaced, and what people still hold that the old one made
    RotateKey(RotateKey),
    /// Back up database and pictures, encrypted, to a folder or a bucket
    Backup(Box<Backup>),
    /// List the backups in a place, with their sizes
    Backups(Box<Backups>),
    /// Bring a backup into an empty database and an empty storage
    Restore(Box<Restore>),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = command_line::read::<Cli>();
    let traces = match &cli.command {
        Command::Serve(settings) => settings.traces.open()?,
        _ => None,
    };
    log(cli.log_format, traces.as_ref());
    let done = run(cli.command).await;
    if let Some(traces) = traces {
        traces.finish().await;
    }
    done
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(settings) => serve::run(*settings).await,
        Command::Check(check) => check::run(*check).await,
        Command::Migrate(database) => migrate::run(&database).await,
        Command::Demo(settings) => demo::run(&settings).await,
        Command::DemoSso(sso) => demo_sso::run(*sso).await,
        Command::Grant(grant) => grant::run(grant).await,
        Command::Jobs(jobs) => jobs::run(jobs).await,
        Command::Credits(credits) => credits::run(credits).await,
        Command::RemoveMember(remove) => remove_member::run(remove).await,
        Command::RotateKey(rotate) => rotate_key::run(rotate).await,
        Command::Backup(command) => backup::run(*command).await,
        Command::Backups(command) => list::run(*command).await,
        Command::Restore(command) => restore::run(*command).await,
    }
}

/// How lines of the log are written.
#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    /// For people
    Text,
    /// An object a line, for programs
    Json,
}

fn log(format: LogFormat, traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,sqlx=warn".into());
    // What is made for traces would be said twice.
    let filter = filter.and(filter_fn(|about| about.target() != traces::TARGET));
    // Colors are for terminals; in a journal or a file they are noise.
    let lines = fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_filter(filter).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).with_filter(filter).boxed(),
    };
    tracing_subscriber::registry().with(lines).with(traces.map(Traces::layer)).init();
}
