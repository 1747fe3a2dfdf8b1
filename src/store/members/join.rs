//! Joining: the one verb that every way in ends with. J3, J6, J7, M5

use crate::{
    domain::{
        ids::{InviteId, LinkId, OrgId, TeamId},
        joining::{JoinRefusal, Joined},
    },
    store::{
        Error, PgConnection, accounts, invites, links, proof::Joiner, refused, scim::joining, sso::identities,
    },
};

/// What lets a person in.
#[derive(Clone, Copy, Debug)]
pub enum Through {
    /// A personal invite; `generation` is that of the token they came with. I5
    Invite { invite: InviteId, generation: i32 },
    /// An open link. L4
    Link(LinkId),
    /// The organization's identity provider vouches for them; new people go to this sub-team. S3
    Sso { team: Option<TeamId> },
    /// The organization's directory says that they belong to it. S6
    Directory,
}

/// Makes the person a member, or says why not. Whatever they come through:
/// - who was added on their behalf under this address stays that same member, and has an account now;
/// - every pending invite of the address in this organization is closed: its link says so, and its
///   queued mails are void;
/// - the login they came with looks at the organization from now on.
///
/// It holds the link's row until the transaction ends, so call this last.
///
/// # Errors
/// The invite, the link or the organization turns the person away; [`JoinRefusal::Raced`] asks for another try.
pub async fn join(
    db: &mut PgConnection,
    org: OrgId,
    through: Through,
    joiner: &Joiner,
) -> Result<Joined, Error<JoinRefusal>> {
    match through {
        Through::Sso { team } => {
            let joined = identities::let_in(db, org, team, joiner).await?;
            if let Some(login) = joiner.proof.login() {
                accounts::switch_to(db, login, org).await?;
            }
            Ok(joined)
        }
        Through::Directory => joining::let_in(db, org, joiner).await,
        Through::Link(link) => links::redeem(db, org, link, joiner).await,
        Through::Invite { invite, generation } => {
            let member = invites::accept(db, org, invite, generation, joiner).await.map_err(refused)?;
            identities::unbar(db, org, joiner.proof.account()).await?;
            if let Some(login) = joiner.proof.login() {
                accounts::switch_to(db, login, org).await?;
            }
            Ok(Joined::Now(member))
        }
    }
}

#[cfg(test)]
mod tests;
