//! Open invites: what a link asks of a person, and why it turns one away. L1, L3, L4, L5, L7
//!
//! The database has the last word on limit, expiry and revocation, in the statement that lets the
//! person in; this is the same rule, for pages and for saying why.

use serde::{Deserialize, Serialize};

use super::{domain_rule::DomainRule, email::EmailAddress};

/// The most people that one link can be limited to.
pub const USAGE_LIMIT_MAX: i32 = 100_000;
/// A label has at most so many characters.
pub const LABEL_MAX: usize = 60;

/// What is true of a link at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPolicy {
    /// Who may join; nobody is left out when empty.
    pub domains: Vec<DomainRule>,
    /// How many people may join; any number when absent.
    pub usage_limit: Option<i32>,
    /// How many people have joined through it.
    pub used: i32,
    /// Its expiry has passed, by the database's clock.
    pub expired: bool,
    /// A lead lets nobody in for the time being.
    pub paused: bool,
    /// A lead has revoked it.
    pub revoked: bool,
}

/// A link's state, as shown to leads. L2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    Live,
    Paused,
    Full,
    Expired,
    Revoked,
}

/// Why a link turned a person away. Each has a page of its own. L7
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum LinkRefusal {
    #[error("This link has expired.")]
    Expired,
    #[error("This link was revoked.")]
    Revoked,
    #[error("This link is paused.")]
    Paused,
    #[error("All places of this link are taken.")]
    Full,
    #[error("This link is for {}. Use your work address, or ask for a personal invite.", or_list(expected))]
    WrongDomain { expected: Vec<DomainRule> },
    /// The person was removed from the organization after the link was made.
    #[error("This link does not let anybody back in who was removed. Ask for a personal invite.")]
    Removed,
}

impl LinkPolicy {
    /// A link that asks nothing of anybody and was never used.
    pub const OPEN: Self = Self {
        domains: Vec::new(),
        usage_limit: None,
        used: 0,
        expired: false,
        paused: false,
        revoked: false,
    };

    /// What a lead sees. Revoked comes before expired, expired before paused, paused before full:
    /// first what would still stand if the next were mended.
    #[must_use]
    pub fn state(&self) -> LinkState {
        if self.revoked {
            LinkState::Revoked
        } else if self.expired {
            LinkState::Expired
        } else if self.paused {
            LinkState::Paused
        } else if self.usage_limit.is_some_and(|limit| self.used >= limit) {
            LinkState::Full
        } else {
            LinkState::Live
        }
    }

    /// Whether anybody can join at all.
    ///
    /// # Errors
    /// Why nobody can.
    pub fn require_live(&self) -> Result<(), LinkRefusal> {
        match self.state() {
            LinkState::Live => Ok(()),
            LinkState::Paused => Err(LinkRefusal::Paused),
            LinkState::Full => Err(LinkRefusal::Full),
            LinkState::Expired => Err(LinkRefusal::Expired),
            LinkState::Revoked => Err(LinkRefusal::Revoked),
        }
    }

    /// Whether the owner of this address may join. L3
    ///
    /// # Errors
    /// The link is invalid, or for other domains.
    pub fn admit(&self, address: &EmailAddress) -> Result<(), LinkRefusal> {
        self.require_live()?;
        if self.domains.is_empty() || self.domains.iter().any(|rule| rule.admits(address)) {
            Ok(())
        } else {
            Err(LinkRefusal::WrongDomain { expected: self.domains.clone() })
        }
    }

    /// Places left; `None` when there is no limit.
    #[must_use]
    pub fn places_left(&self) -> Option<i32> {
        self.usage_limit.map(|limit| (limit - self.used).max(0))
    }
}

/// `@a.com`, `@a.com or *.b.com`.
#[must_use]
pub fn or_list(rules: &[DomainRule]) -> String {
    or(rules.iter().map(ToString::to_string)).unwrap_or_else(|| "anybody".to_owned())
}

/// `a`, `a or b`, `a, b or c`; nothing where there is none.
#[must_use]
pub fn or(words: impl Iterator<Item = String>) -> Option<String> {
    let words: Vec<String> = words.collect();
    let (last, rest) = words.split_last()?;
    Some(if rest.is_empty() { last.clone() } else { format!("{} or {last}", rest.join(", ")) })
}

/// Reads a typed usage limit; nothing typed is no limit. L1
///
/// # Errors
/// One sentence for the field.
pub fn parse_usage_limit(typed: &str) -> Result<Option<i32>, UsageLimitProblem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let limit = typed.parse::<i32>().map_err(|_| UsageLimitProblem)?;
    if (1..=USAGE_LIMIT_MAX).contains(&limit) { Ok(Some(limit)) } else { Err(UsageLimitProblem) }
}

/// A typed usage limit is not a number of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Type a whole number from 1 to {USAGE_LIMIT_MAX}, or leave it empty for no limit.")]
pub struct UsageLimitProblem;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text, |_| None).expect("valid")
    }

    fn rule(text: &str) -> DomainRule {
        DomainRule::parse(text, |_| None).expect("valid")
    }

    proptest! {
        /// L3, L4, L5: exactly the live link with room admits exactly the right domain.
        #[test]
        fn a_link_admits_when_every_rule_agrees(
            limit in prop::option::of(1..20_i32), used in 0..20_i32,
            expired: bool, paused: bool, revoked: bool, restricted: bool, inside: bool,
        ) {
            let policy = LinkPolicy {
                domains: if restricted { vec![rule("corp.com")] } else { vec![] },
                usage_limit: limit, used, expired, paused, revoked,
            };
            let joiner = address(if inside { "a@corp.com" } else { "a@else.com" });
            let expected = !expired && !paused && !revoked && limit.is_none_or(|limit| used < limit) && (!restricted || inside);
            prop_assert_eq!(policy.admit(&joiner).is_ok(), expected);
            prop_assert_eq!(policy.state() == LinkState::Live, policy.require_live().is_ok());
        }
    }

    /// L7
    #[test]
    fn the_refusal_says_which_domain() {
        let policy = LinkPolicy { domains: vec![rule("a.com"), rule("*.b.com")], ..LinkPolicy::OPEN };
        let refusal = policy.admit(&address("x@c.com")).expect_err("refused");
        assert_eq!(
            refusal.to_string(),
            "This link is for @a.com or *.b.com. Use your work address, or ask for a personal invite."
        );
    }

    /// L1, N1
    #[test]
    fn a_usage_limit_is_a_number_of_people() {
        assert_eq!(parse_usage_limit(" "), Ok(None));
        assert_eq!(parse_usage_limit(" 25 "), Ok(Some(25)));
        for typed in ["0", "-1", "1.5", "many", "100001", "99999999999"] {
            assert_eq!(parse_usage_limit(typed), Err(UsageLimitProblem));
        }
    }
}
