//! The same failure for everybody who may ask: a page, the error of a server function, plain words. N1

use axum::{
    Json,
    extract::Request,
    http::header,
    response::{IntoResponse, Redirect, Response},
};

use super::page::Page;
use crate::app::{
    error::AppError,
    guest::{self, failure::Failure},
};

/// Who asked, and so in which form they understand a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Somebody who opens a page or sends a form.
    Person,
    /// A page of ours that calls a server function.
    Function,
    /// Everything else that pages load, scripts ask for and programs send.
    Program,
}

impl Asker {
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let mut accepted = request.headers().get_all(header::ACCEPT).iter().peekable();
        if request.uri().path().starts_with("/fn/") {
            Self::Function
        } else if accepted.peek().is_none()
            || accepted
                .any(|value| value.to_str().is_ok_and(|value| value == "*/*" || value.contains("text/html")))
        {
            Self::Person
        } else {
            Self::Program
        }
    }

    /// An answer with its failure, if there is one, in that form; its headers stay.
    #[must_use]
    pub fn understands(self, mut answer: Response) -> Response {
        let Some(failure) = answer.extensions_mut().remove::<Failure>() else { return answer };
        let status = answer.status();
        let form = match self {
            Self::Person if failure == Failure::SignedOut => Redirect::to("/sign-in").into_response(),
            Self::Person | Self::Function if failure == Failure::NoMembership => {
                Redirect::to("/welcome").into_response()
            }
            Self::Person => {
                Page::new(failure.title(), guest::Page::Failure(failure)).with_status(status).into_response()
            }
            Self::Function => (status, Json(AppError::from(failure))).into_response(),
            Self::Program => (status, failure.text()).into_response(),
        };
        let (parts, body) = form.into_parts();
        answer.headers_mut().remove(header::CONTENT_LENGTH);
        answer.headers_mut().extend(parts.headers);
        answer.extensions_mut().extend(parts.extensions);
        *answer.status_mut() = parts.status;
        *answer.body_mut() = body;
        answer
    }
}

/// What stood against a request before its function ran.
impl From<Failure> for AppError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::SignedOut => Self::SignedOut,
            Failure::DatabaseAway | Failure::StorageAway => Self::Unavailable,
            Failure::Busy => Self::Busy,
            Failure::Broken { incident } => Self::Internal { incident },
            Failure::NotFound | Failure::NoMembership => Self::NotFound(failure.text()),
            Failure::Unreadable | Failure::TooLarge | Failure::BrokenOff | Failure::WrongMethod => {
                Self::Unreadable
            }
        }
    }
}
