//! Who wants no more invites and reminders from an organization. I10
//!
//! Invites, reminders and fresh links are all mail of an organization's own accord, and none of it goes to
//! an address that opted out. Codes that the person asks for still do, and news of headshots of them.

use super::{
    PgConnection, Result,
    audit::{self, Object},
};
use crate::domain::{actor::Actor, audit::Act, ids::OrgId, people::PersonId};

/// Whom the mails of an invite went to: its address and those that it had before.
#[derive(Clone, Debug)]
pub struct Addressees {
    pub org_name: String,
    /// Generation of the token in the mail, and the compared form of the address.
    pub emails: Vec<(i32, String)>,
}

/// Whom the mails of an invite went to, or the reminders of a member; `None` when there is neither.
pub async fn addressees(
    db: &mut PgConnection,
    org: OrgId,
    recipient: PersonId,
) -> Result<Option<Addressees>> {
    let rows = sqlx::query!(
        r#"select o.name as "org_name!", x.generation as "generation!", x.email as "email!"
           from organizations o
           join (
               select org_id, id as invite_id, generation, email from invites
               union all
               select org_id, invite_id, generation, email from invite_former_addresses
               union all
               select org_id, id, 0, email from members where email is not null
           ) x on x.org_id = o.id
           where o.id = $1 and x.invite_id = $2"#,
        org.0,
        recipient.0,
    )
    .fetch_all(db)
    .await?;
    let org_name = rows.first().map(|row| row.org_name.clone());
    let emails = rows.into_iter().map(|row| (row.generation, row.email)).collect();
    Ok(org_name.map(|org_name| Addressees { org_name, emails }))
}

/// Whether an address wants no more invites and reminders of this organization. I10
pub async fn has_opted_out(db: &mut PgConnection, org: OrgId, email: &str) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from opt_outs where org_id = $1 and email = $2) as "opted_out!""#,
        org.0,
        email,
    )
    .fetch_one(db)
    .await
}

/// Takes an opting out back: the organization may invite the address again. The invite that was declined with
/// it stays so. I10
pub async fn opt_in(db: &mut PgConnection, actor: &Actor, email: &str) -> Result<()> {
    sqlx::query!("delete from opt_outs where org_id = $1 and email = $2", actor.org.0, email)
        .execute(&mut *db)
        .await?;
    audit::record(db, actor, Act::OptedIn, Object { name: Some(email), people: 1, ..Object::default() }).await
}

/// Records that an address wants no more invites of this organization, and ends the pending one.
/// As often as one likes.
pub async fn opt_out(db: &mut PgConnection, actor: &Actor, email: &str) -> Result<()> {
    let org = actor.org;
    sqlx::query!(
        "insert into opt_outs (org_id, email) values ($1, $2) on conflict on constraint opt_outs_pkey do nothing",
        org.0,
        email,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update invites
         set state = 'declined', failure = null, ended_at = now(), settled_at = coalesce(settled_at, now())
         where org_id = $1 and email = $2 and invite_is_pending(state)",
        org.0,
        email,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, actor, Act::OptedOut, Object { name: Some(email), people: 1, ..Object::default() })
        .await
}
