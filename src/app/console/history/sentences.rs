//! What the log says, in words. P7

use super::api::HistoryPage;
use crate::{
    app::console::members::query::href as people_href,
    domain::{
        audit::{Act, ActorKind, AuditEntry},
        people::PeopleQuery,
        role::Role,
    },
    words,
};

/// Who did it.
#[must_use]
pub fn who(entry: &AuditEntry) -> String {
    match (entry.actor, &entry.actor_name) {
        (ActorKind::Operator, _) => words::console::actor_operator().to_owned(),
        (ActorKind::Directory, _) => words::console::actor_directory().to_owned(),
        (ActorKind::IdentityProvider, _) => words::console::actor_identity_provider().to_owned(),
        (_, Some(name)) => name.clone(),
        (_, None) => words::console::actor_removed().to_owned(),
    }
}

/// What they did, to whom or what.
#[must_use]
pub fn what(entry: &AuditEntry) -> String {
    let one = entry.object_name.as_deref();
    let people = match one {
        Some(name) => name.to_owned(),
        None if entry.object.is_some() => words::console::actor_removed().to_owned(),
        None => words::console::acted_on_people(entry.people.into()),
    };
    let thing = one.unwrap_or(words::console::acted_on_link());
    let detail = entry.detail.as_deref().unwrap_or_default();
    let credits: i64 = detail.parse().unwrap_or_default();
    match entry.act {
        Act::InvitesSent if detail == Role::TeamLead.as_str() => {
            words::console::act_invites_sent_as_lead(people)
        }
        Act::InvitesSent => words::console::act_invites_sent(people),
        Act::InvitesReminded => words::console::act_invites_reminded(people),
        Act::InviteMended => words::console::act_invite_mended(people),
        Act::InvitesRevoked => words::console::act_invites_revoked(people),
        Act::InviteTakenOver => words::console::act_invite_taken_over(people),
        Act::InviteDeclined => words::console::act_invite_declined(people),
        Act::InviteReconsidered => words::console::act_invite_reconsidered(people),
        Act::OptedOut => words::console::act_opted_out(people),
        Act::OptedIn => words::console::act_opted_in(people),
        Act::MemberAdded => words::console::act_member_added(people),
        Act::MemberCorrected => match detail {
            "name" => words::console::act_member_corrected_name(people),
            "title" => words::console::act_member_corrected_title(people),
            "email" => words::console::act_member_corrected_email(people),
            _ => words::console::act_member_corrected(people),
        },
        Act::MembersMoved if detail.is_empty() => words::console::act_members_moved_out(people),
        Act::MembersMoved => words::console::act_members_moved(people, detail),
        Act::MembersReminded => words::console::act_members_reminded(people),
        Act::MemberRemoved => words::console::act_member_removed(people),
        Act::RoleChanged if detail == Role::TeamLead.as_str() => words::console::act_role_raised(people),
        Act::RoleChanged => words::console::act_role_lowered(people),
        Act::OwnershipOffered => words::console::act_ownership_offered(people),
        Act::OwnershipWithdrawn => words::console::act_ownership_withdrawn(people),
        Act::OwnershipDeclined => words::console::act_ownership_declined().to_owned(),
        Act::OwnershipAccepted => words::console::act_ownership_accepted().to_owned(),
        Act::LinkCreated => words::console::act_link_created(thing),
        Act::LinkChanged => words::console::act_link_changed(thing),
        Act::LinkPaused => words::console::act_link_paused(thing),
        Act::LinkResumed => words::console::act_link_resumed(thing),
        Act::LinkRevoked => words::console::act_link_revoked(thing),
        Act::TeamCreated => words::console::act_team_created(thing),
        Act::TeamRenamed => words::console::act_team_renamed(thing),
        Act::TeamDeleted => words::console::act_team_deleted(thing),
        Act::SettingsChanged => match detail {
            "name" => words::console::act_organization_renamed(thing),
            "profile" => words::console::act_profile_changed().to_owned(),
            "logo" => words::console::act_logo_changed().to_owned(),
            "no-logo" => words::console::act_logo_removed().to_owned(),
            "credits" => words::console::act_settings_changed_credits().to_owned(),
            "photo reminders" => words::console::act_settings_changed_photo_reminders().to_owned(),
            "history" => words::console::act_settings_changed_history().to_owned(),
            _ => words::console::act_settings_changed().to_owned(),
        },
        Act::PicturesDaysChanged => match detail.parse::<i64>() {
            Ok(days) => words::console::act_pictures_days(days),
            Err(_) => words::console::act_pictures_kept().to_owned(),
        },
        Act::DeletionAsked => words::console::act_deletion_asked().to_owned(),
        Act::DeletionTakenBack => words::console::act_deletion_taken_back().to_owned(),
        Act::CreditsGranted => words::console::act_credits_granted(credits),
        Act::CreditsRequested => words::console::act_credits_requested(credits),
        Act::CreditRequestDeclined => words::console::act_credit_request_declined(credits),
        Act::CreditRequestWithdrawn => words::console::act_credit_request_withdrawn(credits),
        Act::PhotosSubmitted => words::console::act_photos_submitted(people),
        Act::FavoriteChosen => words::console::act_favorite_chosen(people),
        Act::ResultsLinkMailed => words::console::act_results_link_mailed().to_owned(),
        Act::HeadshotsDownloaded if detail.is_empty() => words::console::act_headshots_downloaded(people),
        Act::HeadshotsDownloaded => words::console::act_headshots_downloaded_team(people, detail),
        Act::ResultsLinkChanged if detail == "revoked" => words::console::act_results_link_revoked(people),
        Act::ResultsLinkChanged => words::console::act_results_link_renewed(people),
        Act::DomainAdded => words::console::act_domain_added(thing),
        Act::DomainRemoved => words::console::act_domain_removed(thing),
        Act::SsoChanged => match detail {
            "connected" => words::console::act_sso_connected().to_owned(),
            "disconnected" => words::console::act_sso_disconnected().to_owned(),
            "tested" => words::console::act_sso_tested().to_owned(),
            "required" => words::console::act_sso_required(thing),
            "optional" => words::console::act_sso_optional(thing),
            _ => words::console::act_sso_changed().to_owned(),
        },
        Act::RecoveryCodesMade => words::console::act_recovery_codes_made().to_owned(),
        Act::RecoveryCodeUsed => words::console::act_recovery_code_used().to_owned(),
        Act::MemberProvisioned => words::console::act_member_provisioned(people),
        Act::MemberUpdated => words::console::act_member_updated(people),
        Act::MemberDeactivated => words::console::act_member_deactivated(people),
        Act::MemberReactivated => words::console::act_member_reactivated(people),
        Act::DirectoryTokenMade => words::console::act_directory_token_made().to_owned(),
        Act::DirectoryTokenRevoked => words::console::act_directory_token_revoked().to_owned(),
    }
}

/// The page of the member who did it; `None` where it was none, or they were removed since.
#[must_use]
pub fn who_href(entry: &AuditEntry) -> Option<String> {
    entry.actor_name.as_ref()?;
    entry.actor_id.map(|id| format!("/members/{id}"))
}

/// Where what it was done to is to be seen; `None` where it is nowhere, or gone.
#[must_use]
pub fn href(entry: &AuditEntry) -> Option<String> {
    match entry.act {
        Act::MemberAdded
        | Act::MemberCorrected
        | Act::MemberProvisioned
        | Act::MemberUpdated
        | Act::MemberDeactivated
        | Act::MemberReactivated
        | Act::MembersReminded
        | Act::RoleChanged
        | Act::OwnershipOffered
        | Act::OwnershipWithdrawn
        | Act::OwnershipDeclined
        | Act::OwnershipAccepted
        | Act::PhotosSubmitted
        | Act::FavoriteChosen
        | Act::ResultsLinkChanged => {
            entry.object_name.as_ref()?;
            entry.object.map(|id| format!("/members/{id}"))
        }
        // Of people who may be invited only, and have no page of their own.
        Act::InvitesSent
        | Act::InvitesReminded
        | Act::InviteMended
        | Act::InviteTakenOver
        | Act::InviteReconsidered
        | Act::MembersMoved => {
            let search = Some(entry.object_name.clone()?);
            Some(people_href(&PeopleQuery { search, ..PeopleQuery::default() }))
        }
        // Below the list are the invites that ended.
        Act::InvitesRevoked | Act::InviteDeclined | Act::OptedOut | Act::OptedIn => {
            entry.object_name.as_ref().map(|_| people_href(&PeopleQuery::default()))
        }
        Act::LinkCreated | Act::LinkChanged | Act::LinkPaused | Act::LinkResumed => {
            Some("/members?add=link".into())
        }
        Act::TeamCreated | Act::TeamRenamed => entry.object.map(|id| format!("/members?team={id}")),
        Act::CreditsGranted
        | Act::CreditsRequested
        | Act::CreditRequestDeclined
        | Act::CreditRequestWithdrawn => Some("/credits".into()),
        Act::HeadshotsDownloaded => Some("/headshots".into()),
        _ => section_of_settings(entry).map(|section| format!("/settings#{section}")),
    }
}

/// The section of the settings in which it was done; its id is in `console::settings`.
fn section_of_settings(entry: &AuditEntry) -> Option<&'static str> {
    match entry.act {
        Act::SettingsChanged => Some(match entry.detail.as_deref() {
            Some("credits") => "h-credits",
            Some("photo reminders") => "h-photo-reminders",
            Some("history") => "h-history-kept",
            Some("inviting") => "h-inviting",
            _ => "h-organization",
        }),
        Act::PicturesDaysChanged => Some("h-pictures"),
        Act::DeletionAsked | Act::DeletionTakenBack => Some("h-delete"),
        Act::DomainAdded | Act::DomainRemoved => Some("domains"),
        Act::SsoChanged | Act::RecoveryCodesMade | Act::RecoveryCodeUsed => Some("sso"),
        Act::DirectoryTokenMade | Act::DirectoryTokenRevoked => Some("directory"),
        _ => None,
    }
}

/// How long the log goes back: in years, where they are whole.
#[must_use]
pub fn kept(days: i16) -> String {
    match (days / 365, days % 365) {
        (years, 0) => words::console::history_kept_for_years(years.into()),
        _ => words::console::history_kept_for_days(days),
    }
}

/// To whom the page is narrowed: one who did it, one to whom it was done, or both. `None` where it is not.
#[must_use]
pub fn only(page: &HistoryPage) -> Option<String> {
    let member =
        |id: uuid::Uuid| page.people.iter().find(|(one, _)| *one == id).map(|(_, name)| name.clone());
    let who =
        page.query.actor.map(|id| member(id).unwrap_or_else(|| words::console::actor_removed().to_owned()));
    let whom = page.query.object.map(|id| {
        let mut entries = page.entries.iter().filter(|entry| entry.object == Some(id));
        member(id)
            .or_else(|| entries.find_map(|entry| entry.object_name.clone()))
            .unwrap_or_else(|| words::console::history_somebody_or_something().to_owned())
    });
    match (who, whom) {
        (Some(who), Some(whom)) => Some(words::console::history_only_by_about(who, whom)),
        (Some(who), None) => Some(words::console::history_only_by(who)),
        (None, Some(whom)) => Some(words::console::history_only_about(whom)),
        (None, None) => None,
    }
}

/// The acts by which the log can be filtered.
#[must_use]
pub fn name(act: Act) -> &'static str {
    match act {
        Act::InvitesSent => words::console::acts_invites_sent(),
        Act::InvitesReminded => words::console::acts_invites_reminded(),
        Act::InviteMended => words::console::acts_invite_mended(),
        Act::InvitesRevoked => words::console::acts_invites_revoked(),
        Act::InviteTakenOver => words::console::acts_invite_taken_over(),
        Act::InviteDeclined => words::console::acts_invite_declined(),
        Act::InviteReconsidered => words::console::acts_invite_reconsidered(),
        Act::OptedOut => words::console::acts_opted_out(),
        Act::OptedIn => words::console::acts_opted_in(),
        Act::MemberAdded => words::console::acts_member_added(),
        Act::MemberCorrected => words::console::acts_member_corrected(),
        Act::MembersMoved => words::console::acts_members_moved(),
        Act::MembersReminded => words::console::acts_members_reminded(),
        Act::MemberRemoved => words::console::acts_member_removed(),
        Act::RoleChanged => words::console::acts_role_changed(),
        Act::OwnershipOffered => words::console::acts_ownership_offered(),
        Act::OwnershipWithdrawn => words::console::acts_ownership_withdrawn(),
        Act::OwnershipDeclined => words::console::acts_ownership_declined(),
        Act::OwnershipAccepted => words::console::acts_ownership_accepted(),
        Act::LinkCreated => words::console::acts_link_created(),
        Act::LinkChanged => words::console::acts_link_changed(),
        Act::LinkPaused => words::console::acts_link_paused(),
        Act::LinkResumed => words::console::acts_link_resumed(),
        Act::LinkRevoked => words::console::acts_link_revoked(),
        Act::TeamCreated => words::console::acts_team_created(),
        Act::TeamRenamed => words::console::acts_team_renamed(),
        Act::TeamDeleted => words::console::acts_team_deleted(),
        Act::SettingsChanged => words::console::acts_settings_changed(),
        Act::PicturesDaysChanged => words::console::acts_pictures_days(),
        Act::DeletionAsked => words::console::acts_deletion_asked(),
        Act::DeletionTakenBack => words::console::acts_deletion_taken_back(),
        Act::CreditsGranted => words::console::acts_credits_granted(),
        Act::CreditsRequested => words::console::acts_credits_requested(),
        Act::CreditRequestDeclined => words::console::acts_credit_request_declined(),
        Act::CreditRequestWithdrawn => words::console::acts_credit_request_withdrawn(),
        Act::PhotosSubmitted => words::console::acts_photos_submitted(),
        Act::FavoriteChosen => words::console::acts_favorite_chosen(),
        Act::ResultsLinkChanged => words::console::acts_results_link_changed(),
        Act::DomainAdded => words::console::acts_domain_added(),
        Act::DomainRemoved => words::console::acts_domain_removed(),
        Act::SsoChanged => words::console::acts_sso_changed(),
        Act::RecoveryCodesMade => words::console::acts_recovery_codes_made(),
        Act::RecoveryCodeUsed => words::console::acts_recovery_code_used(),
        Act::MemberProvisioned => words::console::acts_member_provisioned(),
        Act::MemberUpdated => words::console::acts_member_updated(),
        Act::MemberDeactivated => words::console::acts_member_deactivated(),
        Act::MemberReactivated => words::console::acts_member_reactivated(),
        Act::DirectoryTokenMade => words::console::acts_directory_token_made(),
        Act::DirectoryTokenRevoked => words::console::acts_directory_token_revoked(),
        Act::ResultsLinkMailed => words::console::acts_results_link_mailed(),
        Act::HeadshotsDownloaded => words::console::acts_headshots_downloaded(),
    }
}
