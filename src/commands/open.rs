//! From settings to what they name: the database, and everything that a server needs beside it.

use anyhow::Context;

use crate::{
    server::{
        assets::Assets,
        config::{Build, Database, Settings},
        state::AppState,
    },
    store::{self, MigrateError, Pool, signing_keys},
    studio::heic::HeicDecoder,
};

/// Connects to the database itself, past a pooler.
///
/// # Errors
/// It does not answer.
pub async fn database(database: &Database) -> anyhow::Result<Pool> {
    let pool = store::connect(&database.database_url, database.database_connections).await.context(
        "the database does not answer; DATABASE_URL should look like postgres://user:password@host/database",
    )?;
    Ok(pool.into())
}

/// Connects to the database as a server does: through a pooler, and with a replica for lists, where there are such.
///
/// # Errors
/// The database does not answer, or not through the pooler. A replica may be away.
pub async fn server_database(database: &Database) -> anyhow::Result<Pool> {
    let Database { database_url: url, database_connections: connections, .. } = database;
    let pool = match &database.database_pooler_url {
        None => self::database(database).await?,
        Some(pooler) => store::connect_through_pooler(pooler, url, *connections).await.context(
            "the database does not answer, by DATABASE_POOLER_URL or by DATABASE_URL, which leads past the pooler",
        )?,
    };
    Ok(match &database.database_replica_url {
        None => pool,
        Some(replica) => pool.with_replica(store::open_replica(replica, *connections)?),
    })
}

/// Brings the database to the newest schema.
///
/// # Errors
/// A migration fails.
pub async fn migrate(pool: &Pool) -> anyhow::Result<()> {
    store::migrate(pool.direct()).await.map_err(unusable)
}

/// What is wrong with a schema that this version cannot use.
#[must_use]
pub fn unusable(error: MigrateError) -> anyhow::Error {
    let what = match &error {
        MigrateError::VersionMissing(_) => {
            "the database is another program's, or what a newer version has begun with did not come to its end"
        }
        MigrateError::VersionMismatch(_) | MigrateError::Dirty(_) => {
            "the schema of the database was changed by somebody else; restore a backup"
        }
        _ => "the database could not be migrated",
    };
    anyhow::Error::new(error).context(what)
}

/// Everything that requests and jobs reach, on the newest schema.
///
/// # Errors
/// A setting is missing or names nothing.
pub async fn state(settings: &Settings) -> anyhow::Result<AppState> {
    let base = settings.web.public_base(Build::THIS)?;
    let mailer = settings.mail.mailer(base.host(), Build::THIS)?;
    let storage = settings.pictures.storage(Build::THIS)?;
    let assets = Assets::read(&settings.web.clients())?;
    let engine = settings.engine.remote()?;
    let pool = server_database(&settings.database).await?;
    migrate(&pool).await?;
    let mut state = AppState::new(settings, base, pool, mailer, storage, assets);
    if let Some(engine) = engine {
        state = state.with_engine(engine);
    }
    let mut db = state.pool.autocommit().await?;
    signing_keys::begin(&mut db, &state.keys.fingerprint()).await.context("the key could not be noted")?;
    db.finish().await?;
    Ok(match settings.pictures.heic()? {
        Some(decoder) => state.with_heic(decoder),
        None => {
            tracing::info!("HEIC photos are not taken: no {} is here", HeicDecoder::NAME);
            state
        }
    })
}
