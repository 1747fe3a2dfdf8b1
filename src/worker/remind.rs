//! Reminds by itself those who have not answered their invite. Any number of servers may look at
//! once; each reminder is queued by one. I8, N9

use crate::{
    domain::actor::Actor,
    server::state::AppState,
    store::{self, Error, invites, jobs, mail_counts},
};

/// Queues the reminders that are due now, and says how many.
pub async fn remind_who_is_due(state: &AppState) -> store::Result<usize> {
    let due = {
        let mut db = state.pool.acquire().await?;
        invites::due_reminders(&mut db).await?
    };
    let mut count = 0;
    for due in due.chunk_by(|one, next| one.org == next.org) {
        let mut tx = state.pool.begin().await?;
        match invites::remind_by_itself(&mut tx, &Actor::system(due[0].org), due, state.mail_limits).await {
            Ok(reminded) => {
                tx.commit().await?;
                count += reminded;
            }
            // Tomorrow, then.
            Err(Error::Refused(_)) => tx.rollback().await?,
            Err(Error::Broken(error)) => return Err(error),
        }
    }
    Ok(count)
}

/// Forgets what is kept for a while only.
pub async fn tidy(state: &AppState) -> store::Result<()> {
    let mut db = state.pool.acquire().await?;
    jobs::forget_old(&mut db).await?;
    mail_counts::forget_old(&mut db).await
}
