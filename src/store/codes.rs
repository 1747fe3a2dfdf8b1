//! Six-digit codes by e-mail: asked for, waited for, tried. J5, L3, N3
//!
//! The code itself is never stored; the caller derives it from the server's key and a row's id.

use uuid::Uuid;

use super::{
    Error, PgConnection, Result, decode, fresh_id,
    jobs::{self, Job, Mail},
    unknown_word,
};
use crate::domain::{
    db_enum,
    email::EmailAddress,
    ids::{LinkId, OrgId},
};

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    SignIn,
    SignUp,
    Join,
}

db_enum!(Purpose { SignIn = "sign_in", SignUp = "sign_up", Join = "join" });

/// Codes that one address may ask for in an hour.
const PER_ADDRESS: i64 = 6;
/// Codes that one network may ask for in an hour.
const PER_NETWORK: i64 = 60;

/// A code that somebody asks for.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub purpose: Purpose,
    pub address: &'a EmailAddress,
    /// SHA-256 of the secret in the asking browser's cookie.
    pub browser_hash: &'a [u8],
    pub network: &'a str,
    /// The link that the person wants to join through, and the name they gave.
    pub join: Option<(OrgId, LinkId, &'a str)>,
}

/// A code that a browser is waited for to type.
#[derive(Clone, Debug)]
pub struct Pending {
    pub id: Uuid,
    pub purpose: Purpose,
    pub address: EmailAddress,
    pub org: Option<OrgId>,
    pub link: Option<LinkId>,
    pub name: Option<String>,
    pub tries_left: i16,
}

/// Too many codes were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Too many codes were asked for. Wait an hour, then ask again.")]
pub struct TooManyCodes;

/// Why a typed code does not open anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    #[error("That is not the code we sent last. Check the newest email. {}", tries(*tries_left))]
    Wrong { tries_left: i16 },
    #[error("There is no code of six digits in it. Type the code from the email; this was no try.")]
    NoCode,
    #[error("This code no longer works. Ask for a new one.")]
    Gone,
}

fn tries(left: i16) -> String {
    match left {
        1 => "1 try left.".into(),
        left => format!("{left} tries left."),
    }
}

/// Notes that a code was asked for and queues its mail in the same transaction.
///
/// An unknown address that wants to sign in gets a mail as well, which says so; the asker sees
/// no difference. J5
///
/// # Errors
/// Too many codes for this address or from this network within an hour.
pub async fn ask(db: &mut PgConnection, request: &Request<'_>) -> Result<Uuid, Error<TooManyCodes>> {
    // Who asks for the same address, or from the same network, waits here: the limits hold at once too.
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended($1, 0)) as "address",
                  pg_advisory_xact_lock(hashtextextended($2, 0)) as "network""#,
        request.address.key(),
        request.network,
    )
    .execute(&mut *db)
    .await?;
    let asked = sqlx::query!(
        r#"select count(*) filter (where email = $1) as "for_address!",
                  count(*) filter (where network = $2) as "from_network!"
           from login_codes
           where created_at > now() - interval '1 hour' and (email = $1 or network = $2)"#,
        request.address.key(),
        request.network,
    )
    .fetch_one(&mut *db)
    .await?;
    if asked.for_address >= PER_ADDRESS || asked.from_network >= PER_NETWORK {
        return Err(Error::Refused(TooManyCodes));
    }
    let id = fresh_id();
    sqlx::query!(
        "insert into login_codes
             (id, purpose, email, address, browser_hash, network, org_id, link_id, name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        request.purpose.as_str(),
        request.address.key(),
        request.address.to_string(),
        request.browser_hash,
        request.network,
        request.join.map(|(org, ..)| org.0),
        request.join.map(|(_, link, _)| link.0),
        request.join.map(|(.., name)| name),
    )
    .execute(&mut *db)
    .await?;
    jobs::queue(db, &[Job::Mail(Mail::LoginCode { code: id })]).await?;
    Ok(id)
}

/// The newest code that this browser asked for and has not used yet.
pub async fn pending(db: &mut PgConnection, browser_hash: &[u8]) -> Result<Option<Pending>> {
    let row = sqlx::query!(
        "select id, purpose, address, org_id, link_id, name, tries_left
         from login_codes
         where browser_hash = $1 and used_at is null and expires_at > now()
         order by created_at desc, id desc
         limit 1",
        browser_hash,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Pending {
            id: row.id,
            purpose: decode::<Purpose>(&row.purpose)?,
            address: EmailAddress::try_from(row.address).map_err(|_| unknown_word("address"))?,
            org: row.org_id.map(OrgId),
            link: row.link_id.map(LinkId),
            name: row.name,
            tries_left: row.tries_left,
        })
    })
    .transpose()
}

/// Counts a try at `pending` down, whatever was typed; none is left for the sixth. N3
///
/// Commit this before the answer goes out: a try that is rolled back was free.
///
/// # Errors
/// No tries left, too late, or used already.
pub async fn count_try(db: &mut PgConnection, pending: &Pending) -> Result<i16, Error<CodeRefusal>> {
    let left = sqlx::query_scalar!(
        "update login_codes
         set tries_left = tries_left - 1
         where id = $1 and tries_left > 0 and used_at is null and expires_at > now()
         returning tries_left",
        pending.id,
    )
    .fetch_optional(db)
    .await?;
    left.ok_or(Error::Refused(CodeRefusal::Gone))
}

/// Uses a code up: of two who bring the right one at once, one gets in.
///
/// # Errors
/// Used already, or too late.
pub async fn consume(db: &mut PgConnection, pending: &Pending) -> Result<(), Error<CodeRefusal>> {
    let used = sqlx::query!(
        "update login_codes set used_at = now()
         where id = $1 and used_at is null and expires_at > now()",
        pending.id,
    )
    .execute(db)
    .await?;
    if used.rows_affected() == 1 { Ok(()) } else { Err(Error::Refused(CodeRefusal::Gone)) }
}

/// What the mail for a code needs; `None` when the code is used or too old to be worth sending.
pub async fn for_mail(db: &mut PgConnection, id: Uuid) -> Result<Option<CodeForMail>> {
    let row = sqlx::query!(
        r#"select c.purpose, c.address, c.browser_hash, o.name as "org?",
                  (select a.id from accounts a where a.email = c.email) is not null as "known!"
           from login_codes c
           left join organizations o on o.id = c.org_id
           where c.id = $1 and c.used_at is null and c.expires_at > now()"#,
        id,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        let purpose = decode::<Purpose>(&row.purpose)?;
        Ok(CodeForMail {
            purpose,
            address: row.address,
            browser_hash: row.browser_hash,
            org: row.org,
            known: row.known,
        })
    })
    .transpose()
}

/// See [`for_mail`].
#[derive(Clone, Debug)]
pub struct CodeForMail {
    pub purpose: Purpose,
    pub address: String,
    pub browser_hash: Vec<u8>,
    /// The organization to join, where the code is for that.
    pub org: Option<String>,
    /// The address has an account.
    pub known: bool,
}

#[cfg(test)]
mod tests;
