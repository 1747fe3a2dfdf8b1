//! Reminds by itself those who have not answered their invite. Any number of servers may look at
//! once; each reminder is queued by one. I8, N9

use crate::{
    domain::actor::Actor,
    server::state::AppState,
    store::{self, Error, invites},
};

/// Queues the reminders that are due now, and says how many.
pub async fn remind_who_is_due(state: &AppState) -> store::Result<usize> {
    let due = {
        let mut db = state.pool.acquire().await?;
        invites::due_reminders(&mut db).await?
    };
    let mut count = 0;
    for due in due.chunk_by(|one, next| one.org == next.org) {
        let actor = Actor::system(due[0].org);
        let reminded = store::retry(|| async {
            let mut tx = state.begin().await?;
            let reminded = invites::remind_by_itself(&mut tx, &actor, due, state.mail_limits).await?;
            state.commit_about(tx, actor.org, due.iter().map(|due| due.invite)).await?;
            Ok(reminded)
        });
        match reminded.await {
            Ok(reminded) => count += reminded,
            // Tomorrow, then.
            Err(Error::Refused(_)) => {}
            Err(Error::Broken(error)) => return Err(error),
        }
    }
    Ok(count)
}
