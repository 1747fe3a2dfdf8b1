//! Forgets what is kept for a while only.

use crate::{
    server::state::AppState,
    store::{self, jobs, mail_counts},
};

/// # Errors
/// The database fails.
pub async fn tidy(state: &AppState) -> store::Result<()> {
    let mut db = state.pool.acquire().await?;
    jobs::forget_old(&mut db).await?;
    mail_counts::forget_old(&mut db).await
}
