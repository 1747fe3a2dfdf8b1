//! What an ID token has to be before anything in it is believed. OpenID Connect Core 1.0, 3.1.3.7

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, IdToken as OpenIdToken, IdTokenVerifier, IssuerUrl, Nonce,
    SignatureVerificationError,
    core::{
        CoreGenderClaim, CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::Client;
use crate::domain::{
    moment::Moment,
    sso::{
        assertion::Claims,
        trouble::{TokenFault, Trouble},
    },
};

/// Clocks may differ by so much.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// Never `none`, and never with the client's secret, which the provider's other software may know.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 2] =
    [CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, CoreJwsSigningAlgorithm::EcdsaP256Sha256];
/// Values of the sub-team's claim that are looked at.
const GROUPS_MAX: usize = 1_000;

/// Claims that are not of the standard.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Extra(HashMap<String, Value>);

impl AdditionalClaims for Extra {}

pub type IdToken =
    OpenIdToken<Extra, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// The claims of a token that is the provider's, for us, of this sign-in and of now.
pub fn claims(
    client: &Client,
    keys: &CoreJsonWebKeySet,
    token: &IdToken,
    nonce: &Nonce,
    now: Moment,
) -> Result<Claims, Trouble> {
    let issuer = IssuerUrl::new(client.issuer.clone()).map_err(|_| Trouble::Unreadable)?;
    let now = DateTime::<Utc>::from_timestamp_millis(now.unix_millis()).ok_or(TokenFault::Clock)?;
    let verifier: IdTokenVerifier<'_, CoreJsonWebKey> =
        IdTokenVerifier::new_public_client(client.id.clone(), issuer, keys.clone())
            .set_allowed_algs(ALGORITHMS)
            // Others may be addressed too, where the token says that it was made for us: see below.
            .set_other_audience_verifier_fn(|_| true)
            .set_time_fn(move || now - SKEW)
            .set_issue_time_verifier_fn(move |issued| {
                if issued <= now + SKEW { Ok(()) } else { Err("not issued yet".into()) }
            });
    let claims = token.claims(&verifier, nonce).map_err(|error| fault(&error))?;
    let for_us = match claims.authorized_party() {
        Some(party) => **party == **client.id,
        None => claims.audiences().len() == 1,
    };
    if !for_us {
        return Err(TokenFault::Audience.into());
    }
    let subject = claims.subject().as_str();
    if subject.is_empty() || subject.len() > 255 {
        return Err(TokenFault::Malformed.into());
    }
    let extra = &claims.additional_claims().0;
    let groups = client.team_claim.as_ref().and_then(|name| extra.get(name)).map(texts).unwrap_or_default();
    Ok(Claims {
        issuer: client.issuer.clone(),
        subject: subject.to_owned(),
        email: claims.email().map(|email| email.to_string()),
        email_verified: claims.email_verified(),
        name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
        hosted_domain: extra.get("hd").and_then(Value::as_str).map(str::to_owned),
        groups,
    })
}

/// A claim of one value, or of several.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => {
            values.iter().take(GROUPS_MAX).filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

fn fault(error: &ClaimsVerificationError) -> Trouble {
    tracing::debug!(%error, "an ID token was refused");
    let fault = match error {
        ClaimsVerificationError::Expired(_) => TokenFault::Clock,
        ClaimsVerificationError::InvalidAudience(_) => TokenFault::Audience,
        ClaimsVerificationError::InvalidIssuer(_) => TokenFault::Issuer,
        ClaimsVerificationError::InvalidNonce(_) => TokenFault::Nonce,
        ClaimsVerificationError::SignatureVerification(error) => match error {
            SignatureVerificationError::DisallowedAlg(_)
            | SignatureVerificationError::UnsupportedAlg(_)
            | SignatureVerificationError::NoSignature => TokenFault::Algorithm,
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::AmbiguousKeyId(_) => {
                TokenFault::Key
            }
            _ => TokenFault::Signature,
        },
        _ => TokenFault::Malformed,
    };
    fault.into()
}
