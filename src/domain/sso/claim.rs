//! The claim to a domain: what may be claimed, what a look at the DNS says of it, when the next look is
//! due. S1

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{
    db_enum,
    email::{EmailAddress, ToAscii, parse_domain},
};

/// The record stands at this name below the domain, where it is in nobody's way.
const HOST: &str = "_headcount";
/// What its text begins with.
const PREFIX: &str = "headcount-domain-verification=";
/// How long a verified domain counts when its record is gone.
pub const GRACE_DAYS: i64 = 7;
/// An organization may claim so many domains.
pub const CLAIMS_MAX: i64 = 50;

/// A domain that an organization may claim: no public mail domain, in ASCII and lower case. A subdomain
/// is a domain of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CompanyDomain(String);

/// Why a text is no domain to claim.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainClaimProblem {
    #[error("Type a domain, such as company.com.")]
    NotADomain,
    #[error("{0} gives mailboxes to everybody, so it belongs to no company. Type your company’s own domain.")]
    PublicMail(String),
}

impl CompanyDomain {
    /// Reads what somebody typed: `company.com`, also with an `@`, as an address or as a URL of its
    /// start page.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    pub fn parse(
        text: &str,
        to_ascii: ToAscii,
        is_public_mail: impl Fn(&str) -> bool,
    ) -> Result<Self, DomainClaimProblem> {
        let typed = text.trim();
        let typed = ["https://", "http://"]
            .iter()
            .find_map(|scheme| typed.strip_prefix(scheme))
            .unwrap_or(typed)
            .trim_end_matches('/');
        let domain = typed.rsplit_once('@').map_or(typed, |(_, domain)| domain);
        let domain = domain.strip_suffix('.').unwrap_or(domain);
        let domain = parse_domain(domain, to_ascii).map_err(|_| DomainClaimProblem::NotADomain)?;
        if is_public_mail(&domain) {
            return Err(DomainClaimProblem::PublicMail(domain));
        }
        Ok(Self(domain))
    }

    /// The domain of an address.
    #[must_use]
    pub fn of(address: &EmailAddress) -> Self {
        Self(address.domain().to_owned())
    }

    /// A domain of the list, as a page of ours names it; `None` for anything that no domain looks like.
    #[must_use]
    pub fn named(domain: String) -> Option<Self> {
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
        (!domain.is_empty() && domain.bytes().all(is_part)).then_some(Self(domain))
    }

    /// One that was parsed before.
    #[must_use]
    pub const fn stored(domain: String) -> Self {
        Self(domain)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name at which the record is looked for.
    #[must_use]
    pub fn record_name(&self) -> String {
        format!("{HOST}.{}", self.0)
    }
}

impl fmt::Display for CompanyDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text of the record that proves a claim; `proof` is known to the server and the claimant alone
/// until it is published.
#[must_use]
pub fn record_text(proof: &str) -> String {
    format!("{PREFIX}{proof}")
}

/// How far a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimState {
    /// Not proved yet; it counts for nothing and blocks nobody.
    Waiting,
    Verified,
    /// The record is gone; the domain counts for [`GRACE_DAYS`] more.
    Missing,
    /// The record was gone for too long, or another organization has proved the domain.
    Lost,
}

db_enum!(ClaimState { Waiting = "waiting", Verified = "verified", Missing = "missing", Lost = "lost" });

impl ClaimState {
    /// Whether people of the domain are this organization's.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::Verified | Self::Missing)
    }
}

/// What the leads are told of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimNews {
    Verified,
    Missing,
    Lost,
}

impl ClaimNews {
    /// What a change is worth telling.
    #[must_use]
    pub const fn of(before: ClaimState, after: ClaimState) -> Option<Self> {
        match (before, after) {
            (ClaimState::Waiting | ClaimState::Lost, ClaimState::Verified) => Some(Self::Verified),
            (ClaimState::Verified, ClaimState::Missing) => Some(Self::Missing),
            (ClaimState::Missing, ClaimState::Lost) => Some(Self::Lost),
            _ => None,
        }
    }
}

/// What a look at the DNS found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// The record of this claim.
    Found,
    /// There is no such name. NXDOMAIN
    NoName,
    /// The name is there and has no TXT record.
    NoText,
    /// TXT records, none of them this claim's.
    OtherText,
    /// No answer, or none that says anything: SERVFAIL, a timeout.
    NoAnswer,
    /// The record is there, and so is that of another organization, which was first.
    Taken,
}

db_enum!(Finding {
    Found = "found",
    NoName = "no_name",
    NoText = "no_text",
    OtherText = "other_text",
    NoAnswer = "no_answer",
    Taken = "taken",
});

/// What the texts at the record's name say to a claim that is proved by `expected`. Each is the text of
/// one record, its strings joined; quotation marks and spaces around it come from forms of DNS providers.
#[must_use]
pub fn finding_of(texts: &[String], expected: &[String]) -> Finding {
    let plain = |text: &String| text.trim_matches(|c: char| c == '"' || c.is_whitespace()).to_owned();
    let is_ours = |text: &String| expected.contains(&plain(text));
    match texts {
        [] => Finding::NoText,
        _ if texts.iter().any(is_ours) => Finding::Found,
        _ => Finding::OtherText,
    }
}

/// What becomes of a claim. `hours_missing` counts from the look that missed the record first.
#[must_use]
pub const fn after_look(state: ClaimState, finding: Finding, hours_missing: i64) -> ClaimState {
    match (state, finding) {
        (_, Finding::Found) => ClaimState::Verified,
        // Says nothing about the record.
        (state, Finding::NoAnswer) => state,
        (ClaimState::Verified, _) => ClaimState::Missing,
        (ClaimState::Missing, _) if hours_missing >= GRACE_DAYS * 24 => ClaimState::Lost,
        (state, _) => state,
    }
}

/// Minutes until the next look: soon while somebody waits for it, then daily.
#[must_use]
pub const fn next_look_minutes(state: ClaimState, misses: i32) -> i32 {
    const DAILY: i32 = 24 * 60;
    match (state, misses) {
        (ClaimState::Waiting, ..=2) => 1,
        (ClaimState::Waiting, 3..=5) => 5,
        (ClaimState::Waiting, 6..=30) => 10,
        (ClaimState::Waiting, 31..=60) | (ClaimState::Missing, _) => 60,
        (ClaimState::Verified, 1..=24) => 60,
        _ => DAILY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(text: &str) -> Result<String, DomainClaimProblem> {
        CompanyDomain::parse(text, |domain| idna::domain_to_ascii_strict(domain).ok(), |d| d == "gmail.com")
            .map(|domain| domain.to_string())
    }

    /// S1
    #[test]
    fn a_company_domain_is_taken_however_it_was_pasted() {
        for text in [
            "company.com",
            " Company.COM. ",
            "@company.com",
            "ada@company.com",
            "https://company.com/",
            "http://company.com",
        ] {
            assert_eq!(claim(text), Ok("company.com".into()), "{text}");
        }
        assert_eq!(claim("bücher.example"), Ok("xn--bcher-kva.example".into()));
        assert_eq!(claim("eu.company.com"), Ok("eu.company.com".into()), "a domain of its own");
        assert_eq!(claim("Gmail.com"), Err(DomainClaimProblem::PublicMail("gmail.com".into())));
        for text in ["", "com", "a b.com", "company", "*.company.com", "company.com/path", "127.0.0.1"] {
            assert_eq!(claim(text), Err(DomainClaimProblem::NotADomain), "{text}");
        }
    }

    /// S1
    #[test]
    fn a_record_is_found_among_others_and_however_it_was_quoted() {
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let expected = [record_text("abc"), record_text("older")];
        for found in [
            &texts(&["headcount-domain-verification=abc"]),
            &texts(&["v=spf1 -all", " \"headcount-domain-verification=abc\" "]),
            &texts(&["headcount-domain-verification=older"]),
        ] {
            assert_eq!(finding_of(found, &expected), Finding::Found);
        }
        for other in ["headcount-domain-verification=abcd", "headcount-domain-verification=ABC", "abc", ""] {
            assert_eq!(finding_of(&texts(&[other]), &expected), Finding::OtherText, "{other}");
        }
        assert_eq!(finding_of(&[], &expected), Finding::NoText);
    }

    /// S1: what no answer says is nothing; a record that is gone costs the domain a week later.
    #[test]
    fn a_domain_is_lost_only_after_a_week_without_its_record() {
        use ClaimState::{Lost, Missing, Verified, Waiting};
        let week = GRACE_DAYS * 24;
        for (state, finding, hours, becomes) in [
            (Waiting, Finding::NoName, 0, Waiting),
            (Waiting, Finding::Found, 0, Verified),
            (Waiting, Finding::NoAnswer, 0, Waiting),
            (Verified, Finding::NoAnswer, 0, Verified),
            (Verified, Finding::NoName, 0, Missing),
            (Verified, Finding::OtherText, 0, Missing),
            (Missing, Finding::NoText, week - 1, Missing),
            (Missing, Finding::NoAnswer, week, Missing),
            (Missing, Finding::NoText, week, Lost),
            (Missing, Finding::Found, week, Verified),
            (Lost, Finding::NoName, week, Lost),
            (Lost, Finding::Found, 0, Verified),
        ] {
            assert_eq!(after_look(state, finding, hours), becomes, "{state:?} {finding:?} {hours}");
        }
    }

    /// S1
    #[test]
    fn looks_come_soon_at_first_and_daily_in_the_end() {
        let waits: Vec<i32> = (0..=61).map(|misses| next_look_minutes(ClaimState::Waiting, misses)).collect();
        assert!(waits.is_sorted() && waits[0] == 1 && waits[61] == 24 * 60, "{waits:?}");
        assert_eq!(next_look_minutes(ClaimState::Verified, 0), 24 * 60);
        assert_eq!(next_look_minutes(ClaimState::Verified, 1), 60, "no answer is asked for again soon");
        assert_eq!(next_look_minutes(ClaimState::Missing, 9), 60);
    }
}
