//! Members: how they came, who may be removed, and whose role changes. P3, P5, M1

use serde::{Deserialize, Serialize};

use super::{
    actor::{Actor, By},
    db_enum,
    ids::MemberId,
    role::{Action, Role},
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

/// What goes with a member who is removed. P3
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Photos that are not submitted.
    pub photos: i64,
    /// Headshot sessions.
    pub shoots: i64,
    pub headshots: i64,
    /// Their address has an invite that nobody has accepted.
    pub open_invite: bool,
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

/// Why a role stays as it is. P5
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RoleRefusal {
    #[error("You cannot change your own role. Another Team Lead can.")]
    Yourself,
    #[error("The Owner’s role changes only when somebody else takes over.")]
    Owner,
    #[error("They have no account yet, and a Team Lead needs one. Invite them first.")]
    NoAccount,
    #[error("Only the Owner hands the organization over.")]
    OnlyTheOwner,
    #[error("Nothing is offered to you any more. Ask the Owner to offer it again.")]
    NoOffer,
}

/// Whether `actor` may give a member of role `from` the role `to`. P5
///
/// # Errors
/// The rule that stands against it.
pub fn may_change_role(
    actor: &Actor,
    member: MemberId,
    from: Role,
    to: Role,
    has_account: bool,
) -> Result<(), RoleRefusal> {
    if from == Role::Owner || to == Role::Owner {
        Err(RoleRefusal::Owner)
    } else if actor.member() == Some(member) {
        Err(RoleRefusal::Yourself)
    } else if to == Role::TeamLead && !has_account {
        Err(RoleRefusal::NoAccount)
    } else {
        Ok(())
    }
}

/// Whether `actor` may offer the organization to a member of this role. P5
///
/// # Errors
/// The rule that stands against it.
pub fn may_offer_ownership(actor: &Actor, role: Role, has_account: bool) -> Result<(), RoleRefusal> {
    let may = match &actor.by {
        By::Member { role, .. } => role.may(Action::HandOver),
        By::Operator => true,
        _ => false,
    };
    if !may {
        Err(RoleRefusal::OnlyTheOwner)
    } else if role == Role::Owner {
        Err(RoleRefusal::Owner)
    } else if !has_account {
        Err(RoleRefusal::NoAccount)
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

    /// P5
    #[test]
    fn roles_change_by_these_rules() {
        let (me, them) = (ME, THEM);
        let account = AccountId(Uuid::from_u128(3));
        let as_role = |role| {
            let by = By::Member { id: me, account, role, name: "Olga".into() };
            Actor { org: ORG, by, network: None }
        };
        let lead = as_role(Role::TeamLead);
        assert_eq!(may_change_role(&lead, them, Role::Member, Role::TeamLead, true), Ok(()));
        assert_eq!(may_change_role(&lead, them, Role::TeamLead, Role::Member, true), Ok(()));
        assert_eq!(
            may_change_role(&lead, them, Role::Member, Role::TeamLead, false),
            Err(RoleRefusal::NoAccount)
        );
        assert_eq!(
            may_change_role(&lead, me, Role::TeamLead, Role::Member, true),
            Err(RoleRefusal::Yourself)
        );
        for (from, to) in
            [(Role::Owner, Role::Member), (Role::Owner, Role::TeamLead), (Role::TeamLead, Role::Owner)]
        {
            assert_eq!(may_change_role(&lead, them, from, to, true), Err(RoleRefusal::Owner));
        }
        assert_eq!(may_offer_ownership(&lead, Role::Member, true), Err(RoleRefusal::OnlyTheOwner));
        let owner = as_role(Role::Owner);
        assert_eq!(may_offer_ownership(&owner, Role::Member, true), Ok(()));
        assert_eq!(may_offer_ownership(&owner, Role::TeamLead, false), Err(RoleRefusal::NoAccount));
        assert_eq!(may_offer_ownership(&owner, Role::Owner, true), Err(RoleRefusal::Owner));
        assert_eq!(
            may_offer_ownership(&Actor::system(ORG), Role::Member, true),
            Err(RoleRefusal::OnlyTheOwner)
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
