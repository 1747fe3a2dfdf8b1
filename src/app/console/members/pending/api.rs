//! What leads ask of the server about invites that were sent: remind, mend, revoke, move, and how
//! far a bulk send is. I7 to I9, I11, I13, T2

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::{
        ids::{InviteId, OrgId},
        invite::Progress,
    },
};

/// What became of reminding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemindReport {
    /// How many mails were queued.
    pub sent: u32,
    /// Who was not reminded, and why.
    pub left_out: Vec<NotReminded>,
}

/// An invite that was not reminded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotReminded {
    pub invite: InviteId,
    /// Empty where there is no such invite.
    pub address: String,
    pub reason: String,
}

/// What became of revoking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeReport {
    pub revoked: u32,
    /// Those that were not pending any more.
    pub left_out: Vec<InviteId>,
}

/// Reminds those who have not answered; sends again what failed or has expired. `invites` are ids
/// with commas between. I7, I8
#[server(prefix = "/fn", endpoint = "invites/remind")]
pub async fn remind(org: OrgId, invites: String) -> Result<RemindReport, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, invites},
    };
    let actor = ctx::require(org, Action::Invite)?;
    let limits = ctx::state().mail_limits;
    let ids = some_invites(&invites)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        invites::require_some(&mut tx, org, &ids).await?;
        let reminded = invites::remind(&mut tx, &actor, &ids, limits).await?;
        ctx::commit_about(tx, org, ids.iter().copied()).await?;
        let left_out = reminded.left_out.into_iter().map(|left| NotReminded {
            invite: left.invite,
            address: left.address,
            reason: left.reason.to_string(),
        });
        Ok(RemindReport { sent: reminded.sent as u32, left_out: left_out.collect() })
    })
    .await
}

/// Gives a pending invite another address and sends it there; name, team and note stay. I11
#[server(prefix = "/fn", endpoint = "invites/mend")]
pub async fn mend(org: OrgId, invite: InviteId, address: String) -> Result<(), AppError> {
    use crate::{
        app::browser::idna,
        domain::{email::EmailAddress, role::Action},
        server::ctx,
        store::{self, invites},
    };
    let actor = ctx::require(org, Action::Invite)?;
    let limits = ctx::state().mail_limits;
    let address = EmailAddress::parse(&address, idna::to_ascii)
        .map_err(|problem| AppError::invalid("address", problem))?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        invites::mend(&mut tx, &actor, invite, &address, limits).await?;
        ctx::commit_about(tx, org, [invite]).await?;
        Ok(())
    })
    .await
}

/// Takes pending invites back. `invites` are ids with commas between. I9
#[server(prefix = "/fn", endpoint = "invites/revoke")]
pub async fn revoke_invites(org: OrgId, invites: String) -> Result<RevokeReport, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, invites},
    };
    let actor = ctx::require(org, Action::Invite)?;
    let ids = some_invites(&invites)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        invites::require_some(&mut tx, org, &ids).await?;
        let revoked = invites::revoke(&mut tx, &actor, &ids).await?;
        ctx::commit_about(tx, org, ids.iter().copied()).await?;
        let left_out = ids.iter().copied().filter(|id| !revoked.contains(id)).collect();
        Ok(RevokeReport { revoked: revoked.len() as u32, left_out })
    })
    .await
}

/// How far the newest send is that goes on or has just ended. I13
#[server(prefix = "/fn", endpoint = "invites/progress")]
pub async fn send_progress(org: OrgId) -> Result<Option<Progress>, AppError> {
    use crate::{domain::role::Action, server::ctx, store::invites};
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    Ok(invites::progress(&mut tx, org).await?)
}

/// At least one invite, each once, and not more than may be sent at once.
#[cfg(feature = "ssr")]
fn some_invites(typed: &str) -> Result<Vec<InviteId>, AppError> {
    use crate::{domain::invite::ADDRESSES_MAX, words};
    let unreadable = || AppError::invalid("invites", words::console::invites_unreadable());
    let mut ids = typed
        .split(',')
        .map(|id| id.trim().parse())
        .collect::<Result<Vec<InviteId>, _>>()
        .map_err(|_| unreadable())?;
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > ADDRESSES_MAX {
        let message = words::console::invites_too_many(ids.len() as i64, ADDRESSES_MAX);
        return Err(AppError::invalid("invites", message));
    }
    Ok(ids)
}
