//! Sub-teams. T1

use super::{Error, PgConnection, Result, fresh_id, violates};
use crate::domain::{
    actor::Actor,
    ids::{OrgId, TeamId},
};

/// A sub-team and how far its people are.
#[derive(Clone, Debug)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub people: i64,
    pub ready: i64,
}

/// Why a sub-team was not changed. T1
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TeamRefusal {
    #[error("There is a team of this name already. Choose another name.")]
    NameTaken,
    #[error("This team is gone. Reload the page to see the teams there are.")]
    Unknown,
}

/// All sub-teams of an organization by name, with members and those whose headshots are ready.
pub async fn list(db: &mut PgConnection, org: OrgId) -> Result<Vec<Team>> {
    let rows = sqlx::query!(
        r#"select t.id, t.name, count(m.id) as "people!",
                  count(m.id) filter (where exists (
                      select from shoots s
                      where s.org_id = m.org_id and s.member_id = m.id and s.state = 'ready'
                  )) as "ready!"
           from teams t
           left join members m on m.org_id = t.org_id and m.team_id = t.id
           where t.org_id = $1
           group by t.org_id, t.id
           order by lower(t.name)"#,
        org.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Team { id: TeamId(row.id), name: row.name, people: row.people, ready: row.ready })
        .collect())
}

/// Makes a sub-team; `name` is a checked line.
///
/// # Errors
/// The name is taken, whatever its case.
pub async fn create(db: &mut PgConnection, actor: &Actor, name: &str) -> Result<TeamId, Error<TeamRefusal>> {
    let id = fresh_id();
    sqlx::query!("insert into teams (org_id, id, name) values ($1, $2, $3)", actor.org.0, id, name)
        .execute(db)
        .await
        .map_err(name_taken)?;
    Ok(TeamId(id))
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
    let changed =
        sqlx::query!("update teams set name = $3 where org_id = $1 and id = $2", actor.org.0, team.0, name)
            .execute(db)
            .await
            .map_err(name_taken)?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(Error::Refused(TeamRefusal::Unknown)) }
}

/// Deletes a sub-team. Its people stay, in no team; says how many those are. T1
///
/// # Errors
/// The sub-team is not there.
pub async fn delete(db: &mut PgConnection, actor: &Actor, team: TeamId) -> Result<i64, Error<TeamRefusal>> {
    let org = actor.org;
    // Whoever is joining holds an invite or a link and then needs the team. In that order here too:
    // neither waits for the other crosswise.
    sqlx::query!("update invites set team_id = null where org_id = $1 and team_id = $2", org.0, team.0)
        .execute(&mut *db)
        .await?;
    sqlx::query!("update invite_links set team_id = null where org_id = $1 and team_id = $2", org.0, team.0)
        .execute(&mut *db)
        .await?;
    let people =
        sqlx::query!("update members set team_id = null where org_id = $1 and team_id = $2", org.0, team.0)
            .execute(&mut *db)
            .await?;
    let gone =
        sqlx::query!("delete from teams where org_id = $1 and id = $2", org.0, team.0).execute(db).await?;
    if gone.rows_affected() == 0 {
        return Err(Error::Refused(TeamRefusal::Unknown));
    }
    Ok(i64::try_from(people.rows_affected()).unwrap_or(i64::MAX))
}

/// Whether this is a sub-team of that organization. N2
///
/// # Errors
/// It is not.
pub async fn require(
    db: &mut PgConnection,
    org: OrgId,
    team: Option<TeamId>,
) -> Result<(), Error<TeamRefusal>> {
    let Some(team) = team else { return Ok(()) };
    let found = sqlx::query_scalar!(
        r#"select exists (select from teams where org_id = $1 and id = $2) as "found!""#,
        org.0,
        team.0,
    )
    .fetch_one(db)
    .await?;
    if found { Ok(()) } else { Err(Error::Refused(TeamRefusal::Unknown)) }
}

/// Names the violation of a foreign key to the teams: the team went between the look and the write.
pub(super) fn gone<R: From<TeamRefusal>>(constraint: &str, error: sqlx::Error) -> Error<R> {
    if violates(&error, constraint) { Error::Refused(TeamRefusal::Unknown.into()) } else { error.into() }
}

fn name_taken(error: sqlx::Error) -> Error<TeamRefusal> {
    if violates(&error, "teams_name_key") { Error::Refused(TeamRefusal::NameTaken) } else { error.into() }
}

#[cfg(test)]
mod tests;
