//! What a server function may ask of its request: the pool, who is looking, their place in an
//! organization. Authorization begins here. N2

use axum::http::request::Parts;
use leptos::prelude::{expect_context, use_context};

use crate::{
    domain::{ids::OrgId, role::Actor},
    server::{logins::Viewing, state::AppState},
    store::{self, Postgres, Transaction, accounts::Viewer},
};

/// Why a request may not even ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is, but not a member of this organization: it is like one that does not exist.
    NotInOrganization,
}

/// The state of the server that runs this function. Take it before the first `await`: a page that is
/// given up while it loads takes its context with it.
#[must_use]
pub fn state() -> AppState {
    expect_context::<AppState>()
}

/// A transaction; what is not committed did not happen.
///
/// # Errors
/// The database fails.
pub async fn begin() -> store::Result<Transaction<'static, Postgres>> {
    Ok(state().pool.begin().await?)
}

/// Commits, and lets the organization's open pages know. N7
///
/// # Errors
/// The database fails; nothing was changed.
pub async fn commit(tx: Transaction<'static, Postgres>, org: OrgId) -> store::Result<()> {
    tx.commit().await?;
    if let Some(state) = use_context::<AppState>() {
        state.live.changed(org);
    }
    Ok(())
}

/// Who is signed in.
///
/// # Errors
/// Nobody is.
pub fn viewer() -> Result<Viewer, Stranger> {
    let viewing = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Viewing>().cloned());
    viewing.and_then(|viewing| viewing.0).ok_or(Stranger::SignedOut)
}

/// The viewer as a member of the organization that they are looking at, which must be `org`: a page
/// that was opened for one organization never writes into another.
///
/// # Errors
/// Nobody is signed in, or not as a member of `org`.
pub fn member_of(org: OrgId) -> Result<Actor, Stranger> {
    let seat = viewer()?.seat.ok_or(Stranger::NotInOrganization)?;
    if seat.actor.org == org { Ok(seat.actor) } else { Err(Stranger::NotInOrganization) }
}
