//! Personal invites: opened, accepted, declined, asked for again; and opting out of them. Opening a
//! page changes nothing; pressing its button does. I5 to I7, I9, I10, J1 to J4, J6

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::guest::{
        self,
        join::personal::{EndedInvitePage, Entry, PersonalPage, WhyEnded},
        sign_in::{AskAgain, CodePage},
    },
    domain::{email::EmailAddress, invite::InviteRefusal, joining::JoinRefusal, member::NAME_MAX, text},
    http::{
        error::{OrRefuse, PageError},
        extract::{Form, InviteHolder},
        page::{Page, Preview, set_cookie},
        pages::{
            codes::{CodeForm, ask, code_page, letters_mailed, pending_code, verify_code},
            joining::{JoinTarget, Visitor, join_as_newcomer, join_by_code, join_signed_in},
        },
        sso::{Leaving, required_provider},
    },
    server::{
        logins::{self, Caller, CurrentUser},
        state::AppState,
    },
    store::{
        self, Error, accounts,
        codes::{CodeRefusal, Pending, Purpose},
        invites,
        members::Through,
        opt_outs,
        proof::{Joiner, Proof},
    },
    words,
};

/// Somebody with the link of an invite that can be accepted; of any other they get the page that says
/// what became of it. I9
pub struct OpenInvite(InviteHolder);

impl FromRequestParts<AppState> for OpenInvite {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let holder = InviteHolder::from_request_parts(parts, state).await?;
        match holder.invite.require_open() {
            Ok(()) => Ok(Self(holder)),
            Err(refusal) => Err(ended_page(&holder, refusal, parts.extensions.get()).into()),
        }
    }
}

/// `GET /i/{token}`
pub async fn show(
    State(state): State<AppState>,
    OpenInvite(holder): OpenInvite,
    user: Option<CurrentUser>,
) -> Result<Page, PageError> {
    let invite = &holder.invite;
    let name = invite.name.clone().unwrap_or_else(|| invite.address.suggested_name());
    join_page(&state, &holder, user.as_ref(), name, None).await
}

fn is_for(invited: &EmailAddress, user: &CurrentUser) -> bool {
    user.address().is_ok_and(|own| own.key() == invited.key())
}

/// The page of an invite that can be accepted. It says what pressing its button will do. J4, J6
async fn join_page(
    state: &AppState,
    holder: &InviteHolder,
    user: Option<&CurrentUser>,
    typed: String,
    problem: Option<(StatusCode, String)>,
) -> Result<Page, PageError> {
    let invite = &holder.invite;
    let (status, error) = problem.map_or((StatusCode::OK, None), |(status, error)| (status, Some(error)));
    let preview = Preview {
        title: words::guest::preview_invite(&invite.org_name),
        description: words::guest::preview_invite_text(&invite.inviter),
        org: invite.org_name.clone(),
        logo: invite.face.logo,
    };
    let entry = match user {
        Some(user) if is_for(&invite.address, user) => Entry::AsViewer,
        Some(user) => Entry::ByCodeInsteadOf { viewer: user.0.address.clone() },
        None if accounts::exists(&mut *state.pool.acquire().await?, &invite.address).await? => Entry::ByCode,
        None => Entry::AsNewcomer,
    };
    let page = PersonalPage {
        action: holder.path(),
        org: invite.org_name.clone(),
        face: invite.face.clone(),
        inviter: invite.inviter.clone(),
        team: invite.team.clone(),
        role: invite.role,
        expires_at: invite.expires_at,
        entry,
        address: invite.address.to_string(),
        limits: state.photo_limits,
        typed,
        error,
    };
    Ok(Page::new(words::guest::title_join(), guest::Page::Personal(page))
        .with_status(status)
        .with_preview(preview))
}

/// The page of an invite that nobody can accept any more.
fn ended_page(holder: &InviteHolder, refusal: InviteRefusal, user: Option<&CurrentUser>) -> Page {
    let (invite, path) = (&holder.invite, holder.path());
    let why = match refusal {
        InviteRefusal::Joined => WhyEnded::Used {
            address: invite.address.to_string(),
            by_viewer: user.is_some_and(|user| is_for(&invite.address, user)),
        },
        _ if invite.opted_out => {
            WhyEnded::OptedOut { address: invite.address.to_string(), opt_in: format!("{path}/opt-in") }
        }
        InviteRefusal::Expired => WhyEnded::Expired { fresh: format!("{path}/fresh") },
        InviteRefusal::Revoked => WhyEnded::Revoked,
        InviteRefusal::Declined => WhyEnded::Declined {
            reconsider: format!("{path}/reconsider"),
            opt_out: format!("{path}/opt-out"),
        },
    };
    let status = if refusal == InviteRefusal::Joined { StatusCode::OK } else { StatusCode::GONE };
    let page = EndedInvitePage { why, host: holder.host() };
    Page::new(words::guest::title_invite_closed(), guest::Page::EndedInvite(page)).with_status(status)
}

#[derive(Deserialize)]
pub struct AcceptForm {
    #[serde(default)]
    name: String,
}

/// `POST /i/{token}`: joins at once whoever is signed in as the invited person, and whose address has no
/// account yet; mails a code to the invited address before anybody else gets in. J3, J6
pub async fn accept(
    State(state): State<AppState>,
    OpenInvite(holder): OpenInvite,
    user: Option<CurrentUser>,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<AcceptForm>,
) -> Result<Response, PageError> {
    let user = user.as_ref();
    let name = match text::line("Your name", &form.name, NAME_MAX) {
        Ok(name) => name,
        Err(problem) => {
            let problem = Some((StatusCode::UNPROCESSABLE_ENTITY, problem.to_string()));
            return Ok(join_page(&state, &holder, user, form.name, problem).await?.into_response());
        }
    };
    let turned_away = |refusal| turned_away(&holder, refusal, user);
    let path = holder.path();
    let cookie = match user {
        Some(user) if is_for(&holder.invite.address, user) => {
            let joiner = Joiner { proof: Proof::by_login(&user.0)?, name };
            join_signed_in(&state, target(&holder), &joiner).await.or_refuse(turned_away)?;
            None
        }
        Some(_) => return ask_for_code(&state, &holder, user, &caller, &headers, name).await,
        None => {
            if let Some(answer) =
                required_provider(&state, leaving(&holder, &caller, &headers, &path)).await?
            {
                return Ok(answer);
            }
            let visitor = Visitor { name: &name, before: user, caller: &caller };
            let joined = join_as_newcomer(&state, target(&holder), &holder.invite.address, visitor).await;
            match joined.or_refuse(turned_away)? {
                Some(cookie) => Some(cookie),
                None => return ask_for_code(&state, &holder, user, &caller, &headers, name).await,
            }
        }
    };
    Ok((set_cookie(cookie), Redirect::to("/me")).into_response())
}

/// Whoever holds the invite, on the way to the provider of its address, and back to it.
const fn leaving<'a>(
    holder: &'a InviteHolder,
    caller: &'a Caller,
    headers: &'a HeaderMap,
    path: &'a str,
) -> Leaving<'a> {
    Leaving { caller, headers, address: Some(&holder.invite.address), back: Some(path) }
}

const fn target(holder: &InviteHolder) -> JoinTarget {
    let through = Through::Invite { invite: holder.id, generation: holder.invite.generation };
    JoinTarget { org: holder.org, through }
}

/// What became of the invite, for whom it did not let in.
fn turned_away(holder: &InviteHolder, refusal: JoinRefusal, user: Option<&CurrentUser>) -> PageError {
    match refusal {
        JoinRefusal::Invite(refusal) => ended_page(holder, refusal, user).into(),
        // Another click has used the code up: the invite's page knows what became of that.
        JoinRefusal::Unknown => PageError::elsewhere(holder.path()),
        refusal => PageError::Broken(anyhow::anyhow!("an invite refused with {refusal:?}")),
    }
}

/// Mails a code to the invited address; nothing is opened, and the invite stays as it is. J6
async fn ask_for_code(
    state: &AppState,
    holder: &InviteHolder,
    user: Option<&CurrentUser>,
    caller: &Caller,
    headers: &HeaderMap,
    name: String,
) -> Result<Response, PageError> {
    // Pressed twice at once, it has joined meanwhile.
    let now = invites::find(&mut *state.pool.acquire().await?, holder.org, holder.id).await?;
    if let Some(Err(refusal)) = now.map(|invite| invite.require_open()) {
        return Err(ended_page(holder, refusal, user).into());
    }
    if let Some(answer) = required_provider(state, leaving(holder, caller, headers, &holder.path())).await? {
        return Ok(answer);
    }
    let (browser, cookie) = logins::browser(headers);
    let purpose = Purpose::Invite { org: holder.org, invite: holder.id, name: name.clone() };
    match ask(state, caller, &browser, purpose, &holder.invite.address).await {
        Ok(()) => {
            let code = format!("{}/code", holder.path());
            Ok((set_cookie(cookie), Redirect::to(&code)).into_response())
        }
        Err(Error::Refused(refusal)) => {
            let problem = Some((StatusCode::TOO_MANY_REQUESTS, refusal.to_string()));
            Ok(join_page(state, holder, user, name, problem).await?.into_response())
        }
        Err(Error::Broken(error)) => Err(error.into()),
    }
}

/// `GET /i/{token}/code`
pub async fn code(
    State(state): State<AppState>,
    OpenInvite(holder): OpenInvite,
    headers: HeaderMap,
) -> Result<Page, PageError> {
    let pending = pending(&state, &holder, &headers).await?;
    Ok(page_for(&holder, &pending, None))
}

/// The code that this browser asked for to join by this invite, at the address that it has now.
async fn pending(state: &AppState, holder: &InviteHolder, headers: &HeaderMap) -> Result<Pending, PageError> {
    let here = holder.id;
    let such = |purpose: &Purpose| matches!(purpose, Purpose::Invite { invite, .. } if *invite == here);
    let address = holder.invite.address.to_string();
    let pending = pending_code(state, headers, Some(&address), such).await?;
    pending.ok_or_else(|| PageError::elsewhere(holder.path()))
}

fn page_for(holder: &InviteHolder, pending: &Pending, refusal: Option<CodeRefusal>) -> Page {
    code_page(CodePage {
        address: pending.address.to_string(),
        letters_mailed: letters_mailed(pending),
        action: format!("{}/code", holder.path()),
        back: holder.path(),
        again: AskAgain {
            action: holder.path(),
            email: pending.address.to_string(),
            name: Some(pending.name()),
        },
        joining: Some(holder.invite.org_name.clone()),
        error: refusal.map(|refusal| refusal.to_string()),
    })
}

/// `POST /i/{token}/code`: the invited address is proven, the invite has the last word. J6
pub async fn enter_code(
    State(state): State<AppState>,
    OpenInvite(holder): OpenInvite,
    user: Option<CurrentUser>,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Result<Response, PageError> {
    let asked = pending(&state, &holder, &headers).await?;
    if let Some(answer) =
        required_provider(&state, leaving(&holder, &caller, &headers, &holder.path())).await?
    {
        return Ok(answer);
    }
    let refuse = |refusal| page_for(&holder, &asked, Some(refusal));
    let code = verify_code(&state, &caller, &headers, &asked.address, &form.code).await.or_refuse(refuse)?;
    let name = asked.name();
    let visitor = Visitor { name: &name, before: user.as_ref(), caller: &caller };
    let joined = join_by_code(&state, target(&holder), &code, visitor).await;
    let cookie = joined.or_refuse(|refusal| turned_away(&holder, refusal, user.as_ref()))?;
    Ok((set_cookie(Some(cookie)), Redirect::to("/me")).into_response())
}

/// `POST /i/{token}/decline`: no, and no reminders. I10
pub async fn decline(State(state): State<AppState>, holder: InviteHolder) -> Result<Redirect, PageError> {
    let mut tx = state.begin().await?;
    match invites::decline(&mut tx, &holder.actor, holder.id).await {
        Ok(()) => state.commit_about(tx, holder.org, [holder.id]).await?,
        // The invite's page says what is so now: why that was not possible any more.
        Err(Error::Refused(_)) => {}
        Err(Error::Broken(error)) => return Err(error.into()),
    }
    Ok(Redirect::to(&holder.path()))
}

/// `POST /i/{token}/opt-out`: no further mail from this organization. I10
pub async fn opt_out(State(state): State<AppState>, holder: InviteHolder) -> Result<Redirect, PageError> {
    store::retry(|| async {
        let mut tx = state.begin().await?;
        opt_outs::opt_out(&mut tx, &holder.actor, &holder.invite.address.key()).await?;
        state.commit_about(tx, holder.org, [holder.id]).await
    })
    .await?;
    Ok(Redirect::to(&holder.path()))
}

/// `POST /i/{token}/reconsider`: yes after all. I10
pub async fn reconsider(State(state): State<AppState>, holder: InviteHolder) -> Result<Redirect, PageError> {
    let mut tx = state.begin().await?;
    match invites::reconsider(&mut tx, &holder.actor, holder.id).await {
        Ok(()) => state.commit(tx, holder.org).await?,
        // The invite's page says what is so now.
        Err(Error::Refused(_)) => {}
        Err(Error::Broken(error)) => return Err(error.into()),
    }
    Ok(Redirect::to(&holder.path()))
}

/// `POST /i/{token}/opt-in`: this organization may write again. I10
pub async fn opt_in(State(state): State<AppState>, holder: InviteHolder) -> Result<Redirect, PageError> {
    store::retry(|| async {
        let mut tx = state.begin().await?;
        opt_outs::opt_in(&mut tx, &holder.actor, &holder.invite.address.key()).await?;
        state.commit(tx, holder.org).await
    })
    .await?;
    Ok(Redirect::to(&holder.path()))
}

/// `POST /i/{token}/fresh`: mails a fresh link to the invited address, if that is possible; the answer
/// is the same in any case, and the same for a token of nothing. I7, QUALITY 13
pub async fn fresh(State(state): State<AppState>, holder: Option<InviteHolder>) -> Result<Page, PageError> {
    if let Some(holder) = holder {
        let freshened = store::retry(|| async {
            let mut tx = state.begin().await?;
            invites::freshen(&mut tx, &holder.actor, holder.id, state.mail_limits).await?;
            Ok(state.commit_about(tx, holder.org, [holder.id]).await?)
        });
        match freshened.await {
            Ok(()) | Err(Error::Refused(_)) => {}
            Err(Error::Broken(error)) => return Err(error.into()),
        }
    }
    Ok(Page::new(words::guest::title_fresh_link(), guest::Page::Fresh))
}
