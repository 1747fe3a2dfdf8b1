//! Whom an address belongs to, and inviting many at once. C1, I3, I5, I10, I12, I13

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::super::{
    Error, PgConnection, Result,
    audit::{self, Object},
    credits, fresh_id,
    jobs::{self, Job, Mail},
    mail_counts, refused,
    teams::{self, TeamRefusal},
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    credit::OutOfCredits,
    email::EmailAddress,
    ids::{BatchId, InviteId, MemberId, OrgId, TeamId},
    invite::{AddressStatus, MailLimits, OverLimit, TooManyMails},
    role::Role,
    verdict::Verdict,
};

/// Somebody to be invited; the texts are checked.
#[derive(Clone, Debug)]
pub struct Invitee {
    pub address: EmailAddress,
    pub name: Option<String>,
    pub title: Option<String>,
    /// Wins over the team of the [`InviteOptions`].
    pub team: Option<TeamId>,
}

/// What an invite says beside its link. I4
#[derive(Clone, Copy, Debug, Default)]
pub struct InviteOptions<'a> {
    pub team: Option<TeamId>,
    pub note: Option<&'a str>,
    /// As what they join; who may invite so, the caller has asked ([`Role::to_invite_as`]). P5
    pub role: Role,
}

/// What became of a send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// To ask how far it is; `None` when nobody was invited.
    pub batch: Option<BatchId>,
    /// Who was invited, by [`EmailAddress::key`].
    pub invited: Vec<String>,
    /// Everybody else, with the reason.
    pub left_out: Vec<NotInvited>,
}

/// Somebody who was not invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotInvited {
    pub key: String,
    pub verdict: Verdict,
}

/// Why nobody was invited. C1, T1
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendRefusal {
    #[error(transparent)]
    OutOfCredits(#[from] OutOfCredits),
    #[error(transparent)]
    Team(#[from] TeamRefusal),
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
}

/// What the organization knows of each address, keyed by [`EmailAddress::key`]. I3
///
/// Here and below, `(select $1)` hides from the planner how many there are this time, so that it does not plan anew
/// for each number; and each is looked up by itself, as in [`super::find_all`].
pub async fn statuses(
    db: &mut PgConnection,
    org: OrgId,
    keys: &[String],
) -> Result<HashMap<String, AddressStatus>> {
    let rows = sqlx::query!(
        r#"select key as "key!", m.id as "member_id?", m.name as "member_name?",
                  (select i.id from invites i
                   where i.org_id = $1 and i.email = key and invite_is_open(i.state, i.expires_at)) as "invite?",
                  (select o.email from opt_outs o where o.org_id = $1 and o.email = key) is not null as "opted_out!"
           from unnest((select $2::text[])) as key
           left join lateral (
               select id, name from members where org_id = $1 and email = key and deactivated_at is null offset 0
           ) m on true"#,
        org.0,
        keys,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let status = match (row.member_id.zip(row.member_name), row.opted_out, row.invite) {
                (Some((id, name)), ..) => AddressStatus::Member { id: MemberId(id), name },
                (None, true, _) => AddressStatus::OptedOut,
                (None, false, Some(invite)) => AddressStatus::Invited { invite: InviteId(invite) },
                (None, false, None) => AddressStatus::New,
            };
            (row.key, status)
        })
        .collect())
}

/// What one lead sends at once.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    pub actor: &'a Actor,
    pub invitees: &'a [Invitee],
    pub options: InviteOptions<'a>,
}

/// Invites everybody who is new, and queues one mail for each: both or neither. Says of each address
/// what became of it. I3, I5, I12
///
/// # Errors
/// No credit, no such sub-team, or too many mails for the organization's day; the caller must not
/// commit then.
pub async fn send(
    db: &mut PgConnection,
    actor: &Actor,
    invitees: &[Invitee],
    options: InviteOptions<'_>,
    limits: MailLimits,
) -> Result<Sent, Error<SendRefusal>> {
    let sent = send_all(db, actor.org, &[Sending { actor, invitees, options }], limits).await?;
    Ok(sent.into_iter().next().unwrap_or_default())
}

/// As [`send`], for what several leads of an organization send: of an address that two of them name, the first invites
/// it. What became of each comes in their order.
///
/// # Errors
/// Those of [`send`], of one of them or of all together.
pub async fn send_all(
    db: &mut PgConnection,
    org: OrgId,
    sendings: &[Sending<'_>],
    limits: MailLimits,
) -> Result<Vec<Sent>, Error<SendRefusal>> {
    credits::require(db, org).await.map_err(refused)?;
    let teams = sendings
        .iter()
        .flat_map(|one| one.invitees.iter().filter_map(|invitee| invitee.team).chain(one.options.team));
    teams::require_all(db, org, &teams.collect::<BTreeSet<TeamId>>()).await.map_err(refused)?;
    let mut named: Vec<Vec<String>> = sendings.iter().map(|_| Vec::new()).collect();
    let mut once = HashSet::new();
    let mut invitees = Vec::new();
    for (sending, one) in sendings.iter().enumerate() {
        let mut here = HashSet::new();
        for invitee in one.invitees {
            let key = invitee.address.key();
            if here.insert(key.clone()) {
                named[sending].push(key.clone());
            }
            if once.insert(key.clone()) {
                invitees.push(ToInvite { key, invitee, sending });
            }
        }
    }

    let keys: Vec<String> = invitees.iter().map(|one| one.key.clone()).collect();
    let allowed = mail_counts::take_for_recipients(db, &keys, limits.recipient_per_day).await?;
    invitees.retain(|one| allowed.contains(&one.key));
    let live = hold_pending(db, org, &allowed).await?;
    invitees.retain(|one| !live.contains(&one.key));

    let batches: Vec<Uuid> = sendings.iter().map(|_| fresh_id()).collect();
    let rounds = insert(db, org, &invitees, sendings, &batches).await?;
    let invited: HashSet<&String> = rounds.iter().map(|round| &round.email).collect();
    let unused: Vec<String> = allowed.into_iter().filter(|key| !invited.contains(key)).collect();
    mail_counts::give_back(db, &unused).await?;

    queue(db, org, &rounds).await?;
    let mails = rounds.len();
    let mut of_each: Vec<Vec<MailAttempt>> = sendings.iter().map(|_| Vec::new()).collect();
    for round in rounds {
        let sending = batches.iter().position(|batch| *batch == round.batch);
        of_each[sending.unwrap_or_default()].push(round);
    }
    log(db, sendings, &of_each).await?;
    let mut sent = Vec::new();
    let unused: HashSet<String> = unused.into_iter().collect();
    for ((rounds, keys), batch) in of_each.into_iter().zip(named).zip(batches) {
        let invited: HashSet<&String> = rounds.iter().map(|round| &round.email).collect();
        let others: Vec<String> = keys.into_iter().filter(|key| !invited.contains(key)).collect();
        let left_out = why_not(db, org, others, &unused).await?;
        sent.push(Sent {
            batch: (!rounds.is_empty()).then_some(BatchId(batch)),
            invited: rounds.into_iter().map(|round| round.email).collect(),
            left_out,
        });
    }
    mail_counts::take_for_org(db, org, mails, limits.org_per_day).await.map_err(refused)?;
    Ok(sent)
}

/// Writes down who invited whom: a line for each of those who sent something. P7
async fn log(db: &mut PgConnection, sendings: &[Sending<'_>], of_each: &[Vec<MailAttempt>]) -> Result<()> {
    let entries: Vec<(&Actor, Object<'_>)> = sendings
        .iter()
        .zip(of_each)
        .filter(|(_, rounds)| !rounds.is_empty())
        .map(|(one, rounds)| {
            let object = match rounds.as_slice() {
                [round] => Object::one(round.id, &round.email),
                rounds => Object::many(rounds.len()),
            };
            let role = one.options.role;
            (one.actor, object.with((role != Role::Member).then_some(role.as_str())))
        })
        .collect();
    audit::record_all(db, Act::InvitesSent, &entries).await
}

/// Why these were not invited: the organization knows them, or they were held back. `may_have_mail` are
/// those who were not held back.
async fn why_not(
    db: &mut PgConnection,
    org: OrgId,
    keys: Vec<String>,
    may_have_mail: &HashSet<String>,
) -> Result<Vec<NotInvited>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut statuses = statuses(db, org, &keys).await?;
    let held_back: Vec<String> = keys.iter().filter(|key| !may_have_mail.contains(*key)).cloned().collect();
    let again = mail_counts::again(db, &held_back).await?;
    let verdict = |key: String| {
        let status = statuses.remove(&key).unwrap_or(AddressStatus::New);
        let verdict = match again.get(&key) {
            Some(again) if status.will_be_invited() => Verdict::HeldBack(TooManyMails { again: *again }),
            _ => Verdict::Known(status),
        };
        NotInvited { key, verdict }
    };
    Ok(keys.into_iter().map(verdict).collect())
}

/// Locks the addresses, see [`super::super::address_locks`], and the invites that are pending for them, and says whose
/// are alive. Whoever holds the counter of an address is alone in inviting it, so that no other becomes pending from
/// here on.
async fn hold_pending(
    db: &mut PgConnection,
    org: OrgId,
    emails: &HashSet<String>,
) -> Result<HashSet<String>> {
    let emails: Vec<String> = emails.iter().cloned().collect();
    let rows = sqlx::query!(
        r#"select email, expires_at > now() as "alive!"
           from invites
           where org_id = $1 and email = any((select $2::text[])::text[]) and invite_is_pending(state)
             and (select lock_to_invite($1, $2))
           order by id
           for update"#,
        org.0,
        &emails,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter(|row| row.alive).map(|row| row.email).collect())
}

/// An invite whose mail is to be queued.
pub(super) struct MailAttempt {
    pub id: Uuid,
    pub email: String,
    pub round: i32,
    /// The send that it is of.
    pub batch: Uuid,
}

/// Somebody who is to be invited, and by which of those who send.
struct ToInvite<'a> {
    key: String,
    invitee: &'a Invitee,
    sending: usize,
}

/// Writes the invites. An expired one of the same address is renewed.
async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    invitees: &[ToInvite<'_>],
    sendings: &[Sending<'_>],
    batches: &[Uuid],
) -> Result<Vec<MailAttempt>> {
    let ids: Vec<Uuid> = invitees.iter().map(|_| fresh_id()).collect();
    let keys: Vec<String> = invitees.iter().map(|one| one.key.clone()).collect();
    let addresses: Vec<String> = invitees.iter().map(|one| one.invitee.address.to_string()).collect();
    let names: Vec<Option<String>> = invitees.iter().map(|one| one.invitee.name.clone()).collect();
    let titles: Vec<Option<String>> = invitees.iter().map(|one| one.invitee.title.clone()).collect();
    let team_of = |one: &ToInvite<'_>| one.invitee.team.or(sendings[one.sending].options.team);
    let teams: Vec<Option<Uuid>> = invitees.iter().map(|one| team_of(one).map(|team| team.0)).collect();
    let batch_of: Vec<Uuid> = invitees.iter().map(|one| batches[one.sending]).collect();
    let notes: Vec<Option<String>> = sendings.iter().map(|one| one.options.note.map(str::to_owned)).collect();
    let roles: Vec<String> = sendings.iter().map(|one| one.options.role.as_str().to_owned()).collect();
    let actors: Vec<Option<Uuid>> =
        sendings.iter().map(|one| one.actor.member().map(|member| member.0)).collect();
    let actor_names: Vec<String> = sendings.iter().map(|one| one.actor.name().to_owned()).collect();
    sqlx::query_as!(
        MailAttempt,
        r#"insert into invites as i
               (org_id, id, email, address, name, title, team_id, note, invited_by, invited_by_name, batch_id,
                role, mailed_at, expires_at)
           select $1, x.id, x.email, x.address, x.name, x.title, x.team_id, s.note, s.actor, s.actor_name, s.batch,
                  s.role, now(), now() + make_interval(days => o.invite_days)
           from unnest((select $2::uuid[]), (select $3::text[]), (select $4::text[]), (select $5::text[]),
                       (select $6::text[]), (select $7::uuid[]), (select $8::uuid[]))
               as x (id, email, address, name, title, team_id, batch)
           join unnest((select $9::uuid[]), (select $10::text[]), (select $11::uuid[]), (select $12::text[]),
                       (select $13::text[]))
               as s (batch, note, actor, actor_name, role) on s.batch = x.batch
           join organizations o on o.id = $1
           where not exists (select from members m
                             where m.org_id = $1 and m.email = x.email and m.deactivated_at is null)
             and not exists (select from opt_outs o where o.org_id = $1 and o.email = x.email)
           on conflict (org_id, email) where invite_is_pending(state) do update
           set state = 'queued', failure = null, sent_at = null, settled_at = null, mailed_at = now(),
               name = coalesce(excluded.name, i.name), title = coalesce(excluded.title, i.title),
               note = excluded.note, team_id = excluded.team_id, role = excluded.role, invited_by = excluded.invited_by,
               invited_by_name = excluded.invited_by_name, batch_id = excluded.batch_id,
               expires_at = excluded.expires_at, round = i.round + 1,
               reminders = 0, reminded_at = null, auto_reminded = 0
           where i.expires_at <= now()
           returning i.id, i.email, i.round, i.batch_id as "batch!""#,
        org.0,
        &ids,
        &keys,
        &addresses,
        &names as &[Option<String>],
        &titles as &[Option<String>],
        &teams as &[Option<Uuid>],
        &batch_of,
        batches,
        &notes as &[Option<String>],
        &actors as &[Option<Uuid>],
        &actor_names,
        &roles,
    )
    .fetch_all(db)
    .await
}

/// Queues the mails, and makes their batches known.
pub(super) async fn queue(db: &mut PgConnection, org: OrgId, rounds: &[MailAttempt]) -> Result<()> {
    if rounds.is_empty() {
        return Ok(());
    }
    let batches: Vec<Uuid> =
        rounds.iter().map(|round| round.batch).collect::<BTreeSet<_>>().into_iter().collect();
    sqlx::query!("insert into invite_batches (org_id, id) select $1, unnest($2::uuid[])", org.0, &batches)
        .execute(&mut *db)
        .await?;
    let mails: Vec<Job> = rounds
        .iter()
        .map(|round| Job::Mail(Mail::Invite { org, invite: InviteId(round.id), round: round.round }))
        .collect();
    jobs::queue(db, &mails).await
}
