//! The only error on the wire: what the person reads, and the status that goes with it. N1

use std::fmt::Display;

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

use crate::{domain::ids::MemberId, words};

/// Why a server function did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum AppError {
    #[error("{}", words::shared::error_signed_out())]
    SignedOut,
    /// Not the viewer's to do, or not there: the two look alike where it matters. N2
    #[error("{0}")]
    NotAllowed(String),
    #[error("{0}")]
    NotFound(String),
    /// The organization is not there, or the viewer does not look at it any more: they were removed, or went
    /// to another one. N2
    #[error("{}", words::shared::error_no_organization())]
    NotYours,
    /// What was typed cannot be taken: each field with what is wrong, all of them at once.
    #[error("{}", .0.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" "))]
    Invalid(Vec<Problem>),
    /// A rule of the business stands against it.
    #[error("{0}")]
    Refused(String),
    /// There are no credits; the page leads to where they come from. C1
    #[error("{0}")]
    OutOfCredits(String),
    /// Others changed the same at this moment, time and again.
    #[error("{}", words::shared::error_busy())]
    Busy,
    /// The machinery broke; the operator finds `incident` in the log.
    #[error("{}", words::shared::error_internal(incident))]
    Internal { incident: String },
    /// The database does not answer. N1
    #[error("{}", words::shared::error_database_away())]
    Unavailable,
    /// The request did not reach the server, or the answer did not come back.
    #[error("{}", words::shared::error_network())]
    Network,
    /// The request could not be read.
    #[error("{}", words::shared::error_unreadable())]
    Unreadable,
}

/// What is wrong with what was typed into one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub field: String,
    pub message: String,
    #[serde(default)]
    pub remedy: Option<Remedy>,
}

/// What the page can offer about a problem, right beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remedy {
    /// A look at this member. M4
    SeeMember(MemberId),
    /// To turn the invite of the address into the member. M4
    TakeInviteOver,
}

impl Problem {
    fn new(field: &str, problem: impl Display) -> Self {
        Self { field: field.into(), message: problem.to_string(), remedy: None }
    }
}

/// What is wrong with a form, field by field, while it is read. N1
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// What was read from `field`; where it cannot be taken, the problem is kept and something empty
    /// stands in for it until [`Problems::none`] refuses the form.
    pub fn keep<T: Default>(&mut self, field: &str, read: Result<T, impl Display>) -> T {
        read.unwrap_or_else(|problem| {
            self.0.push(Problem::new(field, problem));
            T::default()
        })
    }

    /// # Errors
    /// Something is wrong.
    pub fn none(self) -> Result<(), AppError> {
        if self.0.is_empty() { Ok(()) } else { Err(AppError::Invalid(self.0)) }
    }
}

impl AppError {
    /// Refuses what was typed into `field`.
    #[must_use]
    pub fn invalid(field: &str, problem: impl Display) -> Self {
        Self::Invalid(vec![Problem::new(field, problem)])
    }

    /// As [`AppError::invalid`], with what can be done about it.
    #[must_use]
    pub fn mendable(field: &str, problem: impl Display, remedy: Remedy) -> Self {
        Self::Invalid(vec![Problem { remedy: Some(remedy), ..Problem::new(field, problem) }])
    }

    /// What can be done about the problem of this field.
    #[must_use]
    pub fn remedy(&self, name: &str) -> Option<Remedy> {
        match self {
            Self::Invalid(problems) => problems.iter().find(|problem| problem.field == name)?.remedy,
            _ => None,
        }
    }

    /// The message, where it is about this field.
    #[must_use]
    pub fn about(&self, name: &str) -> Option<String> {
        match self {
            Self::Invalid(problems) => {
                problems.iter().find(|problem| problem.field == name).map(|problem| problem.message.clone())
            }
            _ => None,
        }
    }

    /// The message, where it is about no field.
    #[must_use]
    pub fn general(&self) -> Option<String> {
        match self {
            Self::Invalid(_) => None,
            other => Some(other.to_string()),
        }
    }

    /// Whether asking again is of no use: the page is no longer the viewer's, or not as they are signed in.
    #[must_use]
    pub const fn shuts_out(&self) -> bool {
        matches!(self, Self::SignedOut | Self::NotAllowed(_) | Self::NotYours)
    }

    /// The HTTP status that belongs to it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignedOut => 401,
            Self::OutOfCredits(_) => 402,
            Self::NotAllowed(_) => 403,
            Self::NotFound(_) | Self::NotYours => 404,
            Self::Refused(_) => 409,
            Self::Invalid(_) => 422,
            Self::Unreadable => 400,
            Self::Internal { .. } | Self::Network => 500,
            Self::Busy | Self::Unavailable => 503,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Network,
            _ => Self::Unreadable,
        }
    }
}

#[cfg(feature = "ssr")]
mod from_server {
    //! Each refusal finds its place here, so that no function has to choose a status.

    use super::{AppError, Remedy};
    use crate::{
        domain::{
            credit::{NotOpen, NotRequested, OutOfCredits},
            invite::OverLimit,
            organization::NotDeleted,
            role::NotAllowed,
            shoot::SubmitRefusal,
        },
        server::ctx::AuthError,
        store::{
            self, DatabaseError, MayConflict,
            invites::{NotMended, NotPending, SendRefusal},
            links::{CreateRefusal, EditRefusal, NotLive},
            members::{ManagedRefusal, NotRemoved, UnknownMember},
            roles::RoleNotChanged,
            scim::directories::NoToken,
            shoots::NotSubmitted,
            sso::{
                connections::NotConnected,
                domains::{NotClaimed, UnknownDomain},
            },
            teams::TeamRefusal,
        },
    };

    impl From<AuthError> for AppError {
        fn from(error: AuthError) -> Self {
            match error {
                AuthError::SignedOut => Self::SignedOut,
                AuthError::NotInOrganization => Self::NotYours,
                AuthError::NotAllowed(refusal) => refusal.into(),
            }
        }
    }

    impl<R: Into<AppError>> From<store::Error<R>> for AppError {
        fn from(error: store::Error<R>) -> Self {
            match error {
                store::Error::Refused(refusal) => refusal.into(),
                store::Error::Broken(error) => error.into(),
            }
        }
    }

    impl AppError {
        /// Logs broken machinery once, under a name that the person can pass on.
        pub fn internal(error: &dyn std::fmt::Display) -> Self {
            let incident = store::fresh_incident();
            tracing::error!(%incident, %error, "a request failed");
            Self::Internal { incident }
        }
    }

    impl From<DatabaseError> for AppError {
        fn from(error: DatabaseError) -> Self {
            if error.is_conflict() {
                return Self::Busy;
            }
            if store::is_away(&error) {
                tracing::warn!(%error, "the database does not answer");
                return Self::Unavailable;
            }
            Self::internal(&error)
        }
    }

    impl MayConflict for AppError {
        fn is_conflict(&self) -> bool {
            *self == Self::Busy
        }
    }

    impl From<OutOfCredits> for AppError {
        fn from(refusal: OutOfCredits) -> Self {
            Self::OutOfCredits(refusal.to_string())
        }
    }

    impl From<NotRequested> for AppError {
        fn from(refusal: NotRequested) -> Self {
            Self::Refused(refusal.to_string())
        }
    }

    impl From<NotOpen> for AppError {
        fn from(refusal: NotOpen) -> Self {
            match refusal {
                NotOpen::Unknown => Self::NotFound(refusal.to_string()),
                _ => Self::Refused(refusal.to_string()),
            }
        }
    }

    impl From<NotAllowed> for AppError {
        fn from(refusal: NotAllowed) -> Self {
            Self::NotAllowed(refusal.to_string())
        }
    }

    impl From<TeamRefusal> for AppError {
        fn from(refusal: TeamRefusal) -> Self {
            match refusal {
                TeamRefusal::NameTaken | TeamRefusal::TooMany => Self::invalid("name", refusal),
                TeamRefusal::Unknown => Self::NotFound(refusal.to_string()),
            }
        }
    }

    impl From<SendRefusal> for AppError {
        fn from(refusal: SendRefusal) -> Self {
            match refusal {
                SendRefusal::OutOfCredits(refusal) => refusal.into(),
                SendRefusal::Team(refusal) => refusal.into(),
                SendRefusal::OverLimit(refusal) => refusal.into(),
            }
        }
    }

    impl From<OverLimit> for AppError {
        fn from(refusal: OverLimit) -> Self {
            Self::Refused(refusal.to_string())
        }
    }

    impl From<NotMended> for AppError {
        fn from(refusal: NotMended) -> Self {
            match refusal {
                NotMended::NotPending(refusal) => refusal.into(),
                NotMended::OverLimit(refusal) => refusal.into(),
                NotMended::Address(_) => Self::invalid("address", refusal),
            }
        }
    }

    impl From<CreateRefusal> for AppError {
        fn from(refusal: CreateRefusal) -> Self {
            match refusal {
                CreateRefusal::OutOfCredits(refusal) => refusal.into(),
                CreateRefusal::Team(refusal) => refusal.into(),
                CreateRefusal::TooMany => Self::Refused(refusal.to_string()),
                CreateRefusal::ExpiryPassed => Self::invalid("expires_at", refusal),
            }
        }
    }

    impl From<EditRefusal> for AppError {
        fn from(refusal: EditRefusal) -> Self {
            match refusal {
                EditRefusal::NotLive(refusal) => refusal.into(),
                EditRefusal::Team(refusal) => refusal.into(),
                EditRefusal::ExpiryPassed => Self::invalid("expires_at", refusal),
                EditRefusal::BelowUsed { .. } => Self::invalid("usage_limit", refusal),
            }
        }
    }

    impl From<ManagedRefusal> for AppError {
        fn from(refusal: ManagedRefusal) -> Self {
            match refusal {
                ManagedRefusal::OutOfCredits(refusal) => refusal.into(),
                ManagedRefusal::Team(refusal) => refusal.into(),
                ManagedRefusal::AddressTaken { member, .. } => {
                    Self::mendable("email", refusal, Remedy::SeeMember(member))
                }
                ManagedRefusal::Invited => Self::mendable("email", refusal, Remedy::TakeInviteOver),
                ManagedRefusal::NotManaged => Self::invalid("email", refusal),
            }
        }
    }

    impl From<UnknownMember> for AppError {
        fn from(refusal: UnknownMember) -> Self {
            Self::NotFound(refusal.to_string())
        }
    }

    impl From<NotPending> for AppError {
        fn from(refusal: NotPending) -> Self {
            Self::NotFound(refusal.to_string())
        }
    }

    impl From<NotLive> for AppError {
        fn from(refusal: NotLive) -> Self {
            Self::NotFound(refusal.to_string())
        }
    }

    impl From<RoleNotChanged> for AppError {
        fn from(refusal: RoleNotChanged) -> Self {
            match refusal {
                RoleNotChanged::Rule(rule) => Self::Refused(rule.to_string()),
                RoleNotChanged::Unknown(unknown) => unknown.into(),
            }
        }
    }

    impl From<NotDeleted> for AppError {
        fn from(refusal: NotDeleted) -> Self {
            match refusal {
                NotDeleted::OtherName { .. } => Self::invalid("name", refusal),
                NotDeleted::NotAsked => Self::Refused(refusal.to_string()),
            }
        }
    }

    impl From<NotRemoved> for AppError {
        fn from(refusal: NotRemoved) -> Self {
            match refusal {
                NotRemoved::Rule(rule) => Self::Refused(rule.to_string()),
                NotRemoved::Unknown(unknown) => unknown.into(),
            }
        }
    }

    impl From<NotClaimed> for AppError {
        fn from(refusal: NotClaimed) -> Self {
            Self::invalid("domain", refusal)
        }
    }

    impl From<NotConnected> for AppError {
        fn from(refusal: NotConnected) -> Self {
            match refusal {
                NotConnected::NoSecret => Self::invalid("client_secret", refusal),
                NotConnected::Team(refusal) => refusal.into(),
                NotConnected::Unknown => Self::NotFound(refusal.to_string()),
                NotConnected::Untested | NotConnected::NoRecoveryCodes => Self::Refused(refusal.to_string()),
            }
        }
    }

    impl From<NoToken> for AppError {
        fn from(refusal: NoToken) -> Self {
            Self::NotFound(refusal.to_string())
        }
    }

    impl From<UnknownDomain> for AppError {
        fn from(refusal: UnknownDomain) -> Self {
            Self::NotFound(refusal.to_string())
        }
    }

    impl From<NotSubmitted> for AppError {
        fn from(refusal: NotSubmitted) -> Self {
            match refusal {
                NotSubmitted::Rule(SubmitRefusal::OutOfCredits) => {
                    Self::OutOfCredits(SubmitRefusal::OutOfCredits.to_string())
                }
                NotSubmitted::Rule(rule) => Self::Refused(rule.to_string()),
                NotSubmitted::Unknown(unknown) => unknown.into(),
            }
        }
    }
}
