//! Signing in through an organization's identity provider: on the way there, and back. What comes back is
//! believed only by the browser that began it, once, and as far as `server::oidc` and the store say.
//! S2, S3, S4

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::guest::{
        self,
        sso::{TestedPage, ToProviderPage, TroublePage},
    },
    domain::{
        actor::Actor,
        email::EmailAddress,
        ids::OrgId,
        joining::JoinRefusal,
        member::NAME_MAX,
        role::Action,
        sso::{
            assertion::{Assertion, Claims},
            trouble::Trouble,
        },
        text,
    },
    http::{
        error::PageError,
        extract::{CurrentMember, Path, Query},
        page::{Page, set_cookie},
    },
    server::{
        idna,
        keys::{self, Keys, Maker},
        logins::{self, Caller, CurrentUser},
        metrics::JoinWay,
        oidc::{self, Client, CodeAnswer, Secrets},
        state::AppState,
    },
    store::{
        self, Error,
        members::{self, Through},
        proof::{Joiner, Proof},
        sso::{
            connections::{self, Connection, Route},
            identities,
            sign_ins::{self, Begin, CameBack, Purpose},
        },
    },
    words,
};

/// Somebody who is about to go to a provider.
#[derive(Clone, Copy)]
pub struct Leaving<'a> {
    pub caller: &'a Caller,
    pub headers: &'a HeaderMap,
    /// The address that they typed, for the provider's form.
    pub address: Option<&'a EmailAddress>,
    /// The page of ours to go back to in the end; a path that we made.
    pub back: Option<&'a str>,
}

/// The path to which an organization's provider sends people back: of each organization its own, so that
/// what one provider sends is never taken for another's.
#[must_use]
pub fn callback_path(org: OrgId) -> String {
    format!("/sso/{org}/callback")
}

/// Leads to the provider whoever has an address at a domain that requires it; `None` for everybody else. S4
///
/// # Errors
/// The database fails.
pub async fn required_provider(
    state: &AppState,
    leaving: Leaving<'_>,
) -> Result<Option<Response>, PageError> {
    let Some(address) = leaving.address else { return Ok(None) };
    let route = connections::route(&mut *state.pool.acquire().await?, address).await?;
    match route.filter(|route| route.required) {
        Some(route) => Ok(Some(to_provider(state, &route, leaving).await?)),
        None => Ok(None),
    }
}

/// Leads to the provider of a domain.
///
/// # Errors
/// The database fails.
pub async fn to_provider(
    state: &AppState,
    route: &Route,
    leaving: Leaving<'_>,
) -> Result<Response, PageError> {
    let connection = connections::find(&mut *state.pool.acquire().await?, route.org).await?;
    let again = leaving.back.unwrap_or("/sign-in").to_owned();
    let Some(connection) = connection else {
        return Ok(trouble_page(Trouble::Changed, None, again).into_response());
    };
    let code_for = leaving.address.filter(|_| !route.required).map(ToString::to_string);
    match leave(state, &connection, Purpose::SignIn, leaving).await? {
        Ok(there) => Ok(there.page(&connection, code_for)),
        Err(trouble) => Ok(trouble_page(trouble, Some(&connection), again).into_response()),
    }
}

/// `POST /sso/test`: a lead signs in through the connection as it is, to see whether it works. S2
pub async fn test(
    State(state): State<AppState>,
    member: CurrentMember,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    member.require(Action::ChangeSettings)?;
    let org = member.actor.org;
    let connection = connections::find(&mut *state.pool.acquire().await?, org).await?;
    let connection = connection.ok_or(PageError::elsewhere("/settings"))?;
    let leaving = Leaving { caller: &caller, headers: &headers, address: None, back: None };
    match leave(&state, &connection, Purpose::Test, leaving).await? {
        Ok(there) => Ok(there.page(&connection, None)),
        Err(trouble) => Ok(tested_page(&state, &connection, Err(trouble)).into_response()),
    }
}

/// The way to a provider.
struct There {
    url: String,
    cookie: Option<HeaderValue>,
}

impl There {
    /// Goes there by itself. Not as a redirect of the form: those may lead nowhere but to us. N4
    fn page(self, connection: &Connection, code_for: Option<String>) -> Response {
        let refresh = HeaderValue::from_str(&format!("0;url={}", self.url)).ok();
        let refresh = AppendHeaders(refresh.map(|value| (HeaderName::from_static("refresh"), value)));
        let page = ToProviderPage {
            org: connection.org_name.clone(),
            provider: connection.preset.name().to_owned(),
            url: self.url,
            code_for,
        };
        let page = Page::new(words::guest::title_sso(), guest::Page::ToProvider(page));
        (set_cookie(self.cookie), refresh, page).into_response()
    }
}

async fn leave(
    state: &AppState,
    connection: &Connection,
    purpose: Purpose,
    leaving: Leaving<'_>,
) -> Result<Result<There, Trouble>, PageError> {
    let (browser, cookie) = logins::browser(leaving.headers);
    let browser_hash = &keys::hash(&browser);
    let begin = Begin {
        org: connection.org,
        revision: connection.revision,
        purpose,
        browser_hash,
        network: &leaving.caller.network,
        back: leaving.back,
    };
    let mut tx = state.begin().await?;
    let id = match sign_ins::begin(&mut tx, &begin).await {
        Ok(id) => id,
        Err(Error::Refused(sign_ins::TooMany)) => return Ok(Err(Trouble::TooMany)),
        Err(Error::Broken(error)) => return Err(error.into()),
    };
    state.commit_unseen(tx).await?;
    let secrets = Secrets::new(&state.keys, Maker::FIRST, connection.org, id, browser_hash);
    let hint = leaving.address.map(ToString::to_string);
    let url = async {
        let client = open(state, connection)?;
        oidc::authorization_url(&state.providers, &client, &secrets, hint.as_deref()).await
    };
    Ok(url.await.map(|url| There { url, cookie }))
}

fn open(state: &AppState, connection: &Connection) -> Result<Client, Trouble> {
    Client::open(connection, &state.keys, state.base.to(&callback_path(connection.org)))
}

/// What a provider sends back. RFC 6749, 4.1.2
#[derive(Deserialize)]
pub struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// `GET /sso/{org}/callback`
pub async fn callback(
    State(state): State<AppState>,
    Path(org): Path<OrgId>,
    user: Option<CurrentUser>,
    member: Option<CurrentMember>,
    caller: Caller,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, PageError> {
    let stale = || trouble_page(Trouble::Stale, None, "/sign-in".into());
    let (browser, _) = logins::browser(&headers);
    let browser_hash = &keys::hash(&browser);
    let named = state.keys.read_sign_in_state(&answer.state).filter(|(named, ..)| *named == org);
    let Some((_, id, maker)) = named else { return Ok(stale().into_response()) };
    let mut tx = state.begin().await?;
    let came_back = sign_ins::end(&mut tx, org, id, browser_hash).await?;
    let connection = connections::find(&mut tx, org).await?;
    state.commit_unseen(tx).await?;
    let (Some(came_back), Some(connection)) = (came_back, connection) else {
        return Ok(stale().into_response());
    };
    let claims = ask(&state, &connection, &came_back, answer, (maker, browser_hash)).await;
    match came_back.purpose {
        Purpose::Test => settle_test(&state, &connection, &came_back, member, claims).await,
        Purpose::SignIn => {
            let signed_in = match claims {
                Ok(claims) => {
                    let entering = Entering { came_back: came_back.clone(), claims, caller, before: user };
                    sign_in(&state, Arc::new(entering)).await?
                }
                Err(trouble) => Err(trouble),
            };
            match signed_in {
                Ok((cookie, to)) => Ok((set_cookie(Some(cookie)), Redirect::to(&to)).into_response()),
                Err(trouble) => {
                    let again = came_back.back.unwrap_or_else(|| "/sign-in".into());
                    Ok(trouble_page(trouble, Some(&connection), again).into_response())
                }
            }
        }
    }
}

/// What the provider says of whoever came back.
async fn ask(
    state: &AppState,
    connection: &Connection,
    came_back: &CameBack,
    answer: Answer,
    (maker, browser_hash): (Maker, &[u8]),
) -> Result<Claims, Trouble> {
    if connection.revision != came_back.revision
        || (!connection.enabled && came_back.purpose == Purpose::SignIn)
    {
        return Err(Trouble::Changed);
    }
    let code = match (answer.code, answer.error.as_deref()) {
        (Some(code), None) => code,
        (_, Some("access_denied" | "login_required" | "interaction_required")) => {
            return Err(Trouble::Cancelled);
        }
        (_, Some(code)) => {
            let is_plain = |c: &char| c.is_ascii_alphanumeric() || "_-.".contains(*c);
            return Err(Trouble::Declined { code: code.chars().filter(is_plain).take(60).collect() });
        }
        (None, None) => return Err(Trouble::Stale),
    };
    let client = open(state, connection)?;
    let secrets = Secrets::new(&state.keys, maker, came_back.org, came_back.id, browser_hash);
    let answer = CodeAnswer { code, sender: answer.iss };
    oidc::claims(&state.providers, &client, &secrets, answer, came_back.at).await
}

/// Whether the provider's word is enough, by the connection and the domains as they are now.
async fn assert(
    db: &mut store::PgConnection,
    came_back: &CameBack,
    claims: &Claims,
) -> store::Result<(Connection, Assertion), Error<Trouble>> {
    let connection = connections::find(db, came_back.org).await?;
    let connection = connection
        .filter(|connection| connection.revision == came_back.revision)
        .ok_or(Error::Refused(Trouble::Changed))?;
    let own = connections::owned_domains(db, came_back.org).await?;
    let assertion = claims
        .clone()
        .assert(connection.preset, idna::to_ascii, |domain| own.contains(domain))
        .map_err(Error::Refused)?;
    Ok((connection, assertion))
}

/// Somebody whom a provider sent back with a token that is as it must be.
struct Entering {
    came_back: CameBack,
    claims: Claims,
    caller: Caller,
    /// Who was signed in on the browser until then.
    before: Option<CurrentUser>,
}

/// Signs in whom the provider vouches for, as a member where they are or become one; the cookie, and
/// where they go.
async fn sign_in(
    state: &AppState,
    entering: Arc<Entering>,
) -> Result<Result<(HeaderValue, String), Trouble>, PageError> {
    let mut tries = 0;
    let joined = loop {
        tries += 1;
        let joined = store::retry(|| join(state.clone(), Arc::clone(&entering))).await;
        match joined {
            // The same person came twice at once; the second try finds them in.
            Err(Error::Refused(JoinTrouble::Raced)) if tries < 5 => {}
            joined => break joined,
        }
    };
    let refused = match joined {
        Ok(signed_in) => return Ok(Ok(signed_in)),
        Err(Error::Refused(JoinTrouble::Raced)) => return Err(PageError::Busy),
        Err(Error::Refused(JoinTrouble::Trouble(trouble))) => return Ok(Err(trouble)),
        Err(Error::Refused(JoinTrouble::NotIn(trouble))) => trouble,
        Err(Error::Broken(error)) => return Err(error.into()),
    };
    // Their account is theirs all the same, and the page that they came from may let them in. J8
    let signed_in = store::retry(|| sign_in_alone(state.clone(), Arc::clone(&entering))).await;
    match signed_in {
        Ok(Some(signed_in)) => Ok(Ok(signed_in)),
        Ok(None) => Ok(Err(refused)),
        Err(Error::Refused(trouble)) => Ok(Err(trouble)),
        Err(Error::Broken(error)) => Err(error.into()),
    }
}

/// Why somebody did not become a member.
enum JoinTrouble {
    Trouble(Trouble),
    /// The organization does not let them in.
    NotIn(Trouble),
    Raced,
}

impl From<Trouble> for JoinTrouble {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

async fn join(
    state: AppState,
    entering: Arc<Entering>,
) -> store::Result<(HeaderValue, String), Error<JoinTrouble>> {
    let Entering { came_back, claims, caller, before } = &*entering;
    let org = came_back.org;
    let mut tx = state.begin().await?;
    let (connection, assertion) = assert(&mut tx, came_back, claims).await.map_err(refused)?;
    let recognized = identities::recognize(&mut tx, org, &assertion).await.map_err(refused)?;
    let proof = Proof::by_provider(&recognized);
    let teams = connections::teams_by_value(&mut tx, org).await?;
    let team = teams.into_iter().find(|(value, _)| assertion.groups.contains(value)).map(|(_, team)| team);
    let name = assertion.name.as_deref().and_then(|name| text::line("Your name", name, NAME_MAX).ok());
    let name = name.unwrap_or_else(|| proof.address().suggested_name());
    let cookie = logins::open_by_provider(&mut tx, proof.account(), org, caller).await?;
    let through = Through::Sso { team: team.or(connection.team) };
    let joined = members::join(&mut tx, org, through, &Joiner { proof, name }).await;
    let joined = joined.map_err(|error| match error {
        Error::Refused(JoinRefusal::Raced) => Error::Refused(JoinTrouble::Raced),
        Error::Refused(JoinRefusal::Removed) => Error::Refused(JoinTrouble::NotIn(Trouble::Removed)),
        Error::Refused(_) => Error::Refused(JoinTrouble::NotIn(Trouble::NotAMember)),
        Error::Broken(error) => Error::Broken(error),
    })?;
    logins::replace(&mut tx, before.as_ref()).await?;
    state.commit(tx, org).await?;
    state.metrics.joined(JoinWay::Sso, joined);
    let to = came_back.back.as_deref().filter(|back| leads_elsewhere(&state, back, org)).unwrap_or("/");
    Ok((cookie, to.to_owned()))
}

/// Whether the page that somebody came from invites to another organization than the one they are in now.
fn leads_elsewhere(state: &AppState, back: &str, org: OrgId) -> bool {
    let token = back.rsplit('/').next().unwrap_or_default();
    let named = match back.get(..3) {
        Some("/i/") => Keys::read_invite_token(token).map(|token| token.org),
        _ => state.keys.read_link_token(token).map(|(org, _)| org),
    };
    named.is_some_and(|named| named != org)
}

/// Signs in to the account alone, where there is something to sign in for.
async fn sign_in_alone(
    state: AppState,
    entering: Arc<Entering>,
) -> store::Result<Option<(HeaderValue, String)>, Error<Trouble>> {
    let Entering { came_back, claims, caller, before } = &*entering;
    let back = came_back.back.as_deref();
    let org = came_back.org;
    let mut tx = state.begin().await?;
    let (_, assertion) = assert(&mut tx, came_back, claims).await?;
    let recognized = identities::recognize(&mut tx, org, &assertion).await?;
    let account = recognized.account();
    if back.is_none() && !identities::has_a_place(&mut tx, account).await? {
        return Ok(None);
    }
    let cookie = logins::open_by_provider(&mut tx, account, org, caller).await?;
    logins::replace(&mut tx, before.as_ref()).await?;
    state.commit_unseen(tx).await?;
    Ok(Some((cookie, back.unwrap_or("/").to_owned())))
}

fn refused(error: Error<Trouble>) -> Error<JoinTrouble> {
    match error {
        Error::Refused(trouble) => Error::Refused(trouble.into()),
        Error::Broken(error) => Error::Broken(error),
    }
}

/// A lead came back from testing the connection: nobody is signed in by that.
async fn settle_test(
    state: &AppState,
    connection: &Connection,
    came_back: &CameBack,
    member: Option<CurrentMember>,
    claims: Result<Claims, Trouble>,
) -> Result<Response, PageError> {
    let lead = member
        .filter(|member| member.actor.org == came_back.org && member.require(Action::ChangeSettings).is_ok());
    let lead = lead.ok_or(PageError::NotFound)?;
    let tested = match claims {
        Ok(claims) => note_tested(state, came_back, lead.actor, &claims).await,
        Err(trouble) => Err(Error::Refused(trouble)),
    };
    let outcome = match tested {
        Ok(address) => Ok(address),
        Err(Error::Refused(trouble)) => Err(trouble),
        Err(Error::Broken(error)) => return Err(error.into()),
    };
    Ok(tested_page(state, connection, outcome).into_response())
}

/// Switches the connection on; the address with which the lead came.
async fn note_tested(
    state: &AppState,
    came_back: &CameBack,
    actor: Actor,
    claims: &Claims,
) -> store::Result<String, Error<Trouble>> {
    let mut tx = state.begin().await?;
    let (_, assertion) = assert(&mut tx, came_back, claims).await?;
    match connections::tested(&mut tx, &actor, came_back.revision).await {
        Ok(()) => state.commit(tx, came_back.org).await?,
        Err(Error::Refused(_)) => return Err(Error::Refused(Trouble::Changed)),
        Err(Error::Broken(error)) => return Err(Error::Broken(error)),
    }
    Ok(assertion.address.to_string())
}

fn tested_page(state: &AppState, connection: &Connection, outcome: Result<String, Trouble>) -> Page {
    let status = outcome.as_ref().map_or_else(status, |_| StatusCode::OK);
    let page = TestedPage {
        provider: connection.preset.name().to_owned(),
        outcome,
        callback: state.base.to(&callback_path(connection.org)),
        issuer: connection.issuer.clone(),
    };
    Page::new(words::guest::title_sso_tested(), guest::Page::Tested(page)).with_status(status)
}

fn trouble_page(trouble: Trouble, connection: Option<&Connection>, again: String) -> Page {
    let status = status(&trouble);
    let page = TroublePage {
        trouble,
        org: connection.map(|connection| connection.org_name.clone()),
        provider: connection.map(|connection| connection.preset.name().to_owned()),
        again,
    };
    Page::new(words::guest::title_sso(), guest::Page::SsoTrouble(page)).with_status(status)
}

const fn status(trouble: &Trouble) -> StatusCode {
    match trouble {
        Trouble::Cancelled => StatusCode::OK,
        Trouble::Stale => StatusCode::BAD_REQUEST,
        Trouble::Changed => StatusCode::CONFLICT,
        Trouble::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Trouble::Unreachable
        | Trouble::Forbidden
        | Trouble::Unreadable
        | Trouble::IssuerDiffers { .. }
        | Trouble::SecretWrong
        | Trouble::CodeRefused
        | Trouble::Token(_) => StatusCode::BAD_GATEWAY,
        Trouble::Declined { .. }
        | Trouble::NoAddress
        | Trouble::AddressUnverified
        | Trouble::NotManaged
        | Trouble::NotYourDomain { .. }
        | Trouble::AnotherPerson
        | Trouble::Removed
        | Trouble::NotAMember => StatusCode::FORBIDDEN,
    }
}
