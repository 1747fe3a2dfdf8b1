//! Reminding: by a lead, by the invited person who asks for a fresh link, and by itself. I7, I8, N9

use std::collections::HashSet;

use uuid::Uuid;

use super::sending::{self, MailAttempt};
use crate::{
    domain::{
        actor::Actor,
        audit::Act,
        ids::{InviteId, OrgId},
        invite::{InviteState, MailLimits, NoReminder, OverLimit, REMINDER_DAYS, TooManyMails},
    },
    store::{
        Error, PgConnection, Result, audit, decode, fresh_id,
        jobs::{self, Job, Mail},
        mail_counts,
    },
};

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

/// Sends a reminder for each invite that is pending; sends it again where it has expired or its mail
/// failed. Earlier links of the same invite stay alive. I7, I8
///
/// # Errors
/// Too many mails for the organization's day; the caller must not commit then.
pub async fn remind(
    db: &mut PgConnection,
    actor: &Actor,
    invites: &[InviteId],
    limits: MailLimits,
) -> Result<Reminded, Error<OverLimit>> {
    let org = actor.org;
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
    let allowed = mail_counts::take_for_recipients(db, &emails, limits.recipient_per_day).await?;
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
               order by id
               for update
           ) x, organizations o
           where i.org_id = $1 and i.id = x.id and o.id = $1
           returning i.id, i.email, i.address, i.round, i.state = 'queued' as "again!""#,
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
    mail_counts::give_back(db, &unused).await?;

    let objects: Vec<(Uuid, String)> = rows.iter().map(|row| (row.id, row.address.clone())).collect();
    let mut anew = Vec::new();
    let mut reminders = Vec::new();
    for row in rows {
        if row.again {
            anew.push(MailAttempt { id: row.id, email: row.email, round: row.round, batch });
        } else {
            reminders.push(Job::Mail(Mail::Reminder { org, invite: InviteId(row.id), round: row.round }));
        }
    }
    sending::queue(db, org, &anew).await?;
    jobs::queue(db, &reminders).await?;
    audit::record_each(db, actor, Act::InvitesReminded, &objects, None).await?;
    let rest: Vec<Uuid> = ids.into_iter().filter(|id| !mailed.contains(id)).collect();
    let left_out = why_not(db, org, &rest, &over).await?;
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
                  (select o.email from opt_outs o
                   where o.org_id = i.org_id and o.email = i.email) is not null as "opted_out!",
                  (select m.account_id from members m
                   where m.org_id = i.org_id and m.email = i.email) is not null as "member!"
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
            Some(word) => Some(decode::<InviteState>(word)?),
            None => None,
        };
        let too_many = row.email.as_ref().and_then(|email| again.get(email));
        let reason = match state {
            None => NoReminder::Unknown,
            Some(_) if row.opted_out => NoReminder::OptedOut,
            Some(InviteState::Joined) => NoReminder::Joined,
            Some(_) if row.member => NoReminder::Joined,
            Some(InviteState::Managed) => NoReminder::Managed,
            Some(InviteState::Declined) => NoReminder::Declined,
            Some(InviteState::Revoked) => NoReminder::Revoked,
            Some(InviteState::Queued | InviteState::Sent | InviteState::Failed) => match too_many {
                Some(again) => NoReminder::TooMany(TooManyMails { again: *again }),
                None if state == Some(InviteState::Queued) => NoReminder::Queued,
                None => NoReminder::TooSoon { again: row.again.into() },
            },
        };
        left_out.push(LeftOut { invite: InviteId(row.id), address: row.address.unwrap_or_default(), reason });
    }
    Ok(left_out)
}

/// Mails a fresh link of an expired invite to its own address, at most once an hour. Says nothing of
/// whether it did: the asker must not learn. I7
///
/// # Errors
/// Too many mails for the organization's day; the caller must not commit then.
pub async fn freshen(
    db: &mut PgConnection,
    actor: &Actor,
    invite: InviteId,
    limits: MailLimits,
) -> Result<(), Error<OverLimit>> {
    let expired = sqlx::query_scalar!(
        r#"select exists (
               select from invites
               where org_id = $1 and id = $2 and invite_is_pending(state) and expires_at <= now()
                 and (mailed_at is null or mailed_at <= now() - interval '1 hour')
           ) as "expired!""#,
        actor.org.0,
        invite.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if expired {
        remind(db, actor, &[invite], limits).await?;
    }
    Ok(())
}

/// An invite whose automatic reminder is due. I8
#[derive(Clone, Debug)]
pub struct Due {
    pub org: OrgId,
    pub invite: InviteId,
    email: String,
}

/// Invites whose automatic reminder is due, at most 500 of each organization, grouped by it, those first
/// whose last mail is the longest ago. I8
pub async fn due_reminders(db: &mut PgConnection) -> Result<Vec<Due>> {
    let rows = sqlx::query!(
        "select o.id as org_id, i.id, i.email
         from organizations o
         cross join lateral (
             select i.id, i.email, i.mailed_at
             from invites i
             where i.org_id = o.id
               and i.state = 'sent' and i.auto_reminded < 2 and i.sent_at <= now() - make_interval(days => $1)
               and (i.auto_reminded < 1 or i.sent_at <= now() - make_interval(days => $2))
               and i.expires_at > now()
               and i.mailed_at <= now() - interval '1 hour'
               and not exists (select from opt_outs x where x.org_id = i.org_id and x.email = i.email)
               and not exists (
                   select from members m
                   where m.org_id = i.org_id and m.email = i.email and m.account_id is not null
               )
             order by i.mailed_at
             limit 500
         ) i
         where o.auto_reminders
         order by o.id, i.mailed_at",
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

/// Queues the automatic reminders of one organization that still are due, as many as its day has mails
/// left, in the order of `due`; the others stay due. A server that slept through both days sends one,
/// not two; of several servers at once, one sends. I8, N9
///
/// # Errors
/// Somebody took what was left of the organization's day meanwhile; the caller must not commit then.
pub async fn remind_by_itself(
    db: &mut PgConnection,
    actor: &Actor,
    due: &[Due],
    limits: MailLimits,
) -> Result<usize, Error<OverLimit>> {
    let org = actor.org;
    let left = mail_counts::left_for_org(db, org, limits.org_per_day).await?;
    if left == 0 {
        return Ok(0);
    }
    let emails: Vec<String> = due.iter().map(|due| due.email.clone()).collect();
    let allowed = mail_counts::take_for_recipients(db, &emails, limits.recipient_per_day).await?;
    let (ids, emails): (Vec<Uuid>, Vec<String>) = due
        .iter()
        .filter(|due| allowed.contains(&due.email))
        .take(left)
        .map(|due| (due.invite.0, due.email.clone()))
        .unzip();
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
             order by id
             for update
         ) x
         where i.org_id = $1 and i.id = x.id
         returning i.id, i.email, i.round",
        org.0,
        &ids,
        &emails,
        REMINDER_DAYS[0],
        REMINDER_DAYS[1],
    )
    .fetch_all(&mut *db)
    .await?;
    let used: HashSet<&String> = rows.iter().map(|row| &row.email).collect();
    let unused: Vec<String> = allowed.iter().filter(|email| !used.contains(email)).cloned().collect();
    mail_counts::give_back(db, &unused).await?;
    let mails: Vec<Job> = rows
        .iter()
        .map(|row| Job::Mail(Mail::Reminder { org, invite: InviteId(row.id), round: row.round }))
        .collect();
    jobs::queue(db, &mails).await?;
    mail_counts::take_for_org(db, org, mails.len(), limits.org_per_day).await?;
    Ok(mails.len())
}
