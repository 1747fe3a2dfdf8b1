//! Members who have joined and get no further: counted, and reminded by themselves. I15

use uuid::Uuid;

use super::bulk::Selected;
use crate::{
    domain::{
        actor::Actor,
        audit::Act,
        ids::{MemberId, OrgId},
        invite::PhotoReminders,
        people::PersonId,
        shoot::Stage,
    },
    store::{
        PgConnection, Result,
        audit::{self, Object},
        decode,
        jobs::{self, Job, Mail},
    },
};

/// How many are stuck at each stage; none at those that are not named.
pub async fn count_stuck(db: &mut PgConnection, org: OrgId) -> Result<Vec<(Stage, i64)>> {
    let rows = sqlx::query!(
        r#"select stage as "stage!", count(*) as "people!" from stuck_members where org_id = $1 group by stage"#,
        org.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok((decode::<Stage>(&row.stage)?, row.people))).collect()
}

/// Who is stuck at a stage, those first who have been for the longest; at most so many.
pub async fn stuck(db: &mut PgConnection, org: OrgId, stage: Stage, limit: i64) -> Result<Vec<Selected>> {
    let rows = sqlx::query!(
        r#"select id as "id!", name as "name!" from stuck_members
           where org_id = $1 and stage = $2
           order by since
           limit $3"#,
        org.0,
        stage.as_str(),
        limit,
    )
    .fetch_all(db)
    .await?;
    let selected = |id, called| Selected { id: PersonId(id), called, is_invite: false };
    Ok(rows.into_iter().map(|row| selected(row.id, row.name)).collect())
}

/// How an organization reminds members of their photos. I15
pub async fn photo_reminders(db: &mut PgConnection, org: OrgId) -> Result<PhotoReminders> {
    sqlx::query_as!(
        PhotoReminders,
        "select photo_reminders as by_itself, photo_reminder_days as days, photo_reminders_max as times
         from organizations
         where id = $1",
        org.0,
    )
    .fetch_one(db)
    .await
}

/// Changes how members are reminded; the numbers are checked. I15
pub async fn set_photo_reminders(
    db: &mut PgConnection,
    actor: &Actor,
    reminders: PhotoReminders,
) -> Result<()> {
    sqlx::query!(
        "update organizations
         set photo_reminders = $2, photo_reminder_days = $3, photo_reminders_max = $4
         where id = $1",
        actor.org.0,
        reminders.by_itself,
        reminders.days,
        reminders.times,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, actor, Act::SettingsChanged, Object::many(0).with(Some("photo reminders"))).await
}

/// Members whose turn it is to be reminded, at most 500 of each organization, grouped by it. I15
pub async fn due_photo_reminders(db: &mut PgConnection) -> Result<Vec<(OrgId, MemberId)>> {
    let rows = sqlx::query!(
        r#"select o.id as org_id, m.id as "id!"
           from organizations o
           cross join lateral (
               select s.id, s.since
               from stuck_members s
               where s.org_id = o.id and s.auto_reminded < o.photo_reminders_max
               order by s.since
               limit 500
           ) m
           where o.photo_reminders
           order by o.id, m.since"#,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (OrgId(row.org_id), MemberId(row.id))).collect())
}

/// Reminds those of an organization who still are stuck; of several servers at once, one does. I15, N9
pub async fn remind_of_photos(db: &mut PgConnection, actor: &Actor, due: &[MemberId]) -> Result<usize> {
    let org = actor.org;
    let ids: Vec<Uuid> = due.iter().map(|member| member.0).collect();
    // Judged again under the lock, by what decides of it that another may have changed meanwhile.
    let reminded = sqlx::query_scalar!(
        "update members m
         set reminded_at = now(), auto_reminded = m.auto_reminded + 1
         from (
             select m.id
             from members m
             join organizations o on o.id = m.org_id
             where m.org_id = $1 and m.id = any($2) and m.stage in ('joined', 'adding_photos')
               and o.photo_reminders and m.auto_reminded < o.photo_reminders_max
               and greatest(m.joined_at, m.reminded_at) <= now() - make_interval(days => o.photo_reminder_days)
             order by m.id
             for no key update of m
         ) x
         where m.org_id = $1 and m.id = x.id
         returning m.id",
        org.0,
        &ids,
    )
    .fetch_all(&mut *db)
    .await?;
    let mails: Vec<Job> =
        reminded.iter().map(|member| Job::Mail(Mail::PhotosDue { org, member: MemberId(*member) })).collect();
    jobs::queue(db, &mails).await?;
    Ok(mails.len())
}

#[cfg(test)]
mod tests;
