//! Inviting an address and making it a member's wait for each other, so that no invite of a member stays pending:
//! whoever comes second sees what the first has committed. Several who invite do not wait. J7
//!
//! To be held before invites, and before the statement that looks for the other's rows: a statement sees what was
//! committed when it began.

use super::{PgConnection, Result};
use crate::domain::ids::OrgId;

/// Until the transaction ends, nobody is invited at these addresses (compared form) but those who wait here.
pub(super) async fn hold_to_join(db: &mut PgConnection, org: OrgId, emails: &[String]) -> Result<()> {
    sqlx::query!("select lock_to_join($1, $2)", org.0, emails).fetch_one(db).await?;
    Ok(())
}

/// Until the transaction ends, nobody becomes a member with these addresses (compared form).
pub(super) async fn hold_to_invite(db: &mut PgConnection, org: OrgId, emails: &[String]) -> Result<()> {
    sqlx::query!("select lock_to_invite($1, $2)", org.0, emails).fetch_one(db).await?;
    Ok(())
}
