//! A look at the DNS for a domain that an organization claims, and what follows from it. S1

use crate::{
    domain::{
        actor::Actor,
        ids::OrgId,
        sso::claim::{ClaimState, CompanyDomain, record_text},
    },
    server::{keys::Keys, state::AppState},
    store::{
        self, Error,
        sso::domains::{self, UnknownDomain},
    },
};

/// The texts of records that prove a claim: the first is the one to publish, others were before a key was
/// replaced.
#[must_use]
pub fn expected(keys: &Keys, org: OrgId, domain: &CompanyDomain) -> Vec<String> {
    keys.domain_proofs(org, domain).iter().map(|proof| record_text(proof)).collect()
}

/// Looks for the record now. The DNS is asked outside of any transaction.
///
/// # Errors
/// The claim was given up meanwhile.
pub async fn look(
    state: &AppState,
    actor: &Actor,
    domain: &CompanyDomain,
) -> store::Result<ClaimState, Error<UnknownDomain>> {
    let expected = expected(&state.keys, actor.org, domain);
    let finding = state.dns.look(domain, &expected).await;
    store::retry(|| async {
        let mut tx = state.begin().await?;
        let claim = domains::settle(&mut tx, actor, domain, finding).await?;
        state.commit(tx, actor.org).await?;
        Ok(claim)
    })
    .await
}
