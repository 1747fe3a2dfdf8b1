//! Roles, and who may do what: the one permission table. N2, P5

use serde::{Deserialize, Serialize};

use super::db_enum;

/// What a person may do in one organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Made the organization; exactly one in each.
    Owner,
    /// May do everything but remove or demote the Owner.
    TeamLead,
    /// Sees only their own shoot and results.
    #[default]
    Member,
}

db_enum!(Role { Owner = "owner", TeamLead = "team_lead", Member = "member" });

/// Something that a person wants to do in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See the dashboard, the members and everything about them.
    SeeOrganization,
    /// Add people in any of the three ways, and take an invite or a link back.
    Invite,
    /// Move people between sub-teams, correct their names and titles, remove them.
    ManageMembers,
    /// Make somebody a Team Lead, or a Team Lead a member again.
    ManageRoles,
    /// Hand the organization over.
    HandOver,
    /// Make, rename and delete sub-teams.
    ManageTeams,
    /// Choose how long invites live and whether people are reminded.
    ChangeSettings,
    /// Make the codes with which the Owner comes back in. S4
    SecureOrganization,
    /// Have all of it deleted, and take that back. P8
    DeleteOrganization,
    /// See the balance and the ledger.
    SeeCredits,
    /// Ask the operator for credits, and take that back. C7
    RequestCredits,
    /// Add photos for, submit for and see the results of somebody else.
    ShootForOthers,
    /// Add one's own photos, submit them, see one's own results.
    ShootForSelf,
    /// Correct one's own name.
    CorrectOwnName,
}

/// A role may not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    #[error("Only a Team Lead can see or do this, and you are not one here. Ask one of yours.")]
    NotALead,
    #[error("Only the Owner can do this, and you are not the Owner here.")]
    NotTheOwner,
}

impl Role {
    /// Those that an invite can carry: nobody is invited as the Owner. P5
    pub const INVITED: [Self; 2] = [Self::Member, Self::TeamLead];

    /// What it takes to invite somebody as this.
    #[must_use]
    pub const fn to_invite_as(self) -> Action {
        match self {
            Self::Member => Action::Invite,
            Self::TeamLead => Action::ManageRoles,
            Self::Owner => Action::HandOver,
        }
    }

    /// The permission table.
    #[must_use]
    pub const fn may(self, action: Action) -> bool {
        match self {
            Self::Owner => true,
            Self::TeamLead => {
                !matches!(action, Action::HandOver | Action::SecureOrganization | Action::DeleteOrganization)
            }
            Self::Member => matches!(action, Action::ShootForSelf | Action::CorrectOwnName),
        }
    }

    /// As [`Role::may`], for use with `?`.
    ///
    /// # Errors
    /// The role may not.
    pub const fn require(self, action: Action) -> Result<(), NotAllowed> {
        match self {
            _ if self.may(action) => Ok(()),
            Self::TeamLead => Err(NotAllowed::NotTheOwner),
            _ => Err(NotAllowed::NotALead),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// N2
    #[test]
    fn a_member_may_only_shoot_for_themselves_and_correct_their_name() {
        use Action::*;
        for action in [
            SeeOrganization,
            Invite,
            ManageMembers,
            ManageRoles,
            ManageTeams,
            ChangeSettings,
            SeeCredits,
            RequestCredits,
            ShootForOthers,
            ShootForSelf,
            CorrectOwnName,
        ] {
            assert!(Role::Owner.may(action));
            assert!(Role::TeamLead.may(action));
            assert_eq!(Role::Member.may(action), matches!(action, ShootForSelf | CorrectOwnName));
        }
    }

    /// P5
    #[test]
    fn only_the_owner_hands_over() {
        assert!(Role::Owner.may(Action::HandOver));
        assert!(!Role::TeamLead.may(Action::HandOver) && !Role::Member.may(Action::HandOver));
        assert!(
            Role::Owner.may(Action::DeleteOrganization) && !Role::TeamLead.may(Action::DeleteOrganization)
        );
    }

    /// N2, S4
    #[test]
    fn a_lead_is_not_told_to_ask_a_lead() {
        assert_eq!(Role::TeamLead.require(Action::SecureOrganization), Err(NotAllowed::NotTheOwner));
        assert_eq!(Role::Member.require(Action::SecureOrganization), Err(NotAllowed::NotALead));
        assert_eq!(Role::Owner.require(Action::SecureOrganization), Ok(()));
    }

    #[test]
    fn every_role_is_found_by_its_word() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(*role));
        }
        assert!("admin".parse::<Role>().is_err());
    }
}
