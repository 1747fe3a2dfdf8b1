//! What the settings page asks of the server about inviting and credits. I7, I8, C9

use leptos::prelude::*;

use crate::{
    app::error::AppError,
    domain::{ids::OrgId, invite::Inviting},
};

/// How the organization invites.
#[server(prefix = "/fn", endpoint = "settings/inviting")]
pub async fn show_inviting(org: OrgId) -> Result<Inviting, AppError> {
    use crate::{domain::role::Action, server::ctx, store::organizations};
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    Ok(organizations::inviting(&mut tx, org).await?)
}

/// Changes how the organization invites. `auto_reminders` is set when it is anything, as a checkbox
/// sends it. I7, I8
#[server(prefix = "/fn", endpoint = "settings/set-inviting")]
pub async fn set_inviting(
    org: OrgId,
    days: String,
    #[server(default)] auto_reminders: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{invite::INVITE_DAYS, role::Action},
        server::ctx,
        store::{self, organizations},
        words,
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let days = days.trim().parse().ok().filter(|days| INVITE_DAYS.contains(days)).ok_or_else(|| {
        let message = words::console::invite_days_wrong(INVITE_DAYS.start(), INVITE_DAYS.end());
        AppError::invalid("days", message)
    })?;
    let inviting = Inviting { days, auto_reminders: !auto_reminders.is_empty() };
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        organizations::set_inviting(&mut tx, &actor, inviting).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Below how many credits the leads are told. C9
#[server(prefix = "/fn", endpoint = "settings/credits")]
pub async fn show_threshold(org: OrgId) -> Result<i32, AppError> {
    use crate::{domain::role::Action, server::ctx, store::credits};
    ctx::require(org, Action::SeeCredits)?;
    let mut tx = ctx::begin().await?;
    Ok(credits::threshold(&mut tx, org).await?)
}

/// Chooses below how many credits the leads are told. C9
#[server(prefix = "/fn", endpoint = "settings/set-credits")]
pub async fn set_threshold(org: OrgId, threshold: String) -> Result<(), AppError> {
    use crate::{
        domain::{credit::THRESHOLDS, role::Action},
        server::ctx,
        store::{self, credits},
        words,
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let chosen = threshold.trim().parse().ok().filter(|chosen| THRESHOLDS.contains(chosen));
    let threshold = chosen.ok_or_else(|| {
        let message = words::console::credit_threshold_wrong(THRESHOLDS.start(), THRESHOLDS.end());
        AppError::invalid("threshold", message)
    })?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        credits::set_threshold(&mut tx, &actor, threshold).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}
