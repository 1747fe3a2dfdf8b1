//! For whoever watches the servers: whether this one lives, and whether it can do its work. N8

use axum::{extract::State, http::StatusCode};

use super::error::PageError;
use crate::{server::state::AppState, store};

/// A key that no picture has.
const PROBE: &str = "probe";

/// Whether this server answers and reaches its database.
///
/// # Errors
/// The database is away.
pub async fn lives(State(state): State<AppState>) -> Result<&'static str, PageError> {
    store::ping(&state.pool).await?;
    Ok("ok")
}

/// Whether this server can take requests: the database answers on the schema that this build needs, and
/// so does the storage.
///
/// # Errors
/// One of them is away.
pub async fn ready(State(state): State<AppState>) -> Result<(StatusCode, &'static str), PageError> {
    if store::missing_migrations(&state.pool).await? > 0 {
        return Ok((StatusCode::SERVICE_UNAVAILABLE, "the database is older than this server"));
    }
    state.storage.has(PROBE).await?;
    Ok((StatusCode::OK, "ready"))
}
