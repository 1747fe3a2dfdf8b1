//! What only the demo does to the database.

use super::{PgConnection, Result};
use crate::domain::ids::OrgId;

/// Puts what was just made on the days before, so that lists have dates to show; and the demo's
/// invites into the states that their mails would have brought.
pub async fn spread_over_time(db: &mut PgConnection, org: OrgId) -> Result<()> {
    sqlx::query!(
        "update members m
         set joined_at = now() - make_interval(days => x.n::integer, hours => (x.n * 5)::integer)
         from (
             select id, row_number() over (order by joined_at desc, id desc) as n
             from members where org_id = $1
         ) x
         where m.org_id = $1 and m.id = x.id",
        org.0,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update invites
         set state = 'sent', sent_at = now() - interval '3 days', created_at = now() - interval '3 days',
             settled_at = now() - interval '3 days', mailed_at = now() - interval '3 days',
             auto_reminded = 2 -- nobody of the demo is mailed
         where org_id = $1 and state = 'queued'",
        org.0,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update invites
         set state = 'failed', sent_at = null, failure = '550 5.1.1 No such mailbox here'
         where org_id = $1 and email like 'marta.%'",
        org.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// No name server knows the domains of the demo: nobody asks for them.
pub async fn keep_domains(db: &mut PgConnection, org: OrgId) -> Result<()> {
    sqlx::query!("update domains set next_look_at = 'infinity' where org_id = $1", org.0).execute(db).await?;
    Ok(())
}

/// Takes back the jobs that this transaction queued: nothing of the demo is mailed or made.
pub async fn silence(db: &mut PgConnection) -> Result<()> {
    sqlx::query!("delete from jobs where created_at = now() and state = 'waiting'").execute(db).await?;
    Ok(())
}
