//! What every request passes: the origin of writes, the headers of answers. N4

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::server::state::AppState;

/// The policy of a page whose scripts carry `nonce`; of anything else without one.
#[must_use]
pub fn content_security_policy(nonce: Option<&str>) -> String {
    let script = nonce.map_or_else(
        || "script-src 'none'".to_owned(),
        |nonce| format!("script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
    );
    format!(
        "default-src 'self'; {script}; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// Lets writes through only when a page of ours asked for them. A request without any sign of
/// where it comes from is no browser of ours either. N4
pub async fn own_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    if is_own(request.headers(), state.base.origin()) {
        next.run(request).await
    } else {
        (
            StatusCode::FORBIDDEN,
            "This request did not come from a Headcount page. Open the page again and retry.",
        )
            .into_response()
    }
}

fn is_own(headers: &HeaderMap, origin: &str) -> bool {
    let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let same_site =
        header(HeaderName::from_static("sec-fetch-site")).is_none_or(|site| site == "same-origin");
    same_site && header(header::ORIGIN) == Some(origin)
}

/// Headers that every answer has, unless it brings its own.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let defaults = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in defaults {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    if !response.headers().contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&content_security_policy(None))
    {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
