//! What the settings page asks of the server about the organization's directory. S6

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::{ids::OrgId, moment::Moment},
};

/// The organization's directory; its token is not among it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryView {
    /// Our URL that the identity provider has to know.
    pub url: String,
    pub has_domain: bool,
    /// `None` where there is no token.
    pub token: Option<TokenView>,
}

/// The token and what was done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    pub made_at: Moment,
    pub used_at: Option<Moment>,
    pub people: i64,
    pub deactivated: i64,
}

/// The organization's directory.
#[server(prefix = "/fn", endpoint = "directory/show")]
pub async fn show_directory(org: OrgId) -> Result<DirectoryView, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{scim::directories, sso::connections},
    };
    ctx::require(org, Action::SeeOrganization)?;
    let base = ctx::state().base;
    let mut tx = ctx::begin().await?;
    let token = directories::find(&mut tx, org).await?.map(|directory| TokenView {
        made_at: directory.made_at,
        used_at: directory.used_at,
        people: directory.people,
        deactivated: directory.deactivated,
    });
    let has_domain = !connections::owned_domains(&mut tx, org).await?.is_empty();
    Ok(DirectoryView { url: base.to(&format!("/scim/v2/{org}")), has_domain, token })
}

/// Makes a new token for the directory, which the Owner sees once. S6
#[server(prefix = "/fn", endpoint = "directory/renew-token")]
pub async fn renew_directory_token(org: OrgId) -> Result<String, AppError> {
    use crate::{
        domain::role::Action,
        server::{ctx, keys},
        store::{self, scim::directories},
    };
    let actor = ctx::require(org, Action::SecureOrganization)?;
    let token = keys::fresh_secret();
    let hash = keys::hash(&token);
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        directories::renew_token(&mut tx, &actor, &hash).await?;
        ctx::commit(tx, org).await?;
        Ok::<_, AppError>(())
    })
    .await?;
    Ok(token)
}

/// Ends the directory's token. S6
#[server(prefix = "/fn", endpoint = "directory/revoke-token")]
pub async fn revoke_directory_token(org: OrgId) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, scim::directories},
    };
    let actor = ctx::require(org, Action::SecureOrganization)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        directories::revoke_token(&mut tx, &actor).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}
