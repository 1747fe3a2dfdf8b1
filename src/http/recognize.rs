//! Who is asking, and from where: put into each request before its handler runs.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    http::header,
    middleware::Next,
    response::Response,
};

use super::error::PageError;
use crate::{
    server::{
        logins::{self, Caller, CurrentUser},
        network::{TrustedProxies, network_of},
        state::AppState,
    },
    store,
};

/// Looks the login of a request up and notes its use, and where it comes from. Without the database
/// there is no answer to anything, whether or not it would have been asked. N1
pub async fn recognize(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, PageError> {
    match logins::find(&state.pool, request.headers()).await? {
        Some(viewer) => drop(request.extensions_mut().insert(CurrentUser(viewer))),
        None => store::reach(&state.pool).await?,
    }
    let caller = caller(&request, state.trust_proxy);
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// The same for requests that no login comes with.
pub async fn locate(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, PageError> {
    store::reach(&state.pool).await?;
    let caller = caller(&request, state.trust_proxy);
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// Where a request comes from.
pub fn caller(request: &Request, proxies: TrustedProxies) -> Caller {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Caller {
        network: network_of(peer, request.headers(), proxies),
        user_agent: user_agent.unwrap_or("unknown").chars().take(200).collect(),
    }
}
