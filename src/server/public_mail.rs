//! Mail providers at which anybody gets a mailbox: their domains belong to no company. S1
//!
//! The list is npm's `free-email-domains` 1.12.6 (MIT, Kiko Beats), one domain a line, sorted:
//! <https://github.com/Kikobeats/free-email-domains>. To renew it, sort its `domains.json` into the file.

const DOMAINS: &str = include_str!("public_mail_domains.txt");

/// Whether anybody gets a mailbox at this domain, which is in ASCII and lower case.
#[must_use]
pub fn is_public(domain: &str) -> bool {
    // Subdomains of such a provider are not for companies either.
    let parents = domain.match_indices('.').map(|(dot, _)| &domain[dot + 1..]);
    std::iter::once(domain).chain(parents).any(|domain| DOMAINS.lines().any(|line| line == domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S1
    #[test]
    fn public_mail_domains_are_known() {
        for domain in ["gmail.com", "outlook.com", "yahoo.co.uk", "gmx.de", "proton.me", "mail.gmail.com"] {
            assert!(is_public(domain), "{domain}");
        }
        for domain in ["company.com", "acme.com", "example.com", "notgmail.com", "gmail.com.company.com"] {
            assert!(!is_public(domain), "{domain}");
        }
    }
}
