//! Personal invites: checked, sent, taken back, accepted. I3 to I6, I9, I11, I12, M5

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    Error, PgConnection, Result, accounts, credits, fresh_id,
    jobs::{self, Job, Mail},
    members::refused,
    teams::{self, TeamRefusal},
    unknown_word,
};
use crate::domain::{
    credit::OutOfCredits,
    email::EmailAddress,
    ids::{AccountId, InviteId, MemberId, OrgId, TeamId},
    invite::{InviteRefusal, InviteState, Standing},
    moment::Moment,
    role::Actor,
};

/// Somebody to be invited.
#[derive(Clone, Debug)]
pub struct Invitee {
    pub address: EmailAddress,
    pub name: Option<String>,
}

/// What an invite says beside its link. I4
#[derive(Clone, Copy, Debug, Default)]
pub struct Wording<'a> {
    pub team: Option<TeamId>,
    pub note: Option<&'a str>,
}

/// An invite that nobody has accepted yet, as leads see it. I11
#[derive(Clone, Debug)]
pub struct PendingInvite {
    pub id: InviteId,
    pub address: String,
    pub name: Option<String>,
    pub team: Option<TeamId>,
    pub state: InviteState,
    pub failure: Option<String>,
    pub expired: bool,
    pub created_at: Moment,
}

/// An invite with everything its page and its mail show. J1
#[derive(Clone, Debug)]
pub struct Invite {
    pub address: EmailAddress,
    pub name: Option<String>,
    pub note: Option<String>,
    pub org_name: String,
    pub team: Option<String>,
    pub inviter: String,
    /// Where the inviter can be written to; absent when they have left.
    pub inviter_address: Option<String>,
    pub state: InviteState,
    pub expired: bool,
    pub expires_at: Moment,
}

impl Invite {
    /// Whether the person may still join with it, by the database's clock.
    ///
    /// # Errors
    /// Why they may not. I7, I9
    pub const fn require_open(&self) -> std::result::Result<(), InviteRefusal> {
        match self.state {
            InviteState::Joined => Err(InviteRefusal::Joined),
            InviteState::Declined => Err(InviteRefusal::Declined),
            InviteState::Revoked => Err(InviteRefusal::Revoked),
            _ if self.expired => Err(InviteRefusal::Expired),
            InviteState::Queued | InviteState::Sent | InviteState::Failed => Ok(()),
        }
    }
}

/// Why nobody was invited. C1, T1
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendRefusal {
    #[error(transparent)]
    OutOfCredits(#[from] OutOfCredits),
    #[error(transparent)]
    Team(#[from] TeamRefusal),
}

/// An invite that was named is not pending any more, or is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This invite is no longer pending. Reload the page to see what became of it.")]
pub struct NotPending;

/// Who came in through an invite.
#[derive(Clone, Copy, Debug)]
pub struct Accepted {
    pub account: AccountId,
    pub member: MemberId,
}

/// What the organization knows of each address, keyed by [`EmailAddress::key`]. I3
///
/// # Errors
/// The database fails.
pub async fn standings(
    db: &mut PgConnection,
    org: OrgId,
    keys: &[String],
) -> Result<HashMap<String, Standing>> {
    let rows = sqlx::query!(
        r#"select key as "key!", m.name as "member?",
                  exists (
                      select from invites i
                      where i.org_id = $1 and i.email = key and i.state in ('queued', 'sent', 'failed')
                        and i.expires_at > now()
                  ) as "invited!"
           from unnest($2::text[]) as key
           left join members m on m.org_id = $1 and m.email = key"#,
        org.0,
        keys,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let standing = match (row.member, row.invited) {
                (Some(name), _) => Standing::Member { name },
                (None, true) => Standing::Invited,
                (None, false) => Standing::New,
            };
            (row.key, standing)
        })
        .collect())
}

/// Invites everybody who is neither a member nor invited, and queues one mail for each: both or
/// neither. Gives the keys of those who were invited. I3, I5, I12
///
/// # Errors
/// No credit, or no such sub-team; nothing was changed.
pub async fn send(
    db: &mut PgConnection,
    actor: &Actor,
    invitees: &[Invitee],
    wording: Wording<'_>,
) -> Result<Vec<String>, SendRefusal> {
    credits::require(db, actor.org).await.map_err(refused)?;
    teams::require(db, actor.org, wording.team).await.map_err(refused)?;
    let mut once = HashSet::new();
    let invitees: Vec<&Invitee> =
        invitees.iter().filter(|invitee| once.insert(invitee.address.key())).collect();
    let ids: Vec<Uuid> = invitees.iter().map(|_| fresh_id()).collect();
    let keys: Vec<String> = invitees.iter().map(|invitee| invitee.address.key()).collect();
    let addresses: Vec<String> = invitees.iter().map(|invitee| invitee.address.to_string()).collect();
    let names: Vec<Option<String>> = invitees.iter().map(|invitee| invitee.name.clone()).collect();
    // An expired invite of the same address is renewed; a live one is left alone. In one order for
    // all, so that two lists with the same people never wait for each other.
    let rows = sqlx::query!(
        r#"insert into invites as i
               (org_id, id, email, address, name, note, team_id, invited_by, invited_by_name, expires_at)
           select $1, x.id, x.email, x.address, x.name, $6, $7, $8, $9, now() + make_interval(days => o.invite_days)
           from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as x (id, email, address, name)
           join organizations o on o.id = $1
           where not exists (select from members m where m.org_id = $1 and m.email = x.email)
           order by x.email
           on conflict (org_id, email) where state in ('queued', 'sent', 'failed') do update
           set state = 'queued', failure = null, sent_at = null, name = coalesce(excluded.name, i.name),
               note = excluded.note, team_id = excluded.team_id, invited_by = excluded.invited_by,
               invited_by_name = excluded.invited_by_name, expires_at = excluded.expires_at
           where i.expires_at <= now()
           returning i.id, i.email"#,
        actor.org.0,
        &ids,
        &keys,
        &addresses,
        &names as &[Option<String>],
        wording.note,
        wording.team.map(|team| team.0),
        actor.member.0,
        &actor.name,
    )
    .fetch_all(&mut *db)
    .await
    .map_err(|error| teams::gone("invites_team_fkey", error))?;
    let mails: Vec<Job> =
        rows.iter().map(|row| Job::Mail(Mail::Invite { org: actor.org, invite: InviteId(row.id) })).collect();
    jobs::queue(db, &mails).await.map_err(Error::widen)?;
    Ok(rows.into_iter().map(|row| row.email).collect())
}

/// Invites that nobody has accepted yet, newest first. Who joined some other way is not waited for. P1
///
/// # Errors
/// The database fails.
pub async fn pending(db: &mut PgConnection, org: OrgId) -> Result<Vec<PendingInvite>> {
    sqlx::query!(
        r#"select id, address, name, team_id, state, failure, created_at, expires_at <= now() as "expired!"
           from invites i
           where org_id = $1 and state in ('queued', 'sent', 'failed')
             and not exists (
                 select from members m
                 where m.org_id = i.org_id and m.email = i.email and m.account_id is not null
             )
           order by created_at desc, id desc"#,
        org.0,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| {
        Ok(PendingInvite {
            id: InviteId(row.id),
            address: row.address,
            name: row.name,
            team: row.team_id.map(TeamId),
            state: InviteState::from_word(&row.state).ok_or_else(|| unknown_word(&row.state))?,
            failure: row.failure,
            expired: row.expired,
            created_at: row.created_at.into(),
        })
    })
    .collect()
}

/// One invite, for its page and its mail; `None` when there is none.
///
/// # Errors
/// The database fails.
pub async fn find(db: &mut PgConnection, org: OrgId, invite: InviteId) -> Result<Option<Invite>> {
    let row = sqlx::query!(
        r#"select i.address, i.name, i.note, i.state, i.expires_at, i.expires_at <= now() as "expired!",
                  i.invited_by_name, o.name as org_name, t.name as "team?", m.address as "inviter_address?"
           from invites i
           join organizations o on o.id = i.org_id
           left join teams t on t.org_id = i.org_id and t.id = i.team_id
           left join members m on m.org_id = i.org_id and m.id = i.invited_by
           where i.org_id = $1 and i.id = $2"#,
        org.0,
        invite.0,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Invite {
            address: EmailAddress::try_from(row.address).map_err(|_| unknown_word("address"))?,
            name: row.name,
            note: row.note,
            org_name: row.org_name,
            team: row.team,
            inviter: row.invited_by_name,
            inviter_address: row.inviter_address,
            state: InviteState::from_word(&row.state).ok_or_else(|| unknown_word(&row.state))?,
            expired: row.expired,
            expires_at: row.expires_at.into(),
        })
    })
    .transpose()
}

/// Takes an invite back; its link is dead from the commit on. I9
///
/// # Errors
/// It is not pending.
pub async fn revoke(db: &mut PgConnection, org: OrgId, invite: InviteId) -> Result<String, NotPending> {
    let address = sqlx::query_scalar!(
        "update invites set state = 'revoked', failure = null
         where org_id = $1 and id = $2 and state in ('queued', 'sent', 'failed')
         returning address",
        org.0,
        invite.0,
    )
    .fetch_optional(db)
    .await?;
    address.ok_or(Error::Refused(NotPending))
}

/// Puts a pending invite into a sub-team, or into none. T2
///
/// # Errors
/// No such sub-team, or the invite is not pending.
pub async fn assign(
    db: &mut PgConnection,
    org: OrgId,
    invite: InviteId,
    team: Option<TeamId>,
) -> Result<(), InviteNotMoved> {
    teams::require(db, org, team).await.map_err(refused)?;
    let moved = sqlx::query!(
        "update invites set team_id = $3
         where org_id = $1 and id = $2 and state in ('queued', 'sent', 'failed')",
        org.0,
        invite.0,
        team.map(|team| team.0),
    )
    .execute(db)
    .await
    .map_err(|error| teams::gone("invites_team_fkey", error))?;
    if moved.rows_affected() == 1 { Ok(()) } else { Err(Error::Refused(NotPending.into())) }
}

/// Why an invite was not moved to a sub-team. T2
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteNotMoved {
    #[error(transparent)]
    Team(#[from] TeamRefusal),
    #[error(transparent)]
    Pending(#[from] NotPending),
}

/// Lets the invited person in, under the name they gave. A member who was added on their behalf
/// under this address stays that member and now has an account. I5, M5
///
/// # Errors
/// The invite is no longer open, by the database's clock and under a lock. `None` in the refusal's
/// place of [`Invite`] means that there is none.
pub async fn accept(
    db: &mut PgConnection,
    org: OrgId,
    invite: InviteId,
    name: &str,
) -> Result<Accepted, InviteRefusal> {
    let row = sqlx::query!(
        r#"select address, state, team_id, expires_at <= clock_timestamp() as "expired!"
           from invites
           where org_id = $1 and id = $2
           for update"#,
        org.0,
        invite.0,
    )
    .fetch_one(&mut *db)
    .await?;
    let state = InviteState::from_word(&row.state).ok_or_else(|| unknown_word(&row.state))?;
    match state {
        InviteState::Joined => return Err(Error::Refused(InviteRefusal::Joined)),
        InviteState::Declined => return Err(Error::Refused(InviteRefusal::Declined)),
        InviteState::Revoked => return Err(Error::Refused(InviteRefusal::Revoked)),
        _ if row.expired => return Err(Error::Refused(InviteRefusal::Expired)),
        _ => {}
    }
    let address = EmailAddress::try_from(row.address).map_err(|_| unknown_word("address"))?;
    let account = accounts::ensure(db, &address).await.map_err(Error::widen)?;
    let member = sqlx::query_scalar!(
        "insert into members as m (org_id, id, account_id, role, kind, name, email, address, team_id)
         values ($1, $2, $3, 'member', 'invite', $4, $5, $6, $7)
         on conflict on constraint members_email_key do update
         set account_id = excluded.account_id
         returning m.id",
        org.0,
        fresh_id(),
        account.0,
        name,
        address.key(),
        address.to_string(),
        row.team_id,
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!(
        "update invites set state = 'joined', failure = null where org_id = $1 and id = $2",
        org.0,
        invite.0,
    )
    .execute(db)
    .await?;
    Ok(Accepted { account, member: MemberId(member) })
}

/// Notes that the mail server took an invite's mail. An invite that moved on meanwhile stays there.
///
/// # Errors
/// The database fails.
pub async fn mark_sent(db: &mut PgConnection, org: OrgId, invite: InviteId) -> Result<()> {
    sqlx::query!(
        "update invites set state = 'sent', failure = null, sent_at = now()
         where org_id = $1 and id = $2 and state in ('queued', 'failed')",
        org.0,
        invite.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that an invite's mail was refused for good, with the mail server's words. I11
///
/// # Errors
/// The database fails.
pub async fn mark_failed(db: &mut PgConnection, org: OrgId, invite: InviteId, words: &str) -> Result<()> {
    sqlx::query!(
        "update invites set state = 'failed', failure = $3
         where org_id = $1 and id = $2 and state = 'queued'",
        org.0,
        invite.0,
        words,
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
