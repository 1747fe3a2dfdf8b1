//! Which domains an open link lets in. L3

use std::fmt;

use serde::{Deserialize, Serialize};

use super::email::{DomainProblem, EmailAddress, ToAscii, parse_domain};

/// One domain, or all of its subdomains.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainRule {
    domain: String,
    subdomains: bool,
}

/// A text is not a domain rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum DomainRuleProblem {
    #[error("“{0}” is cut short. Type the whole domain, such as company.com.")]
    CutShort(String),
    #[error("“{0}” is not a domain. Type it like company.com, or *.company.com for its subdomains.")]
    NotADomain(String),
}

impl DomainRule {
    /// Reads `company.com`, `@company.com` or `*.company.com`; a final dot is the DNS root and
    /// falls away.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    pub fn parse(text: &str, to_ascii: ToAscii) -> Result<Self, DomainRuleProblem> {
        let typed = text.trim();
        let rest = typed.strip_prefix('@').unwrap_or(typed);
        let (subdomains, rest) = rest.strip_prefix("*.").map_or((false, rest), |rest| (true, rest));
        let rest = rest.strip_suffix('.').unwrap_or(rest);
        let domain = parse_domain(rest, to_ascii).map_err(|problem| match problem {
            DomainProblem::Incomplete => DomainRuleProblem::CutShort(typed.into()),
            DomainProblem::Malformed => DomainRuleProblem::NotADomain(typed.into()),
        })?;
        Ok(Self { domain, subdomains })
    }

    /// Reads several, separated by commas, semicolons or white space. None typed: anybody.
    ///
    /// # Errors
    /// The first that is wrong.
    pub fn parse_list(text: &str, to_ascii: ToAscii) -> Result<Vec<Self>, DomainRuleProblem> {
        let mut rules = Vec::new();
        for word in
            text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|word| !word.is_empty())
        {
            let rule = Self::parse(word, to_ascii)?;
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        Ok(rules)
    }

    /// Whether the address is in. `company.com` matches that domain only, `*.company.com` its
    /// subdomains only. L3
    #[must_use]
    pub fn admits(&self, address: &EmailAddress) -> bool {
        if self.subdomains {
            let rest = address.domain().strip_suffix(self.domain.as_str());
            rest.is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            address.domain() == self.domain
        }
    }
}

/// `@company.com` or `*.company.com`: as it is shown and stored.
impl fmt::Display for DomainRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.subdomains { "*." } else { "@" })?;
        f.write_str(&self.domain)
    }
}

impl From<DomainRule> for String {
    fn from(rule: DomainRule) -> Self {
        rule.to_string()
    }
}

/// For rules that were parsed before and come back from the database or the wire.
impl TryFrom<String> for DomainRule {
    type Error = DomainRuleProblem;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text, |_| None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idna(domain: &str) -> Option<String> {
        idna::domain_to_ascii(domain).ok()
    }

    /// L3, QUALITY 9
    #[test]
    fn a_domain_matches_itself_only_and_a_star_its_subdomains() {
        for (rule, address, admitted) in [
            ("corp.com", "a@corp.com", true),
            ("@corp.com", "a@CORP.com", true),
            ("Corp.Com.", "a@corp.com", true),
            ("corp.com", "a+tag@corp.com", true),
            ("corp.com", "a@eu.corp.com", false),
            ("corp.com", "a@corp.com.evil.org", false),
            ("corp.com", "a@notcorp.com", false),
            ("corp.com", "a@corp.co", false),
            ("corp.com", "a@cοrp.com", false), // Greek omicron
            ("*.corp.com", "a@eu.corp.com", true),
            ("*.corp.com", "a@x.eu.corp.com", true),
            ("*.corp.com", "a@corp.com", false),
            ("*.corp.com", "a@eucorp.com", false),
            ("bücher.example", "a@xn--bcher-kva.example", true),
            ("xn--bcher-kva.example", "a@BÜCHER.example", true),
        ] {
            let admits = DomainRule::parse(rule, idna)
                .expect(rule)
                .admits(&EmailAddress::parse(address, idna).expect(address));
            assert_eq!(admits, admitted, "{rule} {address}");
        }
    }

    /// L1, N1
    #[test]
    fn a_rule_that_is_no_domain_is_refused() {
        for text in [
            "com",
            "*.com",
            "@",
            "*.",
            "a b.com",
            "http://corp.com",
            "corp.com/x",
            "ada@corp.com",
            "*corp.com",
            "corp..com",
        ] {
            assert!(DomainRule::parse(text, idna).is_err(), "{text}");
        }
        let rules = DomainRule::parse_list("corp.com, @corp.com; *.corp.com", idna).expect("valid");
        assert_eq!(rules.iter().map(ToString::to_string).collect::<Vec<_>>(), ["@corp.com", "*.corp.com"]);
        assert_eq!(DomainRule::parse_list(" ", idna), Ok(vec![]));
    }
}
