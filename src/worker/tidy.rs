//! Forgets what is kept for a while only.

use crate::{
    server::state::AppState,
    store::{self, retention},
};

/// # Errors
/// The database fails.
pub async fn tidy(state: &AppState) -> store::Result<()> {
    retention::delete_old(&state.pool).await.map(|_| ())
}
