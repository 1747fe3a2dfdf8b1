//! Connections to the database, past a pooler or through one, and what they may wait for.
//!
//! A pooler in transaction mode (PgBouncer) gives each transaction whatever connection is free, and keeps
//! nothing for a client beyond it: no setting, no prepared statement, no notification. sqlx prepares a
//! statement and runs it in two steps, between which the connection would change; so every statement stands
//! in a transaction there, even a single one.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use sqlx::{
    Connection as _, Executor, PgConnection, PgPool, Postgres, Result, Transaction,
    migrate::{AppliedMigration, Migrate, MigrateError, Migrator},
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use time::OffsetDateTime;

use super::replica::{Place, Replica};

/// The migrations of this build, oldest first.
pub static MIGRATIONS: Migrator = {
    let mut migrations = sqlx::migrate!();
    // In the database there may be those of a server that was updated before this one.
    migrations.ignore_missing = true;
    migrations
};

/// A connection that rested so long is asked whether it is still there before it is used. Asking
/// each time would cost every request a round trip.
const RESTED: Duration = Duration::from_secs(1);
/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A statement that takes so long is stuck: whoever asked is given up after a minute, and the longest
/// use case, a send of 5,000 invites, takes a second or two.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// Whoever waits so long for a row waits for something stuck: hot rows are held for milliseconds.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// Within a transaction nothing is waited for but the database: one that rests so long belongs to a
/// program that hangs or was cut off, and holds its rows against everybody else.
const IDLE_IN_TRANSACTION_TIMEOUT: Duration = Duration::from_secs(30);

/// Connections that only listen: for jobs, and for changes.
const LISTENERS: u32 = 2;

/// The database as a server or a command reaches it. Cheap to clone.
#[derive(Clone)]
pub struct Pool {
    connections: PgPool,
    /// For what outlives a transaction. The same connections where there is no pooler.
    direct: PgPool,
    way: Way,
    replica: Option<Replica>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Direct,
    /// Through a pooler in transaction mode.
    Pooled,
}

/// Where one request reads its lists: what is shown, and decides nothing. Cheap to clone.
#[derive(Clone)]
pub struct Lists {
    pool: Pool,
    replica: Option<PgPool>,
}

/// A connection to read by; what writes takes [`Pool::autocommit`] or a transaction.
pub struct Connection(Inner);

/// A connection on which one use case writes by a single statement, which then counts when
/// [`Autocommit::finish`] says so.
pub struct Autocommit(Inner);

enum Inner {
    Direct(PoolConnection<Postgres>),
    Pooled(Transaction<'static, Postgres>),
}

impl From<PgPool> for Pool {
    /// Past any pooler.
    fn from(connections: PgPool) -> Self {
        Self { direct: connections.clone(), connections, way: Way::Direct, replica: None }
    }
}

impl Pool {
    /// Through a pooler in transaction mode, to which `connections` lead; `direct` leads past it.
    /// These keep no statements: see [`pooled`].
    #[must_use]
    pub const fn through_pooler(connections: PgPool, direct: PgPool) -> Self {
        Self { connections, direct, way: Way::Pooled, replica: None }
    }

    /// With a read replica of the same database, for lists.
    #[must_use]
    pub fn with_replica(self, connections: PgPool) -> Self {
        Self { replica: Some(Replica::new(connections)), ..self }
    }

    /// Reads a list: in the replica, as soon as that has all that was committed by now; or else in the database
    /// itself. Where the replica fails or does not answer in time, it is read once more, there.
    ///
    /// # Errors
    /// Those of `read` in the database itself; it does not answer.
    pub async fn list<T, Reading>(&self, read: impl Fn(Lists) -> Reading) -> Result<T>
    where
        Reading: Future<Output = Result<T>>,
    {
        if let Some((replica, connections)) = self.replica_that_has_all().await? {
            let there = Lists { pool: self.clone(), replica: Some(connections) };
            if let Some(found) = replica.read(read(there)).await {
                return Ok(found);
            }
        }
        read(Lists { pool: self.clone(), replica: None }).await
    }

    /// Whether a list would be read in the replica now.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn reads_lists_in_replica(&self) -> Result<bool> {
        Ok(self.replica_that_has_all().await?.is_some())
    }

    async fn replica_that_has_all(&self) -> Result<Option<(&Replica, PgPool)>> {
        let Some(replica) = &self.replica else { return Ok(None) };
        let Some(seen) = replica.seen().await else { return Ok(None) };
        let place = sqlx::query_as!(
            Place,
            r#"select system_identifier as "system!", current_database() as "database!",
                      (pg_current_wal_flush_lsn() - '0/0')::bigint as "log!"
               from pg_control_system()"#
        );
        let place = match place.fetch_one(&mut *self.acquire().await?).await {
            Ok(place) => place,
            // As of a service that does not let us ask.
            Err(error @ sqlx::Error::Database(_)) => {
                replica.rest(&error);
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        Ok(replica.has(seen, &place).await.then(|| (replica, replica.connections())))
    }

    /// A connection to read by.
    ///
    /// # Errors
    /// There is none to be had.
    pub async fn acquire(&self) -> Result<Connection> {
        Ok(Connection(self.inner(ReadOrWrite::Read).await?))
    }

    /// A connection for a single statement that writes and needs no transaction around it.
    ///
    /// # Errors
    /// There is none to be had.
    pub async fn autocommit(&self) -> Result<Autocommit> {
        Ok(Autocommit(self.inner(ReadOrWrite::Write).await?))
    }

    async fn inner(&self, what: ReadOrWrite) -> Result<Inner> {
        match self.way {
            Way::Direct => Ok(Inner::Direct(self.connections.acquire().await?)),
            Way::Pooled => Ok(Inner::Pooled(self.begin(what).await?)),
        }
    }

    /// In a task of its own, which comes to its end when the caller goes away in the middle (a browser that
    /// is closed). Otherwise sqlx would put the connection back with a transaction open that it knows nothing
    /// of: what the next ones do by single statements would be undone later, and keep its rows locked until
    /// then. N8
    async fn begin(&self, what: ReadOrWrite) -> Result<Transaction<'static, Postgres>> {
        let (pool, way) = (self.connections.clone(), self.way);
        let beginning = tokio::spawn(async move {
            match way {
                Way::Direct => pool.begin().await,
                Way::Pooled => pool.begin_with(pooled_begin(what)).await,
            }
        });
        // A pooler takes connections also where it has none to the database.
        let begun = match way {
            Way::Direct => beginning.await,
            Way::Pooled => {
                tokio::time::timeout(PATIENCE, beginning).await.map_err(|_| sqlx::Error::PoolTimedOut)?
            }
        };
        begun.map_err(|_| sqlx::Error::WorkerCrashed)?
    }

    /// Hears what is notified on a channel, on a connection of its own that goes past the pooler.
    pub(super) async fn listen(&self, channel: &str) -> Result<PgListener> {
        let mut listener = PgListener::connect_with(&self.direct).await?;
        listener.listen(channel).await?;
        Ok(listener)
    }

    /// Past the pooler, for what outlives a transaction: migrations, backups.
    #[must_use]
    pub const fn direct(&self) -> &PgPool {
        &self.direct
    }

    /// Connections that are there, and how many of them nobody uses.
    #[must_use]
    pub fn open(&self) -> (u32, usize) {
        (self.connections.size(), self.connections.num_idle())
    }

    /// How many connections there may be.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.connections.options().get_max_connections()
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.connections.close().await;
        self.direct.close().await;
        if let Some(replica) = &self.replica {
            replica.connections().close().await;
        }
    }
}

impl Lists {
    /// A connection to read a list by.
    ///
    /// # Errors
    /// There is none to be had.
    pub async fn acquire(&self) -> Result<Connection> {
        match &self.replica {
            None => self.pool.acquire().await,
            Some(replica) => Ok(Connection(Inner::Direct(replica.acquire().await?))),
        }
    }
}

#[derive(Clone, Copy)]
enum ReadOrWrite {
    Read,
    Write,
}

/// How a transaction begins that may get any connection. What the one before it prepared there would be in
/// the way of its own statements, which are numbered alike.
fn pooled_begin(what: ReadOrWrite) -> String {
    let begin = match what {
        ReadOrWrite::Read => "begin read only",
        ReadOrWrite::Write => "begin",
    };
    format!(
        "{begin}; deallocate all; set local statement_timeout = {}; set local lock_timeout = {}; \
         set local idle_in_transaction_session_timeout = {}",
        STATEMENT_TIMEOUT.as_millis(),
        LOCK_TIMEOUT.as_millis(),
        IDLE_IN_TRANSACTION_TIMEOUT.as_millis(),
    )
}

impl Autocommit {
    /// Lets what was written count.
    ///
    /// # Errors
    /// The database fails; nothing was written.
    pub async fn finish(self) -> Result<()> {
        match self.0 {
            Inner::Direct(_) => Ok(()),
            Inner::Pooled(tx) => tx.commit().await,
        }
    }
}

impl Inner {
    fn connection(&self) -> &PgConnection {
        match self {
            Self::Direct(connection) => connection,
            Self::Pooled(tx) => tx,
        }
    }

    fn connection_mut(&mut self) -> &mut PgConnection {
        match self {
            Self::Direct(connection) => connection,
            Self::Pooled(tx) => tx,
        }
    }
}

impl Deref for Connection {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.0.connection()
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.0.connection_mut()
    }
}

impl Deref for Autocommit {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.0.connection()
    }
}

impl DerefMut for Autocommit {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.0.connection_mut()
    }
}

/// Opens a pool of at most `connections` that goes past any pooler.
///
/// # Errors
/// The URL is not one, or the database does not answer.
pub async fn connect(url: &str, connections: u32) -> Result<PgPool> {
    direct(connections).connect_with(url.parse()?).await
}

/// Opens a pool of at most `connections` through a pooler in transaction mode, and beside it a few past it.
///
/// # Errors
/// A URL is not one, the database does not answer, or the pooler changes prepared statements by itself.
pub async fn connect_through_pooler(pooler: &str, url: &str, connections: u32) -> Result<Pool> {
    let direct = direct(LISTENERS).connect_with(url.parse()?).await?;
    let through = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .connect_with(pooled(pooler.parse()?))
        .await?;
    let pool = Pool::through_pooler(through, direct);
    keeps_no_statements(&pool).await?;
    Ok(pool)
}

/// Opens a pool of at most `connections` to a read replica, when it is asked for something: a replica that is away
/// keeps no server from starting.
///
/// # Errors
/// The URL is not one.
pub fn open_replica(url: &str, connections: u32) -> Result<PgPool> {
    Ok(direct(connections).connect_lazy_with(url.parse()?))
}

/// How to connect to a pooler: it refuses settings that come with the connection, and a statement that is
/// kept would be asked for where it never was.
#[must_use]
pub fn pooled(options: PgConnectOptions) -> PgConnectOptions {
    options.extra_float_digits(None).statement_cache_capacity(0)
}

/// PgBouncer 1.21 and later can keep prepared statements for clients: then it believes those to be there that
/// [`pooled_begin`] has taken away.
async fn keeps_no_statements(pool: &Pool) -> Result<()> {
    const UNKNOWN_STATEMENT: &str = "26000";
    let mut tx = pool.begin(ReadOrWrite::Read).await?;
    for _ in 0..2 {
        let ran = sqlx::query("select 'a pooler'").execute(&mut *tx).await;
        if let Err(sqlx::Error::Database(error)) = &ran
            && error.code().as_deref() == Some(UNKNOWN_STATEMENT)
        {
            let why = "the pooler keeps prepared statements; set its max_prepared_statements to 0";
            return Err(sqlx::Error::Configuration(why.into()));
        }
        ran?;
        tx.execute("deallocate all").await?;
    }
    tx.rollback().await
}

fn direct(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
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

/// Brings the database to the newest schema that this build knows. A newer one is left as it is: while servers are
/// updated one after the other, those of the version before may have to start again.
///
/// # Errors
/// A migration fails, or one that was applied has been edited since, or is none of ours: the database is another's.
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut connection = unlimited(pool).await?;
    verify(&mut connection).await?;
    MIGRATIONS.run(&mut connection).await?;
    Ok(connection.close().await?)
}

/// How many migrations are to come, where [`migrate`] would begin with them.
///
/// # Errors
/// Those of [`migrate`] that show before anything is written.
pub async fn verify_schema(pool: &Pool) -> Result<usize, MigrateError> {
    verify(&mut *pool.acquire().await?).await
}

async fn verify(db: &mut PgConnection) -> Result<usize, MigrateError> {
    let applied = applied_migrations(db).await?;
    if !applied.is_empty()
        && let Some(version) = db.dirty_version().await?
    {
        return Err(MigrateError::Dirty(version));
    }
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    let missing = missing_from(&applied);
    for applied in &applied {
        match MIGRATIONS.iter().find(|migration| migration.version == applied.version) {
            Some(known) if known.checksum != applied.checksum => {
                return Err(MigrateError::VersionMismatch(applied.version));
            }
            // A newer version has brought along all of this one's before its own.
            None if applied.version < newest || missing > 0 => {
                return Err(MigrateError::VersionMissing(applied.version));
            }
            _ => {}
        }
    }
    Ok(missing)
}

fn missing_from(applied: &[AppliedMigration]) -> usize {
    let is_there = |version| applied.iter().any(|applied| applied.version == version);
    MIGRATIONS.iter().filter(|migration| !is_there(migration.version)).count()
}

/// How many migrations of this build the database has not seen. Newer ones, of a server that was updated
/// before this one, are none of its business.
///
/// # Errors
/// The database does not answer.
pub async fn missing_migrations(pool: &Pool) -> Result<usize> {
    let applied = applied_migrations(&mut *pool.acquire().await?).await;
    let applied = applied.map_err(|error| match error {
        MigrateError::Execute(error) => error,
        error => sqlx::Error::Migrate(Box::new(error)),
    })?;
    Ok(missing_from(&applied))
}

/// All migrations that the database has seen.
async fn applied_migrations(db: &mut PgConnection) -> Result<Vec<AppliedMigration>, MigrateError> {
    match db.list_applied_migrations().await {
        // A new database has not even the table.
        Err(MigrateError::Execute(sqlx::Error::Database(error)))
            if error.code().as_deref() == Some(UNDEFINED_TABLE) =>
        {
            Ok(Vec::new())
        }
        applied => applied,
    }
}

/// What time it is to the database, whose clock judges.
///
/// # Errors
/// It does not answer.
pub async fn now(pool: &Pool) -> Result<OffsetDateTime> {
    sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(&mut *pool.acquire().await?).await
}

const UNDEFINED_TABLE: &str = "42P01";

/// A connection of its own that may take its time, for migrations of large tables.
async fn unlimited(pool: &PgPool) -> Result<PgConnection> {
    PgConnection::connect_with(&pool.connect_options()).await
}

/// A transaction; what is not committed did not happen.
///
/// # Errors
/// There is no connection to be had.
pub async fn begin(pool: &Pool) -> Result<Transaction<'static, Postgres>> {
    pool.begin(ReadOrWrite::Write).await
}

/// In this transaction no row is waited for longer than a quarter of a second: others wait for it meanwhile, who have
/// nothing to do with that row.
///
/// # Errors
/// The database fails.
pub async fn wait_briefly(db: &mut PgConnection) -> Result<()> {
    sqlx::query!("select set_config('lock_timeout', '250ms', true)").fetch_one(db).await?;
    Ok(())
}

/// Whether the database answers.
///
/// # Errors
/// It does not.
pub async fn ping(pool: &Pool) -> Result<()> {
    sqlx::query_scalar!("select 1").fetch_one(&mut *pool.acquire().await?).await?;
    Ok(())
}

/// Whether there is a connection to be had. One that was used within [`RESTED`] is taken at its word,
/// so that this costs nothing while much is going on.
///
/// # Errors
/// There is none.
pub async fn reach(pool: &Pool) -> Result<()> {
    pool.connections.acquire().await.map(drop)
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

    /// N8: a server of the version before starts again while others are updated, and none on a foreign database.
    #[sqlx::test(migrator = "MIGRATIONS")]
    async fn a_newer_schema_is_left_as_it_is_and_a_foreign_one_is_refused(pool: PgPool) {
        let note = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                    values ($1, 'another', true, '', 0)";
        sqlx::query(note).bind(i64::MAX).execute(&pool).await.unwrap();
        migrate(&pool).await.unwrap();
        assert_eq!(missing_migrations(&pool.clone().into()).await.unwrap(), 0);
        sqlx::query(note).bind(20_200_101_000_000_i64).execute(&pool).await.unwrap();
        let refused = migrate(&pool).await.unwrap_err();
        assert!(matches!(refused, MigrateError::VersionMissing(20_200_101_000_000)), "{refused}");
    }

    /// N8: what `headcount check` says is what a start would find, which writes nothing then.
    #[sqlx::test(migrator = "MIGRATIONS")]
    async fn a_schema_that_is_not_whole_is_refused(pool: PgPool) {
        let newest = "(select max(version) from _sqlx_migrations)";
        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                     values (9000000000000000000, 'another', true, '', 0)";
        for damage in [
            format!("update _sqlx_migrations set success = false where version = {newest}"),
            format!("update _sqlx_migrations set checksum = '' where version = {newest}"),
            // Of another program; and of a newer version, without all of this one's.
            format!("delete from _sqlx_migrations; {newer}"),
            format!("delete from _sqlx_migrations where version = {newest}; {newer}"),
        ] {
            let kept = "create table kept as table _sqlx_migrations";
            sqlx::raw_sql(&format!("{kept}; {damage}")).execute(&pool).await.unwrap();
            assert!(verify_schema(&pool.clone().into()).await.is_err(), "{damage}");
            assert!(migrate(&pool).await.is_err(), "{damage}");
            let back =
                "delete from _sqlx_migrations; insert into _sqlx_migrations table kept; drop table kept";
            sqlx::raw_sql(back).execute(&pool).await.unwrap();
        }
        assert_eq!(verify_schema(&pool.into()).await.unwrap(), 0);
    }

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
            let pool = Pool::from(one.clone());
            let mut beginning = Box::pin(begin(&pool));
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
