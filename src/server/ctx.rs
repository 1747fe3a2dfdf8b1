//! What a server function may ask of its request: the pool, who is looking, their place in an
//! organization. Authorization begins here. N2

use axum::http::request::Parts;
use leptos::prelude::{expect_context, use_context};

use crate::{
    domain::{
        actor::Actor,
        ids::OrgId,
        people::{Changed, PersonId},
        role::{Action, NotAllowed},
    },
    server::{
        logins::{Caller, CurrentUser},
        state::AppState,
        transaction::Transaction,
    },
    store::{self, accounts::Viewer},
};

/// Why a request may not do what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthError {
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is, but not a member of this organization: it is like one that does not exist.
    NotInOrganization,
    /// Their role does not allow it.
    NotAllowed(NotAllowed),
}

/// The state of the server that runs this function. Take it before the first `await`: a page that is
/// given up while it loads takes its context with it.
#[must_use]
pub fn state() -> AppState {
    expect_context::<AppState>()
}

/// A transaction; what is not committed did not happen.
pub async fn begin() -> store::Result<Transaction> {
    state().begin().await
}

/// Commits, and by that lets the organization's open pages know. N7
///
/// # Errors
/// The database fails; nothing was changed.
pub async fn commit(tx: Transaction, org: OrgId) -> store::Result<()> {
    tx.commit(org, Changed::Anybody).await
}

/// As [`commit`], where it is known whom it is about: lists read only these again. N7
///
/// # Errors
/// The database fails; nothing was changed.
pub async fn commit_about<T: Into<PersonId>>(
    tx: Transaction,
    org: OrgId,
    people: impl IntoIterator<Item = T>,
) -> store::Result<()> {
    tx.commit(org, people.into_iter().collect()).await
}

/// Who is signed in.
///
/// # Errors
/// Nobody is.
pub fn viewer() -> Result<Viewer, AuthError> {
    let user = use_context::<Parts>().and_then(|parts| parts.extensions.get::<CurrentUser>().cloned());
    user.map(|CurrentUser(viewer)| viewer).ok_or(AuthError::SignedOut)
}

/// The viewer as who acts in the organization that they are looking at, which must be `org`: a page
/// that was opened for one organization never writes into another. N2
///
/// # Errors
/// Nobody is signed in, or not as a member of `org`, or their role does not allow the action.
pub fn require(org: OrgId, action: Action) -> Result<Actor, AuthError> {
    let membership = viewer()?
        .membership
        .filter(|membership| membership.org == org)
        .ok_or(AuthError::NotInOrganization)?;
    membership.role.require(action).map_err(AuthError::NotAllowed)?;
    let caller = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
    Ok(membership.acting_from(caller.map(|caller| caller.network).as_deref()))
}
