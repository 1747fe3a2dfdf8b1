//! Joining by open link. Opening a page changes nothing; pressing Join does. J1 to J4, L3 to L8

mod closed;
mod joining;
mod waitlist;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use self::{
    closed::{closed_page, reason_page},
    joining::{join_as_viewer, joiner, pass},
};
pub use self::{
    joining::{code, enter_code},
    waitlist::wait,
};
use crate::{
    app::guest::{
        self,
        join::{closed_link::ClosedLink, open_link::OpenPage},
    },
    domain::{
        email::EmailAddress,
        ids::OrgId,
        link::LinkRefusal,
        member::NAME_MAX,
        text::{self, TextRefusal},
    },
    http::{
        error::{OrRefuse, PageError},
        extract::{Form, LinkToken, OpenLink, Query},
        page::{Page, Preview, set_cookie},
        pages::codes::ask,
        sso::{Leaving, required_provider},
    },
    server::{
        idna,
        logins::{self, Caller, CurrentUser},
        state::AppState,
    },
    store::{accounts, codes::Purpose},
    words,
};

#[derive(Deserialize)]
pub struct LinkQuery {
    /// `another`: a signed-in person wants to join with another address. J4
    #[serde(default, rename = "as")]
    as_whom: String,
    /// Somebody has just left an address at the full link. L7
    #[serde(default)]
    waiting: Option<String>,
}

/// `GET /j/{token}`
pub async fn show(
    State(state): State<AppState>,
    held: OpenLink,
    Query(query): Query<LinkQuery>,
    user: Option<CurrentUser>,
) -> Result<Page, PageError> {
    let user = user.filter(|_| query.as_whom != "another");
    if let Some(user) = &user
        && is_member(&state, held.token.org, user).await?
    {
        let reason = ClosedLink::AlreadyMember { address: user.0.address.clone() };
        return Ok(reason_page(&held, StatusCode::OK, reason));
    }
    if query.waiting.is_some() && held.link.policy.require_live() == Err(LinkRefusal::Full) {
        return Ok(reason_page(&held, StatusCode::OK, ClosedLink::Waiting));
    }
    Ok(join_page(&state, &held, user.as_ref(), &JoinForm::default(), Problems::default()))
}

async fn is_member(state: &AppState, org: OrgId, user: &CurrentUser) -> Result<bool, PageError> {
    let mut db = state.pool.acquire().await?;
    let memberships = accounts::memberships(&mut db, user.0.account).await?;
    Ok(memberships.iter().any(|membership| membership.org == org))
}

/// What is wrong with what was typed.
#[derive(Default)]
struct Problems {
    name: Option<String>,
    email: Option<String>,
    too_many: bool,
}

impl Problems {
    const fn status(&self) -> StatusCode {
        match (&self.name, &self.email) {
            _ if self.too_many => StatusCode::TOO_MANY_REQUESTS,
            (None, None) => StatusCode::OK,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

/// The page of a link: to join, or why nobody can.
fn join_page(
    state: &AppState,
    held: &OpenLink,
    user: Option<&CurrentUser>,
    typed: &JoinForm,
    problems: Problems,
) -> Page {
    let link = &held.link;
    if let Err(refusal) = link.policy.require_live() {
        return closed_page(held, refusal, None);
    }
    let preview = Preview {
        title: words::guest::preview_link(&link.org_name),
        description: words::guest::preview_link_text(&link.created_by),
        org: link.org_name.clone(),
        logo: link.face.logo,
    };
    let suggested = user
        .filter(|_| typed.name.is_empty())
        .map(|user| user.address().map(|address| address.suggested_name()).unwrap_or_default());
    let status = problems.status();
    let page = OpenPage {
        action: held.token.path(),
        maker: link.created_by.clone(),
        team: link.team.as_ref().map(|(_, name)| name.clone()),
        places_left: link.policy.places_left(),
        domains: link.policy.domains.clone(),
        expires_at: link.expires_at,
        org: link.org_name.clone(),
        face: link.face.clone(),
        viewer: user.map(|user| user.0.address.clone()),
        limits: state.photo_limits,
        name: suggested.unwrap_or_else(|| typed.name.clone()),
        email: typed.email.clone(),
        name_error: problems.name,
        email_error: problems.email,
    };
    Page::new(words::guest::title_join(), guest::Page::Open(page)).with_status(status).with_preview(preview)
}

#[derive(Default, Deserialize)]
pub struct JoinForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    /// Set by the form of a signed-in person, who has no address to type.
    #[serde(default)]
    viewer: Option<String>,
}

/// `POST /j/{token}`: asks for a code; somebody signed in joins at once, their address is proven.
pub async fn join(
    State(state): State<AppState>,
    token: LinkToken,
    user: Option<CurrentUser>,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<JoinForm>,
) -> Result<Response, PageError> {
    let user = user.filter(|_| form.viewer.is_some());
    let name = text::line("Your name", &form.name, NAME_MAX);
    if let (Some(user), Ok(name)) = (&user, &name)
        && pass(&state, &token, joiner(user, name)?).await
    {
        return Ok(Redirect::to("/me").into_response());
    }
    let held = OpenLink { link: token.find(&state).await?, token };
    match user {
        Some(user) => {
            let name = name.map_err(|problem| {
                let problems = Problems { name: Some(problem.to_string()), ..Problems::default() };
                join_page(&state, &held, Some(&user), &form, problems)
            })?;
            Ok(join_as_viewer(&state, &held, &joiner(&user, &name)?).await?.into_response())
        }
        None => ask_to_join(&state, &held, &caller, &headers, &form, name).await,
    }
}

/// Mails a code to the address that was typed. What is wrong with name and address is said at once. L3, N1
async fn ask_to_join(
    state: &AppState,
    held: &OpenLink,
    caller: &Caller,
    headers: &HeaderMap,
    form: &JoinForm,
    name: Result<String, TextRefusal>,
) -> Result<Response, PageError> {
    let refuse = |problems| join_page(state, held, None, form, problems);
    let address = EmailAddress::parse(&form.email, idna::to_ascii).map_err(|problem| problem.to_string());
    let admitted = address.and_then(|address| match held.link.policy.admit(&address) {
        Ok(()) => Ok(Ok(address)),
        Err(refusal @ LinkRefusal::WrongDomain { .. }) => Err(refusal.to_string()),
        Err(refusal) => Ok(Err(refusal)),
    });
    let (address, name) = match (admitted, name) {
        (Ok(Err(refusal)), _) => return Err(closed_page(held, refusal, None).into()),
        (Ok(Ok(address)), Ok(name)) => (address, name),
        (address, name) => {
            let name = name.err().map(|problem| problem.to_string());
            return Err(refuse(Problems { name, email: address.err(), too_many: false }).into());
        }
    };
    let back = held.token.path();
    let leaving = Leaving { caller, headers, address: Some(&address), back: Some(&back) };
    if let Some(answer) = required_provider(state, leaving).await? {
        return Ok(answer);
    }
    let (browser, cookie) = logins::browser(headers);
    let purpose = Purpose::Link { org: held.token.org, link: held.link.id, name };
    ask(state, caller, &browser, purpose, &address).await.or_refuse(|refusal| {
        refuse(Problems { email: Some(refusal.to_string()), too_many: true, ..Problems::default() })
    })?;
    let code = format!("{}/code", held.token.path());
    Ok((set_cookie(cookie), Redirect::to(&code)).into_response())
}
