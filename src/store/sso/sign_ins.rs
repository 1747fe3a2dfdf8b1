//! Sign-ins that are under way at a provider: begun by one browser, ended once, within ten minutes. What
//! goes to the provider and comes back is derived from a row's id and the server's key. S2

use uuid::Uuid;

use crate::{
    domain::{ids::OrgId, moment::Moment},
    store::{Error, PgConnection, Result, decode, fresh_id},
};

/// Sign-ins that may begin in one network within ten minutes: more than an office needs, less than costs
/// a provider anything. L9
const PER_NETWORK: i64 = 1_000;

/// What a sign-in is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    SignIn,
    /// A lead tries the connection.
    Test,
}

crate::domain::db_enum!(Purpose { SignIn = "sign_in", Test = "test" });

/// A sign-in that begins.
#[derive(Clone, Copy, Debug)]
pub struct Begin<'a> {
    pub org: OrgId,
    pub revision: Uuid,
    pub purpose: Purpose,
    pub browser_hash: &'a [u8],
    pub network: &'a str,
    /// The page of ours to go back to in the end.
    pub back: Option<&'a str>,
}

/// A sign-in that came back, and is over by that.
#[derive(Clone, Debug)]
pub struct CameBack {
    pub org: OrgId,
    pub id: Uuid,
    pub revision: Uuid,
    pub purpose: Purpose,
    pub back: Option<String>,
    /// By the database's clock.
    pub at: Moment,
}

/// Too many sign-ins began in this network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many sign-ins from this network")]
pub struct TooMany;

/// Begins a sign-in.
///
/// # Errors
/// Too many began in the same network.
pub async fn begin(db: &mut PgConnection, begin: &Begin<'_>) -> Result<Uuid, Error<TooMany>> {
    let id = fresh_id();
    let begun = sqlx::query!(
        "insert into sign_ins (org_id, id, revision, purpose, browser_hash, network, back)
         select $1, $2, $3, $4, $5, $6, $7
         where (select count(*) from sign_ins
                where network = $6 and created_at > now() - interval '10 minutes') < $8",
        begin.org.0,
        id,
        begin.revision,
        begin.purpose.as_str(),
        begin.browser_hash,
        begin.network,
        begin.back,
        PER_NETWORK,
    )
    .execute(db)
    .await?;
    if begun.rows_affected() == 1 { Ok(id) } else { Err(Error::Refused(TooMany)) }
}

/// Ends a sign-in, whatever comes of it, for the browser that began it; `None` where there is none to
/// end. Each is ended once: what is sent back again finds nothing.
pub async fn end(
    db: &mut PgConnection,
    org: OrgId,
    id: Uuid,
    browser_hash: &[u8],
) -> Result<Option<CameBack>> {
    let row = sqlx::query!(
        "update sign_ins
         set used_at = now()
         where org_id = $1 and id = $2 and browser_hash = $3 and used_at is null and expires_at > now()
         returning revision, purpose, back, now() as \"at!\"",
        org.0,
        id,
        browser_hash,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(CameBack {
            org,
            id,
            revision: row.revision,
            purpose: decode(&row.purpose)?,
            back: row.back,
            at: row.at.into(),
        })
    })
    .transpose()
}
