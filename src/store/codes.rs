//! Codes by e-mail: asked for, waited for, typed. What is limited and why is in `domain::limits`.
//! J5, J6, L3, N3
//!
//! No code is ever stored; the caller derives it from the server's key and ids of rows.

use uuid::Uuid;

use super::{
    Error, PgConnection, Pool, Result, decode, fresh_id,
    jobs::{self, Job, Mail},
    unknown_word,
};
use crate::domain::{
    email::EmailAddress,
    ids::{InviteId, LinkId, OrgId},
    limits::{
        self, CodeGrant, CodeKind, DIGITS_MINUTES, GUESSES_PER_DAY, GUESSES_PER_NETWORK,
        LETTERS_AGAIN_MINUTES, LETTERS_MINUTES, Recent, TooManyCodes, UNUSED_PER_NETWORK,
    },
    moment::Moment,
    typed_code::NoCode,
};

/// What a code is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    SignIn,
    SignUp,
    /// To join through an open link, under this name.
    Link {
        org: OrgId,
        link: LinkId,
        name: String,
    },
    /// To join by a personal invite, under this name. J6
    Invite {
        org: OrgId,
        invite: InviteId,
        name: String,
    },
}

impl Purpose {
    const fn as_str(&self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Link { .. } => "join",
            Self::Invite { .. } => "invite",
        }
    }

    const fn org(&self) -> Option<OrgId> {
        match self {
            Self::SignIn | Self::SignUp => None,
            Self::Link { org, .. } | Self::Invite { org, .. } => Some(*org),
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::SignIn | Self::SignUp => None,
            Self::Link { name, .. } | Self::Invite { name, .. } => Some(name),
        }
    }
}

/// A code that somebody asks for.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub purpose: Purpose,
    pub address: &'a EmailAddress,
    /// SHA-256 of the secret in the asking browser's cookie.
    pub browser_hash: &'a [u8],
    pub network: &'a str,
}

/// A code that a browser asked for and has not used yet.
#[derive(Clone, Debug)]
pub struct Pending {
    pub purpose: Purpose,
    pub address: EmailAddress,
    pub kind: CodeKind,
    /// When its mail was queued, which may have been for somebody else who asked. N3
    pub mailed_at: Moment,
}

impl Pending {
    /// The name that was given with it, or the one that the address suggests.
    #[must_use]
    pub fn name(&self) -> String {
        self.purpose.name().map_or_else(|| self.address.suggested_name(), str::to_owned)
    }
}

/// A code that somebody types.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    pub browser_hash: &'a [u8],
    pub address: &'a EmailAddress,
    pub kind: CodeKind,
    /// Where it is typed.
    pub network: &'a str,
}

/// A request for a code with which a typed one is compared.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    pub request: Uuid,
    /// The request whose mail carries the code; another one only where letters are shared.
    pub mailed: Uuid,
}

/// A code that was the right one, not used up yet: [`super::proof::Proof::by_code`] does. There is
/// none that was not compared.
#[derive(Clone, Debug)]
pub struct RightCode {
    candidate: Candidate,
    browser_hash: Vec<u8>,
    address: EmailAddress,
}

impl RightCode {
    /// The address that it was mailed to.
    #[must_use]
    pub const fn address(&self) -> &EmailAddress {
        &self.address
    }
}

/// Why a typed code does not open anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    #[error("That is not the code we sent. Check the newest email. {}", tries(*tries_left))]
    Wrong { tries_left: i16 },
    #[error("This code no longer works. Ask for a new one.")]
    Gone,
    /// Nothing typed was a code; it cost no try.
    #[error(transparent)]
    NoCode(#[from] NoCode),
}

fn tries(left: i16) -> String {
    match left {
        1 => "1 try left.".into(),
        left => format!("{left} tries left."),
    }
}

/// Records that a code was asked for, and queues its mail in the same transaction, unless a mail that
/// is out serves this request as well.
///
/// An unknown address that wants to sign in gets a mail as well, which says so; the asker sees
/// no difference. J5
///
/// # Errors
/// The network had too many mails sent.
pub async fn ask(db: &mut PgConnection, request: &Request<'_>) -> Result<(), Error<TooManyCodes>> {
    // Who asks for the same address waits here: its limits hold at once too.
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended($1, 0)) as "address""#,
        request.address.key()
    )
    .execute(&mut *db)
    .await?;
    let (recent, letters) = recent(db, request).await?;
    let grant = limits::grant_code(&recent).map_err(Error::Refused)?;
    let (kind, shares) = match grant {
        CodeGrant::Mail(kind) => (kind, None),
        CodeGrant::Share => (CodeKind::Letters, letters),
    };
    let minutes = match kind {
        CodeKind::Digits => DIGITS_MINUTES,
        CodeKind::Letters => LETTERS_MINUTES,
    };
    let id = fresh_id();
    let (link, invite) = match &request.purpose {
        Purpose::Link { link, .. } => (Some(link.0), None),
        Purpose::Invite { invite, .. } => (None, Some(invite.0)),
        Purpose::SignIn | Purpose::SignUp => (None, None),
    };
    sqlx::query!(
        "insert into login_codes
             (id, purpose, email, address, browser_hash, network, org_id, link_id, invite_id, name, kind, shares,
              expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce(
             (select expires_at from login_codes where id = $12), now() + make_interval(mins => $13)
         ))",
        id,
        request.purpose.as_str(),
        request.address.key(),
        request.address.to_string(),
        request.browser_hash,
        request.network,
        request.purpose.org().map(|org| org.0),
        link,
        invite,
        request.purpose.name(),
        kind.as_str(),
        shares,
        i32::from(minutes),
    )
    .execute(&mut *db)
    .await?;
    if shares.is_none() {
        jobs::queue(db, &[Job::Mail(Mail::LoginCode { code: id })]).await?;
    }
    Ok(())
}

/// What was asked for and guessed of late, and the request whose letters can be shared. The mail of a
/// sign-in may carry no code, so that nobody else can do with it.
async fn recent(db: &mut PgConnection, request: &Request<'_>) -> Result<(Recent, Option<Uuid>)> {
    let row = sqlx::query!(
        r#"select
               (select count(*) from login_codes
                where email = $1 and created_at > now() - interval '1 hour'
                  and kind = 'digits' and used_at is null) as "digits_in_hour!",
               (select count(*) from login_codes
                where email = $1 and created_at > now() - interval '1 day'
                  and kind = 'digits' and used_at is null) as "digits_in_day!",
               (select id from login_codes
                where email = $1 and created_at > now() - make_interval(mins => $4)
                  and kind = 'letters' and shares is null and used_at is null and (purpose = 'sign_in') = $3
                order by created_at desc
                limit 1) as letters,
               (select count(*) from (
                    select from login_codes
                    where network = $2 and created_at > now() - interval '1 hour' and used_at is null
                    limit $5
                ) unused) as "unused_from_network!",
               coalesce((select guesses from code_guesses
                         where network = $2 and began_at > now() - interval '1 day'), 0)
                   as "guesses_from_network!",
               coalesce((select guesses from code_guesses
                         where network = '*' and began_at > now() - interval '1 day'), 0) as "guesses!""#,
        request.address.key(),
        request.network,
        request.purpose == Purpose::SignIn,
        i32::from(LETTERS_AGAIN_MINUTES),
        UNUSED_PER_NETWORK,
    )
    .fetch_one(db)
    .await?;
    let recent = Recent {
        digits_in_hour: row.digits_in_hour,
        digits_in_day: row.digits_in_day,
        guesses_from_network: row.guesses_from_network,
        guesses: row.guesses,
        letters_mailed: row.letters.is_some(),
        unused_from_network: row.unused_from_network,
    };
    Ok((recent, row.letters))
}

/// The codes that a browser asked for and has not used, the newest first.
pub async fn pending(db: &mut PgConnection, browser_hash: &[u8]) -> Result<Vec<Pending>> {
    let rows = sqlx::query!(
        r#"select c.purpose, c.address, c.org_id, c.link_id, c.invite_id, c.name, c.kind,
                  coalesce(m.created_at, c.created_at) as "mailed_at!"
           from login_codes c
           left join login_codes m on m.id = c.shares
           where c.browser_hash = $1 and c.used_at is null and c.expires_at > now()
           order by c.created_at desc, c.id desc
           limit 50"#,
        browser_hash,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let purpose = match (row.purpose.as_str(), row.org_id, row.link_id, row.invite_id, row.name) {
                ("sign_in", ..) => Purpose::SignIn,
                ("sign_up", ..) => Purpose::SignUp,
                ("join", Some(org), Some(link), _, Some(name)) => {
                    Purpose::Link { org: OrgId(org), link: LinkId(link), name }
                }
                ("invite", Some(org), _, Some(invite), Some(name)) => {
                    Purpose::Invite { org: OrgId(org), invite: InviteId(invite), name }
                }
                _ => return Err(unknown_word(&row.purpose)),
            };
            Ok(Pending {
                purpose,
                address: EmailAddress::try_from(row.address).map_err(|_| unknown_word("address"))?,
                kind: decode(&row.kind)?,
                mailed_at: row.mailed_at.into(),
            })
        })
        .collect()
}

/// Compares a typed code with each that this browser asked for with this address. The try is counted in
/// a transaction of its own that is committed before anybody hears of it: whatever happens next, it was
/// made. N3
///
/// Only wrong guesses count against a network. Those that are compared at one moment do not see each
/// other yet, which is as many as there are connections to the database.
///
/// # Errors
/// Wrong, or there is nothing left that it could be compared with.
pub async fn verify(
    pool: &Pool,
    attempt: &Attempt<'_>,
    is_it: impl Fn(&Candidate) -> bool,
) -> Result<RightCode, Error<CodeRefusal>> {
    let mut tx = super::begin(pool).await?;
    let (candidates, tries_left) = count_try(&mut tx, attempt).await?;
    if attempt.kind == CodeKind::Digits && !may_guess(&mut tx, attempt.network).await? {
        return Err(Error::Refused(CodeRefusal::Gone));
    }
    let right = candidates.iter().find(|candidate| is_it(candidate));
    if right.is_none() && attempt.kind == CodeKind::Digits {
        let guesses = i32::try_from(candidates.len()).unwrap_or(i32::MAX);
        for network in [attempt.network, EVERYWHERE] {
            count_guesses(&mut tx, network, guesses).await?;
        }
    }
    tx.commit().await?;
    match right {
        Some(right) => Ok(RightCode {
            candidate: *right,
            browser_hash: attempt.browser_hash.to_vec(),
            address: attempt.address.clone(),
        }),
        None if tries_left == 0 => Err(Error::Refused(CodeRefusal::Gone)),
        None => Err(Error::Refused(CodeRefusal::Wrong { tries_left })),
    }
}

/// Counts a try down at each code that it is compared with, and says how many tries are left.
async fn count_try(
    db: &mut PgConnection,
    attempt: &Attempt<'_>,
) -> Result<(Vec<Candidate>, i16), Error<CodeRefusal>> {
    let rows = sqlx::query!(
        r#"update login_codes
           set tries_left = tries_left - 1
           where id = any (array(
               select id from login_codes
               where browser_hash = $1 and email = $2 and kind = $3
                 and tries_left > 0 and used_at is null and expires_at > now()
               order by id
               for update
           ))
           returning id, coalesce(shares, id) as "mailed!", tries_left"#,
        attempt.browser_hash,
        attempt.address.key(),
        attempt.kind.as_str(),
    )
    .fetch_all(db)
    .await?;
    let tries_left = rows.iter().map(|row| row.tries_left).max();
    let tries_left = tries_left.ok_or(Error::Refused(CodeRefusal::Gone))?;
    Ok((rows.into_iter().map(|row| Candidate { request: row.id, mailed: row.mailed }).collect(), tries_left))
}

/// The row of `code_guesses` that counts for all networks.
const EVERYWHERE: &str = "*";

/// Whether codes of digits are compared at all: not where too many were guessed at today.
async fn may_guess(db: &mut PgConnection, network: &str) -> Result<bool> {
    let full = sqlx::query_scalar!(
        r#"select network from code_guesses
           where network in ($1, $2) and began_at > now() - interval '1 day'
             and guesses >= case when network = $2 then $4::integer else $3::integer end
           limit 1"#,
        network,
        EVERYWHERE,
        GUESSES_PER_NETWORK,
        GUESSES_PER_DAY,
    )
    .fetch_optional(db)
    .await?;
    if let Some(full) = &full {
        tracing::warn!(network = %full, "too many codes were guessed at; codes are of letters there for a day");
    }
    Ok(full.is_none())
}

/// Counts guesses into a day that begins with its first.
async fn count_guesses(db: &mut PgConnection, network: &str, guesses: i32) -> Result<()> {
    sqlx::query!(
        "insert into code_guesses as g (network, guesses)
         values ($1, $2)
         on conflict on constraint code_guesses_pkey do update
         set guesses = case when g.began_at <= now() - interval '1 day' then $2 else g.guesses + $2 end,
             began_at = case when g.began_at <= now() - interval '1 day' then now() else g.began_at end",
        network,
        guesses,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Uses a right code up, wherever it would work, and with it every other one that this browser asked for
/// with the address: of two who bring it at once, one gets in.
///
/// # Errors
/// Used already, or too late.
pub(super) async fn consume(db: &mut PgConnection, code: &RightCode) -> Result<(), Error<CodeRefusal>> {
    let used = sqlx::query_scalar!(
        "update login_codes
         set used_at = now()
         where id = any (array(
             select id from login_codes
             where email = $2 and (browser_hash = $1 or coalesce(shares, id) = $3)
               and used_at is null and expires_at > now()
             order by id
             for update
         ))
         returning id",
        code.browser_hash,
        code.address.key(),
        code.candidate.mailed,
    )
    .fetch_all(db)
    .await?;
    if used.contains(&code.candidate.request) { Ok(()) } else { Err(Error::Refused(CodeRefusal::Gone)) }
}

/// What the mail for a code needs; `None` when the code is used or too old to be worth sending.
pub async fn for_mail(db: &mut PgConnection, id: Uuid) -> Result<Option<CodeForMail>> {
    let row = sqlx::query!(
        r#"select c.purpose = 'sign_in' as "signs_in!", c.address, c.kind, c.browser_hash, o.name as "org?",
                  (select a.id from accounts a where a.email = c.email) is not null as "known!"
           from login_codes c
           left join organizations o on o.id = c.org_id
           where c.id = $1 and c.used_at is null and c.expires_at > now()"#,
        id,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(CodeForMail {
            kind: decode(&row.kind)?,
            address: EmailAddress::try_from(row.address).map_err(|_| unknown_word("address"))?,
            browser_hash: row.browser_hash,
            org: row.org,
            needs_account: row.signs_in && !row.known,
        })
    })
    .transpose()
}

/// See [`for_mail`].
#[derive(Clone, Debug)]
pub struct CodeForMail {
    pub kind: CodeKind,
    pub address: EmailAddress,
    pub browser_hash: Vec<u8>,
    /// The organization to join, where the code is for that.
    pub org: Option<String>,
    /// It is to sign in with, and there is no account with the address.
    pub needs_account: bool,
}

#[cfg(test)]
mod tests;
