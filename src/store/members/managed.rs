//! Adding somebody on their behalf, also in place of an invite that is still open. M1, M4

use crate::{
    domain::{
        actor::Actor,
        audit::Act,
        credit::OutOfCredits,
        email::EmailAddress,
        ids::{MemberId, TeamId},
    },
    store::{
        Error, PgConnection,
        audit::{self, Object},
        credits, fresh_id, invites, refused,
        teams::{self, TeamRefusal},
    },
};

/// Somebody to be added on their behalf; the texts are checked. M1
#[derive(Clone, Debug)]
pub struct NewManaged<'a> {
    pub name: &'a str,
    pub address: Option<&'a EmailAddress>,
    pub title: Option<&'a str>,
    pub team: Option<TeamId>,
}

/// Why nobody was added on their behalf. C1, M4, T1
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManagedRefusal {
    #[error(transparent)]
    OutOfCredits(#[from] OutOfCredits),
    #[error(transparent)]
    Team(#[from] TeamRefusal),
    #[error("This address belongs to {name}, who is a member already.")]
    AddressTaken { member: MemberId, name: String },
    #[error(
        "This address has an invite that is still open. Turn the invite into this member, or leave the address out."
    )]
    Invited,
}

/// Adds a member who needs no account. M1, M4
///
/// # Errors
/// No credit, no such sub-team, or the address is a member's or an invite's.
pub async fn add_managed(
    db: &mut PgConnection,
    actor: &Actor,
    new: &NewManaged<'_>,
) -> Result<MemberId, Error<ManagedRefusal>> {
    credits::require(db, actor.org).await.map_err(refused)?;
    teams::require(db, actor.org, new.team).await.map_err(refused)?;
    let key = new.address.map(EmailAddress::key);
    if let Some(key) = &key {
        let invited = sqlx::query_scalar!(
            r#"select exists (
                   select from invites
                   where org_id = $1 and email = $2 and invite_is_open(state, expires_at)
               ) as "found!""#,
            actor.org.0,
            key,
        )
        .fetch_one(&mut *db)
        .await?;
        if invited {
            return Err(Error::Refused(ManagedRefusal::Invited));
        }
        // One that has expired is nobody's any more.
        invites::hand_over(db, actor.org, key).await?;
    }
    let id = sqlx::query_scalar!(
        "insert into members (org_id, id, role, kind, name, email, address, title, team_id)
         values ($1, $2, 'member', 'managed', $3, $4, $5, $6, $7)
         on conflict on constraint members_email_key do nothing
         returning id",
        actor.org.0,
        fresh_id(),
        new.name,
        key,
        new.address.map(ToString::to_string),
        new.title,
        new.team.map(|team| team.0),
    )
    .fetch_optional(&mut *db)
    .await?;
    match id {
        Some(id) => {
            audit::record(db, actor, Act::MemberAdded, Object::one(id, new.name)).await?;
            Ok(MemberId(id))
        }
        None => {
            let taken = sqlx::query!(
                "select id, name from members where org_id = $1 and email = $2",
                actor.org.0,
                key
            )
            .fetch_one(db)
            .await?;
            Err(Error::Refused(ManagedRefusal::AddressTaken { member: MemberId(taken.id), name: taken.name }))
        }
    }
}

/// Adds a member on their behalf in place of the invite that their address has: nobody is reminded of it any
/// more, and its link lets the person claim this member. Team and title are the invite's where no others
/// are given. M4, M5
///
/// # Errors
/// As [`add_managed`]; also where the person has joined meanwhile.
pub async fn take_over_invite(
    db: &mut PgConnection,
    actor: &Actor,
    new: &NewManaged<'_>,
) -> Result<MemberId, Error<ManagedRefusal>> {
    // Before the invite, as everywhere.
    teams::require(db, actor.org, new.team).await.map_err(refused)?;
    let Some(address) = new.address else { return add_managed(db, actor, new).await };
    let Some(invite) = invites::hand_over(db, actor.org, &address.key()).await? else {
        return add_managed(db, actor, new).await;
    };
    let team = match (new.team, invite.team) {
        (None, Some(team)) => teams::hold_if_free(db, actor.org, team).await?,
        (given, _) => given,
    };
    audit::record(db, actor, Act::InviteTakenOver, Object::one(invite.id.0, &address.to_string())).await?;
    let title = new.title.or(invite.title.as_deref());
    add_managed(db, actor, &NewManaged { team, title, ..new.clone() }).await
}
