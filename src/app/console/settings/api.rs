//! What the settings page asks of the server about the organization, inviting, reminding, credits and the
//! log. I7, I8, I15, J1, C9, P7

use leptos::prelude::*;

use crate::{
    app::error::AppError,
    domain::{
        ids::OrgId,
        invite::{Inviting, PhotoReminders},
        moment::Moment,
        organization::Profile,
        retention::PictureRetention,
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

/// How members are reminded of the photos that they owe. I15
#[server(prefix = "/fn", endpoint = "settings/photo-reminders")]
pub async fn show_photo_reminders(org: OrgId) -> Result<PhotoReminders, AppError> {
    use crate::{domain::role::Action, server::ctx, store::people};
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    Ok(people::photo_reminders(&mut tx, org).await?)
}

/// Changes how members are reminded of the photos that they owe. `by_itself` is set when it is anything, as
/// a checkbox sends it. I15
#[server(prefix = "/fn", endpoint = "settings/set-photo-reminders")]
pub async fn set_photo_reminders(
    org: OrgId,
    days: String,
    times: String,
    #[server(default)] by_itself: String,
) -> Result<(), AppError> {
    use crate::{
        app::error::Problems,
        domain::{
            invite::{PHOTO_REMINDER_DAYS, PHOTO_REMINDERS},
            role::Action,
        },
        server::ctx,
        store::{self, people},
        words::console as say,
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let mut problems = Problems::default();
    let read = |typed: &str, range: std::ops::RangeInclusive<i16>| {
        typed.trim().parse().ok().filter(|number| range.contains(number))
    };
    let days_wrong = say::photo_reminders_days_wrong(PHOTO_REMINDER_DAYS.start(), PHOTO_REMINDER_DAYS.end());
    let times_wrong = say::photo_reminders_times_wrong(PHOTO_REMINDERS.start(), PHOTO_REMINDERS.end());
    let days = problems.keep("days", read(&days, PHOTO_REMINDER_DAYS).ok_or(days_wrong));
    let times = problems.keep("times", read(&times, PHOTO_REMINDERS).ok_or(times_wrong));
    problems.none()?;
    let reminders = PhotoReminders { by_itself: !by_itself.is_empty(), days, times };
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        people::set_photo_reminders(&mut tx, &actor, reminders).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// How many days the log is kept. P7
#[server(prefix = "/fn", endpoint = "settings/history")]
pub async fn show_history_days(org: OrgId) -> Result<i16, AppError> {
    use crate::{domain::role::Action, server::ctx, store::audit};
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    Ok(audit::days_kept(&mut tx, org).await?)
}

/// Chooses how many days the log is kept. P7
#[server(prefix = "/fn", endpoint = "settings/set-history")]
pub async fn set_history_days(org: OrgId, days: String) -> Result<(), AppError> {
    use crate::{
        domain::{audit::HISTORY_DAYS, role::Action},
        server::ctx,
        store::{self, audit},
        words,
    };
    let actor = ctx::require(org, Action::ChangeSettings)?;
    let days = days.trim().parse().ok().filter(|days| HISTORY_DAYS.contains(days)).ok_or_else(|| {
        let message = words::console::history_kept_days_wrong(HISTORY_DAYS.start(), HISTORY_DAYS.end());
        AppError::invalid("days", message)
    })?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        audit::keep_for(&mut tx, &actor, days).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}
