//! Reminds by itself those who have not answered their invite, and members who have not submitted. Any number of servers may look at
//! once; each reminder is queued by one. I8, I15, N9

use crate::{
    domain::{actor::Actor, ids::MemberId},
    server::state::AppState,
    store::{self, Error, invites, people},
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

/// Queues the reminders of members who are stuck, and says how many.
pub async fn remind_of_photos(state: &AppState) -> store::Result<usize> {
    let due = {
        let mut db = state.pool.acquire().await?;
        people::due_photo_reminders(&mut db).await?
    };
    let mut count = 0;
    for due in due.chunk_by(|(one, _), (next, _)| one == next) {
        let actor = Actor::system(due[0].0);
        let members: Vec<MemberId> = due.iter().map(|(_, member)| *member).collect();
        count += store::retry(|| async {
            let mut tx = state.begin().await?;
            let reminded = people::remind_of_photos(&mut tx, &actor, &members).await?;
            state.commit_about(tx, actor.org, members.iter().copied()).await?;
            Ok::<_, store::DatabaseError>(reminded)
        })
        .await?;
    }
    Ok(count)
}
