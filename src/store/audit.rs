//! The log of who did what: each verb that a person or a program may use writes into it, in its own
//! transaction. What time or a job causes is not logged. P7

use uuid::Uuid;

use super::{PgConnection, Result, decode, fresh_id};
use crate::domain::{
    actor::{Actor, By},
    audit::{Act, ActorKind, AuditEntry, AuditQuery},
    ids::{MemberId, OrgId},
};

/// What something was done to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Object<'a> {
    pub id: Option<Uuid>,
    pub name: Option<&'a str>,
    /// To how many; one, where it is one thing.
    pub people: usize,
    pub detail: Option<&'a str>,
}

impl<'a> Object<'a> {
    /// One thing, under its name.
    #[must_use]
    pub const fn one(id: Uuid, name: &'a str) -> Self {
        Self { id: Some(id), name: Some(name), people: 1, detail: None }
    }

    /// So many people or invites.
    #[must_use]
    pub const fn many(people: usize) -> Self {
        Self { id: None, name: None, people, detail: None }
    }

    #[must_use]
    pub const fn with(self, detail: Option<&'a str>) -> Self {
        Self { detail, ..self }
    }
}

/// Writes down what was just done. P7
pub async fn record(db: &mut PgConnection, actor: &Actor, act: Act, object: Object<'_>) -> Result<()> {
    record_all(db, act, &[(actor, object)]).await
}

/// Writes down what was just done to each of these, under their names. P7
pub async fn record_each(
    db: &mut PgConnection,
    actor: &Actor,
    act: Act,
    objects: &[(Uuid, String)],
    detail: Option<&str>,
) -> Result<()> {
    let entries: Vec<(&Actor, Object<'_>)> =
        objects.iter().map(|(id, name)| (actor, Object::one(*id, name).with(detail))).collect();
    record_all(db, act, &entries).await
}

/// Writes down what several did at once in one organization, to what. P7
pub(super) async fn record_all(
    db: &mut PgConnection,
    act: Act,
    entries: &[(&Actor, Object<'_>)],
) -> Result<()> {
    let entries: Vec<_> = entries.iter().filter(|(actor, _)| actor.by != By::System).collect();
    let Some((first, _)) = entries.first() else { return Ok(()) };
    let ids: Vec<Uuid> = entries.iter().map(|_| fresh_id()).collect();
    let kinds: Vec<String> =
        entries.iter().map(|(actor, _)| ActorKind::from(&actor.by).as_str().to_owned()).collect();
    let actors: Vec<Option<Uuid>> =
        entries.iter().map(|(actor, _)| actor.member().map(|member| member.0)).collect();
    let names: Vec<String> = entries.iter().map(|(actor, _)| actor.name().to_owned()).collect();
    let networks: Vec<Option<String>> = entries.iter().map(|(actor, _)| actor.network.clone()).collect();
    let objects: Vec<Option<Uuid>> = entries.iter().map(|(_, object)| object.id).collect();
    let object_names: Vec<Option<String>> =
        entries.iter().map(|(_, object)| object.name.map(str::to_owned)).collect();
    let people: Vec<i32> =
        entries.iter().map(|(_, object)| i32::try_from(object.people).unwrap_or(i32::MAX)).collect();
    let details: Vec<Option<String>> =
        entries.iter().map(|(_, object)| object.detail.map(str::to_owned)).collect();
    sqlx::query!(
        "insert into audit_entries
             (org_id, act, id, actor_kind, actor_id, actor_name, network, object_id, object_name, people, detail)
         select $1, $2, x.*
         from unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::text[],
                     $10::integer[], $11::text[]) as x",
        first.org.0,
        act.as_str(),
        &ids,
        &kinds,
        &actors as &[Option<Uuid>],
        &names,
        &networks as &[Option<String>],
        &objects as &[Option<Uuid>],
        &object_names as &[Option<String>],
        &people,
        &details as &[Option<String>],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes who is removed out of the log, name, addresses and from where they acted, also where it is about
/// invites to their `emails` or they acted by a link; what happened stays. Of an invite that went to such an
/// address before it was mended, only the address goes. P3, P7
pub(super) async fn forget(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
    emails: &[String],
) -> Result<()> {
    sqlx::query!(
        "update audit_entries a
         set object_name = null,
             actor_name = case when a.actor_kind = 'link_holder' then null else a.actor_name end,
             network = case when a.actor_kind = 'link_holder' then null else a.network end
         from (
             select $2::uuid as id, null::text as address
             union all
             select id, null from invites
             where org_id = $1 and email = any($3) and state in ('queued', 'sent', 'failed')
             union all
             select id, null from invites
             where org_id = $1 and email = any($3) and state in ('joined', 'managed')
             union all
             select id, null from invites
             where org_id = $1 and email = any($3) and state in ('declined', 'revoked')
             union all
             select invite_id, email from invite_former_addresses where org_id = $1 and email = any($3)
         ) x
         where a.org_id = $1 and a.object_id = x.id
           and (x.address is null or lower(a.object_name) = x.address)",
        org.0,
        member.0,
        emails,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update audit_entries set actor_name = null, network = null
         where org_id = $1 and actor_id = $2 and (actor_name is not null or network is not null)",
        org.0,
        member.0,
    )
    .execute(&mut *db)
    .await?;
    // By a link they are known by their address, and so is whom they act on.
    sqlx::query!(
        "update audit_entries
         set actor_name = null, network = null,
             object_name = case when lower(object_name) = any($2) then null else object_name end
         where org_id = $1 and actor_kind = 'link_holder' and lower(actor_name) = any($2)",
        org.0,
        emails,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many days the organization keeps its log. P7
pub async fn days_kept(db: &mut PgConnection, org: OrgId) -> Result<i16> {
    sqlx::query_scalar!("select history_days from organizations where id = $1", org.0).fetch_one(db).await
}

/// Chooses how long the log is kept; the number is checked. What is older goes within the hour. P7
pub async fn keep_for(db: &mut PgConnection, actor: &Actor, days: i16) -> Result<()> {
    sqlx::query!("update organizations set history_days = $2 where id = $1", actor.org.0, days)
        .execute(&mut *db)
        .await?;
    super::audit::record(db, actor, Act::SettingsChanged, Object::many(0).with(Some("history"))).await
}

/// A row of the log as it is read.
struct Row {
    id: Uuid,
    created_at: time::OffsetDateTime,
    act: String,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    network: Option<String>,
    object_id: Option<Uuid>,
    object_name: Option<String>,
    people: i32,
    detail: Option<String>,
}

impl Row {
    fn entry(self) -> Result<AuditEntry> {
        Ok(AuditEntry {
            id: self.id,
            at: self.created_at.into(),
            act: decode::<Act>(&self.act)?,
            actor: decode::<ActorKind>(&self.actor_kind)?,
            actor_id: self.actor_id,
            actor_name: self.actor_name,
            network: self.network,
            object: self.object_id,
            object_name: self.object_name,
            people: self.people,
            detail: self.detail,
        })
    }
}

/// The newest entries that match: at most `limit`. P7
pub async fn entries(
    db: &mut PgConnection,
    org: OrgId,
    query: &AuditQuery,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    let (first, end) = ids_asked_for(query);
    let act = query.act.map(Act::as_str);
    let rows = match query.object {
        None => {
            sqlx::query_as!(
                Row,
                "select id, created_at, act, actor_kind, actor_id, actor_name, network, object_id,
                        object_name, people, detail
                 from audit_entries
                 where org_id = $1 and id >= $2 and id < $3
                   and ($4::text is null or act = $4)
                   and ($5::uuid is null or actor_id = $5)
                 order by id desc
                 limit $6",
                org.0,
                first,
                end,
                act,
                query.actor,
                limit,
            )
            .fetch_all(db)
            .await?
        }
        // Of a member, with the invite that they came by.
        Some(object) => {
            sqlx::query_as!(
                Row,
                "select a.id, a.created_at, a.act, a.actor_kind, a.actor_id, a.actor_name, a.network,
                        a.object_id, a.object_name, a.people, a.detail
                 from (
                     select $2::uuid as id
                     union all
                     select i.id
                     from members m
                     join invites i
                         on i.org_id = m.org_id and i.email = m.email and i.state in ('joined', 'managed')
                     where m.org_id = $1 and m.id = $2
                 ) x
                 cross join lateral (
                     select *
                     from audit_entries
                     where org_id = $1 and object_id = x.id and id >= $3 and id < $4
                       and ($5::text is null or act = $5)
                       and ($6::uuid is null or actor_id = $6)
                     order by id desc
                     limit $7
                 ) a
                 order by a.id desc
                 limit $7",
                org.0,
                object,
                first,
                end,
                act,
                query.actor,
                limit,
            )
            .fetch_all(db)
            .await?
        }
    };
    rows.into_iter().map(Row::entry).collect()
}

/// The first id that is asked for, and the one at which to end. An id is a UUIDv7 and begins with the time,
/// so that days are a range of ids.
fn ids_asked_for(query: &AuditQuery) -> (Uuid, Uuid) {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let id_at = |millis: i64| Uuid::from_u128(u128::try_from(millis).unwrap_or_default() << 80);
    let first = query.from.map_or(Uuid::nil(), |day| id_at(day.unix_millis()));
    let end = query.to.map_or(Uuid::max(), |day| id_at(day.unix_millis() + DAY));
    (first, end.min(query.before.unwrap_or(Uuid::max())))
}

/// The newest entries about a member, the invite that they came by included: at most `limit`. P4
pub async fn about_member(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    entries(db, org, &AuditQuery { object: Some(member.0), ..AuditQuery::default() }, limit).await
}

/// By whom the log can be filtered: the leads, a hundred at most, and those of `others` who are members; in
/// the order of their names. P7
pub async fn actors(db: &mut PgConnection, org: OrgId, others: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id!", name as "name!"
           from (
               (
                   select id, name, sort_name from members
                   where org_id = $1 and role in ('owner', 'team_lead')
                   order by sort_name, id
                   limit 100
               )
               union
               select id, name, sort_name from members where org_id = $1 and id = any($2)
           ) x
           order by sort_name, id"#,
        org.0,
        others,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

#[cfg(test)]
mod tests;
