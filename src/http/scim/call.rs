//! What a call carries: who calls, the id in the path, the body; and how it is done again where others did the
//! same at that moment.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{StatusCode, header, request::Parts},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{answer::SCIM_JSON, error::ScimError};
use crate::{domain::actor::Actor, store};

/// Those who came at the same moment as somebody else are tried so often.
const TRIES: u32 = 5;

/// The directory that calls, as who acts.
#[derive(Clone)]
pub struct Directory(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Directory {
    type Rejection = ScimError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ScimError> {
        parts.extensions.get().cloned().ok_or(ScimError::Unauthorized)
    }
}

/// The id in the path. What is no id names nothing.
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ScimError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ScimError> {
        let path = Path::<(String, Uuid)>::from_request_parts(parts, state).await;
        path.map(|Path((_, id))| Self(id)).map_err(|_| ScimError::not_found())
    }
}

/// A body of JSON.
pub struct Object(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Object {
    type Rejection = ScimError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ScimError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim).unwrap_or_default();
        if ![SCIM_JSON, "application/json"].iter().any(|known| kind.eq_ignore_ascii_case(known)) {
            return Err(ScimError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                format!("Send {SCIM_JSON} or application/json."),
            ));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|rejection| {
            ScimError::new(rejection.status(), "The body cannot be read, or is longer than 1 MB.")
        })?;
        match serde_json::from_slice(&body) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            _ => Err(ScimError::syntax("The body is not an object of JSON.")),
        }
    }
}

/// Does a use case again while the same person or group is made by another request at the same moment.
pub async fn settled<T, F>(use_case: impl Fn() -> F) -> Result<T, ScimError>
where
    F: Future<Output = store::Result<T, store::Error<ScimError>>>,
{
    for _ in 1..TRIES {
        match store::retry(&use_case).await {
            Err(store::Error::Refused(ScimError::Raced)) => {}
            done => return Ok(done?),
        }
    }
    Ok(store::retry(&use_case).await?)
}
