//! What the settings page asks of the server about the organization's domains. S1

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::{
        ids::OrgId,
        moment::Moment,
        sso::claim::{ClaimState, CompanyDomain, Finding},
    },
};

/// A claim to a domain, and the record that proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainView {
    pub domain: CompanyDomain,
    pub state: ClaimState,
    pub finding: Option<Finding>,
    pub looked_at: Option<Moment>,
    pub verified_at: Option<Moment>,
    pub missing_since: Option<Moment>,
    pub record_name: String,
    pub record_text: String,
}

/// The domains that the organization claims.
#[server(prefix = "/fn", endpoint = "domains/list")]
pub async fn domains(org: OrgId) -> Result<Vec<DomainView>, AppError> {
    use crate::{
        domain::{role::Action, sso::claim::record_text},
        server::ctx,
        store::sso::domains,
    };
    ctx::require(org, Action::SeeOrganization)?;
    let keys = ctx::state().keys;
    let mut tx = ctx::begin().await?;
    let claims = domains::list(&mut tx, org).await?;
    let view = |claim: domains::Claim| DomainView {
        record_name: claim.domain.record_name(),
        record_text: record_text(&keys.domain_proof(org, &claim.domain)),
        domain: claim.domain,
        state: claim.state,
        finding: claim.finding,
        looked_at: claim.looked_at,
        verified_at: claim.verified_at,
        missing_since: claim.missing_since,
    };
    Ok(claims.into_iter().map(view).collect())
}

/// Claims a domain; it counts once its record is found. S1
#[server(prefix = "/fn", endpoint = "domains/claim")]
pub async fn claim_domain(org: OrgId, domain: String) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::{ctx, idna, public_mail},
        store::{self, sso::domains},
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let domain = CompanyDomain::parse(&domain, idna::to_ascii, public_mail::is_public)
        .map_err(|problem| AppError::invalid("domain", problem))?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        domains::claim(&mut tx, &actor, &domain).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Looks for the record of a domain now. S1
#[server(prefix = "/fn", endpoint = "domains/look")]
pub async fn look_at_domain(org: OrgId, domain: String) -> Result<ClaimState, AppError> {
    use crate::{
        domain::role::Action,
        server::{ctx, domain_looks},
        store::sso::domains,
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let state = ctx::state();
    let domain = CompanyDomain::named(domain).ok_or(AppError::Unreadable)?;
    domains::require(&mut *state.begin().await?, org, &domain).await?;
    Ok(domain_looks::look(&state, &actor, &domain).await?)
}

/// Gives a domain up. S1
#[server(prefix = "/fn", endpoint = "domains/withdraw")]
pub async fn withdraw_domain(org: OrgId, domain: String) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, sso::domains},
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let domain = CompanyDomain::named(domain).ok_or(AppError::Unreadable)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        domains::withdraw(&mut tx, &actor, &domain).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}
