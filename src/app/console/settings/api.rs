//! What the settings page asks of the server about the organization and about inviting. I7, I8, J1

use leptos::prelude::*;

use crate::{
    app::error::AppError,
    domain::{
        ids::OrgId, invite::Inviting, moment::Moment, organization::Profile, retention::PictureRetention,
    },
};

/// What the organization says of itself.
#[server(prefix = "/fn", endpoint = "settings/profile")]
pub async fn show_profile(org: OrgId) -> Result<Profile, AppError> {
    use crate::{domain::role::Action, server::ctx, store::organizations};
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    Ok(organizations::profile(&mut tx, org).await?)
}

/// Changes what the organization says of itself, and gives its name as it is now. J1
#[server(prefix = "/fn", endpoint = "settings/set-profile")]
pub async fn set_profile(
    org: OrgId,
    name: String,
    #[server(default)] website: String,
    #[server(default)] support: String,
) -> Result<String, AppError> {
    use crate::{
        app::error::Problems,
        domain::{email::EmailAddress, member::ORG_NAME_MAX, organization::Website, role::Action, text},
        server::{ctx, idna},
        store::{self, organizations},
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let mut problems = Problems::default();
    let name = problems.keep("name", text::line("The organization’s name", &name, ORG_NAME_MAX));
    let website = problems.keep("website", Website::parse(&website, idna::to_ascii));
    let support = match support.trim() {
        "" => None,
        typed => problems.keep("support", EmailAddress::parse(typed, idna::to_ascii).map(Some)),
    };
    problems.none()?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        organizations::set_profile(&mut tx, &actor, &name, website.as_ref(), support.as_ref()).await?;
        ctx::commit(tx, org).await?;
        Ok::<_, AppError>(())
    })
    .await?;
    Ok(name)
}

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

/// How long the organization keeps photos and headshots. H5
#[server(prefix = "/fn", endpoint = "settings/pictures")]
pub async fn show_pictures(org: OrgId) -> Result<PictureRetention, AppError> {
    use crate::{domain::role::Action, server::ctx, store::picture_retention};
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    Ok(picture_retention::show(&mut tx, org).await?)
}

/// Chooses how long; nothing typed keeps them. H5
#[server(prefix = "/fn", endpoint = "settings/set-pictures")]
pub async fn set_pictures(org: OrgId, #[server(default)] days: String) -> Result<(), AppError> {
    use crate::{
        domain::{retention::PICTURES_DAYS, role::Action},
        server::ctx,
        store::{self, picture_retention},
        words,
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let days = match days.trim() {
        "" => None,
        typed => Some(typed.parse().ok().filter(|days| PICTURES_DAYS.contains(days)).ok_or_else(|| {
            let message = words::console::pictures_days_wrong(PICTURES_DAYS.start(), PICTURES_DAYS.end());
            AppError::invalid("days", message)
        })?),
    };
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        picture_retention::choose(&mut tx, &actor, days).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Asks for the deletion of the organization; says when it is due. P8
#[server(prefix = "/fn", endpoint = "settings/delete-organization")]
pub async fn ask_deletion(org: OrgId, name: String) -> Result<Option<Moment>, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, deletion},
    };
    let actor = ctx::require(org, Action::DeleteOrganization)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        deletion::ask(&mut tx, &actor, &name).await?;
        let due = deletion::due_at(&mut tx, org).await?;
        ctx::commit(tx, org).await?;
        Ok(due)
    })
    .await
}

/// Takes it back. P8
#[server(prefix = "/fn", endpoint = "settings/keep-organization")]
pub async fn keep_organization(org: OrgId) -> Result<(), AppError> {
    use crate::{domain::role::Action, server::ctx, store::deletion};
    let actor = ctx::require(org, Action::DeleteOrganization)?;
    let mut tx = ctx::begin().await?;
    deletion::take_back(&mut tx, &actor).await?;
    ctx::commit(tx, org).await?;
    Ok(())
}
