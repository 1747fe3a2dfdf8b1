//! Adding somebody on their behalf, also in place of an invite that is still open. M1, M4

use crate::{
    domain::{
        actor::Actor,
        audit::Act,
        credit::OutOfCredits,
        email::EmailAddress,
        ids::{MemberId, OrgId, TeamId},
    },
    store::{
        Error, PgConnection, Result, address_locks,
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
    #[error(
        "This person has joined or was removed meanwhile, so their address stays as it is. Reload the page."
    )]
    NotManaged,
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
        address_locks::hold_to_join(db, actor.org, std::slice::from_ref(key)).await?;
        require_free(db, actor.org, key).await?;
        require_not_invited(db, actor.org, key).await?;
        // One that has expired is nobody's any more.
        invites::hand_over(db, actor.org, key).await?;
    }
    let id = fresh_id();
    sqlx::query!(
        "insert into members (org_id, id, role, kind, name, email, address, title, team_id)
         values ($1, $2, 'member', 'managed', $3, $4, $5, $6, $7)",
        actor.org.0,
        id,
        new.name,
        key,
        new.address.map(ToString::to_string),
        new.title,
        new.team.map(|team| team.0),
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, actor, Act::MemberAdded, Object::one(id, new.name)).await?;
    Ok(MemberId(id))
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
    address_locks::hold_to_join(db, actor.org, &[address.key()]).await?;
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

/// Gives a managed member an email address, another one, or none. An invite that is still open becomes this member's
/// where `take_over`; whatever let somebody in at the address before lets nobody in any more. M4, M5
///
/// # Errors
/// The address is another member's or an invite's; or they have an account, whose address it is.
pub async fn readdress(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    address: Option<&EmailAddress>,
    take_over: bool,
) -> Result<(), Error<ManagedRefusal>> {
    let key = address.map(EmailAddress::key);
    let mut handed_over = None;
    if let Some(key) = &key {
        address_locks::hold_to_join(db, actor.org, std::slice::from_ref(key)).await?;
        if !take_over {
            require_not_invited(db, actor.org, key).await?;
        }
        // Before the member, as everywhere.
        handed_over = invites::hand_over(db, actor.org, key).await?;
    }
    invites::hold_those_of(db, actor.org, member).await?;
    let before = sqlx::query!(
        "select name, email from members
         where org_id = $1 and id = $2 and kind = 'managed' and account_id is null and deactivated_at is null
         for no key update",
        actor.org.0,
        member.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Refused(ManagedRefusal::NotManaged))?;
    if before.email == key {
        return Ok(());
    }
    if let Some(email) = &before.email {
        invites::revoke_those_at(db, actor.org, email).await?;
    }
    if let Some(key) = &key {
        require_free(db, actor.org, key).await?;
        if let Some(invite) = handed_over.filter(|_| take_over) {
            audit::record(db, actor, Act::InviteTakenOver, Object::one(invite.id.0, key)).await?;
        }
    }
    // Also the private link to the headshots that went there. M3
    sqlx::query!(
        "update members
         set results_generation = results_generation + case when email is null then 0 else 1 end,
             email = $3, address = $4
         where org_id = $1 and id = $2",
        actor.org.0,
        member.0,
        key,
        address.map(ToString::to_string),
    )
    .execute(&mut *db)
    .await?;
    let object = Object::one(member.0, &before.name).with(Some("email"));
    Ok(audit::record(db, actor, Act::MemberCorrected, object).await?)
}

async fn require_not_invited(
    db: &mut PgConnection,
    org: OrgId,
    email: &str,
) -> Result<(), Error<ManagedRefusal>> {
    if invites::is_open_for(db, org, email).await? {
        Err(Error::Refused(ManagedRefusal::Invited))
    } else {
        Ok(())
    }
}

async fn require_free(db: &mut PgConnection, org: OrgId, email: &str) -> Result<(), Error<ManagedRefusal>> {
    let taken = sqlx::query!("select id, name from members where org_id = $1 and email = $2", org.0, email)
        .fetch_optional(db)
        .await?;
    match taken {
        Some(taken) => {
            Err(Error::Refused(ManagedRefusal::AddressTaken { member: MemberId(taken.id), name: taken.name }))
        }
        None => Ok(()),
    }
}
