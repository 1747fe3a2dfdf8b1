//! The server functions, under `/fn/`. N1

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::{prelude::provide_context, server_fn::axum::get_server_fn_service};

use super::{error::RETRY_AFTER, plain_forms::PlainForm};
use crate::{
    app::{
        console::add_member::api::{LIST_CALL_BYTES_MAX, list_too_large, takes_list},
        error::AppError,
    },
    server::{logins::CurrentUser, state::AppState},
};

/// Bytes that a call may have; a list may have more. I13
const CALL_BYTES_MAX: usize = 1024 * 1024;

/// Bytes that an error of a server function may have.
const ANSWER_MAX: usize = 64 * 1024;

/// Runs the server function of this path, and gives its errors the status that they mean; the
/// library answers 500 to each. N1
pub async fn server_function(State(state): State<AppState>, request: Request) -> Response {
    let known = get_server_fn_service(request.uri().path(), request.method().clone());
    if known.is_none() {
        // A page from before an update may ask; the library would explain itself to its programmer.
        return (StatusCode::NOT_FOUND, "There is no such function any more. Reload the page.")
            .into_response();
    }
    let request = match within_limit(request).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    match PlainForm::of(request).await {
        Ok((None, request)) => call(&state, request).await,
        Ok((Some(form), request)) => {
            let answer = call(&state, request).await;
            form.answer(&state, answer).await.into_response()
        }
        Err(error) => error.into_response(),
    }
}

/// Runs the function, with the status that its error means.
async fn call(state: &AppState, request: Request) -> Response {
    let state = state.clone();
    let context = move || provide_context(state.clone());
    let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    with_own_status(response).await
}

/// The request when all of it is here, or the refusal of one that is too long: the library would say that
/// it cannot be read. Strangers have no lists to send.
async fn within_limit(request: Request) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    let takes_list = takes_list(parts.uri.path());
    let is_signed_in = parts.extensions.get::<CurrentUser>().is_some();
    let limit = if takes_list && is_signed_in { LIST_CALL_BYTES_MAX } else { CALL_BYTES_MAX };
    match axum::body::to_bytes(body, limit).await {
        Ok(bytes) => Ok(Request::from_parts(parts, bytes.into())),
        Err(_) => {
            let long =
                || AppError::Refused("This is more than fits here. Shorten it, then try again.".into());
            let error = if takes_list { list_too_large() } else { long() };
            Err((StatusCode::PAYLOAD_TOO_LARGE, Json(error)).into_response())
        }
    }
}

async fn with_own_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, ANSWER_MAX).await else {
        return (StatusCode::INTERNAL_SERVER_ERROR, "").into_response();
    };
    if let Ok(error) = serde_json::from_slice::<AppError>(&bytes) {
        parts.status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if parts.status == StatusCode::SERVICE_UNAVAILABLE {
            parts.headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
        }
    }
    Response::from_parts(parts, bytes.into())
}
