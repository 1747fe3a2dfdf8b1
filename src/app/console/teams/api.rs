//! What is asked of the server about sub-teams. T1

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::ids::{OrgId, TeamId},
};

/// A sub-team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamView {
    pub id: TeamId,
    pub name: String,
    /// Members.
    pub people: i64,
    pub ready: i64,
    /// Pending.
    pub invites: i64,
}

#[cfg(feature = "ssr")]
impl From<crate::store::teams::Team> for TeamView {
    fn from(team: crate::store::teams::Team) -> Self {
        Self { id: team.id, name: team.name, people: team.people, ready: team.ready, invites: team.invites }
    }
}

/// The sub-teams by name.
#[server(prefix = "/fn", endpoint = "teams/list")]
pub async fn teams(org: OrgId) -> Result<Vec<TeamView>, AppError> {
    use crate::{domain::role::Action, server::ctx, store::teams};
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    Ok(teams::list(&mut tx, org).await?.into_iter().map(TeamView::from).collect())
}

/// Makes a sub-team. T1
#[server(prefix = "/fn", endpoint = "teams/create")]
pub async fn create_team(org: OrgId, name: String) -> Result<TeamId, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, teams},
    };
    let actor = ctx::require(org, Action::ManageTeams)?;
    let name = team_name(&name)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let team = teams::create(&mut tx, &actor, &name).await?;
        ctx::commit(tx, org).await?;
        Ok(team)
    })
    .await
}

/// Gives a sub-team another name. T1
#[server(prefix = "/fn", endpoint = "teams/rename")]
pub async fn rename_team(org: OrgId, team: TeamId, name: String) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, teams},
    };
    let actor = ctx::require(org, Action::ManageTeams)?;
    let name = team_name(&name)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        teams::rename(&mut tx, &actor, team, &name).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Deletes a sub-team; says how many people stay without one. T1
#[server(prefix = "/fn", endpoint = "teams/delete")]
pub async fn delete_team(org: OrgId, team: TeamId) -> Result<i64, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, teams},
    };
    let actor = ctx::require(org, Action::ManageTeams)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let people = teams::delete(&mut tx, &actor, team).await?;
        ctx::commit(tx, org).await?;
        Ok(people)
    })
    .await
}

#[cfg(feature = "ssr")]
fn team_name(typed: &str) -> Result<String, AppError> {
    use crate::domain::{member::ORG_NAME_MAX, text};
    text::line("The team’s name", typed, ORG_NAME_MAX).map_err(|problem| AppError::invalid("name", problem))
}

/// The choice of a sub-team: empty is none.
///
/// # Errors
/// Not an id; a page of ours never sends that.
#[cfg(feature = "ssr")]
pub fn team_choice(typed: &str) -> Result<Option<TeamId>, &'static str> {
    use crate::words;
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().map(Some).map_err(|_| words::console::team_unknown())
}
