//! `/metrics`, for Prometheus, on an address of its own: what it says is the operator's alone. N8

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::server::state::AppState;

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What the address of METRICS_ADDRESS serves.
pub fn metrics(state: AppState) -> Router {
    Router::new().route("/metrics", get(scrape)).with_state(state)
}

async fn scrape(State(state): State<AppState>) -> Response {
    ([(header::CONTENT_TYPE, OPENMETRICS)], state.metrics.scrape(&state.pool, &state.live).await)
        .into_response()
}
