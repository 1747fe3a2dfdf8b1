//! Who is asking, and from where: put into each request before its handler runs.

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};

use super::error::PageError;
use crate::{
    server::{
        logins::{self, Caller, CurrentUser},
        state::AppState,
    },
    store,
};

/// Looks the login of a request up and notes its use, and where it comes from. Without the database there is no answer to
/// anything, whether or not it would have been asked. N1
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

fn caller(request: &Request, trust_proxy: bool) -> Caller {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    // The last entry is the one that our own proxy wrote.
    let forwarded = header(header::HeaderName::from_static("x-forwarded-for"))
        .filter(|_| trust_proxy)
        .and_then(|list| list.rsplit(',').next())
        .map(|address| address.trim().to_owned());
    let peer = request
        .extensions()
        .get::<ConnectInfo<std::net::SocketAddr>>()
        .map(|ConnectInfo(address)| network(address.ip()));
    Caller {
        network: forwarded
            .and_then(|text| text.parse().ok().map(network))
            .or(peer)
            .unwrap_or_else(|| "local".into()),
        user_agent: header(header::USER_AGENT).unwrap_or("unknown").chars().take(200).collect(),
    }
}

/// An IPv4 address, or the /64 that one IPv6 customer has.
fn network(address: std::net::IpAddr) -> String {
    match address {
        std::net::IpAddr::V4(v4) => v4.to_string(),
        std::net::IpAddr::V6(v6) => {
            let s = v6.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
    }
}
