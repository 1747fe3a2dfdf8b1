//! What a form's address answers when somebody opens it: after a refusal it stays in the address bar,
//! and loading it again asks for it without the form. It leads back to the page of the form. N1

use axum::http::{Method, StatusCode, Uri};

use super::error::PageError;

/// For every route that does not take the method of a request.
pub async fn wrong_method(method: Method, uri: Uri) -> PageError {
    match page_of(uri.path()) {
        Some(page) if matches!(method, Method::GET | Method::HEAD) => PageError::elsewhere(page),
        _ => PageError::Unreadable(StatusCode::METHOD_NOT_ALLOWED),
    }
}

/// The page whose form posts to this path.
fn page_of(path: &str) -> Option<String> {
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next()?, parts.next()) {
        (kind @ ("i" | "j" | "r" | "u"), Some(token)) => Some(format!("/{kind}/{token}")),
        ("members", Some(member)) => Some(format!("/members/{member}/shoot")),
        ("me", Some("name")) => Some("/me".into()),
        ("account", Some(_)) => Some("/account".into()),
        ("sso", Some("test")) | ("settings", Some(_)) => Some("/settings".into()),
        ("sign-out", None) => Some("/".into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// N1
    #[test]
    fn a_form_leads_back_to_its_page() {
        for (path, page) in [
            ("/members/7/submit", Some("/members/7/shoot")),
            ("/members/7/photos/8/remove", Some("/members/7/shoot")),
            ("/i/token/fresh", Some("/i/token")),
            ("/j/token/wait", Some("/j/token")),
            ("/r/token/headshots/8/choose", Some("/r/token")),
            ("/me/name", Some("/me")),
            ("/account/logins/close-others", Some("/account")),
            ("/sso/test", Some("/settings")),
            ("/settings/logo", Some("/settings")),
            ("/settings/logo/remove", Some("/settings")),
            ("/settings", None),
            ("/sign-out", Some("/")),
            ("/dashboard", None),
            ("/", None),
        ] {
            assert_eq!(page_of(path).as_deref(), page, "{path}");
        }
    }
}
