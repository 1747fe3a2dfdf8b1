//! The forms of the Add-member dialog, sent before the page had its scripts: a person gets the next page, or
//! the dialog again with what they typed and what is wrong with it. M2, N1

use std::collections::BTreeMap;

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{Extensions, HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    error::PageError,
    extract::CurrentMember,
    render::{self, Outcome},
};
use crate::{
    app::{
        console::{
            add_member::{
                api::InviteReport,
                plain::{PlainPost, WhyAgain, tab_of},
                tab::Tab,
            },
            credits::FROM_ADD,
            pages::PAGES,
        },
        error::AppError,
    },
    domain::ids::MemberId,
    server::state::AppState,
};

/// Bytes that the answer of a function may have: a list of everybody who was left out.
const ANSWER_MAX: usize = 16 * 1024 * 1024;

/// A form of the dialog, and where it came from.
pub struct PlainForm {
    tab: Tab,
    member: CurrentMember,
    back: &'static str,
    body: Bytes,
    /// Who is signed in, and from where.
    known: Extensions,
}

impl PlainForm {
    /// The request as a script would send it, and what is needed to answer it to a person; `None` inside where
    /// a script sends it.
    ///
    /// # Errors
    /// Nobody is signed in, or somebody who belongs to no organization.
    pub async fn of(request: Request) -> Result<(Option<Self>, Request), PageError> {
        let Some(tab) = tab_of_plain_form(&request) else { return Ok((None, request)) };
        let (mut parts, body) = request.into_parts();
        // Read and measured already.
        let body = axum::body::to_bytes(body, usize::MAX).await.map_err(anyhow::Error::from)?;
        let member = CurrentMember::find(&parts)?;
        let back = page_before(&parts.headers);
        parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let known = parts.extensions.clone();
        let request = Request::from_parts(parts, body.clone().into());
        Ok((Some(Self { tab, member, back, body, known }), request))
    }

    /// What the function answered, as a page.
    ///
    /// # Errors
    /// Nobody is signed in, or there are no credits; or the machinery broke.
    pub async fn answer(self, state: &AppState, answer: Response) -> Result<Response, PageError> {
        let Self { tab, member, back, body, known } = self;
        let status = answer.status();
        let said = axum::body::to_bytes(answer.into_body(), ANSWER_MAX).await.map_err(anyhow::Error::from)?;
        let why = if status.is_success() {
            match done(tab, &said, back)? {
                Done::Elsewhere(path) => return Ok(Redirect::to(&path).into_response()),
                Done::Partly(report) => WhyAgain::LeftOut(report),
            }
        } else {
            match read(&said)? {
                AppError::SignedOut => return Err(PageError::SignedOut),
                AppError::OutOfCredits(_) => return Err(PageError::elsewhere(FROM_ADD)),
                error => WhyAgain::Refused(error),
            }
        };
        let outcome = PlainPost { tab, typed: fields(&body), why };
        let mut shown = Request::new(Body::empty());
        *shown.extensions_mut() = known;
        *shown.uri_mut() = format!("{back}?add={}", tab.as_str()).parse().map_err(anyhow::Error::from)?;
        let outcome = Outcome::Dialog(outcome);
        let mut page = render::console_after_post(state, member.membership, shown, outcome).await?;
        *page.status_mut() = status;
        Ok(page)
    }
}

fn tab_of_plain_form(request: &Request) -> Option<Tab> {
    let of = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let for_a_person = of(header::ACCEPT).is_some_and(|accepted| accepted.contains("text/html"));
    let is_form =
        of(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let is_plain = request.method() == Method::POST && for_a_person && is_form;
    tab_of(request.uri().path()).filter(|_| is_plain)
}

enum Done {
    Elsewhere(String),
    Partly(InviteReport),
}

fn done(tab: Tab, said: &Bytes, back: &str) -> Result<Done, PageError> {
    Ok(match tab {
        Tab::Managed => Done::Elsewhere(format!("/members/{}/shoot", read::<MemberId>(said)?)),
        // The newest link stands first in the list of the tab.
        Tab::Link => Done::Elsewhere(format!("{back}?add={}", tab.as_str())),
        Tab::Invite => match read::<InviteReport>(said)? {
            report if report.left_out.is_empty() => Done::Elsewhere("/members".into()),
            report => Done::Partly(report),
        },
    })
}

fn read<T: serde::de::DeserializeOwned>(said: &[u8]) -> Result<T, PageError> {
    Ok(serde_json::from_slice(said).map_err(anyhow::Error::from)?)
}

fn fields(body: &[u8]) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The page that the form stood on.
fn page_before(headers: &HeaderMap) -> &'static str {
    let before = headers.get(header::REFERER).and_then(|value| url::Url::parse(value.to_str().ok()?).ok());
    let before = before.as_ref().map_or("", |url| url.path());
    PAGES.iter().map(|page| page.path).find(|path| *path == before).unwrap_or("/members")
}
