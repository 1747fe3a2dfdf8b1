//! What is done to several people at once: to whom it is done, and to whom not and why. P2, T2, I8, I9
//!
//! Removing is done one by one, by `members::remove`: each is all or nothing.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::{
    domain::{
        actor::Actor,
        audit::Act,
        ids::{InviteId, MemberId, TeamId},
        invite::{MailLimits, OverLimit},
        moment::Moment,
        people::{BulkAct, Facts, NotDone, PersonId, judge},
        role::Role,
        shoot::Stage,
    },
    store::{
        Error, PgConnection, Result, audit, decode, invites,
        jobs::{self, Job, Mail},
        refused,
        teams::{self, TeamRefusal},
    },
};

/// Somebody who was selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    pub id: PersonId,
    /// Empty where they are gone.
    pub called: String,
    pub is_invite: bool,
}

/// To whom something is done, and to whom not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub done: Vec<Selected>,
    pub left_out: Vec<(Selected, NotDone)>,
}

impl Plan {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.done.extend(other.done);
        self.left_out.extend(other.left_out);
        self
    }

    /// Leaves out those of whom there is a reason.
    fn without(mut self, reason: impl Fn(&Selected) -> Option<NotDone>) -> Self {
        for selected in std::mem::take(&mut self.done) {
            match reason(&selected) {
                Some(reason) => self.left_out.push((selected, reason)),
                None => self.done.push(selected),
            }
        }
        self
    }
}

/// What would become of this, as of now. P2
pub async fn plan(db: &mut PgConnection, actor: &Actor, act: BulkAct, people: &[PersonId]) -> Result<Plan> {
    let mut known = facts(db, actor, people).await?;
    let mut plan = Plan::default();
    for id in people {
        match known.remove(id) {
            None => {
                let nobody = Selected { id: *id, called: String::new(), is_invite: false };
                plan.left_out.push((nobody, NotDone::Gone));
            }
            Some((called, facts)) => {
                let is_invite = matches!(facts, Facts::Invite { .. });
                let selected = Selected { id: *id, called, is_invite };
                match judge(act, actor, &facts) {
                    Ok(()) => plan.done.push(selected),
                    Err(reason) => plan.left_out.push((selected, reason)),
                }
            }
        }
    }
    Ok(plan)
}

/// What is known of each who is there: what they are called, and what decides.
async fn facts(
    db: &mut PgConnection,
    actor: &Actor,
    people: &[PersonId],
) -> Result<HashMap<PersonId, (String, Facts)>> {
    let ids: Vec<Uuid> = people.iter().map(|person| person.0).collect();
    sqlx::query!(
        r#"select id as "id!", called as "called!", role, stage as "stage!", shoots as "shoots!",
                  has_account as "has_account!", deactivated as "deactivated!", queued as "queued!", opted_out as "opted_out!", again
           from (
               select m.id, m.name as called, m.role, m.stage,
                      (select count(*) from shoots s where s.org_id = m.org_id and s.member_id = m.id) as shoots,
                      m.account_id is not null as has_account, m.deactivated_at is not null as deactivated,
                      false as queued,
                      exists (
                          select from opt_outs o where o.org_id = m.org_id and o.email = m.email
                      ) as opted_out,
                      case when m.reminded_at > now() - interval '1 hour'
                           then m.reminded_at + interval '1 hour' end as again
               from members m
               where m.org_id = $1 and m.id = any($2)
               union all
               select i.id, coalesce(i.name, i.address), null, 'invited', 0, false, false,
                      i.state = 'queued' and i.expires_at > now(),
                      (select o.email from opt_outs o
                       where o.org_id = i.org_id and o.email = i.email) is not null,
                      case when i.state <> 'failed' and i.mailed_at > now() - interval '1 hour'
                           then i.mailed_at + interval '1 hour' end
               from invites i
               where i.org_id = $1 and i.id = any($2) and invite_is_pending(i.state)
           ) x"#,
        actor.org.0,
        &ids,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| {
        let again = row.again.map(Moment::from);
        let facts = match row.role {
            Some(role) => Facts::Member {
                id: MemberId(row.id),
                role: decode::<Role>(&role)?,
                stage: decode::<Stage>(&row.stage)?,
                shoots: row.shoots,
                has_account: row.has_account,
                is_deactivated: row.deactivated,
                opted_out: row.opted_out,
                again,
            },
            None => Facts::Invite { queued: row.queued, opted_out: row.opted_out, again },
        };
        Ok((PersonId(row.id), (row.called, facts)))
    })
    .collect()
}

/// Puts people into a sub-team, or into none: members and pending invites. T2
///
/// # Errors
/// No such sub-team.
pub async fn assign(
    db: &mut PgConnection,
    actor: &Actor,
    people: &[PersonId],
    team: Option<TeamId>,
) -> Result<Plan, Error<TeamRefusal>> {
    teams::require(db, actor.org, team).await.map_err(refused)?;
    let mut plan = plan(db, actor, BulkAct::Move, people).await?;
    let ids: Vec<Uuid> = plan.done.iter().map(|selected| selected.id.0).collect();
    let name = match team {
        Some(team) => teams::name(db, actor.org, team).await?,
        None => None,
    };
    let team = team.map(|team| team.0);
    let invites = sqlx::query_scalar!(
        "update invites i
         set team_id = $3
         from (
             select id from invites
             where org_id = $1 and id = any($2) and invite_is_pending(state)
             order by id
             for update
         ) x
         where i.org_id = $1 and i.id = x.id
         returning i.id",
        actor.org.0,
        &ids,
        team,
    )
    .fetch_all(&mut *db)
    .await?;
    let members = sqlx::query_scalar!(
        "update members m
         set team_id = $3
         from (
             select id from members where org_id = $1 and id = any($2) order by id for no key update
         ) x
         where m.org_id = $1 and m.id = x.id
         returning m.id",
        actor.org.0,
        &ids,
        team,
    )
    .fetch_all(&mut *db)
    .await?;
    // Who has left meanwhile is not named any more.
    let moved: HashSet<Uuid> = invites.into_iter().chain(members).collect();
    plan.done.retain(|selected| moved.contains(&selected.id.0));
    audit::record_each(db, actor, Act::MembersMoved, &objects(&plan.done), name.as_deref()).await?;
    Ok(plan)
}

/// As the log names them.
fn objects(people: &[Selected]) -> Vec<(Uuid, String)> {
    people.iter().map(|selected| (selected.id.0, selected.called.clone())).collect()
}

/// Reminds the invited among these people, as [`invites::remind`] does. I8
///
/// # Errors
/// Too many mails for the organization's day; the caller must not commit then.
pub async fn remind_invited(
    db: &mut PgConnection,
    actor: &Actor,
    people: &[Selected],
    limits: MailLimits,
) -> Result<Plan, Error<OverLimit>> {
    let done: Vec<Selected> = people.iter().filter(|selected| selected.is_invite).cloned().collect();
    let ids: Vec<InviteId> = done.iter().map(|selected| InviteId(selected.id.0)).collect();
    let reminded = invites::remind(db, actor, &ids, limits).await?;
    let reasons: HashMap<PersonId, String> =
        reminded.left_out.into_iter().map(|left| (left.invite.into(), left.reason.to_string())).collect();
    let plan = Plan { done, left_out: Vec::new() };
    Ok(plan.without(|selected| reasons.get(&selected.id).cloned().map(NotDone::Refused)))
}

/// Reminds the members among these people of the photos that they owe, each at most once an hour. Not in one
/// transaction with [`remind_invited`], which locks the organization last. I8
pub async fn remind_members(db: &mut PgConnection, actor: &Actor, people: &[Selected]) -> Result<Plan> {
    let done: Vec<Selected> = people.iter().filter(|selected| !selected.is_invite).cloned().collect();
    let ids: Vec<Uuid> = done.iter().map(|selected| selected.id.0).collect();
    // The hour is judged under the lock: of two leads at once, one reminds.
    let reminded = sqlx::query_scalar!(
        "update members m
         set reminded_at = now()
         from (
             select id from members
             where org_id = $1 and id = any($2) and account_id is not null
               and stage in ('joined', 'adding_photos', 'needs_attention')
               and (reminded_at is null or reminded_at <= now() - interval '1 hour')
               and not exists (select from opt_outs x where x.org_id = members.org_id and x.email = members.email)
             order by id
             for no key update
         ) x
         where m.org_id = $1 and m.id = x.id
         returning m.id",
        actor.org.0,
        &ids,
    )
    .fetch_all(&mut *db)
    .await?;
    let mails: Vec<Job> = reminded
        .iter()
        .map(|member| Job::Mail(Mail::PhotosDue { org: actor.org, member: MemberId(*member) }))
        .collect();
    jobs::queue(db, &mails).await?;
    let plan = Plan { done, left_out: Vec::new() };
    let plan = plan.without(|selected| (!reminded.contains(&selected.id.0)).then_some(NotDone::TooSoon));
    audit::record_each(db, actor, Act::MembersReminded, &objects(&plan.done), None).await?;
    Ok(plan)
}

/// Takes the invites among these people back; their links are invalid from the commit on. I9
pub async fn revoke(db: &mut PgConnection, actor: &Actor, people: &[PersonId]) -> Result<Plan> {
    let plan = plan(db, actor, BulkAct::Revoke, people).await?;
    let ids: Vec<InviteId> = plan.done.iter().map(|selected| InviteId(selected.id.0)).collect();
    let revoked = invites::revoke(db, actor, &ids).await?;
    Ok(plan.without(|selected| (!revoked.contains(&InviteId(selected.id.0))).then_some(NotDone::Gone)))
}
