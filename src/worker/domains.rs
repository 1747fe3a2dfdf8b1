//! Looks at the DNS for the records that prove domains: soon after a claim, daily later, so that what
//! was lost is noticed. Any number of servers may look at once; each look is one server's. S1, N9

use futures_util::{StreamExt, stream};

use crate::{
    domain::actor::Actor,
    server::{domain_looks::look, state::AppState},
    store::{
        self, Error,
        sso::domains::{self, UnknownDomain},
    },
};

/// Looks that are taken at once, and how many of them ask at the same time.
const LOOKS: i64 = 50;
const AT_ONCE: usize = 10;

/// Does the looks that are due, and says how many there were.
pub async fn look_at_due(state: &AppState) -> store::Result<usize> {
    let due = {
        let mut db = state.pool.autocommit().await?;
        let due = domains::due(&mut db, LOOKS).await?;
        db.finish().await?;
        due
    };
    let count = due.len();
    let looks = due.into_iter().map(|due| async move {
        let actor = Actor::system(due.org);
        look(state, &actor, &due.domain).await
    });
    let mut looks = stream::iter(looks).buffer_unordered(AT_ONCE);
    while let Some(looked) = looks.next().await {
        match looked {
            // Given up meanwhile.
            Ok(_) | Err(Error::Refused(UnknownDomain)) => {}
            Err(Error::Broken(error)) => return Err(error),
        }
    }
    Ok(count)
}
