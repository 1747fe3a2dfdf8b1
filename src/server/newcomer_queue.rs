//! Where people whose addresses have no account yet come by the links of an organization's invites at once, as an
//! office does that has just been invited. J6, QUALITY performance 13
//!
//! The statement decides who gets in. Whoever it does not let in is looked at alone.

use super::group_commit::{GroupCommit, Work};
use crate::{
    domain::ids::{MemberId, OrgId},
    server::{live::Live, transaction::Transaction},
    store::{
        self, Error, Pool,
        invites::{self, Newcomer, NotTogether},
    },
};

/// People who go in with one statement at most.
const TOGETHER: usize = 64;

/// The lines before the invites of this server's organizations. Cheap to clone.
pub type NewcomerQueue = GroupCommit<FirstJoining>;

/// Lets newcomers in by their invites.
pub struct FirstJoining;

impl Work for FirstJoining {
    type Item = Newcomer;
    type Done = MemberId;

    /// No person twice, by whatever invite.
    fn goes_with(group: &[Newcomer], next: &Newcomer) -> bool {
        let key = next.address.key();
        group.len() < TOGETHER
            && group.iter().all(|other| other.invite != next.invite && other.address.key() != key)
    }

    async fn write(
        pool: &Pool,
        live: &Live,
        org: OrgId,
        group: &[Newcomer],
    ) -> store::Result<Vec<Option<MemberId>>> {
        let mut tx = Transaction::new(store::begin(pool).await?, live.clone());
        store::wait_briefly(&mut tx).await?;
        match invites::let_newcomers_in(&mut tx, org, group).await {
            Ok(members) => {
                tx.commit(org, members.iter().flatten().copied().collect()).await?;
                Ok(members)
            }
            Err(Error::Refused(NotTogether)) => Ok(Vec::new()),
            Err(Error::Broken(error)) => Err(error),
        }
    }
}
