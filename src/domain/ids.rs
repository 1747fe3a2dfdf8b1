//! Names of things: a UUIDv7 each, in a type of its own, so that a team is never taken for a member.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(/// A person who can sign in, whatever organizations they belong to.
    AccountId);
id!(/// A customer.
    OrgId);
id!(/// A sub-team of one organization.
    TeamId);
id!(/// One person's place in one organization.
    MemberId);
id!(/// A personal invite.
    InviteId);
id!(/// One send of many personal invites.
    BatchId);
id!(/// An open invite: one URL for many people.
    LinkId);
id!(/// A request for credits.
    CreditRequestId);
id!(/// A photo that a person gave.
    PhotoId);
id!(/// A file on its way in, part by part.
    UploadId);
id!(/// A headshot session.
    ShootId);
id!(/// A picture that came out of a shoot.
    HeadshotId);
id!(/// The logo of an organization; random, and another with each upload, because it stands in public URLs.
    LogoId);
