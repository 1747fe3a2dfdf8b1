//! The credit ledger. The balance and its entry change in one statement. C2, C3, C5, C6, C7

use uuid::Uuid;

use super::{
    DatabaseError, Error, PgConnection, Result,
    audit::{self, Object},
    decode,
    jobs::{self, Job, Mail},
    leads,
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    credit::{CreditOutlook, EntryKind, OutOfCredits, crosses},
    ids::{CreditRequestId, OrgId, ShootId},
    moment::Moment,
};

/// One line of the ledger. C6
#[derive(Clone, Debug)]
pub struct Entry {
    pub number: i32,
    pub kind: EntryKind,
    pub change: i32,
    pub balance_after: i32,
    /// Who gave credits, or for whom one was used; `None` where they were removed since. P3
    pub who: Option<String>,
    pub note: Option<String>,
    pub created_at: Moment,
}

/// Adds credits. C7
///
/// # Errors
/// An unknown organization is `RowNotFound`.
pub async fn grant(db: &mut PgConnection, actor: &Actor, credits: i32, note: Option<&str>) -> Result<i32> {
    pay_in(db, actor, credits, note, None).await
}

/// As [`grant`], for a request, which the ledger takes once. C7
pub(super) async fn pay_in(
    db: &mut PgConnection,
    actor: &Actor,
    credits: i32,
    note: Option<&str>,
    request: Option<CreditRequestId>,
) -> Result<i32> {
    let who = actor.name();
    let change = Change { kind: EntryKind::Grant, change: credits, shoot: None, request, who, note };
    let After { balance, .. } = enter(db, actor.org, change).await?.ok_or(DatabaseError::RowNotFound)?;
    let number = credits.to_string();
    let object = Object::many(0).with(Some(&number));
    audit::record(db, actor, Act::CreditsGranted, object).await?;
    Ok(balance)
}

/// Takes the one credit that a headshot session costs; `who` it is for stands in the ledger. The leads are
/// told where few are left from now on. C2, C9
///
/// Holds the organization's row until the transaction ends: call it last.
///
/// # Errors
/// The balance is zero; nothing was changed.
pub async fn spend(
    db: &mut PgConnection,
    actor: &Actor,
    shoot: ShootId,
    who: &str,
) -> Result<i32, Error<OutOfCredits>> {
    let change =
        Change { kind: EntryKind::Shoot, change: -1, shoot: Some(shoot), request: None, who, note: None };
    let after = enter(db, actor.org, change).await?.ok_or(Error::Refused(OutOfCredits))?;
    if crosses(after.threshold, after.balance + 1, after.balance) {
        tell_of_few(db, actor.org).await?;
    }
    Ok(after.balance)
}

/// Queues the mail that tells the leads that few credits are left. C9
async fn tell_of_few(db: &mut PgConnection, org: OrgId) -> Result<()> {
    let leads = leads::leads(db, org).await?;
    let mails: Vec<Job> = leads.into_iter().map(|lead| Job::Mail(Mail::FewCredits { org, lead })).collect();
    jobs::queue(db, &mails).await
}

/// Gives the credit of a failed session back, once whatever happens. C5
///
/// Holds the organization's row until the transaction ends: call it last.
pub async fn refund(db: &mut PgConnection, actor: &Actor, shoot: ShootId, who: &str) -> Result<()> {
    let org = actor.org;
    // Locked before it is looked at: a violated constraint would take the whole transaction with it.
    sqlx::query!("select id from organizations where id = $1 for no key update", org.0)
        .fetch_one(&mut *db)
        .await?;
    let given_back = sqlx::query_scalar!(
        r#"select exists (
               select from credit_entries where org_id = $1 and shoot_id = $2 and kind = 'refund'
           ) as "found!""#,
        org.0,
        shoot.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if !given_back {
        let change =
            Change { kind: EntryKind::Refund, change: 1, shoot: Some(shoot), request: None, who, note: None };
        enter(db, org, change).await?;
    }
    Ok(())
}

/// Takes the name of somebody who is removed out of the entries of their shoots, which are gone; what was
/// used and given back stays. P3
pub(super) async fn forget(db: &mut PgConnection, org: OrgId, shoots: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "update credit_entries set who = '' where org_id = $1 and shoot_id = any($2) and who <> ''",
        org.0,
        shoots,
    )
    .execute(db)
    .await?;
    Ok(())
}

struct Change<'a> {
    kind: EntryKind,
    change: i32,
    shoot: Option<ShootId>,
    request: Option<CreditRequestId>,
    who: &'a str,
    note: Option<&'a str>,
}

/// What is left after a change.
struct After {
    balance: i32,
    threshold: i32,
}

/// What is left after the change; `None` where it would fall below zero. C3
async fn enter(db: &mut PgConnection, org: OrgId, entry: Change<'_>) -> Result<Option<After>> {
    sqlx::query_as!(
        After,
        "with changed as (
             update organizations
             set credit_balance = credit_balance + $2, entry_count = entry_count + 1
             where id = $1 and credit_balance + $2 >= 0
             returning credit_balance, entry_count, credit_threshold
         ), entered as (
             insert into credit_entries (org_id, number, kind, change, balance_after, shoot_id, who, note, request_id)
             select $1, entry_count, $3, $2, credit_balance, $4, $5, $6, $7
             from changed
         )
         select credit_balance as balance, credit_threshold as threshold from changed",
        org.0,
        entry.change,
        entry.kind.as_str(),
        entry.shoot.map(|shoot| shoot.0),
        entry.who,
        entry.note,
        entry.request.map(|request| request.0),
    )
    .fetch_optional(db)
    .await
}

/// Below how many credits the leads are told; see [`crosses`]. C9
pub async fn threshold(db: &mut PgConnection, org: OrgId) -> Result<i32> {
    sqlx::query_scalar!("select credit_threshold from organizations where id = $1", org.0).fetch_one(db).await
}

/// Chooses below how many credits the leads are told; the number is checked. C9
pub async fn set_threshold(db: &mut PgConnection, actor: &Actor, threshold: i32) -> Result<()> {
    sqlx::query!("update organizations set credit_threshold = $2 where id = $1", actor.org.0, threshold)
        .execute(&mut *db)
        .await?;
    audit::record(db, actor, Act::SettingsChanged, Object::many(0).with(Some("credits"))).await
}

/// The balance and what is reserved. C6, C8
pub async fn outlook(db: &mut PgConnection, org: OrgId) -> Result<CreditOutlook> {
    let row = sqlx::query!(
        r#"select o.credit_balance,
                  (select count(*) from invites i
                   where i.org_id = o.id and invite_is_pending(i.state)
                  ) as "pending!",
                  (select count(*) from members m
                   where m.org_id = o.id and m.kind <> 'founder' and m.deactivated_at is null
                     and not exists (select from shoots s where s.org_id = m.org_id and s.member_id = m.id)
                  ) as "joined!",
                  (select count(*) from members m
                   where m.org_id = o.id and m.kind <> 'founder' and m.deactivated_at is null
                     and m.stage = 'adding_photos'
                     and not exists (select from shoots s where s.org_id = m.org_id and s.member_id = m.id)
                  ) as "adding!"
           from organizations o
           where o.id = $1"#,
        org.0,
    )
    .fetch_one(db)
    .await?;
    Ok(CreditOutlook {
        balance: i64::from(row.credit_balance),
        pending_invites: row.pending,
        joined_without_shoot: row.joined,
        adding_photos: row.adding,
    })
}

/// Whether there is a credit, which each way of adding people needs. C1
///
/// # Errors
/// The balance is zero.
pub async fn require(db: &mut PgConnection, org: OrgId) -> Result<(), Error<OutOfCredits>> {
    let balance = sqlx::query_scalar!("select credit_balance from organizations where id = $1", org.0)
        .fetch_one(db)
        .await?;
    if balance > 0 { Ok(()) } else { Err(Error::Refused(OutOfCredits)) }
}

/// The ledger, newest first: at most `limit` entries below number `before`. C6
pub async fn entries(
    db: &mut PgConnection,
    org: OrgId,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<Entry>> {
    sqlx::query!(
        "select number, kind, change, balance_after, who, note, created_at
         from credit_entries
         where org_id = $1 and ($2::integer is null or number < $2)
         order by number desc
         limit $3",
        org.0,
        before,
        limit,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| {
        Ok(Entry {
            number: row.number,
            kind: decode::<EntryKind>(&row.kind)?,
            change: row.change,
            balance_after: row.balance_after,
            who: Some(row.who).filter(|who| !who.is_empty()),
            note: row.note,
            created_at: row.created_at.into(),
        })
    })
    .collect()
}

/// Takes the one daily turn to tell the leads that the credits are gone. C4
pub async fn take_turn_to_tell(db: &mut PgConnection, org: OrgId) -> Result<bool> {
    let taken = sqlx::query!(
        "update organizations set out_of_credits_told_at = now()
         where id = $1
           and (out_of_credits_told_at is null or out_of_credits_told_at < now() - interval '1 day')",
        org.0,
    )
    .execute(db)
    .await?;
    Ok(taken.rows_affected() == 1)
}

#[cfg(test)]
mod tests;
