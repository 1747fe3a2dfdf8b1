//! Reading what forms send, where a domain type does not do it by itself.

use crate::{app::error::AppError, domain::ids::TeamId};

/// The choice of a sub-team: empty is none.
///
/// # Errors
/// Not an id; a page of ours never sends that.
pub fn team_choice(typed: &str) -> Result<Option<TeamId>, AppError> {
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().map(Some).map_err(|_| AppError::invalid("team", "Choose one of the teams."))
}
