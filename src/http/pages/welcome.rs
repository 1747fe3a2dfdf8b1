//! The first organization of an account. P5

use axum::{extract::State, http::StatusCode, response::Redirect};
use serde::Deserialize;

use crate::{
    app::guest::{self, welcome::WelcomePage},
    domain::{
        email::EmailAddress,
        member::{NAME_MAX, ORG_NAME_MAX},
        text,
    },
    http::{
        error::PageError,
        extract::{Form, home},
        page::Page,
        pages::account::removal_view,
    },
    server::{logins::CurrentUser, state::AppState},
    store::{
        self,
        accounts::{self, Viewer},
        organizations,
    },
    words,
};

/// `GET /welcome`: for an account that belongs to no organization: none yet, or none any more. J8
pub async fn welcome(State(state): State<AppState>, user: CurrentUser) -> Result<Page, PageError> {
    let viewer = require_newcomer(user)?;
    let mut db = state.pool.acquire().await?;
    let removals = accounts::removals(&mut db, viewer.account).await?;
    let name = EmailAddress::try_from(viewer.address.clone()).map(|address| address.suggested_name());
    Ok(page(WelcomePage {
        address: viewer.address,
        name: name.unwrap_or_default(),
        removal: removals.into_iter().next().map(removal_view),
        ..WelcomePage::default()
    }))
}

fn require_newcomer(user: CurrentUser) -> Result<Viewer, PageError> {
    if user.0.membership.is_some() { Err(PageError::elsewhere(home(&user))) } else { Ok(user.0) }
}

fn page(page: WelcomePage) -> Page {
    let refused = page.org_error.is_some() || page.name_error.is_some();
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new(words::guest::title_welcome(), guest::Page::Welcome(page)).with_status(status)
}

#[derive(Deserialize)]
pub struct WelcomeForm {
    #[serde(default)]
    org: String,
    #[serde(default)]
    name: String,
}

/// `POST /welcome`: makes the organization; sent again, it leads to the one that there is. N1, P5
pub async fn create(
    State(state): State<AppState>,
    user: CurrentUser,
    Form(form): Form<WelcomeForm>,
) -> Result<Redirect, PageError> {
    let address = user.address()?;
    let viewer = require_newcomer(user)?;
    let org = text::line("The organization’s name", &form.org, ORG_NAME_MAX);
    let name = text::line("Your name", &form.name, NAME_MAX);
    let (org, name) = match (org, name) {
        (Ok(org), Ok(name)) => (org, name),
        (org, name) => {
            return Err(page(WelcomePage {
                address: viewer.address,
                org: form.org,
                name: form.name,
                org_error: org.err().map(|problem| problem.to_string()),
                name_error: name.err().map(|problem| problem.to_string()),
                removal: None,
            })
            .into());
        }
    };
    let created = store::retry(|| async {
        let mut tx = state.begin().await?;
        let created = organizations::create_first(&mut tx, viewer.account, &address, &org, &name).await?;
        let Some(owner) = created else { return Ok(false) };
        accounts::switch_to(&mut tx, viewer.login, owner.org).await?;
        state.commit(tx, owner.org).await?;
        Ok::<_, store::DatabaseError>(true)
    });
    // Whoever belongs somewhere meanwhile goes where they belong.
    Ok(Redirect::to(if created.await? { "/dashboard" } else { "/" }))
}
