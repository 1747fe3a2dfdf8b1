//! Slips of the finger in addresses: what somebody most likely meant. I1
//!
//! A suggestion is offered, never taken by itself.

use super::email::{EmailAddress, ToAscii};

/// Domains that many people have their mail at.
const COMMON: [&str; 19] = [
    "gmail.com",
    "mail.com",
    "ymail.com",
    "email.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.co.uk",
    "hotmail.com",
    "hotmail.co.uk",
    "outlook.com",
    "live.com",
    "msn.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "proton.me",
    "protonmail.com",
    "gmx.de",
    "web.de",
];

/// Endings that are no top-level domain, and what was meant.
const ENDINGS: [(&str, &str); 9] = [
    (".con", ".com"),
    (".cmo", ".com"),
    (".ocm", ".com"),
    (".comm", ".com"),
    (".vom", ".com"),
    (".xom", ".com"),
    (".nte", ".net"),
    (".ogr", ".org"),
    (".og", ".org"),
];

/// The address that was most likely meant by `typed`, when that is clear; `None` where it is fine
/// as it stands or nobody can tell. `familiar` are the domains of the people around: the lead's own,
/// and those that stand in the same list more than once.
#[must_use]
pub fn suggest(typed: &str, familiar: &[String], to_ascii: ToAscii) -> Option<EmailAddress> {
    let typed = typed.trim().trim_end_matches('.');
    let (local, domain) = typed.rsplit_once('@')?;
    if domain.len() > 100 {
        return None;
    }
    let domain = domain.to_lowercase();
    let meant = meant_domain(&domain, familiar)?;
    let meant = EmailAddress::parse(&format!("{local}@{meant}"), to_ascii).ok()?;
    (meant.domain() != domain).then_some(meant)
}

fn meant_domain(domain: &str, familiar: &[String]) -> Option<String> {
    let known = || familiar.iter().map(String::as_str).chain(COMMON);
    if domain.is_empty() || known().any(|one| one == domain) {
        return None;
    }
    // Cut short: `northwind` for `northwind.example`, `gmail` for `gmail.com`.
    if !domain.contains('.') {
        return known().find(|one| one.split('.').next() == Some(domain)).map(str::to_owned);
    }
    let ending =
        ENDINGS.iter().find_map(|(wrong, right)| Some(domain.strip_suffix(wrong)?.to_owned() + right));
    if ending.is_some() {
        return ending;
    }
    // Two letters swapped, one too many, one missing or one wrong, in a name long enough to tell.
    known().find(|one| one.len() > 6 && strsim::osa_distance(one, domain) == 1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(typed: &str) -> Option<String> {
        let familiar = ["northwind.example".to_owned(), "x.com".to_owned()];
        suggest(typed, &familiar, |_| None).map(|address| address.to_string())
    }

    /// I1
    #[test]
    fn a_clear_slip_is_mended() {
        for (typed, meant) in [
            ("magnus@northwind", "magnus@northwind.example"),
            ("magnus@northwnd.example", "magnus@northwind.example"),
            ("magnus@nortwhind.example", "magnus@northwind.example"),
            ("ada@gmial.com", "ada@gmail.com"),
            ("ada@gmail.con", "ada@gmail.com"),
            ("ada@gmail", "ada@gmail.com"),
            ("Ada+t@Hotmial.com", "Ada+t@hotmail.com"),
            ("ada@corp.comm", "ada@corp.com"),
        ] {
            assert_eq!(suggested(typed).as_deref(), Some(meant), "{typed}");
        }
    }

    /// QUALITY 15: nothing is compared with a megabyte.
    #[test]
    fn a_long_text_has_no_suggestion() {
        assert_eq!(suggested(&format!("ada@{}gmail.con", "x".repeat(1 << 20))), None);
    }

    proptest::proptest! {
        /// I1: a suggestion is an address of the same person at another domain.
        #[test]
        fn a_suggestion_changes_the_domain_alone(typed in "([a-z]{1,3}|\\PC{0,4})@(g?ma?i?l|hotmai?l|\\PC{0,3})(\\.co?[mn]?)?") {
            if let Some(meant) = suggested(&typed) {
                let (local, domain) = typed.trim().rsplit_once('@').expect("has one");
                let kept = local.replace(crate::domain::text::is_ignorable, "");
                proptest::prop_assert_eq!(meant.rsplit_once('@').map(|(local, _)| local), Some(kept.trim_start()));
                let same = format!("@{domain}");
                proptest::prop_assert!(!meant.ends_with(&same));
            }
        }
    }

    /// I1: what may well be right is left alone.
    #[test]
    fn what_is_fine_or_unclear_stays() {
        for typed in [
            "ada@northwind.example",
            "ada@gmail.com",
            "ada@corp.com",
            "ada@y.com",
            "ada@northwind.example.org",
            "ada@",
            "ada",
            "a b@gmail",
            "ada@mail.com",
        ] {
            assert_eq!(suggested(typed), None, "{typed}");
        }
    }
}
