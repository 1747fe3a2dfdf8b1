//! A look at the DNS for a domain that an organization claims, and what follows from it. S1

use crate::{
    domain::{
        actor::Actor,
        sso::claim::{ClaimState, CompanyDomain, record_text},
    },
    server::state::AppState,
    store::{
        self, Error,
        sso::domains::{self, UnknownDomain},
    },
};

/// Looks for the record now. The DNS is asked outside of any transaction.
///
/// # Errors
/// The claim was given up meanwhile.
pub async fn look(
    state: &AppState,
    actor: &Actor,
    domain: &CompanyDomain,
) -> store::Result<ClaimState, Error<UnknownDomain>> {
    let expected = record_text(&state.keys.domain_proof(actor.org, domain));
    let finding = state.dns.look(domain, &expected).await;
    store::retry(|| async {
        let mut tx = state.begin().await?;
        let claim = domains::settle(&mut tx, actor, domain, finding).await?;
        state.commit(tx, actor.org).await?;
        Ok(claim)
    })
    .await
}
