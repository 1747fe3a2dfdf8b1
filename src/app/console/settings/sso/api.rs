//! What the settings page asks of the server about single sign-on. S2, S3, S4

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::{
        ids::{OrgId, TeamId},
        moment::Moment,
        sso::{claim::CompanyDomain, provider::Preset},
    },
};

/// Everything about the organization's single sign-on; its secret is not among it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoView {
    /// Our URL that the provider has to know.
    pub callback: String,
    pub connection: Option<ConnectionView>,
    pub domains: Vec<SsoDomain>,
    /// Recovery codes that nobody has used.
    pub codes_left: i64,
    pub teams: Vec<(TeamId, String)>,
}

/// The connection to the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionView {
    pub preset: Preset,
    pub issuer: String,
    pub client_id: String,
    pub enabled: bool,
    pub tested_at: Option<Moment>,
    pub jit: bool,
    pub team: Option<TeamId>,
    pub team_claim: String,
    /// A line for each value of the claim: `value = team`.
    pub team_table: String,
}

/// A verified domain, and whether its people sign in through the provider only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoDomain {
    pub domain: CompanyDomain,
    pub required: bool,
}

/// The organization's single sign-on.
#[server(prefix = "/fn", endpoint = "sso/show")]
pub async fn show_sso(org: OrgId) -> Result<SsoView, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{
            sso::{connections, domains},
            teams,
        },
    };
    ctx::require(org, Action::SeeOrganization)?;
    let base = ctx::state().base;
    let mut tx = ctx::begin().await?;
    let teams = teams::names(&mut tx, org).await?;
    let by_value = connections::teams_by_value(&mut tx, org).await?;
    let name_of = |id| teams.iter().find(|team| team.0 == id).map_or("", |team| team.1.as_str());
    let team_table = by_value.iter().map(|(value, team)| format!("{value} = {}\n", name_of(*team))).collect();
    let connection = connections::find(&mut tx, org).await?.map(|connection| ConnectionView {
        preset: connection.preset,
        issuer: connection.issuer,
        client_id: connection.client_id,
        enabled: connection.enabled,
        tested_at: connection.tested_at,
        jit: connection.jit,
        team: connection.team,
        team_claim: connection.team_claim.unwrap_or_default(),
        team_table,
    });
    let domains = domains::list(&mut tx, org)
        .await?
        .into_iter()
        .filter(|claim| claim.state.counts())
        .map(|claim| SsoDomain { domain: claim.domain, required: claim.sso_required })
        .collect();
    Ok(SsoView {
        callback: base.to(&format!("/sso/{org}/callback")),
        connection,
        domains,
        codes_left: connections::recovery_codes_left(&mut tx, org).await?,
        teams,
    })
}

/// Connects an identity provider, or changes the connection. An empty secret leaves the one that is
/// there. S2
#[server(prefix = "/fn", endpoint = "sso/connect")]
pub async fn connect_provider(
    org: OrgId,
    preset: String,
    #[server(default)] issuer: String,
    client_id: String,
    #[server(default)] client_secret: String,
) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{
            self,
            sso::connections::{self, NewConnection},
        },
        words,
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let keys = ctx::state().keys;
    let preset: Preset = preset.parse().map_err(|_| AppError::Unreadable)?;
    let issuer = preset.issuer(&issuer).map_err(|problem| AppError::invalid("issuer", problem))?;
    let (client_id, secret) = (client_id.trim(), client_secret.trim());
    // RFC 6749, appendix A.1: visible ASCII and spaces.
    let is_readable = client_id.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if client_id.is_empty() || client_id.len() > 500 || !is_readable {
        return Err(AppError::invalid("client_id", words::console::client_id_missing()));
    }
    if secret.len() > 2_000 {
        return Err(AppError::invalid("client_secret", words::console::client_secret_long()));
    }
    let sealed = (!secret.is_empty()).then(|| keys.seal(org, secret.as_bytes()));
    let new = NewConnection { preset, issuer: &issuer, client_id, sealed_secret: sealed.as_deref() };
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        connections::connect(&mut tx, &actor, &new).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Takes the connection away. S2
#[server(prefix = "/fn", endpoint = "sso/disconnect")]
pub async fn disconnect_provider(org: OrgId) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, sso::connections},
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        connections::disconnect(&mut tx, &actor).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Chooses how people come in. `jit` is set when it is anything, as a checkbox sends it; `team_table` has a
/// line for each value of the claim: `value = team`. S3
#[server(prefix = "/fn", endpoint = "sso/provision")]
pub async fn provision(
    org: OrgId,
    #[server(default)] jit: String,
    #[server(default)] team: String,
    #[server(default)] team_claim: String,
    #[server(default)] team_table: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{role::Action, text},
        server::ctx,
        store::{
            self,
            sso::connections::{self, Provisioning},
            teams,
        },
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let team = if team.is_empty() { None } else { Some(team.parse().map_err(|_| AppError::Unreadable)?) };
    let claim = text::optional_line("The claim", &team_claim, 100)
        .map_err(|problem| AppError::invalid("team_claim", problem))?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let known = teams::names(&mut tx, org).await?;
        let how = Provisioning {
            jit: !jit.is_empty(),
            team,
            team_claim: claim.clone(),
            teams: read_team_table(&team_table, &known)?,
        };
        connections::provision(&mut tx, &actor, &how).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Lines of `value = team`.
#[cfg(feature = "ssr")]
fn read_team_table(table: &str, known: &[(TeamId, String)]) -> Result<Vec<(String, TeamId)>, AppError> {
    use crate::{store::teams::name_key, words};
    let wrong = |message: String| AppError::invalid("team_table", message);
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty()).take(1_000);
    lines
        .map(|line| {
            let (value, name) =
                line.rsplit_once('=').ok_or_else(|| wrong(words::console::team_table_wrong(line)))?;
            let team = known.iter().find(|(_, known)| name_key(known) == name_key(name.trim()));
            let (team, _) = team.ok_or_else(|| wrong(words::console::team_table_unknown(name.trim())))?;
            Ok((value.trim().to_owned(), *team))
        })
        .collect()
}

/// Lets people at a domain sign in through the provider only, or by code as well. `required` is set when
/// it is anything, as a checkbox sends it. S4
#[server(prefix = "/fn", endpoint = "sso/require")]
pub async fn require_sso(
    org: OrgId,
    domain: String,
    #[server(default)] required: String,
) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{
            self,
            sso::connections::{self, Requirement},
        },
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let domain = CompanyDomain::named(domain).ok_or(AppError::Unreadable)?;
    let requirement = if required.is_empty() { Requirement::Optional } else { Requirement::Required };
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        connections::require(&mut tx, &actor, &domain, requirement).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Makes new recovery codes for the Owner, who alone sees them, once. S4
#[server(prefix = "/fn", endpoint = "sso/recovery-codes")]
pub async fn renew_recovery_codes(org: OrgId) -> Result<Vec<String>, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, sso::recovery},
    };
    let actor = ctx::require(org, Action::SecureOrganization)?;
    let keys = ctx::state().keys;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let codes = recovery::renew(&mut tx, &actor).await?;
        ctx::commit(tx, org).await?;
        Ok(codes.into_iter().map(|id| keys.recovery_code(id)).collect())
    })
    .await
}
