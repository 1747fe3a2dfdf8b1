//! OpenID Connect: finding out how a provider is asked, where somebody is sent to sign in, and what the
//! token says that comes back. The protocol is the `openidconnect` crate's; what counts as proof is said
//! here and in `domain::sso`. OpenID Connect Core 1.0, S2

mod client;
mod fetch;
mod provider;
mod token;

use openidconnect::PkceCodeChallenge;

pub use self::{
    client::{Client, Secrets},
    provider::Providers,
};
use crate::domain::{
    moment::Moment,
    sso::{
        assertion::Claims,
        trouble::{TokenFault, Trouble},
    },
};

/// What a provider sent back with somebody who signed in.
#[derive(Clone, Debug)]
pub struct CodeAnswer {
    pub code: String,
    /// Whom the answer names as its sender. RFC 9207
    pub sender: Option<String>,
}

/// Where somebody is sent to sign in.
///
/// # Errors
/// The provider does not say how it is asked.
pub async fn authorization_url(
    providers: &Providers,
    client: &Client,
    secrets: &Secrets,
    hint: Option<&str>,
) -> Result<String, Trouble> {
    let provider = providers.find(&client.issuer).await?;
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&secrets.verifier());
    Ok(provider.authorization_url(client, secrets, challenge, hint))
}

/// What the provider says of whoever came back.
///
/// # Errors
/// The provider, its answer or its token is not as it must be.
pub async fn claims(
    providers: &Providers,
    client: &Client,
    secrets: &Secrets,
    answer: CodeAnswer,
    now: Moment,
) -> Result<Claims, Trouble> {
    let provider = providers.find(&client.issuer).await?;
    provider.require_sender(&client.issuer, answer.sender.as_deref())?;
    let token = provider.exchange(client, providers.fetch(), secrets.verifier(), answer.code).await?;
    match token::claims(client, provider.keys(), &token, &secrets.nonce, now) {
        // Keys are replaced from time to time: asked for again, once.
        Err(Trouble::Token(TokenFault::Key)) => {
            let provider = providers.find_afresh(&client.issuer).await?;
            token::claims(client, provider.keys(), &token, &secrets.nonce, now)
        }
        claims => claims,
    }
}
