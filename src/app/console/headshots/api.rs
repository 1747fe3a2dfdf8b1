//! What the lead's Headshots page asks of the server. H4

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::ids::{HeadshotId, MemberId, OrgId, TeamId},
};

/// A member whose headshots are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownMember {
    pub member: MemberId,
    pub name: String,
    pub team: Option<(TeamId, String)>,
    pub address: Option<String>,
    pub face: HeadshotId,
    pub chosen: bool,
    pub count: i64,
}

/// Everybody in the organization whose headshots are there. H4
#[server(prefix = "/fn", endpoint = "headshots/list")]
pub async fn headshots(org: OrgId) -> Result<Vec<ShownMember>, AppError> {
    use crate::{domain::role::Action, server::ctx, store::results};
    ctx::require(org, Action::ShootForOthers)?;
    let mut tx = ctx::begin().await?;
    let shown = results::of_organization(&mut tx, org).await?;
    Ok(shown
        .into_iter()
        .map(|one| ShownMember {
            member: one.member,
            name: one.name,
            team: one.team_id.zip(one.team),
            address: one.address,
            face: one.face,
            chosen: one.chosen,
            count: one.count,
        })
        .collect())
}
