//! Why a directory's request came to nothing, in SCIM's own form. RFC 7644, 3.12

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::answer::answer;
use crate::{
    domain::{directory::ProfileProblem, text::TextRefusal},
    http::error::RETRY_AFTER,
    store::{
        self, DatabaseError, MayConflict,
        scim::{groups::NotGrouped, users::NotProvisioned},
        teams::TeamRefusal,
    },
};

/// Seconds after which a directory that called too often may call again.
const PAUSE: &str = "60";

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub enum ScimError {
    /// The token is missing, or is not this organization's.
    Unauthorized,
    TooOften,
    /// With its status, and the word that SCIM has for it, if it has one.
    Refused {
        status: StatusCode,
        kind: Option<&'static str>,
        detail: Cow<'static, str>,
    },
    /// Somebody else made the same at this moment; try again.
    Raced,
    Busy,
    DatabaseAway(DatabaseError),
    Broken(DatabaseError),
}

impl ScimError {
    pub fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused { status, kind: None, detail: detail.into() }
    }

    fn bad(kind: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused { status: StatusCode::BAD_REQUEST, kind: Some(kind), detail: detail.into() }
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is nothing here.")
    }

    pub fn syntax(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("invalidSyntax", detail)
    }

    pub fn value(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("invalidValue", detail)
    }

    pub fn path(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("invalidPath", detail)
    }

    pub fn filter(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("invalidFilter", detail)
    }

    pub fn no_target(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("noTarget", detail)
    }

    pub fn mutability(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("mutability", detail)
    }

    pub fn too_many(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad("tooMany", detail)
    }

    fn uniqueness(detail: String) -> Self {
        Self::Refused { status: StatusCode::CONFLICT, kind: Some("uniqueness"), detail: detail.into() }
    }

    /// The resource is not as the directory thinks. RFC 7644, 3.14
    pub fn changed_meanwhile() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "The resource was changed meanwhile. Read it again.")
    }
}

impl IntoResponse for ScimError {
    fn into_response(self) -> Response {
        let (status, kind, detail): (_, _, Cow<'_, str>) = match self {
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                None,
                "The token is not one of this organization. The Owner makes one under Settings, Directory."
                    .into(),
            ),
            Self::TooOften => {
                (StatusCode::TOO_MANY_REQUESTS, None, "Too many requests. Wait a minute.".into())
            }
            Self::Refused { status, kind, detail } => (status, kind, detail),
            Self::Raced | Self::Busy => {
                (StatusCode::SERVICE_UNAVAILABLE, None, "Others changed the same. Try again.".into())
            }
            Self::DatabaseAway(error) => {
                tracing::warn!(%error, "the database does not answer");
                (StatusCode::SERVICE_UNAVAILABLE, None, "The database does not answer. Try again.".into())
            }
            Self::Broken(error) => {
                let incident = store::fresh_incident();
                tracing::error!(%incident, %error, "a request of a directory failed");
                let detail = format!("Something broke on our side. Ask support about incident {incident}.");
                (StatusCode::INTERNAL_SERVER_ERROR, None, detail.into())
            }
        };
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": status.as_str(),
            "detail": detail,
        });
        if let Some(kind) = kind {
            body["scimType"] = kind.into();
        }
        let mut response = answer(status, &body);
        let headers = response.headers_mut();
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"SCIM\""));
            }
            StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(PAUSE));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
            }
            _ => {}
        }
        response
    }
}

/// A refusal of the store as that of the request; broken machinery goes up as it is.
pub fn refused<R: Into<ScimError>>(error: store::Error<R>) -> store::Error<ScimError> {
    match error {
        store::Error::Refused(refusal) => store::Error::Refused(refusal.into()),
        store::Error::Broken(error) => store::Error::Broken(error),
    }
}

impl From<DatabaseError> for ScimError {
    fn from(error: DatabaseError) -> Self {
        if error.is_conflict() {
            Self::Busy
        } else if store::is_away(&error) {
            Self::DatabaseAway(error)
        } else {
            Self::Broken(error)
        }
    }
}

impl<R: Into<Self>> From<store::Error<R>> for ScimError {
    fn from(error: store::Error<R>) -> Self {
        match error {
            store::Error::Refused(refusal) => refusal.into(),
            store::Error::Broken(error) => error.into(),
        }
    }
}

impl From<NotProvisioned> for ScimError {
    fn from(refusal: NotProvisioned) -> Self {
        let detail = refusal.to_string();
        match refusal {
            NotProvisioned::Unknown => Self::not_found(),
            NotProvisioned::NotYourDomain(_) => Self::value(detail),
            NotProvisioned::UserNameTaken | NotProvisioned::AddressTaken => Self::uniqueness(detail),
            NotProvisioned::Owner => Self::new(StatusCode::FORBIDDEN, detail),
            NotProvisioned::Raced => Self::Raced,
        }
    }
}

impl From<NotGrouped> for ScimError {
    fn from(refusal: NotGrouped) -> Self {
        let detail = refusal.to_string();
        match refusal {
            NotGrouped::Unknown | NotGrouped::Team(TeamRefusal::Unknown) => Self::not_found(),
            NotGrouped::UnknownUser(_) => Self::value(detail),
            NotGrouped::Team(TeamRefusal::NameTaken) => Self::uniqueness(detail),
            NotGrouped::Team(TeamRefusal::TooMany) => Self::new(StatusCode::FORBIDDEN, detail),
        }
    }
}

impl From<ProfileProblem> for ScimError {
    fn from(problem: ProfileProblem) -> Self {
        Self::value(problem.to_string())
    }
}

impl From<TextRefusal> for ScimError {
    fn from(refusal: TextRefusal) -> Self {
        Self::value(refusal.to_string())
    }
}
