//! Sub-teams. T1

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::{
    Error, PgConnection, Result,
    audit::{self, Object},
    fresh_id, violates,
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    ids::{OrgId, TeamId},
    text,
};

/// A sub-team and how far its people are.
#[derive(Clone, Debug)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    /// Members.
    pub people: i64,
    /// Those of them whose headshots are ready.
    pub ready: i64,
    /// Pending invites, as the list of people counts them.
    pub invites: i64,
}

/// An organization has about so many teams at most: every page lists them all.
pub const TEAMS_MAX: i64 = 500;

/// Why a sub-team was not changed. T1
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TeamRefusal {
    #[error("There is a team of this name already. Choose another name.")]
    NameTaken,
    #[error("You have {TEAMS_MAX} teams, and more do not fit. Delete one that nobody needs.")]
    TooMany,
    #[error("This team is gone. Reload the page to see the teams there are.")]
    Unknown,
}

/// What the sub-teams of an organization are called, by name.
pub async fn names(db: &mut PgConnection, org: OrgId) -> Result<Vec<(TeamId, String)>> {
    let names = sqlx::query!("select id, name from teams where org_id = $1 order by lower(name)", org.0);
    let rows = names.fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (TeamId(row.id), row.name)).collect())
}

/// All sub-teams of an organization by name, with their members, those who are ready, and pending invites.
pub async fn list(db: &mut PgConnection, org: OrgId) -> Result<Vec<Team>> {
    let rows = sqlx::query!(
        r#"select t.id, t.name, coalesce(m.people, 0) as "people!", coalesce(m.ready, 0) as "ready!",
                  coalesce(i.invites, 0) as "invites!"
           from teams t
           left join (
               select team_id, count(*) as people, count(*) filter (where stage = 'ready') as ready
               from members
               where org_id = $1 and team_id is not null
               group by team_id
           ) m on m.team_id = t.id
           left join (
               select team_id, count(*) as invites
               from invites i
               where org_id = $1 and invite_is_pending(state) and team_id is not null
               group by team_id
           ) i on i.team_id = t.id
           where t.org_id = $1
           order by lower(t.name)"#,
        org.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Team {
            id: TeamId(row.id),
            name: row.name,
            people: row.people,
            ready: row.ready,
            invites: row.invites,
        })
        .collect())
}

/// The name of a team; `None` when there is none such.
pub async fn name(db: &mut PgConnection, org: OrgId, team: TeamId) -> Result<Option<String>> {
    sqlx::query_scalar!("select name from teams where org_id = $1 and id = $2", org.0, team.0)
        .fetch_optional(db)
        .await
}

/// Makes a sub-team; `name` is a checked line.
///
/// # Errors
/// The name is taken, by one that looks the same, or there are [`TEAMS_MAX`].
pub async fn create(db: &mut PgConnection, actor: &Actor, name: &str) -> Result<TeamId, Error<TeamRefusal>> {
    let id = fresh_id();
    let made = sqlx::query!(
        "insert into teams (org_id, id, name, name_key)
         select $1, $2, $3, $4
         where (select count(*) from teams where org_id = $1) < $5",
        actor.org.0,
        id,
        name,
        name_key(name),
        TEAMS_MAX,
    )
    .execute(&mut *db)
    .await
    .map_err(name_taken)?;
    if made.rows_affected() == 0 {
        return Err(Error::Refused(TeamRefusal::TooMany));
    }
    audit::record(db, actor, Act::TeamCreated, Object::one(id, name)).await?;
    Ok(TeamId(id))
}

/// What team names are compared by; see [`text::name_key`].
#[must_use]
pub fn name_key(name: &str) -> String {
    text::name_key(name, |text| text.nfkc().collect())
}

/// Gives a sub-team another name.
///
/// # Errors
/// The name is taken, or the sub-team is not there.
pub async fn rename(
    db: &mut PgConnection,
    actor: &Actor,
    team: TeamId,
    name: &str,
) -> Result<(), Error<TeamRefusal>> {
    let changed = sqlx::query!(
        "update teams set name = $3, name_key = $4 where org_id = $1 and id = $2",
        actor.org.0,
        team.0,
        name,
        name_key(name),
    )
    .execute(&mut *db)
    .await
    .map_err(name_taken)?;
    if changed.rows_affected() == 0 {
        return Err(Error::Refused(TeamRefusal::Unknown));
    }
    Ok(audit::record(db, actor, Act::TeamRenamed, Object::one(team.0, name)).await?)
}

/// Deletes a sub-team. Its people stay, in no team; says how many those are. T1
///
/// # Errors
/// The sub-team is not there.
pub async fn delete(db: &mut PgConnection, actor: &Actor, team: TeamId) -> Result<i64, Error<TeamRefusal>> {
    let org = actor.org;
    // Waits for those who put somebody into it, and stops those who come later, before anything else is
    // locked. Whoever is joining holds an invite or a link already: they go past a team that is locked.
    let name =
        sqlx::query_scalar!("select name from teams where org_id = $1 and id = $2 for update", org.0, team.0)
            .fetch_optional(&mut *db)
            .await?
            .ok_or(Error::Refused(TeamRefusal::Unknown))?;
    sqlx::query!(
        "update invites i set team_id = null
         from (
             select id from invites where org_id = $1 and team_id = $2 order by id for update
         ) x
         where i.org_id = $1 and i.id = x.id",
        org.0,
        team.0,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update invite_links l set team_id = null
         from (
             select id from invite_links where org_id = $1 and team_id = $2 order by id for update
         ) x
         where l.org_id = $1 and l.id = x.id",
        org.0,
        team.0,
    )
    .execute(&mut *db)
    .await?;
    let people = sqlx::query!(
        "update members m set team_id = null
         from (
             select id from members where org_id = $1 and team_id = $2 order by id for update
         ) x
         where m.org_id = $1 and m.id = x.id",
        org.0,
        team.0,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from teams where org_id = $1 and id = $2", org.0, team.0).execute(&mut *db).await?;
    audit::record(db, actor, Act::TeamDeleted, Object::one(team.0, &name)).await?;
    Ok(i64::try_from(people.rows_affected()).unwrap_or(i64::MAX))
}

/// Whether this is a sub-team of that organization; it stays one until the transaction ends. N2
///
/// # Errors
/// It is not, or is no more.
pub async fn require(
    db: &mut PgConnection,
    org: OrgId,
    team: Option<TeamId>,
) -> Result<(), Error<TeamRefusal>> {
    require_all(db, org, &BTreeSet::from_iter(team)).await
}

/// The team, kept until the transaction ends; `None` where it is gone, or being deleted at this moment: who
/// deletes it waits for the invites that the caller holds.
pub(super) async fn hold_if_free(db: &mut PgConnection, org: OrgId, team: TeamId) -> Result<Option<TeamId>> {
    let held = sqlx::query_scalar!(
        "select id from teams where org_id = $1 and id = $2 for key share skip locked",
        org.0,
        team.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(held.map(TeamId))
}

/// As [`require`], for several.
///
/// # Errors
/// One of them is not, or is no more.
pub async fn require_all(
    db: &mut PgConnection,
    org: OrgId,
    teams: &BTreeSet<TeamId>,
) -> Result<(), Error<TeamRefusal>> {
    if teams.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = teams.iter().map(|team| team.0).collect();
    let found = sqlx::query_scalar!(
        "select id from teams where org_id = $1 and id = any($2) order by id for key share",
        org.0,
        &ids,
    )
    .fetch_all(db)
    .await?;
    if found.len() == ids.len() { Ok(()) } else { Err(Error::Refused(TeamRefusal::Unknown)) }
}

fn name_taken(error: sqlx::Error) -> Error<TeamRefusal> {
    if violates(&error, "teams_name_key") { Error::Refused(TeamRefusal::NameTaken) } else { error.into() }
}

#[cfg(test)]
mod tests;
