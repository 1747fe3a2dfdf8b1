//! How an organization shows itself to whoever it invites: its name, logo, website, and where to write for
//! help. J1, L8

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    email::{EmailAddress, ToAscii, parse_domain},
    ids::LogoId,
    photo::PhotoRefusal,
};

/// Characters that a website has at most.
pub const WEBSITE_MAX: usize = 200;
/// Bytes that the file of a logo has at most.
pub const LOGO_BYTES_MAX: u64 = 5 * 1024 * 1024;
/// Pixels that the shorter side of a logo has at least.
pub const LOGO_SIDE_MIN: u32 = 48;

/// Days between asking for an organization's deletion and the deletion. P8
pub const GRACE_DAYS: i32 = 7;

/// Why an organization is not deleted, or not kept. P8
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDeleted {
    #[error("This is not the organization’s name. Type it as it stands here: {name}")]
    OtherName { name: String },
    #[error("The deletion is not asked for any more, or has begun. Reload the page to see which.")]
    NotAsked,
}

/// What an organization says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub name: String,
    pub face: Face,
}

/// What stands beside an organization's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    pub logo: Option<LogoId>,
    pub website: Option<Website>,
    /// Whom people write to who do not get on.
    pub support: Option<EmailAddress>,
}

impl LogoId {
    /// Where the logo is to be had, whoever asks.
    #[must_use]
    pub fn path(self) -> String {
        format!("/logos/{}", self.0.simple())
    }

    /// The same in the middle of a picture for previews in chats. L8
    #[must_use]
    pub fn card_path(self) -> String {
        format!("{}/card", self.path())
    }
}

/// The address of a website, with its scheme.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Website(String);

/// Why a text is no website.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebsiteProblem {
    #[error("This is not a website. Type it as company.com.")]
    NotAWebsite,
    #[error("The website has more than {WEBSITE_MAX} characters. Type a shorter address of it.")]
    TooLong,
}

impl Website {
    /// Reads what somebody typed, with or without its scheme; nothing typed is `None`.
    ///
    /// # Errors
    /// No address of a website, or one that names somebody to sign in as.
    pub fn parse(typed: &str, to_ascii: ToAscii) -> Result<Option<Self>, WebsiteProblem> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        if typed.chars().count() > WEBSITE_MAX {
            return Err(WebsiteProblem::TooLong);
        }
        let (scheme, rest) = match typed.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("https".to_owned(), typed),
        };
        if scheme != "https" && scheme != "http" {
            return Err(WebsiteProblem::NotAWebsite);
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        let host = parse_domain(host, to_ascii).map_err(|_| WebsiteProblem::NotAWebsite)?;
        let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`');
        if !path.chars().all(is_plain) {
            return Err(WebsiteProblem::NotAWebsite);
        }
        let website = format!("{scheme}://{host}{}", path.trim_end_matches('/'));
        if website.chars().count() > WEBSITE_MAX {
            Err(WebsiteProblem::TooLong)
        } else {
            Ok(Some(Self(website)))
        }
    }

    /// One that was parsed before.
    #[must_use]
    pub const fn stored(website: String) -> Self {
        Self(website)
    }

    /// With its scheme, for links.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Without its scheme, as people write it.
impl fmt::Display for Website {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.split_once("://").map_or(&self.0, |(_, rest)| rest))
    }
}

/// Why a file is no logo. `Display` is the sentence at its field: what is wrong, then how to mend it. N1
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum LogoRefusal {
    #[error("Choose the file of your logo first.")]
    Missing,
    #[error("This file is larger than {} MB. Save a smaller copy and upload that.", LOGO_BYTES_MAX / 1024 / 1024)]
    TooLarge,
    #[error("This is not a JPEG, PNG or WebP picture. Save your logo as PNG and upload that.")]
    WrongType,
    #[error("This file cannot be read to its end. Save your logo again and upload that.")]
    Broken,
    #[error(
        "This picture has {width} × {height} pixels. Upload one with at least {LOGO_SIDE_MIN} pixels on each side."
    )]
    TooSmall { width: u32, height: u32 },
    #[error("This picture has too many pixels to open. Save a smaller copy and upload that.")]
    TooManyPixels,
    #[error("Many pictures are coming in at the moment. Upload yours again in a minute.")]
    Busy,
}

/// A logo is checked as photos are.
impl From<PhotoRefusal> for LogoRefusal {
    fn from(refusal: PhotoRefusal) -> Self {
        match refusal {
            PhotoRefusal::TooLarge { .. } => Self::TooLarge,
            PhotoRefusal::WrongType { .. } | PhotoRefusal::Heic | PhotoRefusal::Avif => Self::WrongType,
            PhotoRefusal::TooSmall { width, height, .. } => Self::TooSmall { width, height },
            PhotoRefusal::TooManyPixels => Self::TooManyPixels,
            PhotoRefusal::Busy | PhotoRefusal::TooManyFiles { .. } => Self::Busy,
            // The rest is about drafts.
            PhotoRefusal::Broken
            | PhotoRefusal::Duplicate { .. }
            | PhotoRefusal::ChosenTwice
            | PhotoRefusal::DraftFull { .. }
            | PhotoRefusal::Submitted => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii_only(_: &str) -> Option<String> {
        None
    }

    /// N1
    #[test]
    fn a_website_is_read_as_people_write_it() {
        for (typed, website, shown) in [
            ("acme.com", "https://acme.com", "acme.com"),
            (" HTTPS://Acme.com/ ", "https://acme.com", "acme.com"),
            (
                "http://acme.co.uk/about?x=1#team",
                "http://acme.co.uk/about?x=1#team",
                "acme.co.uk/about?x=1#team",
            ),
        ] {
            let read = Website::parse(typed, ascii_only).unwrap().unwrap();
            assert_eq!((read.as_str(), &*read.to_string()), (website, shown));
        }
        assert_eq!(Website::parse("  ", ascii_only), Ok(None));
    }

    /// N1, N4: nothing that a browser would run, or that names somebody.
    #[test]
    fn what_is_no_website_is_refused() {
        for typed in [
            "acme",
            "javascript://acme.com/%0aalert(1)",
            "ftp://acme.com",
            "javascript:alert(1)",
            "https://user@acme.com",
            "https://acme.com/\"><script>",
            "https://acme.com/a b",
            "https:///acme.com",
            "https://acme.com:8080",
        ] {
            assert_eq!(Website::parse(typed, ascii_only), Err(WebsiteProblem::NotAWebsite), "{typed}");
        }
        let long = format!("acme.com/{}", "a".repeat(WEBSITE_MAX));
        assert_eq!(Website::parse(&long, ascii_only), Err(WebsiteProblem::TooLong));
    }
}
