//! Members: how they came, and who may be removed. P3, M1

use serde::{Deserialize, Serialize};

use super::{
    actor::{Actor, By},
    db_enum,
    ids::MemberId,
    role::Role,
};

/// A name has at most so many characters.
pub const NAME_MAX: usize = 100;
/// A job title has at most so many characters.
pub const TITLE_MAX: usize = 100;
/// The name of an organization or a sub-team has at most so many characters.
pub const ORG_NAME_MAX: usize = 80;
/// A member with more headshot sessions than this is removed by support only. P3
pub const REMOVABLE_SHOOTS: i64 = 3;

/// How a person became a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MemberKind {
    /// Made the organization.
    Founder,
    /// Through a personal invite.
    Invite,
    /// Through an open link.
    Link,
    /// Added on their behalf.
    Managed,
    /// Signed in through the organization's identity provider, without an invite. S3
    Sso,
}

db_enum!(MemberKind { Founder = "founder", Invite = "invite", Link = "link", Managed = "managed", Sso = "sso" });

/// Why a member cannot be removed. P3
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RemovalRefusal {
    #[error("You cannot remove yourself. Another Team Lead can.")]
    Yourself,
    #[error("The Owner cannot be removed. Hand over ownership first.")]
    Owner,
    #[error("This member has {shoots} headshot sessions. Above 3, contact support to remove them.")]
    TooManyShoots { shoots: i64 },
}

/// Whether `actor` may remove a member with this role and so many headshot sessions, whose number
/// does not stop the operator. P3
///
/// # Errors
/// The rule that stands against it.
pub fn may_be_removed(
    actor: &Actor,
    member: MemberId,
    role: Role,
    shoots: i64,
) -> Result<(), RemovalRefusal> {
    if actor.member() == Some(member) {
        Err(RemovalRefusal::Yourself)
    } else if role == Role::Owner {
        Err(RemovalRefusal::Owner)
    } else if shoots > REMOVABLE_SHOOTS && actor.by != By::Operator {
        Err(RemovalRefusal::TooManyShoots { shoots })
    } else {
        Ok(())
    }
}

/// Up to two letters that stand for a person until there is a headshot.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

/// Which of the four quiet colors the initials stand on: 1 to 4, the same for a name everywhere.
#[must_use]
pub fn initials_color(name: &str) -> u8 {
    let sum = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    u8::try_from(sum % 4).unwrap_or(0) + 1
}

#[cfg(test)]
mod tests {
    use super::{
        super::ids::{AccountId, OrgId},
        *,
    };
    use uuid::Uuid;

    const ORG: OrgId = OrgId(Uuid::from_u128(9));
    const ME: MemberId = MemberId(Uuid::from_u128(1));
    const THEM: MemberId = MemberId(Uuid::from_u128(2));

    fn lead() -> Actor {
        let account = AccountId(Uuid::from_u128(3));
        let by = By::Member { id: ME, account, role: Role::TeamLead, name: "Olga".into() };
        Actor { org: ORG, by, network: None }
    }

    /// P3
    #[test]
    fn yourself_the_owner_and_the_much_photographed_stay() {
        assert_eq!(may_be_removed(&lead(), ME, Role::TeamLead, 0), Err(RemovalRefusal::Yourself));
        assert_eq!(may_be_removed(&lead(), THEM, Role::Owner, 0), Err(RemovalRefusal::Owner));
        assert_eq!(may_be_removed(&lead(), THEM, Role::Member, 3), Ok(()));
        assert_eq!(
            may_be_removed(&lead(), THEM, Role::Member, 4),
            Err(RemovalRefusal::TooManyShoots { shoots: 4 })
        );
    }

    /// P3
    #[test]
    fn only_the_owners_place_stops_the_operator() {
        let operator = Actor::operator(ORG);
        assert_eq!(may_be_removed(&operator, THEM, Role::TeamLead, 4), Ok(()));
        assert_eq!(may_be_removed(&operator, THEM, Role::Owner, 0), Err(RemovalRefusal::Owner));
        let system = Actor::system(ORG);
        assert_eq!(
            may_be_removed(&system, THEM, Role::Member, 4),
            Err(RemovalRefusal::TooManyShoots { shoots: 4 })
        );
    }

    #[test]
    fn initials_are_first_and_last() {
        for (name, expected) in [
            ("Ada Lovelace", "AL"),
            ("Ada King Lovelace", "AL"),
            ("björn", "B"),
            ("(Sam) 2nd", "S2"),
            ("", ""),
        ] {
            assert_eq!(initials(name), expected);
        }
    }
}
