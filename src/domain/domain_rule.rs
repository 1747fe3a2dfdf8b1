//! Which domains an open link lets in. L3

use std::{collections::HashSet, fmt};

use serde::{Deserialize, Serialize};

use super::{
    email::{DomainProblem, EmailAddress, ToAscii, parse_domain},
    text::{beginning, is_separator},
};

/// A link's form takes so many domains.
pub const DOMAINS_MAX: usize = 100;

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
    #[error("These are more than {DOMAINS_MAX} domains. Type at most so many, or make a second link.")]
    TooMany,
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
            DomainProblem::Incomplete => DomainRuleProblem::CutShort(beginning(typed, 60)),
            DomainProblem::Malformed => DomainRuleProblem::NotADomain(beginning(typed, 60)),
        })?;
        Ok(Self { domain, subdomains })
    }

    /// Reads several, separated by commas, semicolons or white space. None typed: anybody.
    ///
    /// # Errors
    /// The first that is wrong, or more than [`DOMAINS_MAX`].
    pub fn parse_list(text: &str, to_ascii: ToAscii) -> Result<Vec<Self>, DomainRuleProblem> {
        let mut rules = Vec::new();
        let mut known = HashSet::new();
        let words = text.split(|c: char| c.is_whitespace() || is_separator(c));
        for (n, word) in words.filter(|word| !word.is_empty()).enumerate() {
            // Repeated ones count too: a megabyte of one domain is no list either.
            if n == DOMAINS_MAX {
                return Err(DomainRuleProblem::TooMany);
            }
            let rule = Self::parse(word, to_ascii)?;
            if known.insert(rule.clone()) {
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

    /// Every rule that admits this address, as it is stored: `@x.eu.corp.com`, `*.eu.corp.com`,
    /// `*.corp.com` and so on. With them a database judges by comparing words, and the rule itself
    /// stays here. L3, L5
    #[must_use]
    pub fn all_that_admit(address: &EmailAddress) -> Vec<String> {
        let domain = address.domain();
        let above = domain.match_indices('.').map(|(dot, _)| format!("*{}", &domain[dot..]));
        std::iter::once(format!("@{domain}")).chain(above).collect()
    }
}

/// What becomes of an address under a rule, both as typed, in one word: `admitted`, `refused`,
/// `bad address` or `bad rule`. The words of the table that judges server and browser alike.
#[must_use]
pub fn judge(rule: &str, address: &str, to_ascii: ToAscii) -> &'static str {
    match (DomainRule::parse(rule, to_ascii), EmailAddress::parse(address, to_ascii)) {
        (Err(_), _) => "bad rule",
        (_, Err(_)) => "bad address",
        (Ok(rule), Ok(address)) if rule.admits(&address) => "admitted",
        _ => "refused",
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
        idna::domain_to_ascii_strict(domain).ok()
    }

    #[derive(Deserialize)]
    struct Case {
        rule: String,
        address: String,
        outcome: String,
        why: String,
    }

    /// The same table runs in the browser: see `src/client/domain_rule_table.rs`.
    const TABLE: &str = include_str!("../../tests/tables/domain_rule.json");

    /// L3, QUALITY 9
    #[test]
    fn every_case_of_the_table_is_judged_as_it_says() {
        let cases: Vec<Case> = serde_json::from_str(TABLE).expect("a table");
        assert!(cases.len() > 60, "the table is cut short");
        for Case { rule, address, outcome, why } in cases {
            assert_eq!(judge(&rule, &address, idna), outcome, "{rule} {address}: {why}");
        }
    }

    /// L3: the words that the database compares say the same as the rule.
    #[test]
    fn an_address_is_admitted_by_exactly_the_rules_that_it_names() {
        let cases: Vec<Case> = serde_json::from_str(TABLE).expect("a table");
        for Case { rule, address, .. } in cases {
            let (Ok(rule), Ok(address)) =
                (DomainRule::parse(&rule, idna), EmailAddress::parse(&address, idna))
            else {
                continue;
            };
            let named = DomainRule::all_that_admit(&address).contains(&rule.to_string());
            assert_eq!(named, rule.admits(&address), "{rule} {address}");
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

    /// L1, QUALITY 15
    #[test]
    fn a_long_list_is_refused_before_it_is_work() {
        let many = |n: usize| (0..n).map(|n| format!("d{n}.com，")).collect::<String>();
        assert_eq!(
            DomainRule::parse_list(&many(DOMAINS_MAX), idna).map(|rules| rules.len()),
            Ok(DOMAINS_MAX)
        );
        assert_eq!(DomainRule::parse_list(&many(DOMAINS_MAX + 1), idna), Err(DomainRuleProblem::TooMany));
        assert_eq!(DomainRule::parse_list(&"x.com ".repeat(200_000), idna), Err(DomainRuleProblem::TooMany));
        let long = DomainRule::parse_list(&"x".repeat(1 << 20), idna).expect_err("no domain");
        assert!(long.to_string().len() < 300, "{long}");
    }

    proptest::proptest! {
        /// L1: a rule is a domain that stands in the text, and the same when it is read again.
        #[test]
        fn a_rule_that_is_shown_is_read_again(text in "(\\PC{0,6}|[@*.a-z]{0,6}[a-z]\\.com|[,; \n]|\u{200b}){0,6}") {
            if let Ok(rules) = DomainRule::parse_list(&text, idna) {
                let shown = rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                proptest::prop_assert_eq!(DomainRule::parse_list(&shown, |_| None), Ok(rules.clone()));
                let seen = text.replace(crate::domain::text::is_ignorable, "").to_lowercase();
                for rule in rules {
                    let is_ascii = !rule.domain.contains("xn--") && text.is_ascii();
                    proptest::prop_assert!(!is_ascii || seen.contains(&rule.domain), "{} in {:?}", rule, text);
                }
            }
        }
    }
}
