//! SCIM 2.0 (RFC 7643, 7644): an organization's directory provisions people and groups at
//! `/scim/v2/{org}/…`. What stands before every request is here; a folder's file for each kind of resource. S6

pub mod discovery;
pub mod groups;
pub mod users;

mod answer;
mod attributes;
mod call;
mod error;
mod filter;
mod patch;
mod query;
mod resource;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};

use self::{call::Directory, error::ScimError};
use crate::{
    domain::actor::{Actor, By},
    http::recognize,
    server::{keys, state::AppState},
    store::{
        self,
        scim::directories::{self, Caller},
    },
};

/// Lets nobody through but the organization's own directory, by its token: before anything of the request is
/// read, and whatever it asks for.
pub async fn authorize(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, ScimError> {
    let network = recognize::caller(&request, state.trust_proxy).network;
    let path = request.uri().path().strip_prefix("/scim/v2/").unwrap_or_default();
    let org = path.split('/').next().and_then(|org| org.parse().ok());
    let token = bearer(request.headers()).map(keys::hash);
    let (Some(org), Some(token)) = (org, token) else {
        store::reach(&state.pool).await?;
        return Err(ScimError::Unauthorized);
    };
    let mut db = state.pool.autocommit().await?;
    let caller = directories::recognize(&mut db, org, &token).await?;
    db.finish().await?;
    match caller {
        Caller::Directory => {}
        Caller::TooOften => return Err(ScimError::TooOften),
        Caller::Unknown => return Err(ScimError::Unauthorized),
    }
    let actor = Actor { org, by: By::Directory, network: Some(network) };
    request.extensions_mut().insert(Directory(actor));
    Ok(next.run(request).await)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// `POST /scim/v2/{org}/.search`: not here, and nobody needs it. RFC 7644, 3.12
pub async fn search() -> ScimError {
    ScimError::new(StatusCode::NOT_IMPLEMENTED, "Ask /Users or /Groups with a filter instead.")
}

/// What is at no path of ours.
pub async fn nothing() -> ScimError {
    ScimError::not_found()
}

/// A method that a path does not have.
pub async fn wrong_method() -> ScimError {
    ScimError::new(StatusCode::METHOD_NOT_ALLOWED, "This method is not for this path.")
}
