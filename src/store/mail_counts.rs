//! How many invite mails went out today, by each organization and to each address: guarded counters,
//! exact at any concurrency. A day begins with its first mail.

use std::collections::{HashMap, HashSet};

use super::{Error, PgConnection, Result};
use crate::domain::{ids::OrgId, invite::OverLimit, moment::Moment};

/// Takes one mail to each of these addresses (compared form, each once); returns those that may
/// have it. Their rows are locked until the transaction ends.
pub async fn take_for_recipients(
    db: &mut PgConnection,
    emails: &[String],
    limit: i32,
) -> Result<HashSet<String>> {
    let taken = sqlx::query_scalar!(
        "insert into recipient_mail_counts as c (email, mails)
         select x.email, 1
         from unnest($1::text[]) as x (email)
         where $2 > 0
         order by x.email
         on conflict (email) do update
         set mails = case when c.began_at <= now() - interval '1 day' then 1 else c.mails + 1 end,
             began_at = case when c.began_at <= now() - interval '1 day' then now() else c.began_at end
         where c.mails < $2 or c.began_at <= now() - interval '1 day'
         returning email",
        emails,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(taken.into_iter().collect())
}

/// Gives back what this transaction took for mails that then were not queued.
pub async fn give_back(db: &mut PgConnection, emails: &[String]) -> Result<()> {
    if !emails.is_empty() {
        sqlx::query!("update recipient_mail_counts set mails = mails - 1 where email = any($1)", emails)
            .execute(db)
            .await?;
    }
    Ok(())
}

/// When each of these addresses may have mail again.
pub async fn again(db: &mut PgConnection, emails: &[String]) -> Result<HashMap<String, Moment>> {
    let rows = sqlx::query!(
        r#"select x.email as "email!", coalesce(c.began_at, now()) + interval '1 day' as "again!"
           from unnest($1::text[]) as x (email)
           left join recipient_mail_counts c on c.email = x.email"#,
        emails,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.email, row.again.into())).collect())
}

/// How many mails the organization's day has left at this moment. Others may take them meanwhile:
/// [`take_for_org`] has the last word.
pub async fn left_for_org(db: &mut PgConnection, org: OrgId, limit: i32) -> Result<usize> {
    let mails = sqlx::query_scalar!(
        "select mails from org_mail_counts where org_id = $1 and began_at > now() - interval '1 day'",
        org.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(usize::try_from(limit - mails.unwrap_or(0)).unwrap_or(0))
}

/// Takes so many mails of the organization's day, all or none. Call it last: the row is hot.
///
/// # Errors
/// The day does not have so many left; the caller then queues none of them.
pub async fn take_for_org(
    db: &mut PgConnection,
    org: OrgId,
    mails: usize,
    limit: i32,
) -> Result<(), Error<OverLimit>> {
    let mails = i32::try_from(mails).unwrap_or(i32::MAX);
    if mails == 0 {
        return Ok(());
    }
    if mails > limit {
        return Err(Error::Refused(OverLimit::TooManyAtOnce { limit: limit.into() }));
    }
    let taken = sqlx::query!(
        "insert into org_mail_counts as c (org_id, mails)
         values ($1, $2)
         on conflict (org_id) do update
         set mails = case when c.began_at <= now() - interval '1 day' then $2 else c.mails + $2 end,
             began_at = case when c.began_at <= now() - interval '1 day' then now() else c.began_at end
         where c.mails + $2 <= $3 or c.began_at <= now() - interval '1 day'",
        org.0,
        mails,
        limit,
    )
    .execute(&mut *db)
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(());
    }
    let day = sqlx::query!(
        r#"select mails, began_at + interval '1 day' as "again!" from org_mail_counts where org_id = $1"#,
        org.0,
    )
    .fetch_one(db)
    .await?;
    let left = i64::from((limit - day.mails).max(0));
    Err(Error::Refused(OverLimit::Until { asked: mails.into(), left, again: day.again.into() }))
}

#[cfg(test)]
mod tests;
