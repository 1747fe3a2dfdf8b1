//! Who leads an organization.

use super::{PgConnection, Result};
use crate::domain::ids::{MemberId, OrgId};

/// The Owner and Team Leads that mail can be sent to.
pub async fn leads(db: &mut PgConnection, org: OrgId) -> Result<Vec<MemberId>> {
    let rows = sqlx::query_scalar!(
        "select id from members where org_id = $1 and role in ('owner', 'team_lead') and address is not null",
        org.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(MemberId).collect())
}
