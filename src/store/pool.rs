//! Connections to the database, and what they may wait for.

use std::time::Duration;

use sqlx::{
    Connection, PgConnection, PgPool, Postgres, Result, Transaction,
    migrate::{Migrate, MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};
use time::OffsetDateTime;

/// The migrations of this build, oldest first.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// A connection that rested so long is asked whether it is still there before it is used. Asking
/// each time would cost every request a round trip.
const RESTED: Duration = Duration::from_secs(1);

/// A statement that takes so long is stuck: whoever asked is given up after a minute, and the longest
/// use case, a send of 5,000 invites, takes a second or two.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// Whoever waits so long for a row waits for something stuck: hot rows are held for milliseconds.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// Within a transaction nothing is waited for but the database: one that rests so long belongs to a
/// program that hangs or was cut off, and holds its rows against everybody else.
const IDLE_IN_TRANSACTION_TIMEOUT: Duration = Duration::from_secs(30);

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
        .after_connect(|connection, _| Box::pin(limit(connection)))
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

/// By a statement, because poolers refuse settings that come with the connection.
async fn limit(connection: &mut PgConnection) -> Result<()> {
    let milliseconds = |limit: Duration| limit.as_millis().to_string();
    sqlx::query!(
        r#"select set_config('statement_timeout', $1, false) as "statement",
                  set_config('lock_timeout', $2, false) as "lock",
                  set_config('idle_in_transaction_session_timeout', $3, false) as "idle""#,
        milliseconds(STATEMENT_TIMEOUT),
        milliseconds(LOCK_TIMEOUT),
        milliseconds(IDLE_IN_TRANSACTION_TIMEOUT),
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// Brings the database to the newest schema.
///
/// # Errors
/// A migration fails, or one that was applied has been edited since.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut connection = unlimited(pool).await?;
    MIGRATIONS.run(&mut connection).await?;
    Ok(connection.close().await?)
}

/// How many migrations of this build the database has not seen. Newer ones, of a server that was updated
/// before this one, are none of its business.
///
/// # Errors
/// The database does not answer.
pub async fn missing_migrations(pool: &PgPool) -> Result<usize> {
    let mut db = pool.acquire().await?;
    let applied = match db.list_applied_migrations().await {
        Ok(applied) => applied,
        // A new database has not even the table.
        Err(MigrateError::Execute(sqlx::Error::Database(error)))
            if error.code().as_deref() == Some(UNDEFINED_TABLE) =>
        {
            Vec::new()
        }
        Err(MigrateError::Execute(error)) => return Err(error),
        Err(error) => return Err(sqlx::Error::Migrate(Box::new(error))),
    };
    let is_missing = |version| !applied.iter().any(|applied| applied.version == version);
    Ok(MIGRATIONS.iter().filter(|migration| is_missing(migration.version)).count())
}

/// What time it is to the database, whose clock judges.
///
/// # Errors
/// It does not answer.
pub async fn now(pool: &PgPool) -> Result<OffsetDateTime> {
    sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(pool).await
}

const UNDEFINED_TABLE: &str = "42P01";

/// A connection of its own that may take its time, for migrations of large tables.
async fn unlimited(pool: &PgPool) -> Result<PgConnection> {
    PgConnection::connect_with(&pool.connect_options()).await
}

/// A transaction; what is not committed did not happen.
///
/// It is begun in a task of its own, which comes to its end when the caller goes away in the middle (a
/// browser that is closed). Otherwise sqlx would put the connection back with a transaction open that it
/// knows nothing of: what the next ones do by single statements would be undone later, and keep its rows
/// locked until then. N8
///
/// # Errors
/// There is no connection to be had.
pub async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    tokio::spawn(async move { pool.begin().await }).await.map_err(|_| sqlx::Error::WorkerCrashed)?
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
pub fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| ["08", "53", "57P"].iter().any(|class| code.starts_with(class)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, task::Poll};

    use sqlx::{
        ConnectOptions,
        postgres::{PgConnectOptions, PgPoolOptions},
    };

    use super::*;

    const LIMITS: &str =
        "select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')
                          || ' ' || current_setting('idle_in_transaction_session_timeout')";

    /// N8: given up after each of its steps, with the one connection that the next ones take.
    #[sqlx::test]
    async fn a_transaction_that_was_given_up_while_it_began_holds_nothing(
        _: PgPoolOptions,
        connect_to: PgConnectOptions,
    ) {
        let one = PgPoolOptions::new().max_connections(1).connect_with(connect_to.clone()).await.unwrap();
        let other = PgPoolOptions::new().connect_with(connect_to).await.unwrap();
        sqlx::raw_sql("create table kept (n integer)").execute(&other).await.unwrap();
        for steps in 0..20 {
            let mut beginning = Box::pin(begin(&one));
            for _ in 0..steps {
                if poll_fn(|context| Poll::Ready(beginning.as_mut().poll(context).is_ready())).await {
                    break;
                }
                tokio::task::yield_now().await;
            }
            drop(beginning);
            sqlx::query("insert into kept values ($1)").bind(steps).execute(&one).await.unwrap();
            let kept: i64 = sqlx::query_scalar("select count(*) from kept").fetch_one(&other).await.unwrap();
            assert_eq!(kept, i64::from(steps) + 1, "given up after {steps} steps");
        }
    }

    /// N8
    #[sqlx::test]
    async fn what_is_stuck_is_given_up_and_migrations_take_their_time(
        _: PgPoolOptions,
        connect_to: PgConnectOptions,
    ) {
        let pool = connect(connect_to.to_url_lossy().as_str(), 2).await.unwrap();
        let (one, other) = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
        for mut connection in [one, other] {
            let limits: String = sqlx::query_scalar(LIMITS).fetch_one(&mut *connection).await.unwrap();
            assert_eq!(limits, "30s 10s 30s");
        }
        let mut migrating = unlimited(&pool).await.unwrap();
        let limits: String = sqlx::query_scalar(LIMITS).fetch_one(&mut migrating).await.unwrap();
        assert_eq!(limits, "0 0 0");
        migrate(&pool).await.unwrap();
    }
}
