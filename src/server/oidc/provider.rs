//! Providers: how each is asked, by its own documents, kept for a while. OpenID Connect Discovery 1.0

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, Client as Protocol, CsrfToken, EmptyExtraTokenFields,
    HttpRequest, IdTokenFields, IssuerUrl, LoginHint, PkceCodeChallenge, PkceCodeVerifier, RequestTokenError,
    Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
        CoreProviderMetadata, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
        CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    client::{Client, Secrets},
    fetch::{Fetch, NoAnswer},
    token::{Extra, IdToken},
};
use crate::{
    domain::sso::{
        provider::is_issuer,
        trouble::{TokenFault, Trouble},
    },
    server::reach::Reach,
};

/// Documents are asked for again after this time.
const KEPT: Duration = Duration::from_secs(10 * 60);

type Fields = IdTokenFields<
    Extra,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type OpenIdConnect = Protocol<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
>;

/// Every provider that was asked for; cheap to clone.
#[derive(Clone)]
pub struct Providers {
    fetch: Fetch,
    known: Arc<Mutex<HashMap<String, Arc<Provider>>>>,
}

/// A provider, by its own documents.
pub struct Provider {
    metadata: CoreProviderMetadata,
    keys: CoreJsonWebKeySet,
    names_itself: bool,
}

/// What the crate does not read of the document. RFC 9207
#[derive(Deserialize)]
struct More {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Providers {
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self { fetch: Fetch::new(reach), known: Arc::default() }
    }

    pub(super) const fn fetch(&self) -> &Fetch {
        &self.fetch
    }

    /// The provider with this issuer.
    ///
    /// # Errors
    /// It does not answer, or calls itself otherwise.
    pub(super) async fn find(&self, issuer: &str) -> Result<Arc<Provider>, Trouble> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned();
        match known {
            Some(provider) => Ok(provider),
            None => self.find_afresh(issuer).await,
        }
    }

    /// The same, whatever is known already.
    pub(super) async fn find_afresh(&self, issuer: &str) -> Result<Arc<Provider>, Trouble> {
        let provider = Arc::new(Provider::discover(&self.fetch, issuer).await?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(issuer.to_owned(), Arc::clone(&provider));
        drop(known);
        let (known, issuer, kept) = (Arc::clone(&self.known), issuer.to_owned(), Arc::downgrade(&provider));
        tokio::spawn(async move {
            tokio::time::sleep(KEPT).await;
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            // Unless it was found afresh meanwhile.
            if known.get(&issuer).is_some_and(|now| std::ptr::eq(Arc::as_ptr(now), kept.as_ptr())) {
                known.remove(&issuer);
            }
        });
        Ok(provider)
    }
}

impl Provider {
    async fn discover(fetch: &Fetch, issuer: &str) -> Result<Self, Trouble> {
        let document = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let bytes = get(fetch, &document).await?;
        let metadata: CoreProviderMetadata = read(&bytes)?;
        let found = metadata.issuer().as_str();
        if !is_issuer(issuer, found) {
            return Err(Trouble::IssuerDiffers { found: found.to_owned() });
        }
        let keys = read(&get(fetch, metadata.jwks_uri().as_str()).await?)?;
        let More { authorization_response_iss_parameter_supported: names_itself } = read(&bytes)?;
        Ok(Self { metadata, keys, names_itself })
    }

    pub(super) const fn keys(&self) -> &CoreJsonWebKeySet {
        &self.keys
    }

    /// Whether an answer came from this provider, where it says so itself: another one's code is not to
    /// be sent to this one. RFC 9207
    pub(super) fn require_sender(&self, issuer: &str, named: Option<&str>) -> Result<(), Trouble> {
        match named {
            Some(named) if named != issuer => Err(TokenFault::Issuer.into()),
            None if self.names_itself => Err(TokenFault::Issuer.into()),
            _ => Ok(()),
        }
    }

    pub(super) fn authorization_url(
        &self,
        client: &Client,
        secrets: &Secrets,
        challenge: PkceCodeChallenge,
        hint: Option<&str>,
    ) -> String {
        let protocol = self.protocol(client).set_auth_uri(self.metadata.authorization_endpoint().clone());
        let (state, nonce) = (CsrfToken::new(secrets.state.clone()), secrets.nonce.clone());
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = protocol
            .authorize_url(flow, move || state, move || nonce)
            .add_scope(Scope::new("email".into()))
            .add_scope(Scope::new("profile".into()))
            .set_pkce_challenge(challenge);
        if let Some(hint) = hint {
            request = request.set_login_hint(LoginHint::new(hint.to_owned()));
        }
        request.url().0.into()
    }

    /// Trades a code for the token.
    pub(super) async fn exchange(
        &self,
        client: &Client,
        fetch: &Fetch,
        verifier: PkceCodeVerifier,
        code: String,
    ) -> Result<IdToken, Trouble> {
        let endpoint = self.metadata.token_endpoint().ok_or(Trouble::Unreadable)?.clone();
        let methods = self.metadata.token_endpoint_auth_methods_supported();
        let by_header =
            methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let auth = if by_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        let protocol = self.protocol(client).set_token_uri(endpoint).set_auth_type(auth);
        let answer = protocol
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(verifier)
            .request_async(fetch)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(NoAnswer(trouble)) => trouble,
                RequestTokenError::ServerResponse(answer) => match answer.error() {
                    CoreErrorResponseType::InvalidClient => Trouble::SecretWrong,
                    CoreErrorResponseType::InvalidGrant => Trouble::CodeRefused,
                    error => Trouble::Declined { code: error.as_ref().to_owned() },
                },
                RequestTokenError::Parse(..) => TokenFault::Malformed.into(),
                RequestTokenError::Other(_) => Trouble::Unreadable,
            })?;
        answer.id_token().cloned().ok_or(TokenFault::Missing.into())
    }

    fn protocol(&self, client: &Client) -> OpenIdConnect {
        // What is checked of a token is checked in `token`; this one only asks.
        let issuer = self.metadata.issuer().clone();
        OpenIdConnect::new(client.id.clone(), issuer, CoreJsonWebKeySet::default())
            .set_client_secret(client.secret.clone())
            .set_redirect_uri(client.redirect.clone())
    }
}

async fn get(fetch: &Fetch, url: &str) -> Result<Vec<u8>, Trouble> {
    IssuerUrl::new(url.to_owned()).map_err(|_| Trouble::Unreadable)?;
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = url.parse().map_err(|_| Trouble::Unreadable)?;
    let answer = fetch.send(request).await.map_err(|NoAnswer(trouble)| trouble)?;
    match answer.status().as_u16() {
        200 => Ok(answer.into_body()),
        500.. => Err(Trouble::Unreachable),
        _ => Err(Trouble::Unreadable),
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Trouble> {
    serde_json::from_slice(bytes).map_err(|_| Trouble::Unreadable)
}
