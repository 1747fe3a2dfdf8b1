//! Internationalized domains: the server brings its own tables, the browser has them built in.

/// See [`crate::domain::email::ToAscii`].
#[cfg(feature = "ssr")]
#[must_use]
pub fn to_ascii(domain: &str) -> Option<String> {
    crate::server::idna::to_ascii(domain)
}

/// See [`crate::domain::email::ToAscii`].
#[cfg(not(feature = "ssr"))]
#[must_use]
pub fn to_ascii(domain: &str) -> Option<String> {
    if domain.contains(['/', '?', '#', '@', ':', '\\', '%']) {
        return None;
    }
    let url = web_sys::Url::new(&format!("https://{domain}/")).ok()?;
    Some(url.hostname())
}
