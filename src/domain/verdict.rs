//! What becomes of somebody who is to be invited: one judgement with one sentence, the same in the
//! browser before a send and on the server after it. I3

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    address_list::Entry,
    email::AddressProblem,
    invite::{AddressStatus, TooManyMails},
    text::TextRefusal,
};

/// What becomes of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// Will be invited, or was.
    Fine,
    /// Is listed before.
    Duplicate,
    /// Is no address, or not clearly one.
    NoAddress(AddressProblem),
    /// The name or the job title cannot be printed.
    BadText(TextRefusal),
    /// The organization knows the address; nothing is sent to it.
    Known(AddressStatus),
    /// Is to go into a sub-team that is not there.
    NoTeam(String),
    /// Got too many invite emails today, of whatever organizations.
    HeldBack(TooManyMails),
}

impl Verdict {
    /// Judges an entry by what the organization knows of its address; nothing where it has not been
    /// asked yet.
    #[must_use]
    pub fn of(entry: &Entry, status: Option<&AddressStatus>, has_team: impl Fn(&str) -> bool) -> Self {
        match &entry.address {
            Err(problem) => return Self::NoAddress(problem.clone()),
            Ok(_) if entry.duplicate => return Self::Duplicate,
            Ok(_) => {}
        }
        match (status, &entry.team) {
            (Some(status), _) if !status.will_be_invited() => Self::Known(status.clone()),
            (_, Some(team)) if !has_team(team) => Self::NoTeam(team.clone()),
            _ => Self::Fine,
        }
    }

    /// Whether somebody can put it right where it stands.
    #[must_use]
    pub const fn can_be_fixed(&self) -> bool {
        matches!(self, Self::NoAddress(_) | Self::BadText(_) | Self::NoTeam(_))
    }
}

/// The sentence that people read.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fine => f.write_str("They are being invited."),
            Self::Duplicate => f.write_str("This address is listed twice."),
            Self::NoAddress(problem) => problem.fmt(f),
            Self::BadText(refusal) => refusal.fmt(f),
            Self::Known(status) => status.fmt(f),
            Self::NoTeam(team) => write!(f, "There is no team “{team}”."),
            Self::HeldBack(too_many) => {
                write!(f, "{too_many} Invite it after {}.", too_many.again.date_and_time())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        address_list::AddressList,
        ids::{InviteId, MemberId},
    };

    /// I3: the browser and the server judge by this table, in this order.
    #[test]
    fn an_entry_is_judged_by_what_stands_against_it_first() {
        let text = "Email,Team\nada@x.com,Sales\nada@x.com,Sales\nbob@x.com,Ops\nbroken@,Ops\ncy@x.com,";
        let list = AddressList::parse(text, |_| None);
        let judge = |n: usize, status: Option<&AddressStatus>| {
            Verdict::of(&list.entries[n], status, |team| team == "Sales")
        };
        let member = AddressStatus::Member { id: MemberId(Uuid::nil()), name: "Bob".into() };
        let invited = AddressStatus::Invited { invite: InviteId(Uuid::nil()) };
        for (verdict, expected, sentence) in [
            (judge(0, None), Verdict::Fine, ""),
            (judge(0, Some(&AddressStatus::New)), Verdict::Fine, ""),
            (judge(1, Some(&member)), Verdict::Duplicate, "This address is listed twice."),
            (judge(2, None), Verdict::NoTeam("Ops".into()), "There is no team “Ops”."),
            (judge(2, Some(&member)), Verdict::Known(member.clone()), "Bob is already a member."),
            (judge(2, Some(&invited)), Verdict::Known(invited.clone()), "Already invited."),
            (
                judge(4, Some(&AddressStatus::OptedOut)),
                Verdict::Known(AddressStatus::OptedOut),
                "They unsubscribed from your organization’s invites.",
            ),
            (
                judge(3, Some(&member)),
                Verdict::NoAddress(AddressProblem::CutShort),
                "The address is cut short: after the @ comes a domain such as company.com.",
            ),
        ] {
            assert!(sentence.is_empty() || verdict.to_string() == sentence, "{verdict}");
            assert_eq!(verdict, expected);
        }
    }
}
