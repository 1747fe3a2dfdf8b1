//! What is recorded of what people do: acts, who did them, to what. P7

use serde::{Deserialize, Serialize};

use super::{actor::By, db_enum, moment::Moment};

/// Something that a person or a program did to an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Act {
    InvitesSent,
    InvitesReminded,
    InviteMended,
    InvitesRevoked,
    InviteTakenOver,
    InviteDeclined,
    InviteReconsidered,
    OptedOut,
    OptedIn,
    MemberAdded,
    MemberCorrected,
    MembersMoved,
    MembersReminded,
    MemberRemoved,
    RoleChanged,
    OwnershipOffered,
    OwnershipWithdrawn,
    OwnershipDeclined,
    OwnershipAccepted,
    LinkCreated,
    LinkChanged,
    LinkPaused,
    LinkResumed,
    LinkRevoked,
    TeamCreated,
    TeamRenamed,
    TeamDeleted,
    SettingsChanged,
    PicturesDaysChanged,
    DeletionAsked,
    DeletionTakenBack,
    CreditsGranted,
    CreditsRequested,
    CreditRequestDeclined,
    CreditRequestWithdrawn,
    PhotosSubmitted,
    FavoriteChosen,
    ResultsLinkChanged,
    DomainAdded,
    DomainRemoved,
    SsoChanged,
    RecoveryCodesMade,
    RecoveryCodeUsed,
    ResultsLinkMailed,
    HeadshotsDownloaded,
    MemberProvisioned,
    MemberUpdated,
    MemberDeactivated,
    MemberReactivated,
    DirectoryTokenMade,
    DirectoryTokenRevoked,
}

db_enum!(Act {
    InvitesSent = "invites_sent",
    InvitesReminded = "invites_reminded",
    InviteMended = "invite_mended",
    InvitesRevoked = "invites_revoked",
    InviteTakenOver = "invite_taken_over",
    InviteDeclined = "invite_declined",
    InviteReconsidered = "invite_reconsidered",
    OptedOut = "opted_out",
    OptedIn = "opted_in",
    MemberAdded = "member_added",
    MemberCorrected = "member_corrected",
    MembersMoved = "members_moved",
    MembersReminded = "members_reminded",
    MemberRemoved = "member_removed",
    RoleChanged = "role_changed",
    OwnershipOffered = "ownership_offered",
    OwnershipWithdrawn = "ownership_withdrawn",
    OwnershipDeclined = "ownership_declined",
    OwnershipAccepted = "ownership_accepted",
    LinkCreated = "link_created",
    LinkChanged = "link_changed",
    LinkPaused = "link_paused",
    LinkResumed = "link_resumed",
    LinkRevoked = "link_revoked",
    TeamCreated = "team_created",
    TeamRenamed = "team_renamed",
    TeamDeleted = "team_deleted",
    SettingsChanged = "settings_changed",
    PicturesDaysChanged = "pictures_days_changed",
    DeletionAsked = "deletion_asked",
    DeletionTakenBack = "deletion_taken_back",
    CreditsGranted = "credits_granted",
    CreditsRequested = "credits_requested",
    CreditRequestDeclined = "credit_request_declined",
    CreditRequestWithdrawn = "credit_request_withdrawn",
    PhotosSubmitted = "photos_submitted",
    FavoriteChosen = "favorite_chosen",
    ResultsLinkChanged = "results_link_changed",
    DomainAdded = "domain_added",
    DomainRemoved = "domain_removed",
    SsoChanged = "sso_changed",
    RecoveryCodesMade = "recovery_codes_made",
    RecoveryCodeUsed = "recovery_code_used",
    ResultsLinkMailed = "results_link_mailed",
    HeadshotsDownloaded = "headshots_downloaded",
    MemberProvisioned = "member_provisioned",
    MemberUpdated = "member_updated",
    MemberDeactivated = "member_deactivated",
    MemberReactivated = "member_reactivated",
    DirectoryTokenMade = "directory_token_made",
    DirectoryTokenRevoked = "directory_token_revoked",
});

/// How many days an organization keeps its log; it chooses. P7
pub const HISTORY_DAYS: std::ops::RangeInclusive<i16> = 90..=3650;

/// What kind of somebody acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ActorKind {
    Member,
    LinkHolder,
    Operator,
    Directory,
    IdentityProvider,
    ApiKey,
    System,
}

db_enum!(ActorKind {
    Member = "member",
    LinkHolder = "link_holder",
    Operator = "operator",
    Directory = "directory",
    IdentityProvider = "identity_provider",
    ApiKey = "api_key",
    System = "system",
});

impl From<&By> for ActorKind {
    fn from(by: &By) -> Self {
        match by {
            By::Member { .. } => Self::Member,
            By::LinkHolder { .. } => Self::LinkHolder,
            By::Operator => Self::Operator,
            By::Directory => Self::Directory,
            By::IdentityProvider => Self::IdentityProvider,
            By::ApiKey { .. } => Self::ApiKey,
            By::System => Self::System,
        }
    }
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AuditEntry {
    pub id: uuid::Uuid,
    pub at: Moment,
    pub act: Act,
    pub actor: ActorKind,
    /// The member who acted, where it was one.
    pub actor_id: Option<uuid::Uuid>,
    /// `None` where they were removed since.
    pub actor_name: Option<String>,
    pub network: Option<String>,
    /// What it was done to, where it is one thing.
    pub object: Option<uuid::Uuid>,
    /// `None` where it was done to many, or to somebody who was removed since.
    pub object_name: Option<String>,
    pub people: i32,
    pub detail: Option<String>,
}

/// What is asked of the log, as it stands in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AuditQuery {
    pub act: Option<Act>,
    /// A member who acted.
    pub actor: Option<uuid::Uuid>,
    /// What it was done to; of a member also what was done to the invite that they came by.
    pub object: Option<uuid::Uuid>,
    /// Since this day began, in UTC.
    pub from: Option<Moment>,
    /// Until this day ended, in UTC; this is when it began.
    pub to: Option<Moment>,
    /// Older than this entry.
    pub before: Option<uuid::Uuid>,
}

impl AuditQuery {
    /// Reads what stands under each name of the URL's query. What cannot be read is not asked.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let id = |name: &str| get(name).and_then(|id| id.parse().ok());
        let day = |name: &str| get(name).and_then(|day| Moment::parse_day(&day));
        Self {
            act: get("act").and_then(|act| act.parse().ok()),
            actor: id("who"),
            object: id("about"),
            from: day("from"),
            to: day("to"),
            before: id("before"),
        }
    }

    /// Names and values of the URL's query.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let id = |name, id: Option<uuid::Uuid>| id.map(|id| (name, id.to_string()));
        let day = |name, day: Option<Moment>| day.map(|day| (name, day.iso_day()));
        [
            self.act.map(|act| ("act", act.as_str().to_owned())),
            id("who", self.actor),
            id("about", self.object),
            day("from", self.from),
            day("to", self.to),
            id("before", self.before),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P7
    #[test]
    fn what_is_asked_is_read_as_it_was_written() {
        let id = Some(uuid::Uuid::from_u128(7));
        let (from, to) = (Moment::parse_day("2026-03-23"), Moment::parse_day("2026-04-01"));
        let query = AuditQuery { act: Some(Act::LinkPaused), actor: id, object: id, from, to, before: id };
        let pairs: std::collections::HashMap<_, _> = query.pairs().into_iter().collect();
        assert_eq!(AuditQuery::read(|name| pairs.get(name).cloned()), query);
        assert_eq!(AuditQuery::read(|_| Some("x".into())), AuditQuery::default());
    }
}
