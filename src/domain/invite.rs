//! Personal invites: their states, limits and reminders. I3, I7, I8, I10, I11, I13

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{
    db_enum,
    ids::{InviteId, MemberId},
    moment::Moment,
};

/// A note has at most so many characters. I4
pub const NOTE_MAX: usize = 500;

/// Addresses that one call may invite, and invites that one call may follow up.
pub const ADDRESSES_MAX: usize = 5_000;

/// So many invites that were declined or revoked are listed: the newest. I11
pub const ENDED_LISTED: i64 = 200;

/// How many days an invite may live; the organization chooses. I7
pub const INVITE_DAYS: RangeInclusive<i16> = 1..=90;

/// Days after the sending on which nobody's answer brings an automatic reminder. I8
pub const REMINDER_DAYS: [i32; 2] = [3, 7];

/// What became of an invite, as stored; expiry is not a state but a date. I11
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InviteState {
    Queued,
    Sent,
    Failed,
    Joined,
    Declined,
    Revoked,
    /// Turned into a member whom a lead added on their behalf; its link lets them claim that. M4
    Managed,
}

db_enum!(InviteState {
    Queued = "queued",
    Sent = "sent",
    Failed = "failed",
    Joined = "joined",
    Declined = "declined",
    Revoked = "revoked",
    Managed = "managed",
});

impl InviteState {
    /// Whether the person may still join with it, if it is not too old.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Queued | Self::Sent | Self::Failed)
    }
}

/// Why an invite's page cannot let the person in. I7, I9
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum InviteRefusal {
    #[error("This invite has expired.")]
    Expired,
    #[error("This invite was revoked.")]
    Revoked,
    #[error("This invite was declined.")]
    Declined,
    #[error("This invite has been used.")]
    Joined,
}

/// What the organization knows of an address. I3
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
pub enum AddressStatus {
    /// Will be invited; when it was not, somebody else changed it at the same moment.
    #[error("This address was just changed by somebody else. Invite it again.")]
    New,
    /// Is a member; `name` as the lead knows them.
    #[error("{name} is already a member.")]
    Member { id: MemberId, name: String },
    /// Has an invite that can still be used.
    #[error("Already invited.")]
    Invited { invite: InviteId },
    /// Wants no more invites from this organization. I10
    #[error("They unsubscribed from your organization’s invites.")]
    OptedOut,
    /// Signs in through the organization's identity provider, where new people come in by themselves. Is
    /// invited only where somebody says so. S5
    #[error("They can sign in directly, no invite needed.")]
    Covered,
}

impl AddressStatus {
    /// Whether an invite will be sent. The button counts exactly these. I3
    #[must_use]
    pub const fn will_be_invited(&self) -> bool {
        matches!(self, Self::New)
    }
}

/// An address got as many invite emails today as one may, of whatever organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[error("This address has reached today’s limit of invite emails.")]
pub struct TooManyMails {
    /// When it may have mail again.
    pub again: Moment,
}

/// How many invite mails (invites, reminders, fresh links) may go out in a day, which begins with
/// its first mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailLimits {
    /// By one organization.
    pub org_per_day: i32,
    /// To one address, by all organizations together.
    pub recipient_per_day: i32,
}

impl Default for MailLimits {
    fn default() -> Self {
        Self { org_per_day: 10_000, recipient_per_day: 5 }
    }
}

/// The organization has sent its invite mails of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverLimit {
    /// Nothing more, or not so many, until the day is over.
    #[error(
        "These are {asked} emails, and your organization may send {left} more before {}. Send the rest after that.",
        again.date_and_time()
    )]
    Until { asked: i64, left: i64, again: Moment },
    /// More at once than a whole day allows.
    #[error("Your organization may send {limit} invite emails a day. Invite fewer people at once.")]
    TooManyAtOnce { limit: i64 },
}

/// Why an invite was not reminded. I8
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReminder {
    #[error("Their invite is still being sent.")]
    Queued,
    #[error("They were emailed within the hour. Remind them again after {}.", again.date_and_time())]
    TooSoon { again: Moment },
    #[error("They have joined.")]
    Joined,
    #[error("A lead has added them on their behalf.")]
    Managed,
    #[error("They declined.")]
    Declined,
    #[error("This invite was revoked.")]
    Revoked,
    #[error("{}", AddressStatus::OptedOut)]
    OptedOut,
    #[error("{_0} Remind them again after {}.", _0.again.date_and_time())]
    TooMany(TooManyMails),
    #[error("This invite is gone.")]
    Unknown,
}

/// How far a bulk send is. I13
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub total: i64,
    pub sent: i64,
    pub failed: i64,
    pub to_go: i64,
}

/// After how many days members who have not submitted are reminded; the organization chooses. I15
pub const PHOTO_REMINDER_DAYS: RangeInclusive<i16> = 1..=30;
/// How often at most; the organization chooses. I15
pub const PHOTO_REMINDERS: RangeInclusive<i16> = 1..=5;

/// How members are reminded of the photos that they owe. I15
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoReminders {
    /// Whether it is done without a lead's doing.
    pub by_itself: bool,
    /// Days since they joined, added a photo or were reminded.
    pub days: i16,
    /// How often at most.
    pub times: i16,
}

/// How an organization invites. I7, I8
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inviting {
    /// Days that a new invite lives.
    pub days: i16,
    /// Whether those who do not answer are reminded without a lead's doing.
    pub auto_reminders: bool,
}
