//! A member's shoot that the viewer may see: their own, or anybody's for a lead. N2, H6

use std::collections::HashMap;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};

use super::{input::Path, user::CurrentMember};
use crate::{
    domain::{ids::MemberId, role::Action},
    http::error::PageError,
    store::accounts::ActiveMembership,
};

/// The member whom `{member}` in the path names, and the viewer who may shoot for them. Whether there
/// is such a member in the viewer's organization, the store says.
pub struct MemberShoot {
    pub viewer: CurrentMember,
    pub member: MemberId,
}

impl MemberShoot {
    /// Somebody's own.
    #[must_use]
    pub const fn own(viewer: CurrentMember) -> Self {
        Self { member: viewer.membership.member, viewer }
    }

    #[must_use]
    pub fn is_own(&self) -> bool {
        self.viewer.membership.member == self.member
    }

    /// The path of its page.
    #[must_use]
    pub fn path(&self) -> String {
        if self.is_own() { "/me".into() } else { format!("/members/{}/shoot", self.member) }
    }
}

/// Whether the viewer may add photos for, submit for and see the results of this member.
#[must_use]
pub fn may_shoot_for(viewer: &ActiveMembership, member: MemberId) -> bool {
    viewer.role.may(if viewer.member == member { Action::ShootForSelf } else { Action::ShootForOthers })
}

impl<S: Send + Sync> FromRequestParts<S> for MemberShoot {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let viewer = CurrentMember::find_or_tell(parts)?;
        let Path(path) = Path::<HashMap<String, String>>::from_request_parts(parts, state).await?;
        let member = path.get("member").and_then(|id| id.parse().ok()).ok_or(PageError::NotFound)?;
        if may_shoot_for(&viewer.membership, member) {
            Ok(Self { viewer, member })
        } else {
            Err(PageError::NotFound)
        }
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for MemberShoot {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, PageError> {
        Ok(<Self as FromRequestParts<S>>::from_request_parts(parts, state).await.ok())
    }
}
