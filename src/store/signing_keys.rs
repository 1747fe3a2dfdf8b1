//! Which secret key signs since when, and what was made with an older one and is still in use. The keys
//! themselves are in no database.

use crate::{
    domain::{ids::OrgId, moment::Moment},
    store::{PgConnection, Result},
};

/// What stops working with the key that made it, of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub kind: HeldKind,
    pub count: i64,
    /// When the last of it ends by itself; `None` where nothing ends it.
    pub until: Option<Moment>,
}

/// Kinds of what a key makes and people keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldKind {
    Invites,
    Links,
    Results,
    CreditRequests,
    RecoveryCodes,
}

/// Notes that this key signs from now on, unless it does already.
pub async fn begin(db: &mut PgConnection, fingerprint: &[u8]) -> Result<()> {
    sqlx::query!(
        "insert into signing_keys (fingerprint) values ($1)
         on conflict on constraint signing_keys_pkey do update
         set since = now()
         where signing_keys.since < (select max(since) from signing_keys)",
        fingerprint,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Since when this key signs; `None` where no server has started with it.
pub async fn since(db: &mut PgConnection, fingerprint: &[u8]) -> Result<Option<Moment>> {
    let since = sqlx::query_scalar!("select since from signing_keys where fingerprint = $1", fingerprint)
        .fetch_optional(db)
        .await?;
    Ok(since.map(Moment::from))
}

/// What was made before the key with this fingerprint began to sign and still counts. Nothing of a kind is
/// not listed. What lives for minutes (codes, sign-ins under way) is left out.
pub async fn held_by_older(db: &mut PgConnection, fingerprint: &[u8]) -> Result<Vec<Held>> {
    let row = sqlx::query!(
        r#"with began as (select since from signing_keys where fingerprint = $1)
           select (select count(*) from invites, began
                   where state in ('queued', 'sent', 'failed') and expires_at > now()
                     and coalesce(sent_at, created_at) < since) as "invites!",
                  (select max(expires_at) from invites, began
                   where state in ('queued', 'sent', 'failed') and expires_at > now()
                     and coalesce(sent_at, created_at) < since) as invites_end,
                  (select count(*) from invite_links, began
                   where revoked_at is null and coalesce(expires_at > now(), true)
                     and created_at < since) as "links!",
                  (select case when bool_and(expires_at is not null) then max(expires_at) end
                   from invite_links, began
                   where revoked_at is null and coalesce(expires_at > now(), true)
                     and created_at < since) as links_end,
                  (select count(*) from members, began
                   where account_id is null and not results_revoked
                     and coalesce(results_mailed_at, joined_at) < since
                     and exists (select from shoots s
                                 where s.org_id = members.org_id and s.member_id = members.id
                                   and s.state = 'ready')) as "results!",
                  (select count(*) from credit_requests, began
                   where state = 'open' and created_at < since) as "credit_requests!",
                  (select count(*) from recovery_codes, began
                   where used_at is null and created_at < since) as "recovery_codes!""#,
        fingerprint,
    )
    .fetch_one(db)
    .await?;
    let held = |kind, count, until: Option<time::OffsetDateTime>| Held {
        kind,
        count,
        until: until.map(Moment::from),
    };
    let all = [
        held(HeldKind::Invites, row.invites, row.invites_end),
        held(HeldKind::Links, row.links, row.links_end),
        held(HeldKind::Results, row.results, None),
        held(HeldKind::CreditRequests, row.credit_requests, None),
        held(HeldKind::RecoveryCodes, row.recovery_codes, None),
    ];
    Ok(all.into_iter().filter(|held| held.count > 0).collect())
}

/// The sealed secrets of all organizations' identity providers.
pub async fn sealed(db: &mut PgConnection) -> Result<Vec<(OrgId, Vec<u8>)>> {
    let rows =
        sqlx::query!("select org_id, client_secret from connections order by org_id").fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (OrgId(row.org_id), row.client_secret)).collect())
}

/// Keeps a secret as it was sealed anew, unless it was changed meanwhile.
pub async fn reseal(db: &mut PgConnection, org: OrgId, before: &[u8], anew: &[u8]) -> Result<()> {
    sqlx::query!(
        "update connections set client_secret = $3 where org_id = $1 and client_secret = $2",
        org.0,
        before,
        anew,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The verified domains of all organizations.
pub async fn domains(db: &mut PgConnection) -> Result<Vec<(OrgId, String)>> {
    let rows = sqlx::query!(
        "select org_id, domain from domains where state in ('verified', 'missing') order by org_id, domain"
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (OrgId(row.org_id), row.domain)).collect())
}
