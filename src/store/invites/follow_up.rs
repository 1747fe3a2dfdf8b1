//! What happens to an invite after it was sent: reminded, sent again, mended, revoked, declined.
//! I7 to I11, T2

use std::collections::HashSet;

use uuid::Uuid;

use super::{
    super::{
        Error, PgConnection, Result, fresh_id,
        jobs::{self, Job, Mail},
        mail_counts,
        members::refused,
        teams::{self, TeamRefusal},
        unknown_word, violates,
    },
    sending::{self, Round},
};
use crate::domain::{
    email::EmailAddress,
    ids::{InviteId, OrgId, TeamId},
    invite::{InviteState, MailLimits, NoReminder, OverLimit, REMINDER_DAYS, Standing},
    moment::Moment,
};

/// An invite that was named is not pending any more, or is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This invite is no longer pending. Reload the page to see what became of it.")]
pub struct NotPending;

/// Whether any of these is an invite of that organization. N2
///
/// # Errors
/// None is.
pub async fn require_some(db: &mut PgConnection, org: OrgId, invites: &[InviteId]) -> Result<(), NotPending> {
    let ids: Vec<Uuid> = invites.iter().map(|id| id.0).collect();
    let found = sqlx::query_scalar!(
        r#"select exists (select from invites where org_id = $1 and id = any($2)) as "found!""#,
        org.0,
        &ids,
    )
    .fetch_one(db)
    .await?;
    if found { Ok(()) } else { Err(Error::Refused(NotPending)) }
}

/// What became of reminding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reminded {
    /// How many mails were queued.
    pub sent: usize,
    pub left_out: Vec<LeftOut>,
}

/// An invite that was not reminded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub invite: InviteId,
    /// Empty where there is no such invite.
    pub address: String,
    pub reason: NoReminder,
}

/// Sends a reminder for each invite that is pending; sends it anew where it has expired or its mail
/// failed. Earlier links of the same invite stay alive. I7, I8
///
/// # Errors
/// Too many mails for the organization's day; the caller must not commit then.
pub async fn remind(
    db: &mut PgConnection,
    org: OrgId,
    invites: &[InviteId],
    limits: MailLimits,
) -> Result<Reminded, OverLimit> {
    let ids: Vec<Uuid> = invites.iter().collect::<HashSet<_>>().into_iter().map(|id| id.0).collect();
    // Whom it may be about: the recipients' counters come before the invites in the order of locks.
    let emails = sqlx::query_scalar!(
        "select email from invites
         where org_id = $1 and id = any($2)
           and (state in ('sent', 'failed') or state = 'queued' and expires_at <= now())",
        org.0,
        &ids,
    )
    .fetch_all(&mut *db)
    .await?;
    let allowed = mail_counts::take_for_recipients(db, &emails, limits.recipient_per_day)
        .await
        .map_err(Error::widen)?;
    let over: Vec<String> = emails.into_iter().filter(|email| !allowed.contains(email)).collect();
    let allowed: Vec<String> = allowed.into_iter().collect();
    let batch = fresh_id();
    // The hour is judged under the lock: of two leads at once, one reminds. A mail that failed
    // reached nobody, so that it may be tried again at once.
    let rows = sqlx::query!(
        r#"update invites i
           set state = case when x.again then 'queued' else i.state end,
               failure = case when x.again then null else i.failure end,
               sent_at = case when x.again then null else i.sent_at end,
               settled_at = case when x.again then null else i.settled_at end,
               batch_id = case when x.again then $4 else i.batch_id end,
               round = case when x.again then i.round + 1 else i.round end,
               reminders = case when x.again then 0 else i.reminders + 1 end,
               reminded_at = case when x.again then null else now() end,
               auto_reminded = case when x.again then 0 else i.auto_reminded end,
               expires_at = case when i.expires_at > now() then i.expires_at
                                 else now() + make_interval(days => o.invite_days) end,
               mailed_at = now()
           from (
               select id, state <> 'sent' or expires_at <= now() as again
               from invites i
               where org_id = $1 and id = any($2) and email = any($3)
                 and (state in ('sent', 'failed') or state = 'queued' and expires_at <= now())
                 and (state = 'failed' or mailed_at is null or mailed_at <= now() - interval '1 hour')
                 and not exists (select from opt_outs o where o.org_id = i.org_id and o.email = i.email)
                 and not exists (
                     select from members m
                     where m.org_id = i.org_id and m.email = i.email and m.account_id is not null
                 )
               order by email
               for update
           ) x, organizations o
           where i.org_id = $1 and i.id = x.id and o.id = $1
           returning i.id, i.email, i.round, i.state = 'queued' as "again!""#,
        org.0,
        &ids,
        &allowed,
        batch,
    )
    .fetch_all(&mut *db)
    .await?;
    let mailed: HashSet<Uuid> = rows.iter().map(|row| row.id).collect();
    let used: HashSet<&String> = rows.iter().map(|row| &row.email).collect();
    let unused: Vec<String> = allowed.iter().filter(|email| !used.contains(email)).cloned().collect();
    mail_counts::give_back(db, &unused).await.map_err(Error::widen)?;

    let mut anew = Vec::new();
    let mut reminders = Vec::new();
    for row in rows {
        if row.again {
            anew.push(Round { id: row.id, email: row.email, round: row.round });
        } else {
            reminders.push(Job::Mail(Mail::Reminder { org, invite: InviteId(row.id), round: row.round }));
        }
    }
    sending::queue(db, org, batch, &anew).await.map_err(Error::widen)?;
    jobs::queue(db, &reminders).await.map_err(Error::widen)?;
    let rest: Vec<Uuid> = ids.into_iter().filter(|id| !mailed.contains(id)).collect();
    let left_out = why_not(db, org, &rest, &over).await.map_err(Error::widen)?;
    mail_counts::take_for_org(db, org, mailed.len(), limits.org_per_day).await?;
    Ok(Reminded { sent: mailed.len(), left_out })
}

async fn why_not(
    db: &mut PgConnection,
    org: OrgId,
    invites: &[Uuid],
    over: &[String],
) -> Result<Vec<LeftOut>> {
    if invites.is_empty() {
        return Ok(Vec::new());
    }
    let again = mail_counts::again(db, over).await?;
    let rows = sqlx::query!(
        r#"select x.id as "id!", i.address as "address?", i.email as "email?", i.state as "state?",
                  coalesce(i.mailed_at, now()) + interval '1 hour' as "again!",
                  exists (
                      select from opt_outs o where o.org_id = i.org_id and o.email = i.email
                  ) as "opted_out!",
                  exists (
                      select from members m
                      where m.org_id = i.org_id and m.email = i.email and m.account_id is not null
                  ) as "member!"
           from unnest($2::uuid[]) as x (id)
           left join invites i on i.org_id = $1 and i.id = x.id"#,
        org.0,
        invites,
    )
    .fetch_all(db)
    .await?;
    let mut left_out = Vec::with_capacity(rows.len());
    for row in rows {
        let state = match &row.state {
            Some(word) => Some(InviteState::from_word(word).ok_or_else(|| unknown_word(word))?),
            None => None,
        };
        let too_many = row.email.as_ref().and_then(|email| again.get(email));
        let reason = match state {
            None => NoReminder::Unknown,
            Some(_) if row.opted_out => NoReminder::OptedOut,
            Some(InviteState::Joined) => NoReminder::Joined,
            Some(_) if row.member => NoReminder::Joined,
            Some(InviteState::Declined) => NoReminder::Declined,
            Some(InviteState::Revoked) => NoReminder::Revoked,
            Some(InviteState::Queued | InviteState::Sent | InviteState::Failed) => match too_many {
                Some(again) => NoReminder::TooMany { again: *again },
                None if state == Some(InviteState::Queued) => NoReminder::Queued,
                None => NoReminder::TooSoon { again: row.again.into() },
            },
        };
        left_out.push(LeftOut { invite: InviteId(row.id), address: row.address.unwrap_or_default(), reason });
    }
    Ok(left_out)
}

/// An invite whose automatic reminder is due. I8
#[derive(Clone, Debug)]
pub struct Due {
    pub org: OrgId,
    pub invite: InviteId,
    email: String,
}

/// Invites whose automatic reminder is due, at most 500 of each organization, grouped by it. I8
///
/// # Errors
/// The database fails.
pub async fn due_reminders(db: &mut PgConnection) -> Result<Vec<Due>> {
    let rows = sqlx::query!(
        "select org_id, id, email
         from (
             select i.org_id, i.id, i.email,
                    row_number() over (partition by i.org_id order by i.sent_at, i.id) as place
             from invites i
             join organizations o on o.id = i.org_id
             where o.auto_reminders
               and i.state = 'sent' and i.auto_reminded < 2 and i.sent_at <= now() - make_interval(days => $1)
               and (i.auto_reminded < 1 or i.sent_at <= now() - make_interval(days => $2))
               and i.expires_at > now()
               and i.mailed_at <= now() - interval '1 hour'
               and not exists (select from opt_outs x where x.org_id = i.org_id and x.email = i.email)
               and not exists (
                   select from members m
                   where m.org_id = i.org_id and m.email = i.email and m.account_id is not null
               )
         ) x
         where place <= 500
         order by org_id, email",
        REMINDER_DAYS[0],
        REMINDER_DAYS[1],
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Due { org: OrgId(row.org_id), invite: InviteId(row.id), email: row.email })
        .collect())
}

/// Queues the automatic reminders of one organization that still are due. A server that slept
/// through both days sends one, not two; of several servers at once, one sends. I8, N9
///
/// # Errors
/// Too many mails for the organization's day; the caller must not commit then.
pub async fn remind_by_itself(
    db: &mut PgConnection,
    org: OrgId,
    due: &[Due],
    limits: MailLimits,
) -> Result<usize, OverLimit> {
    let ids: Vec<Uuid> = due.iter().map(|due| due.invite.0).collect();
    let emails: Vec<String> = due.iter().map(|due| due.email.clone()).collect();
    let allowed: Vec<String> = mail_counts::take_for_recipients(db, &emails, limits.recipient_per_day)
        .await
        .map_err(Error::widen)?
        .into_iter()
        .collect();
    let rows = sqlx::query!(
        "update invites i
         set auto_reminded = case when sent_at <= now() - make_interval(days => $5) then 2 else 1 end,
             reminders = reminders + 1, reminded_at = now(), mailed_at = now()
         from (
             select id from invites i
             where org_id = $1 and id = any($2) and email = any($3)
               and state = 'sent' and auto_reminded < 2 and sent_at <= now() - make_interval(days => $4)
               and (auto_reminded < 1 or sent_at <= now() - make_interval(days => $5))
               and expires_at > now()
               and mailed_at <= now() - interval '1 hour'
             order by email
             for update
         ) x
         where i.org_id = $1 and i.id = x.id
         returning i.id, i.email, i.round",
        org.0,
        &ids,
        &allowed,
        REMINDER_DAYS[0],
        REMINDER_DAYS[1],
    )
    .fetch_all(&mut *db)
    .await?;
    let used: HashSet<&String> = rows.iter().map(|row| &row.email).collect();
    let unused: Vec<String> = allowed.iter().filter(|email| !used.contains(email)).cloned().collect();
    mail_counts::give_back(db, &unused).await.map_err(Error::widen)?;
    let mails: Vec<Job> = rows
        .iter()
        .map(|row| Job::Mail(Mail::Reminder { org, invite: InviteId(row.id), round: row.round }))
        .collect();
    jobs::queue(db, &mails).await.map_err(Error::widen)?;
    mail_counts::take_for_org(db, org, mails.len(), limits.org_per_day).await?;
    Ok(mails.len())
}

/// Why an invite's address was not mended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMended {
    #[error(transparent)]
    NotPending(#[from] NotPending),
    #[error("This address belongs to {name}, who is a member already.")]
    Member { name: String },
    #[error("This address has an invite of its own.")]
    Invited,
    #[error("This address wants no more email from your organization.")]
    OptedOut,
    #[error("This address has got its invite emails of today. Use it after {}.", again.date_and_time())]
    TooMany { again: Moment },
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
}

/// Gives a pending invite another address and sends it there; name, team and note stay. Links that
/// went to the old address are dead from the commit on. I11
///
/// # Errors
/// The invite is not pending, or the address cannot be invited; the caller must not commit then.
pub async fn mend(
    db: &mut PgConnection,
    org: OrgId,
    invite: InviteId,
    address: &EmailAddress,
    limits: MailLimits,
) -> Result<(), NotMended> {
    let key = address.key();
    let keys = [key.clone()];
    let standing = sending::standings(db, org, &keys).await.map_err(Error::widen)?.remove(&key);
    match standing {
        Some(Standing::Member { name, .. }) => return Err(Error::Refused(NotMended::Member { name })),
        Some(Standing::OptedOut) => return Err(Error::Refused(NotMended::OptedOut)),
        Some(Standing::Invited { invite: other }) if other != invite => {
            return Err(Error::Refused(NotMended::Invited));
        }
        _ => {}
    }
    let allowed = mail_counts::take_for_recipients(db, &keys, limits.recipient_per_day);
    if allowed.await.map_err(Error::widen)?.is_empty() {
        let again = mail_counts::again(db, &keys).await.map_err(Error::widen)?;
        let again = again.into_values().next().unwrap_or(Moment::from_unix_millis(0));
        return Err(Error::Refused(NotMended::TooMany { again }));
    }
    let former = sqlx::query!(
        "select email, generation from invites
         where org_id = $1 and id = $2 and state in ('queued', 'sent', 'failed')
         for update",
        org.0,
        invite.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Refused(NotMended::NotPending(NotPending)))?;
    let batch = fresh_id();
    let round = sqlx::query_scalar!(
        "update invites i
         set email = $3, address = $4, state = 'queued', failure = null, sent_at = null, settled_at = null,
             mailed_at = now(), batch_id = $5, round = round + 1, generation = generation + 1,
             reminders = 0, reminded_at = null, auto_reminded = 0,
             expires_at = case when expires_at > now() then expires_at
                               else now() + make_interval(days => o.invite_days) end
         from organizations o
         where i.org_id = $1 and i.id = $2 and o.id = $1
         returning round",
        org.0,
        invite.0,
        key,
        address.to_string(),
        batch,
    )
    .fetch_one(&mut *db)
    .await
    .map_err(|error| match violates(&error, "invites_one_pending") {
        true => Error::Refused(NotMended::Invited),
        false => error.into(),
    })?;
    sqlx::query!(
        "insert into invite_former_addresses (org_id, invite_id, generation, email) values ($1, $2, $3, $4)",
        org.0,
        invite.0,
        former.generation,
        former.email,
    )
    .execute(&mut *db)
    .await?;
    let round = Round { id: invite.0, email: key, round };
    sending::queue(db, org, batch, &[round]).await.map_err(Error::widen)?;
    mail_counts::take_for_org(db, org, 1, limits.org_per_day).await.map_err(refused)
}

/// Mails a fresh link of an expired invite to its own address, at most once an hour. Says nothing of
/// whether it did: the asker must not learn. I7
///
/// # Errors
/// Too many mails for the organization's day; the caller must not commit then.
pub async fn freshen(
    db: &mut PgConnection,
    org: OrgId,
    invite: InviteId,
    limits: MailLimits,
) -> Result<(), OverLimit> {
    let expired = sqlx::query_scalar!(
        r#"select exists (
               select from invites
               where org_id = $1 and id = $2 and state in ('queued', 'sent', 'failed') and expires_at <= now()
                 and (mailed_at is null or mailed_at <= now() - interval '1 hour')
           ) as "expired!""#,
        org.0,
        invite.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if expired {
        remind(db, org, &[invite], limits).await?;
    }
    Ok(())
}

/// Takes invites back; their links are dead from the commit on. Gives those that were pending. I9
///
/// # Errors
/// The database fails.
pub async fn revoke(db: &mut PgConnection, org: OrgId, invites: &[InviteId]) -> Result<Vec<InviteId>> {
    let ids: Vec<Uuid> = invites.iter().map(|id| id.0).collect();
    let revoked = sqlx::query_scalar!(
        "update invites i
         set state = 'revoked', failure = null, ended_at = now(), settled_at = coalesce(settled_at, now())
         from (
             select id from invites
             where org_id = $1 and id = any($2) and state in ('queued', 'sent', 'failed')
             order by email
             for update
         ) x
         where i.org_id = $1 and i.id = x.id
         returning i.id",
        org.0,
        &ids,
    )
    .fetch_all(db)
    .await?;
    Ok(revoked.into_iter().map(InviteId).collect())
}

/// Notes that the invited person does not want to join. As often as they like. I10
///
/// # Errors
/// It is not pending: they have joined, or it was revoked.
pub async fn decline(db: &mut PgConnection, org: OrgId, invite: InviteId) -> Result<(), NotPending> {
    let declined = sqlx::query!(
        "update invites
         set state = 'declined', failure = null, ended_at = coalesce(ended_at, now()),
             settled_at = coalesce(settled_at, now())
         where org_id = $1 and id = $2 and state in ('queued', 'sent', 'failed', 'declined')",
        org.0,
        invite.0,
    )
    .execute(db)
    .await?;
    if declined.rows_affected() == 1 { Ok(()) } else { Err(Error::Refused(NotPending)) }
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

#[cfg(test)]
mod tests;
