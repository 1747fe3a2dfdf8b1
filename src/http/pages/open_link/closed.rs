//! The pages of an open link that does not let somebody in. L7

use axum::http::StatusCode;

use crate::{
    app::guest::{
        self,
        join::closed_link::{ClosedLink, ClosedLinkPage, FullPage},
    },
    domain::{email::EmailAddress, link::LinkRefusal},
    http::{extract::OpenLink, page::Page},
    words,
};

/// The page that says why.
pub fn reason_page(held: &OpenLink, status: StatusCode, reason: ClosedLink) -> Page {
    let page = ClosedLinkPage { reason, host: held.host() };
    Page::new(words::guest::title_link_closed(), guest::Page::ClosedLink(page)).with_status(status)
}

/// The page of a link that is closed, or closed to this address.
pub fn closed_page(held: &OpenLink, refusal: LinkRefusal, address: Option<&EmailAddress>) -> Page {
    let address = address.map(ToString::to_string).unwrap_or_default();
    let link = &held.link;
    let (status, reason) = match refusal {
        LinkRefusal::Expired => (StatusCode::GONE, ClosedLink::Expired { at: link.expires_at }),
        LinkRefusal::Revoked => (StatusCode::GONE, ClosedLink::Revoked { at: link.revoked_at }),
        LinkRefusal::Paused => (StatusCode::CONFLICT, ClosedLink::Paused),
        LinkRefusal::Full => return full_page(held, StatusCode::CONFLICT, address, None),
        LinkRefusal::WrongDomain { expected } => {
            let again = format!("{}?as=another", held.token.path());
            (StatusCode::FORBIDDEN, ClosedLink::WrongDomain { expected, address, again })
        }
        LinkRefusal::Removed => (StatusCode::FORBIDDEN, ClosedLink::Removed { address }),
    };
    reason_page(held, status, reason)
}

/// The page of a full link, with the form for those who would wait.
pub fn full_page(held: &OpenLink, status: StatusCode, email: String, error: Option<String>) -> Page {
    let limit = held.link.policy.usage_limit.unwrap_or_default();
    let full = FullPage { limit, action: format!("{}/wait", held.token.path()), email, error };
    reason_page(held, status, ClosedLink::Full(full))
}
