//! The token by which an organization's directory calls: one at a time, kept as a hash. S6

use crate::{
    domain::{actor::Actor, audit::Act, ids::OrgId, moment::Moment},
    store::{
        Error, PgConnection, Result,
        audit::{self, Object},
    },
};

/// Requests of one directory within a minute: twice what Entra ID asks for, 25 a second.
pub const REQUESTS_PER_MINUTE: i32 = 3_000;

/// A directory that may call, as the settings show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directory {
    pub made_at: Moment,
    /// To the minute.
    pub used_at: Option<Moment>,
    /// People it has provisioned, and how many of them are deactivated.
    pub people: i64,
    pub deactivated: i64,
}

/// There is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no token any more. Reload the page.")]
pub struct NoToken;

/// Whether somebody who calls is an organization's directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Directory,
    /// It has called too often within this minute.
    TooOften,
    Unknown,
}

/// An organization's directory, if there is one that may call.
pub async fn find(db: &mut PgConnection, org: OrgId) -> Result<Option<Directory>> {
    let row = sqlx::query!(
        r#"select d.made_at, d.used_at,
                  (select count(*) from directory_users u where u.org_id = $1) as "people!",
                  (select count(*)
                   from directory_users u
                   join members m on m.org_id = u.org_id and m.id = u.member_id
                   where u.org_id = $1 and m.deactivated_at is not null) as "deactivated!"
           from directories d
           where d.org_id = $1"#,
        org.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Directory {
        made_at: row.made_at.into(),
        used_at: row.used_at.map(Moment::from),
        people: row.people,
        deactivated: row.deactivated,
    }))
}

/// Lets whoever has the token of this SHA-256 call; one made before no longer works.
pub async fn renew_token(db: &mut PgConnection, actor: &Actor, token_hash: &[u8]) -> Result<()> {
    sqlx::query!(
        "insert into directories (org_id, token_hash)
         values ($1, $2)
         on conflict on constraint directories_pkey do update
         set token_hash = excluded.token_hash, made_at = now(), used_at = null",
        actor.org.0,
        token_hash,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, actor, Act::DirectoryTokenMade, Object::many(0)).await
}

/// Ends the token. Whom it provisioned stays as they are.
///
/// # Errors
/// There is none.
pub async fn revoke_token(db: &mut PgConnection, actor: &Actor) -> Result<(), Error<NoToken>> {
    let gone =
        sqlx::query!("delete from directories where org_id = $1", actor.org.0).execute(&mut *db).await?;
    if gone.rows_affected() == 0 {
        return Err(Error::Refused(NoToken));
    }
    Ok(audit::record(db, actor, Act::DirectoryTokenRevoked, Object::many(0)).await?)
}

/// Who calls with the token of this SHA-256; the call is counted.
pub async fn recognize(db: &mut PgConnection, org: OrgId, token_hash: &[u8]) -> Result<Caller> {
    let requests = sqlx::query_scalar!(
        "update directories
         set requests = case when minute_began_at > now() - interval '1 minute' then requests + 1 else 1 end,
             minute_began_at = case when minute_began_at > now() - interval '1 minute' then minute_began_at
                                    else now() end,
             used_at = now()
         where org_id = $1 and token_hash = $2
         returning requests",
        org.0,
        token_hash,
    )
    .fetch_optional(db)
    .await?;
    Ok(match requests {
        None => Caller::Unknown,
        Some(requests) if requests > REQUESTS_PER_MINUTE => Caller::TooOften,
        Some(_) => Caller::Directory,
    })
}
