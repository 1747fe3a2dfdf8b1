//! What can stand between a request and its answer, and what becomes of it: one place where a refusal
//! gets its status and its words, so that handlers use `?`. Database and library text stays here. N1

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    app::guest::{self, failure::Failure},
    http::page::Page,
    store::{
        self, DatabaseError, MayConflict, members::UnknownMember, results::UnknownHeadshot,
        uploads::UnknownUpload,
    },
    studio::storage::StorageError,
    words,
};

/// Seconds after which it is worth trying again when the database or the storage was away.
pub const RETRY_AFTER: &str = "5";

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub enum PageError {
    /// Nothing is here, or it is not the viewer's to see: the two look alike. N2
    NotFound,
    /// A token that opens nothing: the same is said of each. L7
    UnknownLink,
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is, but belongs to no organization.
    NoMembership,
    /// The answer is elsewhere.
    Elsewhere(Cow<'static, str>),
    /// A page that says no, with its status.
    Refused(Box<Page>),
    /// The request is not as our pages send it; with the status that says how.
    Unreadable(StatusCode),
    /// An upload ended before its end; what had come before stays.
    BrokenOff,
    DatabaseAway(DatabaseError),
    /// The database undid it for the sake of others, time and again.
    Busy,
    StorageAway(StorageError),
    /// The machinery broke.
    Broken(anyhow::Error),
}

impl PageError {
    /// Leads to another path.
    #[must_use]
    pub fn elsewhere(path: impl Into<Cow<'static, str>>) -> Self {
        Self::Elsewhere(path.into())
    }
}

/// Gives refusals their page; broken machinery goes up as it is.
pub trait OrRefuse<T, R> {
    /// # Errors
    /// What `page` makes of the refusal, or that the machinery broke.
    fn or_refuse<E: Into<PageError>>(self, page: impl FnOnce(R) -> E) -> Result<T, PageError>;
}

impl<T, R> OrRefuse<T, R> for store::Result<T, store::Error<R>> {
    fn or_refuse<E: Into<PageError>>(self, page: impl FnOnce(R) -> E) -> Result<T, PageError> {
        self.map_err(|error| match error {
            store::Error::Refused(refusal) => page(refusal).into(),
            store::Error::Broken(error) => error.into(),
        })
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let failure = match self {
            Self::SignedOut => Failure::SignedOut,
            Self::NoMembership => Failure::NoMembership,
            Self::Elsewhere(path) => return Redirect::to(&path).into_response(),
            Self::Refused(page) => return page.into_response(),
            Self::UnknownLink => {
                let page = Page::new(words::guest::title_link_closed(), guest::Page::UnknownLink);
                return page.with_status(StatusCode::NOT_FOUND).into_response();
            }
            Self::NotFound => Failure::NotFound,
            Self::BrokenOff => Failure::BrokenOff,
            Self::Unreadable(StatusCode::PAYLOAD_TOO_LARGE) => Failure::TooLarge,
            Self::Unreadable(StatusCode::METHOD_NOT_ALLOWED) => Failure::WrongMethod,
            Self::Unreadable(status) => return failed(Failure::Unreadable, status),
            Self::DatabaseAway(error) => {
                tracing::warn!(%error, "the database does not answer");
                Failure::DatabaseAway
            }
            Self::Busy => Failure::Busy,
            Self::StorageAway(error) => {
                tracing::warn!(%error, "the storage does not answer");
                Failure::StorageAway
            }
            Self::Broken(error) => {
                let incident = store::fresh_incident();
                tracing::error!(%incident, "a request failed: {error:#}");
                Failure::Broken { incident }
            }
        };
        let status = status(&failure);
        failed(failure, status)
    }
}

fn status(failure: &Failure) -> StatusCode {
    match failure {
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::SignedOut => StatusCode::UNAUTHORIZED,
        Failure::NoMembership => StatusCode::FORBIDDEN,
        Failure::DatabaseAway | Failure::StorageAway | Failure::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Failure::Broken { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        Failure::Unreadable | Failure::BrokenOff => StatusCode::BAD_REQUEST,
        Failure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Failure::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
    }
}

/// A failure on its way out; `Asker` finds it in the response's extensions.
fn failed(failure: Failure, status: StatusCode) -> Response {
    let mut response = status.into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
    }
    response.extensions_mut().insert(failure);
    response
}

impl From<DatabaseError> for PageError {
    fn from(error: DatabaseError) -> Self {
        if error.is_conflict() {
            Self::Busy
        } else if store::is_away(&error) {
            Self::DatabaseAway(error)
        } else {
            Self::Broken(error.into())
        }
    }
}

impl<R: Into<PageError>> From<store::Error<R>> for PageError {
    fn from(error: store::Error<R>) -> Self {
        match error {
            store::Error::Refused(refusal) => refusal.into(),
            store::Error::Broken(error) => error.into(),
        }
    }
}

/// From code in which many things can go wrong; among them, that the database is away.
impl From<anyhow::Error> for PageError {
    fn from(error: anyhow::Error) -> Self {
        let error = match error.downcast::<DatabaseError>() {
            Ok(error) => return error.into(),
            Err(error) => error,
        };
        error.downcast::<StorageError>().map_or_else(Self::Broken, Self::from)
    }
}

impl From<StorageError> for PageError {
    fn from(error: StorageError) -> Self {
        Self::StorageAway(error)
    }
}

impl From<Page> for PageError {
    fn from(page: Page) -> Self {
        Self::Refused(Box::new(page))
    }
}

impl From<UnknownMember> for PageError {
    fn from(_: UnknownMember) -> Self {
        Self::NotFound
    }
}

impl From<UnknownHeadshot> for PageError {
    fn from(_: UnknownHeadshot) -> Self {
        Self::NotFound
    }
}

impl From<UnknownUpload> for PageError {
    fn from(_: UnknownUpload) -> Self {
        Self::NotFound
    }
}
