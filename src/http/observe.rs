//! What is noted of each request: how long its answer took, for Prometheus; and in the log an id by which all
//! lines of a request are found. Patterns of routes only: the path of a link is a secret. N8

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use crate::{
    server::{state::AppState, traces},
    store,
};

/// Tells the caller, and by that a proxy's log, how the request is called in ours.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Measures a request and gives it its name. Innermost but for the handlers, where the route is known.
pub async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let id = store::fresh_incident();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let route = path.as_ref().map(MatchedPath::as_str);
    let method = traces::known_method(request.method());
    let span = tracing::info_span!("request", %id, method, route = route.unwrap_or("none"));
    let believed = state.trust_traceparent.then(|| request.headers());
    let trace = traces::request(request.method(), route, &id, believed);
    // How long something took decides nothing.
    let began = Instant::now();
    let mut answer = next.run(request).instrument(span.clone()).instrument(trace.clone()).await;
    let took = began.elapsed();
    state.metrics.answered(route, answer.status().as_u16(), took);
    traces::answered(&trace, answer.status().as_u16());
    span.in_scope(|| {
        tracing::debug!(status = answer.status().as_u16(), took_ms = took.as_millis(), "answered")
    });
    if let Ok(id) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
    answer
}
