//! One e-mail address. An [`EmailAddress`] is valid because it exists. I2
//!
//! Lists of addresses, as people paste them, are in `address_list`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::{beginning, is_ignorable, is_joiner};

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

/// Why a text is not an address that mail can be sent to, or an entry of a list not clearly one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
pub enum AddressProblem {
    #[error("Type an email address.")]
    Missing,
    #[error("There is no @ in it.")]
    NoAt,
    #[error("The part before the @ is missing.")]
    NoLocalPart,
    #[error("The address is cut short: after the @ comes a domain such as company.com.")]
    CutShort,
    #[error("{}", bad_character(*.0))]
    BadCharacter(char),
    #[error("Before the @ a dot stands at the start, at the end or twice.")]
    BadDots,
    /// Some mail server would deliver it elsewhere, or run it.
    #[error(
        "Before the @ there is “{0}”, which some mail servers read in another way. Use an address without it."
    )]
    Misread(String),
    #[error("“{0}” is not a domain.")]
    BadDomain(String),
    #[error("The address is longer than mail servers take.")]
    TooLong,
    /// It can be read in more than one way.
    #[error("It is not clear which address is meant. Type that one alone.")]
    Unclear,
    /// A row of a table that cannot be read as it stands.
    #[error("Line {0} has a character that cannot be read. Type the address again.")]
    BadLine(usize),
}

fn bad_character(c: char) -> String {
    match c {
        '@' => "There are two @ signs in it.".into(),
        c if c.is_control() => "There is a character in it that cannot be seen. Type it again.".into(),
        c => format!("Before the @ there is “{c}”, which mail servers do not take."),
    }
}

/// What UTS 46 takes for dots of a domain as well. Two of them end a sentence elsewhere.
const WIDE_DOTS: [char; 3] = ['。', '．', '｡'];

/// Longer texts are not looked at: the longest address has 254 characters, and a domain may be typed
/// in letters that take more room than their ASCII form.
const LOOKED_AT: usize = 1_000;

impl EmailAddress {
    /// Reads one address: no display name, no brackets, outer space trimmed. RFC 5321, 4.1.2.
    ///
    /// What nobody sees falls away. Stricter than the RFC where mail servers differ: quoted local
    /// parts (`"a b"@c.d`) are refused, for no mailbox that people have uses them and their inner `@`
    /// has fooled domain checks elsewhere; and so is what some server takes for an encoded word, a
    /// route or a command.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    pub fn parse(text: &str, to_ascii: ToAscii) -> Result<Self, AddressProblem> {
        let address = Self::read(text, to_ascii)?;
        // `ada@x.com。Then`: the end of a sentence, or a dot of the domain?
        if text.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.') && domain.contains(WIDE_DOTS))
        {
            return Err(AddressProblem::Unclear);
        }
        match misread(&address.local) {
            Some(part) => Err(AddressProblem::Misread(part.to_owned())),
            None => Ok(address),
        }
    }

    fn read(text: &str, to_ascii: ToAscii) -> Result<Self, AddressProblem> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_ignorable(c));
        if text.is_empty() {
            return Err(AddressProblem::Missing);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressProblem::NoAt)?;
        if text.len() > LOOKED_AT {
            return Err(AddressProblem::TooLong);
        }
        let local = local.replace(is_ignorable, "");
        check_local(&local)?;
        let domain = parse_domain(domain, to_ascii).map_err(|problem| match problem {
            DomainProblem::Incomplete => AddressProblem::CutShort,
            DomainProblem::Malformed => AddressProblem::BadDomain(beginning(domain, 60)),
        })?;
        if local.len() > 64 || local.len() + 1 + domain.len() > 254 {
            return Err(AddressProblem::TooLong);
        }
        Ok(Self { local, domain })
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

/// For addresses that were parsed before and come back from the database or to the browser, so their
/// domain is ASCII already. Those that were taken when the rule was milder can still be read; what a
/// browser sends is text and goes through [`EmailAddress::parse`].
impl TryFrom<String> for EmailAddress {
    type Error = AddressProblem;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text, |_| None)
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

/// Reads a domain with at least two labels into its ASCII lower-case form. RFC 1123, RFC 5890. What
/// nobody sees falls away, but for joiners, which are letters' business: UTS 46 says where they stand.
///
/// # Errors
/// Incomplete or malformed.
pub fn parse_domain(text: &str, to_ascii: ToAscii) -> Result<String, DomainProblem> {
    if text.len() > LOOKED_AT {
        return Err(DomainProblem::Malformed);
    }
    let domain = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        let seen = text.replace(|c| is_ignorable(c) && !is_joiner(c), "");
        if seen.is_ascii() {
            seen.to_ascii_lowercase()
        } else {
            to_ascii(&seen).ok_or(DomainProblem::Malformed)?
        }
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

/// The part of a valid local part that some mail server reads as something else, if there is any.
///
/// - `=?…?=` is an encoded word to relays that decode too much (RFC 2047), `=40` an octet (RFC 2045);
/// - `%` and `!` are routes: Postfix rewrites `user%domain` and `site!user` unless told not to, Exim
///   refuses them unless told not to;
/// - a leading `-` is an option to programs, `|` and `/` a pipe and a file to Sendmail, `/` a folder to
///   Cyrus, `` ` ``, `$`, `{` and `}` once ran commands in Exim;
/// - `*`, `?` and `^` are in no mailbox that people have; they come from footnotes, emphasis, patterns
///   and letters that got lost on the way.
fn misread(local: &str) -> Option<&str> {
    let octet = |at: usize| {
        let hex = local.as_bytes().get(at + 1..at + 3)?;
        hex.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')).then(|| &local[at..at + 3])
    };
    let one = |at: usize| &local[at..=at];
    if let Some(at) = local.find("=?").or_else(|| local.find("?=")) {
        return Some(&local[at..at + 2]);
    }
    if let Some(at) = local.find(['%', '!', '|', '/', '`', '$', '{', '}', '*', '?', '^']) {
        return Some(one(at));
    }
    local.starts_with('-').then(|| one(0)).or_else(|| local.match_indices('=').find_map(|(at, _)| octet(at)))
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

    /// L3, QUALITY 9: what a relay, a mail server or a program could read as another address.
    #[test]
    fn what_some_server_reads_otherwise_is_refused() {
        for (local, part) in [
            ("=?utf-8?q?x=40evil.io=3e?=", "=?"),
            ("x?=", "?="),
            ("x=40evil.io", "=40"),
            ("x%evil.io", "%"),
            ("evil.io!x", "!"),
            ("|/bin/true", "|"),
            ("/etc/passwd", "/"),
            ("a/b", "/"),
            ("-oQ/tmp", "/"),
            ("-bs", "-"),
            ("`id`", "`"),
            ("${run{x}}", "$"),
            ("*ada*", "*"),
            ("j?rgen", "?"),
        ] {
            let problem = Err(AddressProblem::Misread(part.into()));
            assert_eq!(parse(&format!("{local}@company.example")), problem, "{local}");
        }
        for local in
            ["o'neil", "r&d", "ada+hs", "ada_x.com#EXT#", "list=ada", "a=b=c", "a~b", "_ada_", "ada-"]
        {
            assert!(parse(&format!("{local}@company.example")).is_ok(), "{local}");
        }
        for written in ["x%evil.io@company.example", "=?q?x?=@company.example"] {
            assert!(EmailAddress::try_from(written.to_owned()).is_ok(), "{written} is in some database");
        }
    }

    /// I1: what nobody sees is in no address, and splits none.
    #[test]
    fn invisible_characters_fall_away() {
        for written in [
            "ca\u{2060}rol@acme.test",
            "ca\u{200b}rol@acme.test",
            "\u{feff}carol@acme.test\u{200e} ",
            "ca\u{200d}rol@ac\u{ad}me.te\u{200f}st",
            "carol\u{fe0f}@\u{202a}acme.test\u{202c}",
        ] {
            assert_eq!(parse(written).map(|a| a.key()).as_deref(), Ok("carol@acme.test"), "{written:?}");
        }
        let persian =
            parse("a@نامه\u{200c}ای.com").expect("a joiner between these letters is part of the domain");
        assert_ne!(persian, parse("a@نامهای.com").expect("another domain"));
        assert!(parse("a@ac\u{200c}me.test").is_err(), "and nowhere else");
    }

    /// QUALITY 15: nothing of a megabyte is decoded, and little of it is said back.
    #[test]
    fn a_long_text_is_refused_unread() {
        let letters: String = ('\u{4e00}'..'\u{9fa5}').cycle().take(300_000).collect();
        let never = |_: &str| -> Option<String> { panic!("is looked at") };
        assert_eq!(EmailAddress::parse(&format!("a@{letters}.com"), never), Err(AddressProblem::TooLong));
        assert_eq!(EmailAddress::parse(&format!("{letters}@x.com"), never), Err(AddressProblem::TooLong));
        assert_eq!(parse_domain(&letters, never), Err(DomainProblem::Malformed));
        let domain = parse(&format!("a@{}", "x_".repeat(400)));
        assert!(domain.is_err_and(|problem| problem.to_string().len() < 200));
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

    proptest::proptest! {
        /// I2, L3: an address is one plain word with one `@`, and stays what it is when it is read again.
        #[test]
        fn an_address_is_one_plain_word(text in "(\\PC|[a-z@.+-]|[%!=?/ \u{200b}\r\n\"]){0,12}@([a-z]{1,4}\\.com|\\PC{0,12})") {
            if let Ok(address) = parse(&text) {
                let written = address.to_string();
                proptest::prop_assert!(written.bytes().all(|byte| byte.is_ascii_graphic()), "{}", written);
                proptest::prop_assert_eq!(written.matches('@').count(), 1);
                proptest::prop_assert!(!written.contains(['"', '(', ')', '<', '>', ',', ';', ':', '\\', '%', '!', '|', '/']));
                proptest::prop_assert_eq!(parse(&written), Ok(address.clone()));
                proptest::prop_assert_eq!(EmailAddress::try_from(written), Ok(address));
            }
        }
    }
}
