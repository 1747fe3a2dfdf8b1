//! Domains that organizations claim, and what the DNS says of the claims. S1
//!
//! All claims to a domain are locked together, in the order of their organizations, after members and
//! before logins.

use crate::{
    domain::{
        actor::Actor,
        ids::OrgId,
        moment::Moment,
        sso::claim::{
            CLAIMS_MAX, ClaimNews, ClaimState, CompanyDomain, Finding, after_look, next_look_minutes,
        },
    },
    store::{
        Error, PgConnection, Result, decode,
        jobs::{self, Job, Mail},
        members,
    },
};

/// A claim to a domain, as the settings show it.
#[derive(Clone, Debug)]
pub struct Claim {
    pub domain: CompanyDomain,
    pub state: ClaimState,
    pub finding: Option<Finding>,
    pub looked_at: Option<Moment>,
    pub verified_at: Option<Moment>,
    pub missing_since: Option<Moment>,
    /// Its people sign in through the provider only. S4
    pub sso_required: bool,
}

/// Why a domain was not claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotClaimed {
    #[error("This domain is in your list already.")]
    Already,
    #[error("You have {CLAIMS_MAX} domains, and more do not fit. Remove one that you do not need.")]
    TooMany,
}

/// The organization does not claim this domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This domain is not in your list any more. Reload the page to see what is.")]
pub struct UnknownDomain;

/// A claim whose time for a look has come.
#[derive(Clone, Debug)]
pub struct DueLook {
    pub org: OrgId,
    pub domain: CompanyDomain,
}

/// An organization's claims, by domain.
pub async fn list(db: &mut PgConnection, org: OrgId) -> Result<Vec<Claim>> {
    sqlx::query!(
        "select domain, state, finding, looked_at, verified_at, missing_since, sso_required
         from domains
         where org_id = $1
         order by domain",
        org.0,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| {
        Ok(Claim {
            domain: CompanyDomain::stored(row.domain),
            state: decode(&row.state)?,
            finding: row.finding.as_deref().map(decode).transpose()?,
            looked_at: row.looked_at.map(Moment::from),
            verified_at: row.verified_at.map(Moment::from),
            missing_since: row.missing_since.map(Moment::from),
            sso_required: row.sso_required,
        })
    })
    .collect()
}

/// Claims a domain. Others may have claimed it as well: only a proof counts.
///
/// # Errors
/// Claimed already, or there are too many.
pub async fn claim(
    db: &mut PgConnection,
    actor: &Actor,
    domain: &CompanyDomain,
) -> Result<(), Error<NotClaimed>> {
    let made = sqlx::query!(
        "insert into domains (org_id, domain, claimed_by)
         select $1, $2, $3
         where (select count(*) from domains where org_id = $1) < $4
         on conflict on constraint domains_pkey do nothing",
        actor.org.0,
        domain.as_str(),
        actor.member().map(|member| member.0),
        CLAIMS_MAX,
    )
    .execute(&mut *db)
    .await?;
    if made.rows_affected() == 1 {
        return Ok(());
    }
    let claimed = list(db, actor.org).await?.iter().any(|claim| claim.domain == *domain);
    Err(Error::Refused(if claimed { NotClaimed::Already } else { NotClaimed::TooMany }))
}

/// Gives a claim up: from now on the domain is nobody's.
///
/// # Errors
/// The organization does not claim it.
pub async fn withdraw(
    db: &mut PgConnection,
    actor: &Actor,
    domain: &CompanyDomain,
) -> Result<(), Error<UnknownDomain>> {
    let gone =
        sqlx::query!("delete from domains where org_id = $1 and domain = $2", actor.org.0, domain.as_str())
            .execute(db)
            .await?;
    if gone.rows_affected() == 1 { Ok(()) } else { Err(Error::Refused(UnknownDomain)) }
}

/// Takes up to `limit` claims whose time for a look has come. Each is this server's for five minutes;
/// then somebody else looks. N8, N9
pub async fn due(db: &mut PgConnection, limit: i64) -> Result<Vec<DueLook>> {
    let rows = sqlx::query!(
        "update domains d
         set next_look_at = now() + interval '5 minutes'
         from (
             select org_id, domain from domains
             where next_look_at <= now()
             order by next_look_at
             limit $1
             for update skip locked
         ) x
         where d.org_id = x.org_id and d.domain = x.domain
         returning d.org_id, d.domain",
        limit,
    )
    .fetch_all(db)
    .await?;
    let look = |org_id, domain| DueLook { org: OrgId(org_id), domain: CompanyDomain::stored(domain) };
    Ok(rows.into_iter().map(|row| look(row.org_id, row.domain)).collect())
}

/// Whether the organization claims the domain, so that somebody may ask for a look.
///
/// # Errors
/// It does not.
pub async fn require(
    db: &mut PgConnection,
    org: OrgId,
    domain: &CompanyDomain,
) -> Result<(), Error<UnknownDomain>> {
    let claimed = list(db, org).await?.iter().any(|claim| claim.domain == *domain);
    if claimed { Ok(()) } else { Err(Error::Refused(UnknownDomain)) }
}

/// Writes down what a look found, and what becomes of the claim. Where another organization has the
/// domain, its own record decides: as long as that is there, the domain is theirs, and it is looked at
/// again at once; once it is missing, the domain goes to whoever has proved it.
///
/// # Errors
/// The claim was given up meanwhile.
pub async fn settle(
    db: &mut PgConnection,
    actor: &Actor,
    domain: &CompanyDomain,
    finding: Finding,
) -> Result<ClaimState, Error<UnknownDomain>> {
    let rows = sqlx::query!(
        r#"select org_id, state, misses,
                  coalesce(extract(epoch from now() - missing_since) / 3600, 0)::bigint as "hours_missing!"
           from domains
           where domain = $1
           order by org_id
           for update"#,
        domain.as_str(),
    )
    .fetch_all(&mut *db)
    .await?;
    let (mut own, mut rival) = (None, None);
    for row in rows {
        let state: ClaimState = decode(&row.state)?;
        if row.org_id == actor.org.0 {
            own = Some((state, row.misses, row.hours_missing));
        } else if state.counts() {
            rival = Some((OrgId(row.org_id), state));
        }
    }
    let (before, misses, hours_missing) = own.ok_or(Error::Refused(UnknownDomain))?;
    let finding = match (finding, rival) {
        (Finding::Found, Some((rival, ClaimState::Missing))) => {
            lose(db, rival, domain).await?;
            Finding::Found
        }
        (Finding::Found, Some((rival, _))) => {
            look_soon(db, rival, domain).await?;
            Finding::Taken
        }
        (finding, _) => finding,
    };
    let state = after_look(before, finding, hours_missing);
    let misses = if finding == Finding::Found { 0 } else { misses.saturating_add(1) };
    sqlx::query!(
        "update domains
         set state = $3, finding = $4, misses = $5, looked_at = now(),
             next_look_at = now() + make_interval(mins => $6),
             verified_at = case when $3 = 'verified' then coalesce(verified_at, now())
                                when $3 = 'missing' then verified_at end,
             missing_since = case when $3 = 'missing' then coalesce(missing_since, now()) end,
             sso_required = sso_required and $3 in ('verified', 'missing')
         where org_id = $1 and domain = $2",
        actor.org.0,
        domain.as_str(),
        state.as_str(),
        finding.as_str(),
        misses,
        next_look_minutes(state, misses),
    )
    .execute(&mut *db)
    .await?;
    if let Some(news) = ClaimNews::of(before, state) {
        tell_leads(db, actor.org, domain, news).await?;
    }
    Ok(state)
}

/// Takes a domain from the organization whose record is missing.
async fn lose(db: &mut PgConnection, org: OrgId, domain: &CompanyDomain) -> Result<()> {
    sqlx::query!(
        "update domains
         set state = 'lost', missing_since = null, verified_at = null, sso_required = false
         where org_id = $1 and domain = $2",
        org.0,
        domain.as_str(),
    )
    .execute(&mut *db)
    .await?;
    tell_leads(db, org, domain, ClaimNews::Lost).await
}

async fn look_soon(db: &mut PgConnection, org: OrgId, domain: &CompanyDomain) -> Result<()> {
    sqlx::query!(
        "update domains set next_look_at = now() where org_id = $1 and domain = $2",
        org.0,
        domain.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn tell_leads(
    db: &mut PgConnection,
    org: OrgId,
    domain: &CompanyDomain,
    news: ClaimNews,
) -> Result<()> {
    let leads = members::leads(db, org).await?;
    let mail = |lead| Job::Mail(Mail::Domain { org, lead, domain: domain.clone(), news });
    jobs::queue(db, &leads.into_iter().map(mail).collect::<Vec<_>>()).await
}

#[cfg(test)]
mod tests;
