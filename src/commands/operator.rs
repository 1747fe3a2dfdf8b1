//! What the operator's commands share: finding whom they are about, committing, saying what was done.

use std::io::Write;

use anyhow::bail;

use crate::{
    domain::{
        ids::{MemberId, OrgId},
        people::Changed,
    },
    store::{Pool, Postgres, Transaction, changes, members, organizations},
};

/// The organization of this name or id.
///
/// # Errors
/// There is none, or more than one.
pub async fn find_org(pool: &Pool, name_or_id: &str) -> anyhow::Result<(OrgId, String)> {
    let mut db = pool.acquire().await?;
    let found = organizations::named(&mut db, name_or_id).await?;
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => bail!("there is no organization called {name_or_id:?}"),
        several => {
            let ids: Vec<String> = several.iter().map(|(id, name)| format!("{id} ({name})")).collect();
            bail!("several organizations are called that; name one by its id: {}", ids.join(", "))
        }
    }
}

/// The member of this name or address.
///
/// # Errors
/// There is none, or more than one.
pub async fn find_member(pool: &Pool, org: OrgId, name_or_email: &str) -> anyhow::Result<MemberId> {
    let mut db = pool.acquire().await?;
    let found = members::named(&mut db, org, name_or_email).await?;
    match found.as_slice() {
        [(id, _)] => Ok(*id),
        [] => bail!("there is no member {name_or_email:?}"),
        _ => bail!("several members are called that; name one by email address"),
    }
}

/// Commits, and lets the servers that run know that the organization changed. N7
///
/// # Errors
/// The database fails; nothing was changed.
pub async fn commit(pool: &Pool, tx: Transaction<'static, Postgres>, org: OrgId) -> anyhow::Result<()> {
    tx.commit().await?;
    if let Err(error) = changes::announce(pool, &[(org, Changed::Anybody)]).await {
        tracing::warn!(%error, "the change could not be announced; pages look by themselves");
    }
    Ok(())
}

/// What the operator reads goes to standard output; the log does not.
///
/// # Errors
/// Nobody reads there.
pub fn say(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
