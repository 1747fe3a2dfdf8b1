//! Each organization's connection to its identity provider. S2, S3, S4

use uuid::Uuid;

use crate::{
    domain::{
        actor::Actor,
        email::EmailAddress,
        ids::{OrgId, TeamId},
        moment::Moment,
        sso::{claim::CompanyDomain, provider::Preset},
    },
    store::{Error, PgConnection, Result, decode, fresh_id, refused, teams},
};

/// A connection, with its secret still sealed.
#[derive(Clone, Debug)]
pub struct Connection {
    pub org: OrgId,
    pub org_name: String,
    /// Another one with each change; see [`super::sign_ins`].
    pub revision: Uuid,
    pub preset: Preset,
    pub issuer: String,
    pub client_id: String,
    pub sealed_secret: Vec<u8>,
    pub enabled: bool,
    pub jit: bool,
    /// Where people go who come in by themselves.
    pub team: Option<TeamId>,
    /// The claim whose values say the sub-team.
    pub team_claim: Option<String>,
    pub tested_at: Option<Moment>,
}

/// What is typed to connect a provider; checked.
#[derive(Clone, Debug)]
pub struct NewConnection<'a> {
    pub preset: Preset,
    pub issuer: &'a str,
    pub client_id: &'a str,
    /// `None` leaves the secret that is there.
    pub sealed_secret: Option<&'a [u8]>,
}

/// How people come in through the provider. S3
#[derive(Clone, Debug, Default)]
pub struct Provisioning {
    pub jit: bool,
    pub team: Option<TeamId>,
    pub team_claim: Option<String>,
    /// Which value of the claim stands for which sub-team.
    pub teams: Vec<(String, TeamId)>,
}

/// Why a connection was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotConnected {
    #[error("No identity provider is connected any more. Reload the page.")]
    Unknown,
    #[error("Type the client secret.")]
    NoSecret,
    #[error("Test the connection first: sign in through it once yourself.")]
    Untested,
    #[error(
        "Make recovery codes first: they are your way back in when your identity provider does not answer."
    )]
    NoRecoveryCodes,
    #[error(transparent)]
    Team(#[from] teams::TeamRefusal),
}

/// What the sign-in page makes of an address. S4
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub org: OrgId,
    pub org_name: String,
    pub preset: Preset,
    /// No code is mailed to addresses of this domain.
    pub required: bool,
}

/// An organization's connection, if it has one.
pub async fn find(db: &mut PgConnection, org: OrgId) -> Result<Option<Connection>> {
    let row = sqlx::query!(
        "select c.revision, c.preset, c.issuer, c.client_id, c.client_secret, c.enabled, c.jit, c.team_id,
                c.team_claim, c.tested_at, o.name as org_name
         from connections c
         join organizations o on o.id = c.org_id
         where c.org_id = $1",
        org.0,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Connection {
            org,
            org_name: row.org_name,
            revision: row.revision,
            preset: decode(&row.preset)?,
            issuer: row.issuer,
            client_id: row.client_id,
            sealed_secret: row.client_secret,
            enabled: row.enabled,
            jit: row.jit,
            team: row.team_id.map(TeamId),
            team_claim: row.team_claim,
            tested_at: row.tested_at.map(Moment::from),
        })
    })
    .transpose()
}

/// Which sub-team each value of the claim stands for.
pub async fn teams_by_value(db: &mut PgConnection, org: OrgId) -> Result<Vec<(String, TeamId)>> {
    let rows =
        sqlx::query!("select value, team_id from connection_teams where org_id = $1 order by value", org.0)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| (row.value, TeamId(row.team_id))).collect())
}

/// Connects a provider, or changes the connection. It is off until it was tested: whom another provider
/// knows under a subject is nobody whom this one knows.
///
/// # Errors
/// There is no secret yet.
pub async fn connect(
    db: &mut PgConnection,
    actor: &Actor,
    new: &NewConnection<'_>,
) -> Result<(), Error<NotConnected>> {
    let before = find(db, actor.org).await?;
    let kept = before.as_ref().map(|before| before.sealed_secret.clone());
    let secret =
        new.sealed_secret.map(<[u8]>::to_vec).or(kept).ok_or(Error::Refused(NotConnected::NoSecret))?;
    sqlx::query!(
        "insert into connections (org_id, revision, preset, issuer, client_id, client_secret)
         values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint connections_pkey do update
         set revision = excluded.revision, preset = excluded.preset, issuer = excluded.issuer,
             client_id = excluded.client_id, client_secret = excluded.client_secret,
             enabled = false, tested_at = null, changed_at = now()",
        actor.org.0,
        fresh_id(),
        new.preset.as_str(),
        new.issuer,
        new.client_id,
        secret,
    )
    .execute(&mut *db)
    .await?;
    // At some providers another client knows everybody by another subject. Whoever was removed stays so.
    if before.is_some_and(|before| before.issuer != new.issuer || before.client_id != new.client_id) {
        sqlx::query!("delete from identities where org_id = $1 and barred_at is null", actor.org.0)
            .execute(&mut *db)
            .await?;
    }
    require_nobody(db, actor.org).await?;
    Ok(())
}

/// Takes the connection away; codes by mail work for everybody again.
///
/// # Errors
/// There is none.
pub async fn disconnect(db: &mut PgConnection, actor: &Actor) -> Result<(), Error<NotConnected>> {
    let gone =
        sqlx::query!("delete from connections where org_id = $1", actor.org.0).execute(&mut *db).await?;
    require_nobody(db, actor.org).await?;
    if gone.rows_affected() == 1 { Ok(()) } else { Err(Error::Refused(NotConnected::Unknown)) }
}

async fn require_nobody(db: &mut PgConnection, org: OrgId) -> Result<()> {
    sqlx::query!("update domains set sso_required = false where org_id = $1 and sso_required", org.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes that a lead signed in through the connection as it is, which switches it on.
///
/// # Errors
/// It was changed meanwhile.
pub async fn tested(db: &mut PgConnection, actor: &Actor, revision: Uuid) -> Result<(), Error<NotConnected>> {
    let noted = sqlx::query!(
        "update connections
         set tested_at = now(), enabled = true
         where org_id = $1 and revision = $2",
        actor.org.0,
        revision,
    )
    .execute(db)
    .await?;
    if noted.rows_affected() == 1 { Ok(()) } else { Err(Error::Refused(NotConnected::Unknown)) }
}

/// Chooses how people come in. S3
///
/// # Errors
/// There is no connection, or a sub-team is gone.
pub async fn provision(
    db: &mut PgConnection,
    actor: &Actor,
    how: &Provisioning,
) -> Result<(), Error<NotConnected>> {
    teams::require(db, actor.org, how.team).await.map_err(refused)?;
    for (_, team) in &how.teams {
        teams::require(db, actor.org, Some(*team)).await.map_err(refused)?;
    }
    let changed = sqlx::query!(
        "update connections
         set jit = $2, team_id = $3, team_claim = $4, changed_at = now()
         where org_id = $1",
        actor.org.0,
        how.jit,
        how.team.map(|team| team.0),
        how.team_claim,
    )
    .execute(&mut *db)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Error::Refused(NotConnected::Unknown));
    }
    sqlx::query!("delete from connection_teams where org_id = $1", actor.org.0).execute(&mut *db).await?;
    let (values, ids): (Vec<String>, Vec<Uuid>) =
        how.teams.iter().map(|(value, team)| (value.clone(), team.0)).unzip();
    sqlx::query!(
        "insert into connection_teams (org_id, value, team_id)
         select $1, x.value, x.team
         from unnest($2::text[], $3::uuid[]) as x (value, team)
         on conflict on constraint connection_teams_pkey do nothing",
        actor.org.0,
        &values,
        &ids,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether people at a domain sign in through the provider only. S4
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    Required,
    Optional,
}

/// Says whether people at a domain sign in through the provider only. S4
///
/// # Errors
/// The connection was not tested, there are no recovery codes, or the domain is not the organization's.
pub async fn require(
    db: &mut PgConnection,
    actor: &Actor,
    domain: &CompanyDomain,
    requirement: Requirement,
) -> Result<(), Error<NotConnected>> {
    let required = requirement == Requirement::Required;
    if required {
        let connection = find(db, actor.org).await?.ok_or(Error::Refused(NotConnected::Unknown))?;
        if !connection.enabled {
            return Err(Error::Refused(NotConnected::Untested));
        }
        if recovery_codes_left(db, actor.org).await? == 0 {
            return Err(Error::Refused(NotConnected::NoRecoveryCodes));
        }
    }
    let changed = sqlx::query!(
        "update domains
         set sso_required = $3
         where org_id = $1 and domain = $2 and (not $3 or state in ('verified', 'missing'))",
        actor.org.0,
        domain.as_str(),
        required,
    )
    .execute(db)
    .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(Error::Refused(NotConnected::Unknown)) }
}

/// How many of the Owner's recovery codes nobody has used.
pub async fn recovery_codes_left(db: &mut PgConnection, org: OrgId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from recovery_codes where org_id = $1 and used_at is null"#,
        org.0,
    )
    .fetch_one(db)
    .await
}

/// The provider of an address's domain, if that is an organization's which is connected. S4
pub async fn route(db: &mut PgConnection, address: &EmailAddress) -> Result<Option<Route>> {
    let row = sqlx::query!(
        "select d.org_id, d.sso_required, c.preset, o.name
         from domains d
         join connections c on c.org_id = d.org_id
         join organizations o on o.id = d.org_id
         where d.domain = $1 and d.state in ('verified', 'missing') and c.enabled",
        address.domain(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Route {
            org: OrgId(row.org_id),
            org_name: row.name,
            preset: decode(&row.preset)?,
            required: row.sso_required,
        })
    })
    .transpose()
}

/// The domains whose people sign in without an invite. S5
pub async fn covered_domains(db: &mut PgConnection, org: OrgId) -> Result<Vec<CompanyDomain>> {
    let rows = sqlx::query_scalar!(
        "select d.domain
         from domains d
         join connections c on c.org_id = d.org_id
         where d.org_id = $1 and d.state in ('verified', 'missing') and c.enabled and c.jit",
        org.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(CompanyDomain::stored).collect())
}

/// The organization's domains, as far as the DNS has proved.
pub async fn owned_domains(db: &mut PgConnection, org: OrgId) -> Result<Vec<CompanyDomain>> {
    let rows = sqlx::query_scalar!(
        "select domain from domains where org_id = $1 and state in ('verified', 'missing')",
        org.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(CompanyDomain::stored).collect())
}
