//! What the Open-invite tab asks of the server. L1, L2, L6

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::{
        domain_rule::DomainRule,
        ids::{LinkId, OrgId, TeamId},
        link::LinkState,
        moment::Moment,
    },
};

/// A link in the list. L2
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    pub id: LinkId,
    pub url: String,
    pub label: Option<String>,
    pub domains: Vec<DomainRule>,
    pub used: i32,
    pub usage_limit: Option<i32>,
    pub expires_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
    pub created_by: String,
    pub team: Option<String>,
    pub team_id: Option<TeamId>,
    pub state: LinkState,
    /// Addresses of those who wait for a place, the first to come first. L7
    pub waiting: Vec<String>,
}

#[cfg(feature = "ssr")]
fn view(
    state: &crate::server::state::AppState,
    org: OrgId,
    link: crate::store::links::Link,
    waiting: Vec<String>,
) -> LinkView {
    let (team_id, team) = link.team.unzip();
    LinkView {
        id: link.id,
        url: state.base.to(&format!("/j/{}", state.keys.link_token(org, link.id))),
        label: link.label,
        state: link.policy.state(),
        domains: link.policy.domains,
        used: link.policy.used,
        usage_limit: link.policy.usage_limit,
        expires_at: link.expires_at,
        revoked_at: link.revoked_at,
        created_by: link.created_by,
        team,
        team_id,
        waiting,
    }
}

/// The fields of a link's form, read. L1
#[cfg(feature = "ssr")]
struct LinkForm {
    label: Option<String>,
    domains: Vec<DomainRule>,
    usage_limit: Option<i32>,
    expires_at: Option<Moment>,
    team: Option<TeamId>,
}

#[cfg(feature = "ssr")]
impl LinkForm {
    fn parse(
        label: &str,
        domains: &str,
        usage_limit: &str,
        expires_at: &str,
        team: &str,
    ) -> Result<Self, AppError> {
        use crate::{
            app::{browser::idna, console::teams::api::team_choice, error::Problems},
            domain::{
                link::{LABEL_MAX, parse_usage_limit},
                text,
            },
            words,
        };
        let mut problems = Problems::default();
        let expires_at = match expires_at.trim() {
            "" => Ok(None),
            typed => Moment::parse(typed).map(Some).ok_or_else(words::console::expiry_unreadable_sent),
        };
        let form = Self {
            label: problems.keep("label", text::optional_line("The label", label, LABEL_MAX)),
            domains: problems.keep("domains", DomainRule::parse_list(domains, idna::to_ascii)),
            usage_limit: problems.keep("usage_limit", parse_usage_limit(usage_limit)),
            expires_at: problems.keep("expires_at", expires_at),
            team: problems.keep("team", team_choice(team)),
        };
        problems.none()?;
        Ok(form)
    }

    fn as_link(&self) -> crate::store::links::NewLink<'_> {
        crate::store::links::NewLink {
            label: self.label.as_deref(),
            domains: self.domains.clone(),
            usage_limit: self.usage_limit,
            expires_at: self.expires_at,
            team: self.team,
        }
    }
}

/// All links, newest first. L2
#[server(prefix = "/fn", endpoint = "links/list")]
pub async fn links(org: OrgId) -> Result<Vec<LinkView>, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{links, waitlist},
    };
    ctx::require(org, Action::Invite)?;
    let state = ctx::state();
    let mut tx = ctx::begin().await?;
    let mut waiting = waitlist::list(&mut tx, org).await?;
    let links = links::list(&mut tx, org).await?;
    Ok(links
        .into_iter()
        .map(|link| {
            let waiting = waiting.remove(&link.id).unwrap_or_default();
            view(&state, org, link, waiting)
        })
        .collect())
}

/// Makes a link. `expires_at` is a date and time in UTC as `2026-03-23T17:05Z`; without the `Z`,
/// as a plain form sends it, it is taken for UTC as well. L1
#[server(prefix = "/fn", endpoint = "links/create")]
pub async fn create_link(
    org: OrgId,
    label: String,
    domains: String,
    usage_limit: String,
    expires_at: String,
    team: String,
) -> Result<LinkView, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, links},
        words,
    };
    let actor = ctx::require(org, Action::Invite)?;
    let asked = LinkForm::parse(&label, &domains, &usage_limit, &expires_at, &team)?;
    let state = ctx::state();
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let id = links::create(&mut tx, &actor, &asked.as_link()).await?;
        let link = links::find(&mut tx, org, id).await?;
        ctx::commit(tx, org).await?;
        link.map(|link| view(&state, org, link, Vec::new()))
            .ok_or_else(|| AppError::NotFound(words::console::link_gone().into()))
    })
    .await
}

/// Changes what a link asks; the fields are those of [`create_link`]. A limit below the number of
/// those who joined is refused. L2
#[server(prefix = "/fn", endpoint = "links/edit")]
pub async fn edit_link(
    org: OrgId,
    link: LinkId,
    label: String,
    domains: String,
    usage_limit: String,
    expires_at: String,
    team: String,
) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, links},
    };
    let actor = ctx::require(org, Action::Invite)?;
    let asked = LinkForm::parse(&label, &domains, &usage_limit, &expires_at, &team)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        links::edit(&mut tx, &actor, link, &asked.as_link()).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Lets nobody in through a link until it is resumed. L2
#[server(prefix = "/fn", endpoint = "links/pause")]
pub async fn pause_link(org: OrgId, link: LinkId) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, links},
    };
    let actor = ctx::require(org, Action::Invite)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        links::pause(&mut tx, &actor, link).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Ends the pause of a link. L2
#[server(prefix = "/fn", endpoint = "links/resume")]
pub async fn resume_link(org: OrgId, link: LinkId) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, links},
    };
    let actor = ctx::require(org, Action::Invite)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        links::resume(&mut tx, &actor, link).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Revokes a link; says how many joined through it, who all stay. L6
#[server(prefix = "/fn", endpoint = "links/revoke")]
pub async fn revoke_link(org: OrgId, link: LinkId) -> Result<i32, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, links},
    };
    let actor = ctx::require(org, Action::Invite)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let used = links::revoke(&mut tx, &actor, link).await?;
        ctx::commit(tx, org).await?;
        Ok(used)
    })
    .await
}
