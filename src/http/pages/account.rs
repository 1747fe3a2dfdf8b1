//! The account page: devices, organizations. J8, N3

use axum::{extract::State, response::Redirect};
use uuid::Uuid;

use crate::{
    app::components::role_name,
    app::guest::{
        self,
        account::{AccountPage, DeviceView, OrgView, RemovalView},
    },
    domain::{email::EmailAddress, ids::OrgId, role::Action},
    http::{error::PageError, extract::Path, page::Page, pages::device_name::device_name},
    server::{
        logins::{Caller, CurrentUser},
        state::AppState,
    },
    store::{
        self, Error,
        accounts::{self, Login, Membership, Removal},
        members::UnknownMember,
        roles::{self, RoleNotChanged},
    },
    words,
};

/// `GET /account`: also for whoever belongs to no organization any more. J8
pub async fn account(
    State(state): State<AppState>,
    CurrentUser(viewer): CurrentUser,
) -> Result<Page, PageError> {
    let mut db = state.pool.acquire().await?;
    let devices = accounts::logins(&mut db, viewer.account).await?;
    let orgs = accounts::memberships(&mut db, viewer.account).await?;
    let removals = accounts::removals(&mut db, viewer.account).await?;
    drop(db);
    let membership = viewer.membership;
    if let Some(membership) = membership.as_ref().filter(|_| viewer.was_removed) {
        // Told once, below; from now on they look at the organization that is shown.
        let mut tx = state.begin().await?;
        accounts::switch_to(&mut tx, viewer.login, membership.org).await?;
        state.commit_unseen(tx).await?;
    }
    let current = membership.as_ref().map(|membership| membership.org);
    let suggested = || EmailAddress::try_from(viewer.address.clone()).map(|address| address.suggested_name());
    let page = AccountPage {
        name: match &membership {
            Some(membership) => membership.name.clone(),
            None => suggested().unwrap_or_default(),
        },
        lead: membership.as_ref().is_some_and(|membership| membership.role.may(Action::SeeOrganization)),
        org_name: membership.map(|membership| membership.org_name),
        address: viewer.address,
        devices: devices.into_iter().map(|login| device_view(login, viewer.login)).collect(),
        orgs: orgs.into_iter().map(|org| org_view(org, current)).collect(),
        removals: removals.into_iter().map(removal_view).collect(),
    };
    Ok(Page::new(words::guest::account(), guest::Page::Account(page)))
}

fn device_view(login: Login, this: Uuid) -> DeviceView {
    DeviceView {
        this_one: login.id == this,
        id: login.id.to_string(),
        device: device_name(&login.device),
        network: login.network,
        since: login.created_at,
        seen_at: login.seen_at,
    }
}

/// Where somebody was removed, and when. J8
pub fn removal_view(removal: Removal) -> RemovalView {
    RemovalView { org: removal.org_name, at: removal.at }
}

fn org_view(org: Membership, current: Option<OrgId>) -> OrgView {
    let current = Some(org.org) == current;
    let role = role_name(org.role).into();
    OrgView { current, id: org.org, name: org.org_name, role, offered_by: org.offered_by }
}

/// `POST /account/logins/{login}/close`
pub async fn close_login(
    State(state): State<AppState>,
    CurrentUser(viewer): CurrentUser,
    Path(login): Path<Uuid>,
) -> Result<Redirect, PageError> {
    let mut tx = state.begin().await?;
    accounts::close_login(&mut tx, viewer.account, login).await?;
    state.commit_unseen(tx).await?;
    Ok(Redirect::to("/account"))
}

/// `POST /account/logins/close-others`
pub async fn close_other_logins(
    State(state): State<AppState>,
    CurrentUser(viewer): CurrentUser,
) -> Result<Redirect, PageError> {
    let mut tx = state.begin().await?;
    accounts::close_other_logins(&mut tx, viewer.account, viewer.login).await?;
    state.commit_unseen(tx).await?;
    Ok(Redirect::to("/account"))
}

/// `POST /account/organizations/{org}/ownership/accept`: takes over what is offered. P5
pub async fn accept_ownership(
    State(state): State<AppState>,
    CurrentUser(viewer): CurrentUser,
    caller: Caller,
    Path(org): Path<OrgId>,
) -> Result<Redirect, PageError> {
    let accepted = store::retry(|| async {
        let mut tx = state.begin().await?;
        let actor = accounts::acting_in(&mut tx, viewer.account, org, &caller.network).await?;
        let actor = actor.ok_or(Error::Refused(RoleNotChanged::Unknown(UnknownMember)))?;
        roles::accept_ownership(&mut tx, &actor).await?;
        Ok(state.commit(tx, org).await?)
    });
    match accepted.await {
        Ok(()) => Ok(Redirect::to("/account")),
        Err(Error::Refused(RoleNotChanged::Unknown(_))) => Err(PageError::NotFound),
        // The page shows that nothing is offered any more.
        Err(Error::Refused(RoleNotChanged::Rule(_))) => Ok(Redirect::to("/account")),
        Err(Error::Broken(error)) => Err(error.into()),
    }
}

/// `POST /account/organizations/{org}/ownership/decline`: says no to it. P5
pub async fn decline_ownership(
    State(state): State<AppState>,
    CurrentUser(viewer): CurrentUser,
    caller: Caller,
    Path(org): Path<OrgId>,
) -> Result<Redirect, PageError> {
    let mut tx = state.begin().await?;
    let actor = accounts::acting_in(&mut tx, viewer.account, org, &caller.network).await?;
    let actor = actor.ok_or(PageError::NotFound)?;
    roles::decline_ownership(&mut tx, &actor).await?;
    state.commit_about(tx, org, actor.member()).await?;
    Ok(Redirect::to("/account"))
}

/// `POST /account/organizations/{org}/switch`: an organization that is not theirs changes nothing.
pub async fn switch_to(
    State(state): State<AppState>,
    CurrentUser(viewer): CurrentUser,
    Path(org): Path<OrgId>,
) -> Result<Redirect, PageError> {
    let mut tx = state.begin().await?;
    accounts::switch_to(&mut tx, viewer.login, org).await?;
    state.commit_unseen(tx).await?;
    Ok(Redirect::to("/"))
}
