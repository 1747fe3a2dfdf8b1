//! The database: sqlx lives here and nowhere else, one file for each thing the business names.
//!
//! A use case is a function with a verb of the business. It takes the connection of a transaction
//! that its caller commits, and who acts; it locks or guards, asks the domain, writes, and queues what
//! follows.
//!
//! Every function here fails when the database does, which its `# Errors` do not repeat. One that
//! refuses nothing returns a plain [`Result`]; one that does refuse, a `Result<_, Error<Refusal>>`,
//! and `?` takes it from the first to the second.

pub mod accounts;
pub mod changes;
pub mod codes;
pub mod credits;
pub mod demo;
pub mod invites;
pub mod jobs;
pub mod links;
pub mod mail_counts;
pub mod members;
pub mod opt_outs;
pub mod organizations;
pub mod outbox;
pub mod proof;
pub mod results;
pub mod shoots;
pub mod teams;
#[cfg(test)]
mod testing;
pub mod waitlist;

use std::time::Duration;

use sqlx::{
    Connection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

pub use sqlx::{Error as DatabaseError, PgConnection, PgPool, Postgres, Transaction};

/// The migrations of this build, oldest first.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What a use case returns. One that cannot refuse fails only as the database does.
pub type Result<T, E = DatabaseError> = std::result::Result<T, E>;

/// Why a use case came to nothing: the business refused, or the machinery broke.
#[derive(Debug, thiserror::Error)]
pub enum Error<R> {
    /// A rule of the business stands against it; nothing was changed.
    #[error("refused")]
    Refused(R),
    /// The database did not do as asked.
    #[error(transparent)]
    Broken(DatabaseError),
}

impl<R> From<DatabaseError> for Error<R> {
    fn from(error: DatabaseError) -> Self {
        Self::Broken(error)
    }
}

/// A refusal of one part as the refusal of the whole.
fn refused<R, S: From<R>>(error: Error<R>) -> Error<S> {
    match error {
        Error::Refused(refusal) => Error::Refused(refusal.into()),
        Error::Broken(error) => Error::Broken(error),
    }
}

/// A connection that rested so long is asked whether it is still there before it is used. Asking
/// each time would cost every request a round trip.
const RESTED: Duration = Duration::from_secs(1);

/// Opens a pool of at most `connections`.
///
/// # Errors
/// The URL is not one, or the database does not answer.
pub async fn connect(url: &str, connections: u32) -> Result<PgPool> {
    let options: PgConnectOptions = url.parse()?;
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
}

/// Brings the database to the newest schema.
///
/// # Errors
/// A migration fails, or one that was applied has been edited since.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    MIGRATIONS.run(pool).await
}

/// Whether the database answers.
///
/// # Errors
/// It does not.
pub async fn ping(pool: &PgPool) -> Result<()> {
    sqlx::query_scalar!("select 1").fetch_one(pool).await?;
    Ok(())
}

/// Whether there is a connection to be had. One that was used within [`RESTED`] is taken at its word,
/// so that this costs nothing while much is going on.
///
/// # Errors
/// There is none.
pub async fn reach(pool: &PgPool) -> Result<()> {
    pool.acquire().await.map(drop)
}

/// Whether the database is away, as opposed to not liking what it was asked: nothing connects, it is
/// starting or stopping, or it takes no more connections. SQLSTATE classes 08, 53 and 57P.
#[must_use]
pub fn is_away(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::Io(_)
        | DatabaseError::Tls(_)
        | DatabaseError::PoolTimedOut
        | DatabaseError::PoolClosed
        | DatabaseError::WorkerCrashed => true,
        DatabaseError::Database(error) => {
            error.code().is_some_and(|code| ["08", "53", "57P"].iter().any(|class| code.starts_with(class)))
        }
        _ => false,
    }
}

/// The name of a new row: UUIDv7, so that rows made together lie together.
#[must_use]
pub fn fresh_id() -> Uuid {
    #[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
    Uuid::now_v7()
}

/// Whether `error` is the violation of the constraint with this name.
fn violates(error: &sqlx::Error, constraint: &str) -> bool {
    error.as_database_error().and_then(|error| error.constraint()) == Some(constraint)
}

/// A stored word that the code no longer knows: a migration was forgotten.
fn unknown_word(word: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("unknown word {word:?}").into())
}
