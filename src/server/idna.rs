//! Internationalized domains on the server. The browser has its own tables; see `app::idna`.

/// The ASCII form of a domain, by UTS 46; see [`crate::domain::email::ToAscii`].
#[must_use]
pub fn to_ascii(domain: &str) -> Option<String> {
    idna::domain_to_ascii_strict(domain).ok()
}
