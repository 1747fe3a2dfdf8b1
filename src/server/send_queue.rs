//! Where leads of an organization send invites at once, or a program does: the counter of the organization's day is
//! what they all write. I5, I12, QUALITY performance 13
//!
//! The store decides about each. What it refuses of several is asked again of each alone.

use super::group_commit::{GroupCommit, Work};
use crate::{
    domain::{
        actor::Actor,
        ids::{OrgId, TeamId},
        invite::MailLimits,
        people::Changed,
        role::Role,
    },
    server::{live::Live, transaction::Transaction},
    store::{
        self, Error, Pool,
        invites::{self, InviteOptions, Invitee, Sending, Sent},
    },
};

/// Sends that go together at most.
const TOGETHER: usize = 32;
/// Who invites more people goes alone, so that nobody waits for them here.
const PEOPLE: usize = 10;

/// The lines of those who send. Cheap to clone.
pub type SendQueue = GroupCommit<SendingTogether>;

/// Sends invites.
pub struct SendingTogether;

/// What one lead sends.
#[derive(Clone, Debug)]
pub struct OwnSending {
    pub actor: Actor,
    pub invitees: Vec<Invitee>,
    pub team: Option<TeamId>,
    pub note: Option<String>,
    pub role: Role,
    /// Those of this server.
    pub limits: MailLimits,
}

impl OwnSending {
    /// As the store takes it.
    #[must_use]
    pub fn as_sending(&self) -> Sending<'_> {
        let options = InviteOptions { team: self.team, note: self.note.as_deref(), role: self.role };
        Sending { actor: &self.actor, invitees: &self.invitees, options }
    }

    /// Whether it may go with others.
    #[must_use]
    pub const fn is_small(&self) -> bool {
        self.invitees.len() <= PEOPLE
    }
}

impl Work for SendingTogether {
    type Item = OwnSending;
    type Done = Sent;

    fn goes_with(group: &[OwnSending], _: &OwnSending) -> bool {
        group.len() < TOGETHER
    }

    async fn write(
        pool: &Pool,
        live: &Live,
        org: OrgId,
        group: &[OwnSending],
    ) -> store::Result<Vec<Option<Sent>>> {
        let Some(limits) = group.first().map(|one| one.limits) else { return Ok(Vec::new()) };
        let sendings: Vec<Sending<'_>> = group.iter().map(OwnSending::as_sending).collect();
        let mut tx = Transaction::new(store::begin(pool).await?, live.clone());
        store::wait_briefly(&mut tx).await?;
        match invites::send_all(&mut tx, org, &sendings, limits).await {
            Ok(sent) => {
                tx.commit(org, Changed::Anybody).await?;
                Ok(sent.into_iter().map(Some).collect())
            }
            Err(Error::Refused(_)) => Ok(Vec::new()),
            Err(Error::Broken(error)) => Err(error),
        }
    }
}
