//! What a role is called.

use crate::{domain::role::Role, words};

/// The word on the screen.
#[must_use]
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => words::shared::role_owner(),
        Role::TeamLead => words::shared::role_team_lead(),
        Role::Member => words::shared::role_member(),
    }
}
