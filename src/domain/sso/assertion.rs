//! What a provider's verified token says of somebody, and whether that is enough. S2, S3

use super::{claim::CompanyDomain, provider::Preset, trouble::Trouble};
use crate::domain::email::{EmailAddress, ToAscii};

/// The claims of a token whose signature, issuer, audience, nonce and time are right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    pub issuer: String,
    /// The provider's name for the person, which never changes and is never given to another.
    pub subject: String,
    pub email: Option<String>,
    pub email_verified: Option<bool>,
    pub name: Option<String>,
    /// Google: the domain of the directory that manages the account.
    pub hosted_domain: Option<String>,
    /// The values of the claim that says the sub-team.
    pub groups: Vec<String>,
}

/// A person, as their provider knows them: the address is the provider's to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    pub issuer: String,
    pub subject: String,
    pub address: EmailAddress,
    pub name: Option<String>,
    pub groups: Vec<String>,
}

impl Claims {
    /// Whether the provider's word is enough for the address. `is_own` says whether a domain is the
    /// organization's.
    ///
    /// # Errors
    /// No address, not a verified one, or not of a domain that the organization has proved.
    pub fn assert(
        self,
        preset: Preset,
        to_ascii: ToAscii,
        is_own: impl Fn(&CompanyDomain) -> bool,
    ) -> Result<Assertion, Trouble> {
        let email = self.email.ok_or(Trouble::NoAddress)?;
        let address = EmailAddress::parse(&email, to_ascii).map_err(|_| Trouble::NoAddress)?;
        match self.email_verified {
            Some(true) => {}
            None if preset.vouches_for_addresses() => {}
            _ => return Err(Trouble::AddressUnverified),
        }
        let domain = CompanyDomain::of(&address);
        if !is_own(&domain) {
            return Err(Trouble::NotYourDomain { domain: domain.to_string() });
        }
        if preset.needs_hosted_domain() {
            let hosted = self.hosted_domain.ok_or(Trouble::NotManaged)?;
            if !is_own(&CompanyDomain::stored(hosted.to_ascii_lowercase())) {
                return Err(Trouble::NotManaged);
            }
        }
        let Self { issuer, subject, name, groups, .. } = self;
        Ok(Assertion { issuer, subject, address, name, groups })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(email: Option<&str>, verified: Option<bool>, hosted: Option<&str>) -> Claims {
        Claims {
            email: email.map(str::to_owned),
            email_verified: verified,
            hosted_domain: hosted.map(str::to_owned),
            ..Claims::default()
        }
    }

    fn trouble(preset: Preset, claims: Claims) -> Option<Trouble> {
        claims.assert(preset, |_| None, |domain| domain.as_str() == "acme.com").err()
    }

    /// S2, QUALITY 12
    #[test]
    fn only_a_verified_address_of_the_organizations_own_domain_will_do() {
        let foreign = Trouble::NotYourDomain { domain: "evil.com".into() };
        for (preset, email, verified, hosted, expected) in [
            (Preset::Other, Some("ada@acme.com"), Some(true), None, None),
            (Preset::Other, Some("Ada@ACME.com"), Some(true), None, None),
            (Preset::Other, Some("ada@acme.com"), Some(false), None, Some(Trouble::AddressUnverified)),
            (Preset::Other, Some("ada@acme.com"), None, None, Some(Trouble::AddressUnverified)),
            (Preset::Other, None, Some(true), None, Some(Trouble::NoAddress)),
            (Preset::Other, Some("ada"), Some(true), None, Some(Trouble::NoAddress)),
            (Preset::Other, Some("ada@evil.com"), Some(true), None, Some(foreign.clone())),
            (
                Preset::Other,
                Some("ada@acme.com.evil.com"),
                Some(true),
                None,
                Some(Trouble::NotYourDomain { domain: "acme.com.evil.com".into() }),
            ),
            (
                Preset::Other,
                Some("ada@eu.acme.com"),
                Some(true),
                None,
                Some(Trouble::NotYourDomain { domain: "eu.acme.com".into() }),
            ),
            (Preset::Entra, Some("ada@acme.com"), None, None, None),
            (Preset::Entra, Some("ada@acme.com"), Some(false), None, Some(Trouble::AddressUnverified)),
            (Preset::Entra, Some("ada@evil.com"), None, None, Some(foreign)),
            (Preset::Google, Some("ada@acme.com"), Some(true), Some("acme.com"), None),
            (Preset::Google, Some("ada@acme.com"), Some(true), None, Some(Trouble::NotManaged)),
            (Preset::Google, Some("ada@acme.com"), Some(true), Some("evil.com"), Some(Trouble::NotManaged)),
            (Preset::Google, Some("ada@acme.com"), None, Some("acme.com"), Some(Trouble::AddressUnverified)),
        ] {
            assert_eq!(trouble(preset, claims(email, verified, hosted)), expected, "{preset:?} {email:?}");
        }
    }
}
