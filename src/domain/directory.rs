//! People and groups as a customer's directory describes them (SCIM), and what Headcount makes of that:
//! an address, a name, a title. S6

use serde::{Deserialize, Serialize};

use super::{
    email::{AddressProblem, EmailAddress, ToAscii},
    member::{NAME_MAX, TITLE_MAX},
    text,
};

/// A text that a directory sends has at most so many bytes: people are looked up by some of them, and an index
/// of the database takes no more than 2,700, in small letters, which may have more than capitals.
pub const DIRECTORY_TEXT_MAX: usize = 1_000;
/// A person has at most so many addresses in the directory.
pub const DIRECTORY_EMAILS_MAX: usize = 20;

/// A person, in the attributes that Headcount keeps, as the directory sent them. RFC 7643, 4.1
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    pub user_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ProfileName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<ProfileEmail>,
    #[serde(default = "by_default")]
    pub active: bool,
}

/// The parts of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileName {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
}

/// One of a person's addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileEmail {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
}

const fn by_default() -> bool {
    true
}

/// What Headcount makes of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    pub address: EmailAddress,
    /// `None` where the directory says none.
    pub name: Option<String>,
    pub title: Option<String>,
}

/// Why nothing can be made of a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileProblem {
    #[error("userName is missing.")]
    NoUserName,
    #[error("{0} is longer than {DIRECTORY_TEXT_MAX} bytes.")]
    TooLong(&'static str),
    #[error("{0} has control characters in it.")]
    NotPrintable(&'static str),
    #[error("There are more than {DIRECTORY_EMAILS_MAX} emails.")]
    TooManyEmails,
    #[error("Neither emails nor userName has an email address, and Headcount needs one.")]
    NoAddress,
    #[error("{address}: {problem}")]
    Address { address: String, problem: AddressProblem },
}

impl Profile {
    /// The address, name and title that follow from it. The address is the primary one, else the one for
    /// work, else the first; else the user name.
    ///
    /// # Errors
    /// A text cannot be kept, or there is no address.
    pub fn describe(&self, to_ascii: ToAscii) -> Result<Described, ProfileProblem> {
        self.check()?;
        let typed = self.chosen_email().or_else(|| self.user_name.contains('@').then_some(&*self.user_name));
        let typed = typed.ok_or(ProfileProblem::NoAddress)?;
        let address = EmailAddress::parse(typed, to_ascii)
            .map_err(|problem| ProfileProblem::Address { address: typed.to_owned(), problem })?;
        let title = self.title.as_deref().and_then(|title| shortened(title, TITLE_MAX));
        Ok(Described { address, name: self.full_name(), title })
    }

    fn check(&self) -> Result<(), ProfileProblem> {
        if self.user_name.trim().is_empty() {
            return Err(ProfileProblem::NoUserName);
        }
        if self.emails.len() > DIRECTORY_EMAILS_MAX {
            return Err(ProfileProblem::TooManyEmails);
        }
        let name = self.name.as_ref();
        let texts = [
            ("userName", Some(&self.user_name)),
            ("externalId", self.external_id.as_ref()),
            ("displayName", self.display_name.as_ref()),
            ("title", self.title.as_ref()),
            ("name.formatted", name.and_then(|name| name.formatted.as_ref())),
            ("name.familyName", name.and_then(|name| name.family_name.as_ref())),
            ("name.givenName", name.and_then(|name| name.given_name.as_ref())),
        ];
        let emails = self.emails.iter().flat_map(|email| [email.value.as_ref(), email.kind.as_ref()]);
        let texts = texts.into_iter().chain(emails.map(|text| ("emails", text)));
        texts.filter_map(|(what, text)| Some((what, text?))).try_for_each(|(what, text)| check(what, text))
    }

    fn chosen_email(&self) -> Option<&str> {
        let is_primary = |email: &&ProfileEmail| email.primary == Some(true);
        let is_for_work = |email: &&ProfileEmail| {
            email.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("work"))
        };
        let emails = || self.emails.iter().filter(|email| email.value.is_some());
        let chosen =
            emails().find(is_primary).or_else(|| emails().find(is_for_work)).or_else(|| emails().next());
        chosen.and_then(|email| email.value.as_deref())
    }

    /// As a member's name; `None` where the directory says none.
    fn full_name(&self) -> Option<String> {
        let parts = self.name.as_ref();
        let joined = parts.map(|name| {
            [&name.given_name, &name.family_name]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
        });
        [
            self.display_name.clone(),
            parts.and_then(|name| name.formatted.clone()),
            joined.map(|parts| parts.join(" ")),
        ]
        .into_iter()
        .flatten()
        .find_map(|name| shortened(&name, NAME_MAX))
    }
}

/// Whether a text of the directory's can be kept.
///
/// # Errors
/// Too long, or with control characters.
pub fn check(what: &'static str, typed: &str) -> Result<(), ProfileProblem> {
    if typed.len() > DIRECTORY_TEXT_MAX {
        Err(ProfileProblem::TooLong(what))
    } else if typed.chars().any(char::is_control) {
        Err(ProfileProblem::NotPrintable(what))
    } else {
        Ok(())
    }
}

/// A line of ours; `None` where nothing of it can be shown. The directory's owner cannot be asked to shorten
/// what is too long.
fn shortened(typed: &str, max: usize) -> Option<String> {
    let cut: String = text::squeeze(typed).chars().take(max).collect();
    text::line("", &cut, max).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(user_name: &str) -> Profile {
        Profile {
            user_name: user_name.into(),
            external_id: None,
            name: None,
            display_name: None,
            title: None,
            emails: Vec::new(),
            active: true,
        }
    }

    fn email(value: &str, kind: &str, primary: bool) -> ProfileEmail {
        ProfileEmail { value: Some(value.into()), kind: Some(kind.into()), primary: primary.then_some(true) }
    }

    /// S6
    #[test]
    fn the_address_is_the_one_that_the_directory_means() {
        let by_name = profile("Ada@acme.com");
        let one = Profile { emails: vec![email("a@acme.com", "home", false)], ..profile("ada") };
        let work = Profile {
            emails: vec![email("a@acme.com", "home", false), email("b@acme.com", "Work", false)],
            ..profile("ada@acme.com")
        };
        let primary = Profile {
            emails: vec![email("b@acme.com", "work", false), email("c@acme.com", "home", true)],
            ..profile("ada@acme.com")
        };
        for (profile, address) in
            [(by_name, "Ada@acme.com"), (one, "a@acme.com"), (work, "b@acme.com"), (primary, "c@acme.com")]
        {
            assert_eq!(profile.describe(|_| None).unwrap().address.to_string(), address);
        }
        assert_eq!(profile("ada").describe(|_| None), Err(ProfileProblem::NoAddress));
        assert_eq!(profile(" ").describe(|_| None), Err(ProfileProblem::NoUserName));
        assert!(matches!(profile("a@b@c").describe(|_| None), Err(ProfileProblem::Address { .. })));
    }

    /// S6
    #[test]
    fn the_name_is_the_one_to_be_shown_and_fits() {
        let parts = ProfileName {
            formatted: None,
            family_name: Some("Lovelace".into()),
            given_name: Some("Ada".into()),
        };
        let mut ada = Profile { name: Some(parts), title: Some("x".repeat(900)), ..profile("a@acme.com") };
        let described = ada.describe(|_| None).unwrap();
        assert_eq!(described.name.as_deref(), Some("Ada Lovelace"));
        assert_eq!(described.title.map(|title| title.len()), Some(TITLE_MAX));
        ada.display_name = Some("  Ada   King ".into());
        assert_eq!(ada.describe(|_| None).unwrap().name.as_deref(), Some("Ada King"));
        assert_eq!(profile("a@acme.com").describe(|_| None).unwrap().name, None);
    }

    /// S6, N1
    #[test]
    fn what_cannot_be_kept_is_refused() {
        let nul = Profile { display_name: Some("a\0b".into()), ..profile("a@acme.com") };
        assert_eq!(nul.describe(|_| None), Err(ProfileProblem::NotPrintable("displayName")));
        let long = Profile { external_id: Some("x".repeat(1_001)), ..profile("a@acme.com") };
        assert_eq!(long.describe(|_| None), Err(ProfileProblem::TooLong("externalId")));
        let long = Profile { external_id: Some("𐀀".repeat(251)), ..profile("a@acme.com") };
        assert_eq!(long.describe(|_| None), Err(ProfileProblem::TooLong("externalId")));
        let many = Profile { emails: vec![email("a@acme.com", "work", false); 21], ..profile("a@acme.com") };
        assert_eq!(many.describe(|_| None), Err(ProfileProblem::TooManyEmails));
    }
}
