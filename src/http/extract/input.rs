//! Paths, queries, forms and files as axum reads them; what it cannot read is refused in our own
//! words. N1

use axum::{
    extract::{FromRequest, FromRequestParts, Multipart, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::http::{error::PageError, files::intake::Intake};

/// The parts of a path. One that is no id names nothing.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(path)| Self(path)).map_err(|_| PageError::NotFound)
    }
}

/// What stands behind the question mark.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let query = axum::extract::Query::from_request_parts(parts, state).await;
        query
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|_| PageError::Unreadable(StatusCode::BAD_REQUEST))
    }
}

/// The fields of a form.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let form = axum::Form::from_request(request, state).await;
        form.map(|axum::Form(form)| Self(form)).map_err(|rejection| PageError::Unreadable(rejection.status()))
    }
}

/// A form with files.
pub struct Files {
    pub form: Multipart,
    pub intake: Intake,
    /// Bytes of the whole form, where that is known.
    pub length: Option<u64>,
}

impl<S: Send + Sync> FromRequest<S> for Files {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let intake = request.extensions().get::<Intake>().cloned();
        let intake = intake.ok_or_else(|| anyhow::anyhow!("the route of an upload has no intake"))?;
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let form = Multipart::from_request(request, state).await;
        let form = form.map_err(|rejection| PageError::Unreadable(rejection.status()))?;
        Ok(Self { form, intake, length })
    }
}

/// What the answer is for: a person who looks at a page, or a script of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    Page,
    Json,
}

impl<S: Send + Sync> FromRequestParts<S> for Wants {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let json = parts.headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
        Ok(if json { Self::Json } else { Self::Page })
    }
}
