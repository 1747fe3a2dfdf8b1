//! We, as a provider knows us; and what of a sign-in is only ours.

use openidconnect::{ClientId, ClientSecret, Nonce, PkceCodeVerifier, RedirectUrl};
use uuid::Uuid;

use crate::{
    domain::{ids::OrgId, sso::trouble::Trouble},
    server::keys::{Keys, Maker},
    store::sso::connections::Connection,
};

/// A connection as one talks through it: with its secret open.
pub struct Client {
    pub(super) issuer: String,
    pub(super) id: ClientId,
    pub(super) secret: ClientSecret,
    pub(super) redirect: RedirectUrl,
    pub(super) team_claim: Option<String>,
}

/// What of a sign-in is only ours: derived, so that the database holds none of it.
pub struct Secrets {
    pub(super) state: String,
    pub(super) nonce: Nonce,
    verifier: String,
}

impl Client {
    /// Opens a connection; `callback` is our URL to which its people come back.
    ///
    /// # Errors
    /// It was sealed with another key.
    pub fn open(connection: &Connection, keys: &Keys, callback: String) -> Result<Self, Trouble> {
        let secret = keys
            .unseal(connection.org, &connection.sealed_secret)
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or(Trouble::SecretWrong)?;
        Ok(Self {
            issuer: connection.issuer.clone(),
            id: ClientId::new(connection.client_id.clone()),
            secret: ClientSecret::new(secret),
            redirect: RedirectUrl::new(callback).map_err(|_| Trouble::Unreadable)?,
            team_claim: connection.team_claim.clone(),
        })
    }
}

impl Secrets {
    /// Those of a sign-in that one browser began, as the key makes them under which it began.
    #[must_use]
    pub fn new(keys: &Keys, maker: Maker, org: OrgId, id: Uuid, browser_hash: &[u8]) -> Self {
        Self {
            state: keys.sign_in_state(org, id),
            nonce: Nonce::new(keys.sign_in_secret(maker, "nonce", id, browser_hash)),
            verifier: keys.sign_in_secret(maker, "verifier", id, browser_hash),
        }
    }

    pub(super) fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.verifier.clone())
    }
}
