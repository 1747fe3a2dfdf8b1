//! What the Open-invite tab asks of the server. L1, L2, L6

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::error::AppError;
use crate::domain::{
    domain_rule::DomainRule,
    ids::{LinkId, OrgId},
    link::LinkState,
    moment::Moment,
};

/// A link in the list. L2
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    pub id: LinkId,
    pub url: String,
    pub label: Option<String>,
    pub domains: Vec<DomainRule>,
    pub used: i32,
    pub usage_limit: Option<i32>,
    pub expires_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
    pub created_by: String,
    pub team: Option<String>,
    pub state: LinkState,
}

#[cfg(feature = "ssr")]
fn view(state: &crate::server::state::AppState, link: crate::store::links::Link, org: OrgId) -> LinkView {
    LinkView {
        id: link.id,
        url: state.base.to(&format!("/j/{}", state.keys.link_token(org, link.id))),
        label: link.label,
        state: link.policy.state(),
        domains: link.policy.domains,
        used: link.policy.used,
        usage_limit: link.policy.usage_limit,
        expires_at: link.expires_at,
        revoked_at: link.revoked_at,
        created_by: link.created_by,
        team: link.team,
    }
}

/// All links, newest first. L2
#[server(endpoint = "links/list")]
pub async fn links(org: OrgId) -> Result<Vec<LinkView>, AppError> {
    use crate::{domain::role::Action, server::ctx, store::links};
    let actor = ctx::member_of(org)?;
    actor.role.require(Action::Invite)?;
    let state = ctx::state();
    let mut tx = ctx::begin().await?;
    Ok(links::list(&mut tx, org).await?.into_iter().map(|link| view(&state, link, org)).collect())
}

/// Makes a link. `expires_at` is a date and time in UTC as `2026-03-23T17:05Z`; without the `Z`,
/// as a plain form sends it, it is taken for UTC as well. L1
#[server(endpoint = "links/create")]
pub async fn create_link(
    org: OrgId,
    label: String,
    domains: String,
    usage_limit: String,
    expires_at: String,
    team: String,
) -> Result<LinkView, AppError> {
    use crate::{
        app::{idna, parse::team_choice},
        domain::{
            link::{LABEL_MAX, parse_usage_limit},
            role::Action,
            text,
        },
        server::ctx,
        store::links::{self, NewLink},
    };
    let actor = ctx::member_of(org)?;
    actor.role.require(Action::Invite)?;
    let label = text::optional_line("The label", &label, LABEL_MAX)
        .map_err(|problem| AppError::invalid("label", problem))?;
    let domains = DomainRule::parse_list(&domains, idna::to_ascii)
        .map_err(|problem| AppError::invalid("domains", problem))?;
    let usage_limit =
        parse_usage_limit(&usage_limit).map_err(|problem| AppError::invalid("usage_limit", problem))?;
    let expires_at = match expires_at.trim() {
        "" => None,
        typed => Some(Moment::parse(typed).ok_or_else(|| {
            AppError::invalid("expires_at", "Type a date and a time, or leave both empty for no expiry.")
        })?),
    };
    let new =
        NewLink { label: label.as_deref(), domains, usage_limit, expires_at, team: team_choice(&team)? };
    let state = ctx::state();
    let mut tx = ctx::begin().await?;
    let id = links::create(&mut tx, &actor, &new).await?;
    let link = links::find(&mut tx, org, id).await?;
    tx.commit().await?;
    link.map(|link| view(&state, link, org))
        .ok_or_else(|| AppError::NotFound("The link is gone again. Reload the page.".into()))
}

/// Revokes a link; says how many joined through it, who all stay. L6
#[server(endpoint = "links/revoke")]
pub async fn revoke_link(org: OrgId, link: LinkId) -> Result<i32, AppError> {
    use crate::{domain::role::Action, server::ctx, store::links};
    let actor = ctx::member_of(org)?;
    actor.role.require(Action::Invite)?;
    let mut tx = ctx::begin().await?;
    let used = links::revoke(&mut tx, org, link).await?;
    tx.commit().await?;
    Ok(used)
}
