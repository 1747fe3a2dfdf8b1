//! What names are compared by: the server brings its own tables, the browser has them built in.

/// See [`crate::domain::text::name_key`].
#[cfg(feature = "ssr")]
#[must_use]
pub fn name_key(name: &str) -> String {
    crate::store::teams::name_key(name)
}

/// See [`crate::domain::text::name_key`].
#[cfg(not(feature = "ssr"))]
#[must_use]
pub fn name_key(name: &str) -> String {
    crate::domain::text::name_key(name, |text| js_sys::JsString::from(text).normalize("NFKC").into())
}
