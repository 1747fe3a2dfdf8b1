//! An Owner's way back in when the provider does not answer: codes that were shown once, of which each
//! works once. A code follows from its row's id and the server's key. S4

use uuid::Uuid;

use crate::{
    domain::{
        actor::Actor,
        email::EmailAddress,
        ids::{AccountId, OrgId},
    },
    store::{
        PgConnection, Result, fresh_id,
        jobs::{self, Job, Mail},
        members,
    },
};

/// So many codes are made at once.
pub const CODES: usize = 8;

/// A code that nobody has used, and whose account it opens.
#[derive(Clone, Debug)]
pub struct Unused {
    pub org: OrgId,
    pub id: Uuid,
    pub account: AccountId,
    pub address: EmailAddress,
}

/// Makes new codes for the organization's Owner; earlier ones no longer work.
pub async fn renew(db: &mut PgConnection, actor: &Actor) -> Result<Vec<Uuid>> {
    sqlx::query!("delete from recovery_codes where org_id = $1", actor.org.0).execute(&mut *db).await?;
    let ids: Vec<Uuid> = (0..CODES).map(|_| fresh_id()).collect();
    sqlx::query!(
        "insert into recovery_codes (org_id, id, member_id)
         select $1, x.id, m.id
         from unnest($2::uuid[]) as x (id)
         join members m on m.org_id = $1 and m.role = 'owner'",
        actor.org.0,
        &ids,
    )
    .execute(db)
    .await?;
    Ok(ids)
}

/// The codes that would open the account of this address: while its member is the Owner.
pub async fn unused(db: &mut PgConnection, address: &EmailAddress) -> Result<Vec<Unused>> {
    let rows = sqlx::query!(
        r#"select r.org_id, r.id, m.account_id as "account_id!"
           from accounts a
           join members m on m.account_id = a.id and m.role = 'owner'
           join recovery_codes r on r.org_id = m.org_id and r.member_id = m.id and r.used_at is null
           where a.email = $1"#,
        address.key(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Unused {
            org: OrgId(row.org_id),
            id: row.id,
            account: AccountId(row.account_id),
            address: address.clone(),
        })
        .collect())
}

/// Uses a code up, and tells everybody who leads. False where another click was first.
pub async fn spend(db: &mut PgConnection, actor: &Actor, code: &Unused) -> Result<bool> {
    let spent = sqlx::query!(
        "update recovery_codes set used_at = now() where org_id = $1 and id = $2 and used_at is null",
        code.org.0,
        code.id,
    )
    .execute(&mut *db)
    .await?;
    if spent.rows_affected() == 0 {
        return Ok(false);
    }
    let org = code.org;
    let leads = members::leads(db, org).await?;
    let from = actor.network.clone().unwrap_or_default();
    let mail = |lead| Job::Mail(Mail::RecoveryUsed { org, lead, network: from.clone() });
    jobs::queue(db, &leads.into_iter().map(mail).collect::<Vec<_>>()).await?;
    Ok(true)
}
