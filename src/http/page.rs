//! A page that a handler answers with: its status, its title, and what it shows. It is a response
//! that `render::pages` turns into a document on its way out.

use std::sync::Arc;

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};

use crate::{
    app::{guest, shoot},
    domain::ids::LogoId,
};

/// What a handler answers with.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: StatusCode,
    pub title: &'static str,
    pub preview: Option<Preview>,
    pub content: Content,
}

/// What chat programs show of a URL. L8
#[derive(Clone, Debug)]
pub struct Preview {
    pub title: String,
    pub description: String,
    pub org: String,
    /// The organization's logo, which stands in place of our own picture.
    pub logo: Option<LogoId>,
}

/// A page of one of the clients without a router, with everything that it shows.
#[derive(Clone, Debug)]
pub enum Content {
    Guest(Box<guest::Page>),
    Shoot(shoot::Page),
}

impl Page {
    #[must_use]
    pub fn new(title: &'static str, content: impl Into<Content>) -> Self {
        Self { status: StatusCode::OK, title, preview: None, content: content.into() }
    }

    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    #[must_use]
    pub fn with_preview(self, preview: Preview) -> Self {
        Self { preview: Some(preview), ..self }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl From<guest::Page> for Content {
    fn from(page: guest::Page) -> Self {
        Self::Guest(Box::new(page))
    }
}

impl From<shoot::Page> for Content {
    fn from(page: shoot::Page) -> Self {
        Self::Shoot(page)
    }
}

/// A cookie, if there is one to set.
pub fn set_cookie(cookie: Option<HeaderValue>) -> AppendHeaders<Option<(HeaderName, HeaderValue)>> {
    AppendHeaders(cookie.map(|cookie| (header::SET_COOKIE, cookie)))
}
