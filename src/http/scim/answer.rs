//! What is sent back: JSON under SCIM's own type. RFC 7644, 3.1

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

/// The type of every body.
pub const SCIM_JSON: &str = "application/scim+json";

/// An answer with a body.
pub fn answer(status: StatusCode, body: &Value) -> Response {
    let kind = HeaderValue::from_static(SCIM_JSON);
    (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}
