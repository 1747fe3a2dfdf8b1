//! From settings to what they name: the database, and everything that a server needs beside it.

use anyhow::Context;

use crate::{
    server::{
        assets::Assets,
        config::{Build, Database, Settings},
        state::AppState,
    },
    store::{self, PgPool, signing_keys},
    studio::heic::HeicDecoder,
};

/// Connects to the database.
///
/// # Errors
/// It does not answer.
pub async fn database(database: &Database) -> anyhow::Result<PgPool> {
    store::connect(&database.database_url, database.database_connections).await.context(
        "the database does not answer; DATABASE_URL should look like postgres://user:password@host/database",
    )
}

/// Brings the database to the newest schema.
///
/// # Errors
/// A migration fails.
pub async fn migrate(pool: &PgPool) -> anyhow::Result<()> {
    store::migrate(pool).await.context("the database could not be migrated")
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
    let pool = database(&settings.database).await?;
    migrate(&pool).await?;
    let mut state = AppState::new(settings, base, pool, mailer, storage, assets);
    if let Some(engine) = engine {
        state = state.with_engine(engine);
    }
    let mut db = state.pool.acquire().await?;
    signing_keys::begin(&mut db, &state.keys.fingerprint()).await.context("the key could not be noted")?;
    drop(db);
    Ok(match settings.pictures.heic()? {
        Some(decoder) => state.with_heic(decoder),
        None => {
            tracing::info!("HEIC photos are not taken: no {} is here", HeicDecoder::NAME);
            state
        }
    })
}
