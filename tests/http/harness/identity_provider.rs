//! An identity provider on loopback that says whatever a test wants, signed in whatever way: with keys
//! of its own, with none, with the wrong ones.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    routing::{get, post},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use ring::{
    hmac,
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const RSA_KEY: &[u8] = include_bytes!("../../keys/identity-provider-rsa.der");

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// As it should be, by the provider's elliptic key.
    Es256,
    /// As it should be, by the provider's RSA key.
    Rs256,
    /// `alg: none`, without a signature.
    Not,
    /// With the client's secret, which others may know.
    WithTheSecret,
    /// With the published RSA key as if it were a secret.
    WithThePublicKey,
    /// By somebody else's key under the provider's key ID.
    ByAnother,
    /// By the provider's key, and changed afterwards.
    Tampered,
    /// By a key that is not published.
    ByAnUnknownKey,
}

/// The provider; it ends with its test.
#[derive(Clone)]
pub struct IdentityProvider {
    pub issuer: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    /// What each code is traded for.
    codes: HashMap<String, Issued>,
    ec: Arc<EcdsaKeyPair>,
    ec_id: String,
    /// What replaces parts of the discovery document.
    document: Value,
    /// How often the keys were asked for.
    key_requests: usize,
    secret: String,
    broken: bool,
}

struct Issued {
    token: String,
    challenge: String,
    redirect: String,
}

/// A sign-in that a page of ours leads to.
#[derive(Clone, Debug)]
pub struct Asked {
    pub endpoint: String,
    pub query: HashMap<String, String>,
}

impl Asked {
    pub fn read(url: &str) -> Self {
        let url = url::Url::parse(url).unwrap();
        let query = url.query_pairs().into_owned().collect();
        let mut endpoint = url;
        endpoint.set_query(None);
        Self { endpoint: endpoint.into(), query }
    }
}

impl IdentityProvider {
    pub const CLIENT: &'static str = "headcount";
    pub const SECRET: &'static str = "correct horse";

    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let inner = Inner {
            codes: HashMap::new(),
            ec: Arc::new(fresh_key()),
            ec_id: "ec-1".into(),
            document: json!({}),
            key_requests: 0,
            secret: Self::SECRET.into(),
            broken: false,
        };
        let provider = Self { issuer, inner: Arc::new(Mutex::new(inner)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/{tenant}/v2.0/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// Replaces parts of the discovery document.
    pub fn describe(&self, document: Value) {
        self.inner.lock().unwrap().document = document;
    }

    /// Signs with another key from now on, and publishes that alone.
    pub fn rotate_keys(&self) {
        let mut inner = self.inner.lock().unwrap();
        inner.ec = Arc::new(fresh_key());
        inner.ec_id += "x";
    }

    pub fn change_secret(&self) {
        self.inner.lock().unwrap().secret = "another".into();
    }

    /// Answers 503 to everything, or not.
    pub fn set_broken(&self, broken: bool) {
        self.inner.lock().unwrap().broken = broken;
    }

    pub fn key_requests(&self) -> usize {
        self.inner.lock().unwrap().key_requests
    }

    /// The claims of a proper token for whoever was asked for.
    pub fn claims(&self, asked: &Asked, subject: &str, email: &str) -> Value {
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        json!({
            "iss": self.issuer,
            "aud": Self::CLIENT,
            "sub": subject,
            "email": email,
            "email_verified": true,
            "name": "Ada Lovelace",
            "nonce": asked.query["nonce"],
            "iat": now,
            "exp": now + 300,
        })
    }

    /// Hands out a code for a token with these claims.
    pub fn hand_out(&self, asked: &Asked, claims: &Value, signing: Signing) -> String {
        let mut inner = self.inner.lock().unwrap();
        let code = format!("code-{}", inner.codes.len());
        let issued = Issued {
            token: inner.sign(claims, signing),
            challenge: asked.query["code_challenge"].clone(),
            redirect: asked.query["redirect_uri"].clone(),
        };
        inner.codes.insert(code.clone(), issued);
        code
    }
}

fn fresh_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let bytes = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes.as_ref(), &random).unwrap()
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

impl Inner {
    fn sign(&self, claims: &Value, signing: Signing) -> String {
        let rsa = RsaKeyPair::from_pkcs8(RSA_KEY).unwrap();
        let random = SystemRandom::new();
        let (algorithm, id) = match signing {
            Signing::Es256 | Signing::ByAnother | Signing::Tampered => ("ES256", self.ec_id.as_str()),
            Signing::ByAnUnknownKey => ("ES256", "unknown"),
            Signing::Rs256 => ("RS256", "rsa-1"),
            Signing::Not => ("none", "ec-1"),
            Signing::WithTheSecret => ("HS256", "ec-1"),
            Signing::WithThePublicKey => ("HS256", "rsa-1"),
        };
        let head = encode(json!({ "alg": algorithm, "typ": "JWT", "kid": id }).to_string());
        let signed = format!("{head}.{}", encode(claims.to_string()));
        let by = |key: &EcdsaKeyPair| key.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec();
        let with = |secret: &[u8]| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes()).as_ref().to_vec()
        };
        let signature = match signing {
            Signing::Es256 | Signing::Tampered => by(&self.ec),
            Signing::ByAnother | Signing::ByAnUnknownKey => by(&fresh_key()),
            Signing::Rs256 => {
                let mut signature = vec![0; rsa.public().modulus_len()];
                rsa.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            Signing::Not => Vec::new(),
            Signing::WithTheSecret => with(self.secret.as_bytes()),
            Signing::WithThePublicKey => with(rsa.public_key().as_ref()),
        };
        let signed = if signing == Signing::Tampered {
            let mut claims = claims.clone();
            claims["email"] = json!("olga@acme.com");
            format!("{head}.{}", encode(claims.to_string()))
        } else {
            signed
        };
        format!("{signed}.{}", encode(signature))
    }

    fn published(&self) -> Value {
        let rsa = RsaKeyPair::from_pkcs8(RSA_KEY).unwrap();
        let parts: PublicKeyComponents<Vec<u8>> = rsa.public().into();
        // The point: 4, x, y.
        let (x, y) = self.ec.public_key().as_ref()[1..].split_at(32);
        json!({ "keys": [
            { "kty": "EC", "use": "sig", "crv": "P-256", "kid": self.ec_id, "x": encode(x), "y": encode(y) },
            { "kty": "RSA", "use": "sig", "kid": "rsa-1", "n": encode(parts.n), "e": encode(parts.e) },
            // Of a kind that nobody here knows.
            { "kty": "AKP", "kid": "later", "alg": "ML-DSA-44", "pub": "AA" },
        ] })
    }
}

async fn discovery(State(provider): State<IdentityProvider>) -> Result<Json<Value>, StatusCode> {
    let inner = provider.inner.lock().unwrap();
    if inner.broken {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let issuer = &provider.issuer;
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
    });
    for (name, value) in inner.document.as_object().unwrap() {
        document[name] = value.clone();
    }
    Ok(Json(document))
}

async fn keys(State(provider): State<IdentityProvider>) -> Json<Value> {
    let mut inner = provider.inner.lock().unwrap();
    inner.key_requests += 1;
    Json(inner.published())
}

/// Trades a code for a token as RFC 6749 and RFC 7636 say: once, for the client, its redirect URI and its
/// verifier.
async fn token(
    State(provider): State<IdentityProvider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let mut inner = provider.inner.lock().unwrap();
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error })));
    let secret: String = url::form_urlencoded::byte_serialize(inner.secret.as_bytes()).collect();
    let expected = BASE64_STANDARD.encode(format!("{}:{secret}", IdentityProvider::CLIENT));
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given != Some(&format!("Basic {expected}")) {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" })));
    }
    let Some(issued) = inner.codes.remove(&form["code"]) else { return refuse("invalid_grant") };
    let verified = encode(Sha256::digest(form["code_verifier"].as_bytes())) == issued.challenge;
    if !verified || form["redirect_uri"] != issued.redirect || form["grant_type"] != "authorization_code" {
        return refuse("invalid_grant");
    }
    let answer = json!({
        "access_token": "of no use",
        "token_type": "Bearer",
        "expires_in": 300,
        "id_token": issued.token,
    });
    (StatusCode::OK, Json(answer))
}
