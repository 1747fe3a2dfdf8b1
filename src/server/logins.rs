//! Cookies: who is signed in on this browser, and which browser asked for a code. N3

use axum::http::{HeaderMap, HeaderValue, header};

use super::keys;
use crate::{
    domain::ids::{AccountId, OrgId},
    store::{
        self, PgConnection, Pool,
        accounts::{self, Device, SignedInBy, Viewer},
    },
};

/// Who is signed in, put into every request of a page or a function that comes with a login.
#[derive(Clone, Debug)]
pub struct CurrentUser(pub Viewer);

/// Where a request comes from, for limits and the list of logins.
#[derive(Clone, Debug)]
pub struct Caller {
    pub network: String,
    pub user_agent: String,
}

const LOGIN: &str = "__Host-headcount";
const BROWSER: &str = "__Host-headcount-code";

/// Whom the login cookie of a request signs in; its use is noted.
///
/// # Errors
/// The database fails.
pub async fn find(pool: &Pool, headers: &HeaderMap) -> store::Result<Option<Viewer>> {
    let Some(secret) = cookie(headers, LOGIN) else { return Ok(None) };
    let mut db = pool.acquire().await?;
    let viewer = accounts::viewer(&mut db, &keys::hash(&secret)).await?;
    drop(db);
    if let Some(viewer) = viewer.as_ref().filter(|viewer| viewer.seen_long_ago) {
        let mut db = pool.autocommit().await?;
        accounts::touch_login(&mut db, viewer.login).await?;
        db.finish().await?;
    }
    Ok(viewer)
}

/// Opens a login in the transaction and gives the cookie that carries it.
pub async fn open(
    db: &mut PgConnection,
    account: AccountId,
    org: Option<OrgId>,
    caller: &Caller,
) -> store::Result<HeaderValue> {
    open_by(db, account, org, caller, SignedInBy::Themselves).await
}

/// The same for somebody whom an organization's identity provider vouches for. S3
pub async fn open_by_provider(
    db: &mut PgConnection,
    account: AccountId,
    org: OrgId,
    caller: &Caller,
) -> store::Result<HeaderValue> {
    open_by(db, account, Some(org), caller, SignedInBy::Provider(org)).await
}

async fn open_by(
    db: &mut PgConnection,
    account: AccountId,
    org: Option<OrgId>,
    caller: &Caller,
    by: SignedInBy,
) -> store::Result<HeaderValue> {
    let (cookie, device) = fresh(caller);
    accounts::open_login(db, account, org, &device, by).await?;
    Ok(cookie)
}

/// The cookie of a login that is to be opened, and what is kept of it.
#[must_use]
pub fn fresh(caller: &Caller) -> (HeaderValue, Device) {
    let secret = keys::fresh_secret();
    let device = Device {
        secret_hash: keys::hash(&secret),
        user_agent: caller.user_agent.clone(),
        network: caller.network.clone(),
    };
    (set(LOGIN, &secret, 30 * 24 * 60 * 60), device)
}

/// Ends the login with which a browser came that gets another: no cookie carries it any more. J4
pub async fn replace(db: &mut PgConnection, before: Option<&CurrentUser>) -> store::Result<()> {
    match before {
        Some(CurrentUser(viewer)) => accounts::close_login(db, viewer.account, viewer.login).await,
        None => Ok(()),
    }
}

/// Takes the login off this browser.
#[must_use]
pub fn forget() -> HeaderValue {
    set(LOGIN, "", 0)
}

/// The secret of the browser that asks for a code, and the cookie to set if it has none yet.
#[must_use]
pub fn browser(headers: &HeaderMap) -> (String, Option<HeaderValue>) {
    match cookie(headers, BROWSER) {
        Some(secret) if secret.len() >= 43 => (secret, None),
        _ => {
            let secret = keys::fresh_secret();
            let value = set(BROWSER, &secret, 24 * 60 * 60);
            (secret, Some(value))
        }
    }
}

fn set(name: &str, value: &str, max_age_seconds: u32) -> HeaderValue {
    let text = format!("{name}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; Secure; SameSite=Lax");
    HeaderValue::from_str(&text).expect("names and secrets are plain ASCII")
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// N3
    #[test]
    fn cookies_are_host_bound_and_hidden_from_scripts() {
        let value = set(LOGIN, "x", 60);
        assert_eq!(value, "__Host-headcount=x; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; __Host-headcount=s; b=2"));
        assert_eq!(cookie(&headers, LOGIN).as_deref(), Some("s"));
        assert_eq!(cookie(&headers, BROWSER), None);
    }
}
