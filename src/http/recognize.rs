//! Who is asking: put into each request before its handler runs.

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::guards::unavailable;
use crate::server::{
    logins::{self, Caller, Viewing},
    state::AppState,
};

/// Looks the login of a request up and notes its use.
pub async fn recognize(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    match logins::find(&state.pool, request.headers()).await {
        Ok(viewer) => {
            let caller = caller(&request, state.trust_proxy);
            request.extensions_mut().insert(caller);
            request.extensions_mut().insert(Viewing(viewer));
            next.run(request).await
        }
        Err(error) => {
            tracing::error!(%error, "the login could not be looked up");
            unavailable().into_response()
        }
    }
}

/// Notes where a request comes from that no login can come with.
pub async fn locate(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let caller = caller(&request, state.trust_proxy);
    request.extensions_mut().insert(caller);
    next.run(request).await
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
