//! Personal invites: one of them, for its page and its mail; joining with it. Sending, following up and
//! listing have files of their own; what became of the mails is in `outbox`. I5, I11, I12, M5

mod follow_up;
mod listing;
mod newcomers;
mod reminding;
mod sending;

use std::collections::HashMap;

use uuid::Uuid;

use super::{Error, PgConnection, Result, decode, fresh_id, organizations, proof::Joiner, unknown_word};
use crate::domain::{
    email::EmailAddress,
    ids::{InviteId, MemberId, OrgId, TeamId},
    invite::{InviteRefusal, InviteState},
    moment::Moment,
    organization::Face,
    role::Role,
};

pub use self::{
    follow_up::{NotMended, NotPending, close, decline, mend, reconsider, require_some, revoke},
    listing::{EndedInvite, PendingInvite, ended, pending, progress},
    newcomers::{Newcomer, NotTogether, let_newcomers_in},
    reminding::{Due, LeftOut, Reminded, due_reminders, freshen, remind, remind_by_itself},
    sending::{InviteOptions, Invitee, NotInvited, SendRefusal, Sending, Sent, send, send_all, statuses},
};

/// An invite with everything its page and its mail show. J1
#[derive(Clone, Debug)]
pub struct Invite {
    pub address: EmailAddress,
    pub name: Option<String>,
    pub note: Option<String>,
    pub org_name: String,
    pub face: Face,
    pub team: Option<String>,
    pub inviter: String,
    /// Where the inviter can be written to; absent when they have left.
    pub inviter_address: Option<String>,
    pub state: InviteState,
    pub expired: bool,
    pub expires_at: Moment,
    /// Part of the proof of its token.
    pub generation: i32,
    /// Which of its mails is the newest.
    pub round: i32,
    /// The address wants no more invites of this organization. I10
    pub opted_out: bool,
    /// Whoever has the address is a member, by whatever way they came in. J7
    pub is_member: bool,
    /// As what they join. P5
    pub role: Role,
}

impl Invite {
    /// Whether the person may still join with it, by the database's clock.
    ///
    /// # Errors
    /// Why they may not. I7, I9, J7
    pub const fn require_open(&self) -> Result<(), InviteRefusal> {
        match self.state {
            InviteState::Joined => Err(InviteRefusal::Joined),
            InviteState::Declined => Err(InviteRefusal::Declined),
            InviteState::Revoked => Err(InviteRefusal::Revoked),
            // Sent in the very moment in which they joined some other way.
            _ if self.is_member => Err(InviteRefusal::Joined),
            // Nobody gets a fresh link to it.
            InviteState::Managed if self.expired => Err(InviteRefusal::Revoked),
            _ if self.expired => Err(InviteRefusal::Expired),
            InviteState::Queued | InviteState::Sent | InviteState::Failed | InviteState::Managed => Ok(()),
        }
    }
}

/// One invite, for its page and its mail; `None` when there is none.
pub async fn find(db: &mut PgConnection, org: OrgId, invite: InviteId) -> Result<Option<Invite>> {
    Ok(find_all(db, &[(org, invite)]).await?.remove(&invite))
}

/// Those of these invites that are there. Each is looked up by itself: joined as a whole they could be
/// planned as a scan of an organization's, when statistics are old. `(select $1)` lets one plan do for
/// any number of them, as in [`super::outbox::settle_and_lease`].
pub async fn find_all(
    db: &mut PgConnection,
    invites: &[(OrgId, InviteId)],
) -> Result<HashMap<InviteId, Invite>> {
    let (orgs, ids): (Vec<Uuid>, Vec<Uuid>) = invites.iter().map(|(org, id)| (org.0, id.0)).unzip();
    let rows = sqlx::query!(
        r#"select i.id, i.address, i.name, i.note, i.state, invite_role(i) as "role!", i.expires_at, i.expires_at <= now() as "expired!",
                  i.generation, i.round, i.invited_by_name, o.name as org_name, t.name as "team?",
                  o.logo_id, o.website, o.support_address, m.address as "inviter_address?",
                  (select x.email from opt_outs x
                   where x.org_id = i.org_id and x.email = i.email) is not null as "opted_out!",
                  (select x.account_id from members x
                   where x.org_id = i.org_id and x.email = i.email) is not null as "is_member!"
           from unnest((select $1::uuid[]), (select $2::uuid[])) as x (org_id, id)
           cross join lateral (
               select * from invites where org_id = x.org_id and id = x.id offset 0
           ) i
           join organizations o on o.id = i.org_id
           left join teams t on t.org_id = i.org_id and t.id = i.team_id
           left join members m on m.org_id = i.org_id and m.id = i.invited_by"#,
        &orgs,
        &ids,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let invite = Invite {
                address: EmailAddress::try_from(row.address).map_err(|_| unknown_word("address"))?,
                name: row.name,
                note: row.note,
                org_name: row.org_name,
                face: organizations::face(row.logo_id, row.website, row.support_address)?,
                team: row.team,
                inviter: row.invited_by_name,
                inviter_address: row.inviter_address,
                state: decode::<InviteState>(&row.state)?,
                expired: row.expired,
                expires_at: row.expires_at.into(),
                generation: row.generation,
                round: row.round,
                opted_out: row.opted_out,
                is_member: row.is_member,
                role: decode::<Role>(&row.role)?,
            };
            Ok((InviteId(row.id), invite))
        })
        .collect()
}

/// Lets the invited person in, under the name they gave. A member who was added on their behalf
/// under this address stays that member and now has an account. `generation` is that of the token
/// they came with. A sub-team that is being deleted at this moment is passed over: the invite is held
/// already, and who deletes waits for it. Through [`super::members::join`] only. I5, M5
///
/// # Errors
/// The invite is no longer open, by the database's clock and under a lock, or it has gone to another
/// address.
pub(super) async fn accept(
    db: &mut PgConnection,
    org: OrgId,
    invite: InviteId,
    generation: i32,
    joiner: &Joiner,
) -> Result<MemberId, Error<InviteRefusal>> {
    let address = joiner.proof.address();
    let row = sqlx::query!(
        r#"select email, state, title, team_id, invite_role(i) as "role!", generation,
                  expires_at <= clock_timestamp() as "expired!"
           from invites i
           where org_id = $1 and id = $2 and (select lock_to_join($1, array[$3]))
           for update"#,
        org.0,
        invite.0,
        address.key(),
    )
    .fetch_one(&mut *db)
    .await?;
    let state = decode::<InviteState>(&row.state)?;
    match state {
        InviteState::Joined => return Err(Error::Refused(InviteRefusal::Joined)),
        InviteState::Declined => return Err(Error::Refused(InviteRefusal::Declined)),
        InviteState::Revoked => return Err(Error::Refused(InviteRefusal::Revoked)),
        _ if row.generation != generation || row.email != address.key() => {
            return Err(Error::Refused(InviteRefusal::Revoked));
        }
        InviteState::Managed if row.expired => return Err(Error::Refused(InviteRefusal::Revoked)),
        _ if row.expired => return Err(Error::Refused(InviteRefusal::Expired)),
        _ => {}
    }
    let member = sqlx::query_scalar!(
        "insert into members as m (org_id, id, account_id, role, kind, name, email, address, team_id, title)
         values (
             $1, $2, $3, $9, 'invite', $4, $5, $6,
             (select id from teams where org_id = $1 and id = $7 for key share skip locked),
             $8
         )
         on conflict on constraint members_email_key do update
         set account_id = excluded.account_id, deactivated_at = null,
             title = coalesce(m.title, excluded.title),
             role = case m.role when 'member' then excluded.role else m.role end
         returning m.id",
        org.0,
        fresh_id(),
        joiner.proof.account().0,
        joiner.name,
        address.key(),
        address.to_string(),
        row.team_id,
        row.title,
        row.role,
    )
    .fetch_one(&mut *db)
    .await?;
    close_by_joining(db, org, &address.key()).await?;
    Ok(MemberId(member))
}

/// Whether the address may join by an invite, by the database's clock.
pub(super) async fn is_open_for(db: &mut PgConnection, org: OrgId, email: &str) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select from invites
               where org_id = $1 and email = $2 and state in ('queued', 'sent', 'failed')
                 and expires_at > clock_timestamp()
           ) as "open!""#,
        org.0,
        email,
    )
    .fetch_one(db)
    .await
}

/// Locks whatever may let somebody in as this member, also once they reconsider: before the member, as those who accept lock.
pub(super) async fn hold_those_of(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<()> {
    sqlx::query!(
        "select id from invites
         where org_id = $1 and (invite_is_pending(state) or state in ('managed', 'declined'))
           and email = (select email from members where org_id = $1 and id = $2)
         order by id
         for update",
        org.0,
        member.0,
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

/// Revokes whatever may let somebody in at an address: they are out from now on. Held by [`hold_those_of`]. P3
pub(super) async fn revoke_those_at(db: &mut PgConnection, org: OrgId, email: &str) -> Result<()> {
    sqlx::query!(
        "update invites
         set state = 'revoked', failure = null, ended_at = now(), settled_at = coalesce(settled_at, now())
         where org_id = $1 and email = $2 and (invite_is_pending(state) or state in ('managed', 'declined'))",
        org.0,
        email,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Closes what is open of an address that joins, held by [`super::address_locks`], and says as what its invite lets
/// them in: one that has expired, or was sent by somebody who leads no more, makes nobody a lead. J7, P5
pub(super) async fn close_by_joining(db: &mut PgConnection, org: OrgId, email: &str) -> Result<Role> {
    let roles = sqlx::query_scalar!(
        r#"update invites i
           set state = 'joined', failure = null, settled_at = coalesce(settled_at, now())
           from (
               select id from invites
               where org_id = $1 and email = $2 and state in ('queued', 'sent', 'failed')
               union all
               select id from invites
               where org_id = $1 and email = $2 and state = 'managed'
           ) x
           where i.org_id = $1 and i.id = x.id and i.email = $2
             and i.state in ('queued', 'sent', 'failed', 'managed')
           returning case when expires_at > clock_timestamp() then invite_role(i) else 'member' end as "role!""#,
        org.0,
        email,
    )
    .fetch_all(db)
    .await?;
    let roles = roles.iter().map(|role| decode::<Role>(role)).collect::<Result<Vec<Role>>>()?;
    Ok(roles.into_iter().find(|role| *role != Role::Member).unwrap_or_default())
}

/// An invite that is a managed member's from now on.
pub(super) struct HandedOver {
    pub id: InviteId,
    pub team: Option<TeamId>,
    pub title: Option<String>,
}

/// Gives the pending invite of an address to the member who is added on its behalf: it is pending no more, and
/// its queued mails are void. `None` where there is none. M4
pub(super) async fn hand_over(db: &mut PgConnection, org: OrgId, email: &str) -> Result<Option<HandedOver>> {
    let row = sqlx::query!(
        "update invites
         set state = 'managed', failure = null, settled_at = coalesce(settled_at, now())
         where org_id = $1 and email = $2 and invite_is_pending(state)
         returning id, team_id, title",
        org.0,
        email,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| HandedOver { id: InviteId(row.id), team: row.team_id.map(TeamId), title: row.title }))
}

#[cfg(test)]
mod tests;
