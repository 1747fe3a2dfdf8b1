//! Where people who are signed in go through an organization's links at once: the row of a link is what they all
//! write. L4, QUALITY performance 5, 6
//!
//! The statement decides who gets in. Whoever it does not let in is looked at alone.

use super::group_commit::{GroupCommit, Work};
use crate::{
    domain::ids::{LinkId, MemberId, OrgId},
    server::live::Live,
    store::{
        self, Error, Pool,
        links::{self, Raced},
        proof::Joiner,
    },
};

/// People who go in with one statement at most.
const TOGETHER: usize = 64;

/// The lines before the links of this server's organizations. Cheap to clone.
pub type JoinQueue = GroupCommit<Joining>;

/// Lets people in through links.
pub struct Joining;

impl Work for Joining {
    type Item = (LinkId, Joiner);
    type Done = MemberId;

    /// No person twice.
    fn goes_with(group: &[Self::Item], (_, next): &Self::Item) -> bool {
        let account = next.proof.account();
        group.len() < TOGETHER && group.iter().all(|(_, other)| other.proof.account() != account)
    }

    async fn write(
        pool: &Pool,
        live: &Live,
        org: OrgId,
        group: &[Self::Item],
    ) -> store::Result<Vec<Option<MemberId>>> {
        let mut db = pool.autocommit().await?;
        let members = match links::let_in(&mut db, org, group).await {
            Ok(members) => members,
            Err(Error::Refused(Raced)) => return Ok(Vec::new()),
            Err(Error::Broken(error)) => return Err(error),
        };
        db.finish().await?;
        if members.iter().any(Option::is_some) {
            live.changed(org, members.iter().flatten().copied().collect());
        }
        Ok(members)
    }
}
