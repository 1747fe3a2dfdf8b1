//! Who is signed in, and as which member. The middleware `recognize` has looked them up. N2, N3

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{Method, header, request::Parts},
};

use crate::{
    domain::{actor::Actor, email::EmailAddress, role::Action},
    http::error::PageError,
    server::logins::{Caller, CurrentUser},
    store::accounts::ActiveMembership,
};

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        parts.extensions.get().cloned().ok_or(PageError::SignedOut)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for CurrentUser {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, PageError> {
        Ok(parts.extensions.get().cloned())
    }
}

impl CurrentUser {
    /// The address that they proved when they signed in.
    ///
    /// # Errors
    /// Never in practice: it was checked when it came in.
    pub fn address(&self) -> Result<EmailAddress, PageError> {
        EmailAddress::try_from(self.0.address.clone())
            .map_err(|problem| PageError::Broken(anyhow::anyhow!("an account's address is none: {problem}")))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let caller = parts.extensions.get().cloned();
        caller.ok_or_else(|| PageError::Broken(anyhow::anyhow!("the caller of a route is not looked up")))
    }
}

/// Who is signed in, as a member of the organization that they look at.
pub struct CurrentMember {
    pub membership: ActiveMembership,
    /// The same as who acts.
    pub actor: Actor,
}

impl CurrentMember {
    /// # Errors
    /// To whom may not, it is not there.
    pub const fn require(&self, action: Action) -> Result<(), PageError> {
        if self.membership.role.may(action) { Ok(()) } else { Err(PageError::NotFound) }
    }

    /// # Errors
    /// Nobody is signed in, or they belong to no organization.
    pub fn find(parts: &Parts) -> Result<Self, PageError> {
        let CurrentUser(viewer) = parts.extensions.get().cloned().ok_or(PageError::SignedOut)?;
        let membership = viewer.membership.ok_or(PageError::NoMembership)?;
        let network = parts.extensions.get::<Caller>().map(|caller| caller.network.as_str());
        Ok(Self { actor: membership.acting_from(network), membership })
    }

    /// As [`Self::find`]; who opens a page after they were removed is led to their account, which says where, before
    /// they see another organization. J8
    ///
    /// # Errors
    /// Those of [`Self::find`].
    pub fn find_or_tell(parts: &Parts) -> Result<Self, PageError> {
        let was_removed = parts.extensions.get::<CurrentUser>().is_some_and(|user| user.0.was_removed);
        if was_removed && opens_page(parts) {
            return Err(PageError::elsewhere("/account"));
        }
        Self::find(parts)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentMember {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        Self::find_or_tell(parts)
    }
}

/// Whether a browser opens this as a page, and no script asks for it.
fn opens_page(parts: &Parts) -> bool {
    let accepted = parts
        .headers
        .get(header::ACCEPT)
        .map_or("text/html", |accepted| accepted.to_str().unwrap_or_default());
    parts.method == Method::GET && accepted.contains("text/html")
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for CurrentMember {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, PageError> {
        Ok(Self::find(parts).ok())
    }
}

/// Where somebody who is signed in begins: their organization, or their own shoot.
#[must_use]
pub const fn home(user: &CurrentUser) -> &'static str {
    match &user.0.membership {
        None => "/welcome",
        Some(membership) if membership.role.may(Action::SeeOrganization) => "/dashboard",
        Some(_) => "/me",
    }
}
