//! The database: sqlx lives here and nowhere else, one file for each thing the business names.
//!
//! A use case is a function with a verb of the business. It takes the connection of a transaction
//! that its caller commits, and who acts; it locks or guards, asks the domain, writes, and queues what
//! follows.
//!
//! Every function here fails when the database does, which its `# Errors` do not repeat. One that
//! refuses nothing returns a plain [`Result`]; one that does refuse, a `Result<_, Error<Refusal>>`,
//! and `?` takes it from the first to the second.
//!
//! # Order of locks
//!
//! Two transactions never wait for each other if each takes what it locks in one order. This one, which
//! holds across the use cases of one transaction too:
//!
//! 1. sub-teams, then groups and people of the directory
//! 2. the counters of recipients
//! 3. accounts
//! 4. login codes, then the counters of guesses
//! 5. addresses that are invited or become members' (`address_locks`)
//! 6. invites
//! 7. links
//! 8. members, then domains
//! 9. shoots
//! 10. photos, headshots and uploads
//! 11. logins, then requests for credits
//! 12. the counter of an organization's mails, then the organization: the hottest rows last.
//!
//! Jobs stand outside: whoever holds the lease of one locks it, and nobody else waits for it.
//! Several rows of one table are locked in the order of their ids; the counters of recipients, and those
//! who join, by address. A foreign key locks as well, the row that it points to. Who comes to a sub-team late, because an invite or a link
//! said which, passes it over while somebody deletes it (`skip locked`) instead of waiting.

pub mod accounts;
mod address_locks;
pub mod audit;
pub mod backup;
pub mod changes;
pub mod codes;
pub mod credit_requests;
pub mod credits;
pub mod deletion;
pub mod demo;
pub mod drafts;
pub mod engine_jobs;
pub mod files;
pub mod invites;
pub mod jobs;
mod keyset;
mod leads;
pub mod links;
#[cfg(test)]
mod lock_order;
pub mod mail_counts;
pub mod members;
pub mod opt_outs;
pub mod organizations;
pub mod outbox;
pub mod people;
pub mod picture_retention;
#[cfg(test)]
mod plans;
mod pool;
pub mod proof;
mod replica;
pub mod results;
pub mod retention;
mod retry;
pub mod roles;
pub mod scim;
pub mod shoots;
pub mod signing_keys;
pub mod sso;
pub mod stuck_jobs;
pub mod teams;
#[cfg(test)]
mod testing;
pub mod uploads;
pub mod waitlist;

use uuid::Uuid;

pub use self::{
    pool::{
        Lists, MIGRATIONS, Pool, begin, connect, connect_through_pooler, is_away, migrate,
        missing_migrations, now, open_replica, ping, pooled, reach, verify_schema, wait_briefly,
    },
    retry::{MayConflict, retry},
};
pub use sqlx::{Error as DatabaseError, PgConnection, PgPool, Postgres, Transaction, migrate::MigrateError};

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

impl<R> MayConflict for Error<R> {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Broken(error) if error.is_conflict())
    }
}

/// A refusal of one part as the refusal of the whole.
fn refused<R, S: From<R>>(error: Error<R>) -> Error<S> {
    match error {
        Error::Refused(refusal) => Error::Refused(refusal.into()),
        Error::Broken(error) => Error::Broken(error),
    }
}

/// The name of a new row: UUIDv7, so that rows made together lie together.
#[must_use]
pub fn fresh_id() -> Uuid {
    #[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
    Uuid::now_v7()
}

/// A short name for something that broke: the person reads it, and the operator finds it in the log.
#[must_use]
pub fn fresh_incident() -> String {
    fresh_id().simple().to_string()[20..].to_owned()
}

/// Whether `error` is the violation of the constraint with this name.
fn violates(error: &sqlx::Error, constraint: &str) -> bool {
    error.as_database_error().and_then(|error| error.constraint()) == Some(constraint)
}

/// The value that is stored as one word.
fn decode<T: std::str::FromStr>(word: &str) -> Result<T> {
    word.parse().map_err(|_| unknown_word(word))
}

/// A stored word that the code no longer knows: a migration was forgotten.
fn unknown_word(word: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("unknown word {word:?}").into())
}
