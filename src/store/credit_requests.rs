//! Credits that a lead asks for and the operator confirms or declines, by a link or on the command line. Of
//! several answers at once, and a lead who takes it back, one counts. C7

use uuid::Uuid;

use super::{
    Error, PgConnection, Result,
    audit::{self, Object},
    credits, decode, fresh_id,
    jobs::{self, Job, Mail},
    members,
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    credit::{CreditRequest, NotOpen, NotRequested, OPEN_REQUESTS_MAX, REQUESTS_PER_DAY, RequestState},
    ids::{CreditRequestId, OrgId},
};

/// A request and whose it is, for the operator.
#[derive(Clone, Debug)]
pub struct Asked {
    pub org: OrgId,
    pub org_name: String,
    pub balance: i32,
    pub request: CreditRequest,
}

/// What the operator says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Confirm,
    Decline,
}

/// Asks the operator for credits. Number and note are checked. C7
///
/// # Errors
/// The organization has asked often enough; the caller must not commit then.
pub async fn ask(
    db: &mut PgConnection,
    actor: &Actor,
    credits: i32,
    note: Option<&str>,
) -> Result<CreditRequestId, Error<NotRequested>> {
    let org = actor.org;
    let request = CreditRequestId(fresh_id());
    sqlx::query!(
        "insert into credit_requests (org_id, id, credits, note, requested_by) values ($1, $2, $3, $4, $5)",
        org.0,
        request.0,
        credits,
        note,
        actor.member().map(|member| member.0),
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, actor, Act::CreditsRequested, about(&credits.to_string())).await?;
    jobs::queue(db, &[Job::Mail(Mail::CreditsRequested { org, request })]).await?;
    // Who asks at the same moment waits here, and then counts this one as well.
    sqlx::query!("select id from organizations where id = $1 for no key update", org.0)
        .fetch_one(&mut *db)
        .await?;
    let asked = sqlx::query!(
        r#"select count(*) filter (where state = 'open') as "open!",
                  count(*) filter (where created_at > now() - interval '1 day') as "today!"
           from credit_requests
           where org_id = $1"#,
        org.0,
    )
    .fetch_one(db)
    .await?;
    if asked.open > OPEN_REQUESTS_MAX {
        return Err(Error::Refused(NotRequested::TooManyOpen));
    }
    if asked.today > REQUESTS_PER_DAY {
        return Err(Error::Refused(NotRequested::TooManyToday));
    }
    Ok(request)
}

/// Takes a request back that nobody has answered. C7
///
/// # Errors
/// It is not open.
pub async fn withdraw(
    db: &mut PgConnection,
    actor: &Actor,
    request: CreditRequestId,
) -> Result<(), Error<NotOpen>> {
    let credits = close(db, actor.org, request, RequestState::Withdrawn, None).await?;
    Ok(audit::record(db, actor, Act::CreditRequestWithdrawn, about(&credits.to_string())).await?)
}

/// Confirms or declines a request, and sees to it that the leads are told; `remark` is for them, and is
/// checked. C7
///
/// Confirming holds the organization's row until the transaction ends: call it last.
///
/// # Errors
/// It is not open.
pub async fn answer(
    db: &mut PgConnection,
    actor: &Actor,
    request: CreditRequestId,
    reply: Reply,
    remark: Option<&str>,
) -> Result<(), Error<NotOpen>> {
    let org = actor.org;
    let state = match reply {
        Reply::Confirm => RequestState::Confirmed,
        Reply::Decline => RequestState::Declined,
    };
    let credits = close(db, org, request, state, remark).await?;
    let leads = members::leads(db, org).await?;
    let mails: Vec<Job> =
        leads.into_iter().map(|lead| Job::Mail(Mail::CreditsAnswered { org, request, lead })).collect();
    jobs::queue(db, &mails).await?;
    match reply {
        Reply::Confirm => _ = credits::pay_in(db, actor, credits, remark, Some(request)).await?,
        Reply::Decline => {
            audit::record(db, actor, Act::CreditRequestDeclined, about(&credits.to_string())).await?
        }
    }
    Ok(())
}

/// Ends an open request, once; says how many credits it is about.
async fn close(
    db: &mut PgConnection,
    org: OrgId,
    request: CreditRequestId,
    state: RequestState,
    remark: Option<&str>,
) -> Result<i32, Error<NotOpen>> {
    let credits = sqlx::query_scalar!(
        "update credit_requests
         set state = $3, answer = $4, closed_at = now()
         where org_id = $1 and id = $2 and state = 'open'
         returning credits",
        org.0,
        request.0,
        state.as_str(),
        remark,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(credits) = credits {
        return Ok(credits);
    }
    let state = sqlx::query_scalar!(
        "select state from credit_requests where org_id = $1 and id = $2",
        org.0,
        request.0,
    )
    .fetch_optional(db)
    .await?;
    let state = state.map(|state| decode::<RequestState>(&state)).transpose()?;
    Err(Error::Refused(match state {
        Some(RequestState::Confirmed) => NotOpen::Confirmed,
        Some(RequestState::Declined) => NotOpen::Declined,
        Some(RequestState::Withdrawn) => NotOpen::Withdrawn,
        Some(RequestState::Open) | None => NotOpen::Unknown,
    }))
}

/// As the log tells of it: by the number of credits.
fn about(credits: &str) -> Object<'_> {
    Object::many(0).with(Some(credits))
}

/// The newest requests of an organization, at most so many. C7
pub async fn list(db: &mut PgConnection, org: OrgId, limit: i64) -> Result<Vec<CreditRequest>> {
    let asked = read(db, Which::Of(org), limit).await?;
    Ok(asked.into_iter().map(|asked| asked.request).collect())
}

/// What waits for the operator's answer, of all organizations, the oldest first. C7
pub async fn open(db: &mut PgConnection, limit: i64) -> Result<Vec<Asked>> {
    read(db, Which::Open, limit).await
}

/// One request, whose organization is not known. C7
pub async fn find(db: &mut PgConnection, request: CreditRequestId) -> Result<Option<Asked>> {
    Ok(read(db, Which::One(request), 1).await?.pop())
}

enum Which {
    Of(OrgId),
    Open,
    One(CreditRequestId),
}

/// Requests with whose they are; each kind of reading by its own index.
macro_rules! read {
    ($db:expr, $where:literal, $order:literal, $($parameter:expr),+) => {
        sqlx::query_as!(
            Row,
            r#"select r.org_id, r.id, r.credits, r.note, r.state, r.answer, r.created_at,
                      m.name as "by?", o.name as org_name, o.credit_balance as balance
               from credit_requests r
               join organizations o on o.id = r.org_id
               left join members m on m.org_id = r.org_id and m.id = r.requested_by
               where "# + $where + r#"
               order by "# + $order + r#"
               limit $1"#,
            $($parameter),+
        )
        .fetch_all($db)
        .await?
    };
}

async fn read(db: &mut PgConnection, which: Which, limit: i64) -> Result<Vec<Asked>> {
    let rows = match which {
        Which::Of(org) => read!(db, "r.org_id = $2", "r.id desc", limit, org.0),
        Which::Open => read!(db, "r.state = 'open'", "r.created_at", limit),
        Which::One(request) => read!(db, "r.id = $2", "r.id", limit, request.0),
    };
    rows.into_iter().map(Asked::try_from).collect()
}

struct Row {
    org_id: Uuid,
    id: Uuid,
    credits: i32,
    note: Option<String>,
    state: String,
    answer: Option<String>,
    created_at: time::OffsetDateTime,
    by: Option<String>,
    org_name: String,
    balance: i32,
}

impl TryFrom<Row> for Asked {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            org: OrgId(row.org_id),
            org_name: row.org_name,
            balance: row.balance,
            request: CreditRequest {
                id: CreditRequestId(row.id),
                credits: row.credits,
                note: row.note,
                state: decode::<RequestState>(&row.state)?,
                by: row.by,
                answer: row.answer,
                created_at: row.created_at.into(),
            },
        })
    }
}

#[cfg(test)]
mod tests;
