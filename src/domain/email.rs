//! One e-mail address. An [`EmailAddress`] is valid because it exists. I2
//!
//! Lists of addresses, as people paste them, are in `address_list`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Turns an internationalized domain into its ASCII form (UTS 46), or says that there is none.
///
/// Handed in, because the server brings its own tables and the browser has them built in.
pub type ToAscii = fn(&str) -> Option<String>;

/// An address that mail can be sent to.
///
/// Two addresses are the same person's when their [`key`](Self::key)s are equal: the whole address
/// case-folded, the domain in ASCII. A plus-tag is part of the address. I2
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    local: String,
    domain: String,
}

/// Why a text is not an address that mail can be sent to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum AddressProblem {
    #[error("Type an email address.")]
    Missing,
    #[error("There is no @ in it.")]
    NoAt,
    #[error("Nothing stands before the @.")]
    NoLocalPart,
    #[error("The address is cut short: after the @ comes a domain such as company.com.")]
    CutShort,
    #[error("Before the @ there is “{0}”, which mail servers do not take.")]
    BadCharacter(char),
    #[error("Before the @ a dot stands at the start, at the end or twice.")]
    BadDots,
    #[error("“{0}” is not a domain.")]
    BadDomain(String),
    #[error("The address is longer than mail servers take.")]
    TooLong,
}

impl EmailAddress {
    /// Reads one address: no display name, no brackets, outer space trimmed. RFC 5321, 4.1.2.
    ///
    /// Stricter than the RFC in one thing: quoted local parts (`"a b"@c.d`) are refused, for no
    /// mailbox that people have uses them and their inner `@` has fooled domain checks elsewhere.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    pub fn parse(text: &str, to_ascii: ToAscii) -> Result<Self, AddressProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressProblem::Missing);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressProblem::NoAt)?;
        check_local(local)?;
        let domain = parse_domain(domain, to_ascii).map_err(|problem| match problem {
            DomainProblem::Incomplete => AddressProblem::CutShort,
            DomainProblem::Malformed => AddressProblem::BadDomain(domain.to_owned()),
        })?;
        if local.len() > 64 || local.len() + 1 + domain.len() > 254 {
            return Err(AddressProblem::TooLong);
        }
        Ok(Self { local: local.to_owned(), domain })
    }

    /// What addresses are compared by. I2
    #[must_use]
    pub fn key(&self) -> String {
        self.to_string().to_lowercase()
    }

    /// What follows the `@`: ASCII, lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// A name to begin with, made of what stands before the `@`: `ada.lovelace` → `Ada Lovelace`.
    #[must_use]
    pub fn suggested_name(&self) -> String {
        let local = self.local.split('+').next().unwrap_or_default();
        let words = local.split(['.', '_', '-']).filter(|word| !word.is_empty());
        words
            .map(|word| {
                let mut chars = word.chars();
                chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<String>()
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.to_string()
    }
}

/// For addresses that were parsed before and come back from the database or the wire, so their
/// domain is ASCII already.
impl TryFrom<String> for EmailAddress {
    type Error = AddressProblem;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text, |_| None)
    }
}

/// Why a text is not a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainProblem {
    /// Empty, or a single label.
    Incomplete,
    /// Has something in it that no domain has.
    Malformed,
}

/// Reads a domain with at least two labels into its ASCII lower-case form. RFC 1123, RFC 5890.
///
/// # Errors
/// Incomplete or malformed.
pub fn parse_domain(text: &str, to_ascii: ToAscii) -> Result<String, DomainProblem> {
    let domain = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        to_ascii(text).ok_or(DomainProblem::Malformed)?
    };
    if domain.is_empty() {
        return Err(DomainProblem::Incomplete);
    }
    let labels: Vec<&str> = domain.split('.').collect();
    if domain.len() > 253 || !labels.iter().all(|label| is_label(label)) {
        let cut_at_dot = domain.strip_suffix('.').is_some_and(|rest| rest.split('.').all(is_label));
        return Err(if cut_at_dot { DomainProblem::Incomplete } else { DomainProblem::Malformed });
    }
    let [.., _, last] = labels.as_slice() else { return Err(DomainProblem::Incomplete) };
    if last.len() < 2 || last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(if last.len() < 2 { DomainProblem::Incomplete } else { DomainProblem::Malformed });
    }
    Ok(domain)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn check_local(local: &str) -> Result<(), AddressProblem> {
    if local.is_empty() {
        return Err(AddressProblem::NoLocalPart);
    }
    let odd = local.chars().find(|c| !c.is_ascii_alphanumeric() && !"!#$%&'*+-/=?^_`{|}~.".contains(*c));
    if let Some(odd) = odd {
        return Err(AddressProblem::BadCharacter(odd));
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(AddressProblem::BadDots);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idna(domain: &str) -> Option<String> {
        idna::domain_to_ascii(domain).ok()
    }

    fn parse(text: &str) -> Result<EmailAddress, AddressProblem> {
        EmailAddress::parse(text, idna)
    }

    /// I2
    #[test]
    fn addresses_are_compared_by_their_folded_whole() {
        for (written, key) in [
            ("Ada@X.com", "ada@x.com"),
            (" ada+Tag@x.com ", "ada+tag@x.com"),
            ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
            ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
            ("o'neil@x.co.uk", "o'neil@x.co.uk"),
        ] {
            assert_eq!(parse(written).map(|address| address.key()), Ok(key.to_owned()));
        }
        assert_ne!(parse("ada@x.com").map(|a| a.key()), parse("ada+1@x.com").map(|a| a.key()));
    }

    /// I1, N1
    #[test]
    fn what_is_wrong_is_said() {
        use AddressProblem::*;
        for (written, problem) in [
            ("", Missing),
            ("ada", NoAt),
            ("@x.com", NoLocalPart),
            ("ada@", CutShort),
            ("ada@northwind", CutShort),
            ("ada@northwind.", CutShort),
            ("ada@x.com.", CutShort),
            ("ada@x.c", CutShort),
            ("a da@x.com", BadCharacter(' ')),
            ("\"a@corp.com\"@evil.com", BadCharacter('"')),
            ("a@b@x.com", BadCharacter('@')),
            ("a\r\nb@x.com", BadCharacter('\r')),
            ("ada.@x.com", BadDots),
            ("a..b@x.com", BadDots),
            ("ada@x_y.com", BadDomain("x_y.com".into())),
            ("ada@-x.com", BadDomain("-x.com".into())),
            ("ada@x..com", BadDomain("x..com".into())),
            ("ada@127.0.0.1", CutShort),
            ("ada@10.20.30.40", BadDomain("10.20.30.40".into())),
        ] {
            assert_eq!(parse(written), Err(problem), "{written}");
        }
        assert_eq!(parse(&format!("{}@x.com", "a".repeat(65))), Err(TooLong));
    }

    #[test]
    fn a_name_is_suggested() {
        assert_eq!(parse("ada.love-lace+x@x.com").map(|a| a.suggested_name()), Ok("Ada Love Lace".into()));
    }

    #[test]
    fn an_address_survives_the_wire() {
        let address = parse("ada@bücher.example").expect("valid");
        let json = serde_json::to_string(&address).expect("serializes");
        assert_eq!(serde_json::from_str::<EmailAddress>(&json).expect("reads"), address);
        assert!(serde_json::from_str::<EmailAddress>("\"ada\"").is_err());
    }
}
