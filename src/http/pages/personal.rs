//! Personal invites: opened, accepted, declined, asked for anew; and opting out. Opening a page changes
//! nothing; pressing its button does. I5 to I7, I9, I10, J1 to J4

use axum::{
    Extension, Form,
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::guest::{
        Page,
        join::{
            personal::{EndedInvitePage, PersonalPage, UnsubscribePage, WhyEnded},
            status_page::Host,
        },
    },
    domain::{
        actor::Actor,
        email::EmailAddress,
        ids::{InviteId, OrgId},
        invite::InviteRefusal,
        member::NAME_MAX,
        text,
    },
    http::{
        pages::{
            account::set_cookie,
            open_link::{show_unknown, viewer},
        },
        render::{self, Preview},
    },
    server::{
        keys::Keys,
        logins::{self, Caller},
        state::AppState,
    },
    store::{
        self, Error,
        accounts::Viewer,
        invites::{self, Invite},
        opt_outs,
    },
};

/// `GET /i/{token}`
pub async fn show(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match find(&state, &token).await {
        Ok(Some((_, invite))) => show_invite(&state, parts, &token, invite, None).await,
        Ok(None) => show_unknown(&state, parts).await,
        Err(error) => render::broken(&error),
    }
}

async fn find(state: &AppState, token: &str) -> store::Result<Option<((OrgId, InviteId), Invite)>> {
    let Some(token) = Keys::read_invite_token(token) else { return Ok(None) };
    let mut db = state.pool.acquire().await?;
    let invite = invites::find(&mut db, token.org, token.invite).await?;
    let proven = invite.filter(|invite| state.keys.proves_invite(&token, invite.generation));
    Ok(proven.map(|invite| ((token.org, token.invite), invite)))
}

fn same_address(viewer: &Viewer, address: &EmailAddress) -> bool {
    EmailAddress::try_from(viewer.address.clone()).is_ok_and(|own| own.key() == address.key())
}

/// The page of an invite: to accept it, or why that is not possible.
async fn show_invite(
    state: &AppState,
    parts: Parts,
    token: &str,
    invite: Invite,
    problem: Option<(String, String)>,
) -> Response {
    if let Err(refusal) = invite.require_open() {
        return show_ended(state, parts, token, &invite, refusal).await;
    }
    let viewer = viewer(&parts);
    let (typed, error) = match problem {
        Some((typed, error)) => (typed, Some(error)),
        None => (invite.name.clone().unwrap_or_else(|| invite.address.suggested_name()), None),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let preview = Preview {
        title: format!("Your headshot at {}", invite.org_name),
        description: format!("{} has set up a shoot for you. Your phone is enough.", invite.inviter),
    };
    let page = PersonalPage {
        action: format!("/i/{token}"),
        org: invite.org_name,
        inviter: invite.inviter,
        team: invite.team,
        expires_at: invite.expires_at,
        other: viewer.filter(|viewer| !same_address(viewer, &invite.address)).map(|viewer| viewer.address),
        address: invite.address.to_string(),
        limits: state.photo_limits,
        typed,
        error,
    };
    render::page_with_preview(state, parts, status, "Join", Some(preview), Page::Personal(page)).await
}

async fn show_ended(
    state: &AppState,
    parts: Parts,
    token: &str,
    invite: &Invite,
    refusal: InviteRefusal,
) -> Response {
    let why = match refusal {
        InviteRefusal::Joined => WhyEnded::Used {
            address: invite.address.to_string(),
            by_viewer: viewer(&parts).is_some_and(|viewer| same_address(&viewer, &invite.address)),
        },
        _ if invite.opted_out => WhyEnded::OptedOut { address: invite.address.to_string() },
        InviteRefusal::Expired => WhyEnded::Expired { fresh: format!("/i/{token}/fresh") },
        InviteRefusal::Revoked => WhyEnded::Revoked,
        InviteRefusal::Declined => WhyEnded::Declined { opt_out: format!("/i/{token}/opt-out") },
    };
    let status = if refusal == InviteRefusal::Joined { StatusCode::OK } else { StatusCode::GONE };
    let host = Host {
        org: invite.org_name.clone(),
        name: invite.inviter.clone(),
        address: invite.inviter_address.clone(),
    };
    let page = Page::EndedInvite(EndedInvitePage { why, host });
    render::page(state, parts, status, "Invite closed", page).await
}

#[derive(Deserialize)]
pub struct AcceptForm {
    #[serde(default)]
    name: String,
}

/// `POST /i/{token}`: joins, signs in as the invited address, goes to the photos. I5, J3
pub async fn accept(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
    Form(form): Form<AcceptForm>,
) -> Response {
    let ((org, id), invite) = match find(&state, &token).await {
        Ok(Some(found)) => found,
        Ok(None) => return show_unknown(&state, parts).await,
        Err(error) => return render::broken(&error),
    };
    let name = match text::line("Your name", &form.name, NAME_MAX) {
        Ok(name) => name,
        Err(problem) => {
            return show_invite(&state, parts, &token, invite, Some((form.name, problem.to_string()))).await;
        }
    };
    let joined = async {
        let mut tx = state.pool.begin().await?;
        let invitee = Actor::link_holder(org, &invite.address, &caller.network);
        let accepted = invites::accept(&mut tx, &invitee, id, invite.generation, &name).await?;
        let cookie = logins::open(&mut tx, accepted.account, Some(org), &caller).await?;
        tx.commit().await?;
        Ok(cookie)
    };
    match joined.await {
        Ok(cookie) => (set_cookie(Some(cookie)), Redirect::to("/me")).into_response(),
        Err(Error::Refused(refusal)) => show_ended(&state, parts, &token, &invite, refusal).await,
        Err(Error::Broken(error)) => render::broken(&error),
    }
}

/// `POST /i/{token}/decline`: no, and no reminders. I10
pub async fn decline(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
) -> Response {
    let ((org, id), invite) = match find(&state, &token).await {
        Ok(Some(found)) => found,
        Ok(None) => return show_unknown(&state, parts).await,
        Err(error) => return render::broken(&error),
    };
    let declined = async {
        let mut db = state.pool.acquire().await?;
        let invitee = Actor::link_holder(org, &invite.address, &caller.network);
        invites::decline(&mut db, &invitee, id).await
    };
    match declined.await {
        // The invite's page says what is so now: declined, or why that was not possible any more.
        Ok(()) | Err(Error::Refused(_)) => Redirect::to(&format!("/i/{token}")).into_response(),
        Err(Error::Broken(error)) => render::broken(&error),
    }
}

/// `POST /i/{token}/opt-out`: no further mail from this organization. I10
pub async fn opt_out(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
) -> Response {
    let ((org, _), invite) = match find(&state, &token).await {
        Ok(Some(found)) => found,
        Ok(None) => return show_unknown(&state, parts).await,
        Err(error) => return render::broken(&error),
    };
    let opted_out = async {
        let mut tx = state.pool.begin().await?;
        let invitee = Actor::link_holder(org, &invite.address, &caller.network);
        opt_outs::opt_out(&mut tx, &invitee, &invite.address.key()).await?;
        tx.commit().await
    };
    match opted_out.await {
        Ok(()) => Redirect::to(&format!("/i/{token}")).into_response(),
        Err(error) => render::broken(&error),
    }
}

/// `POST /i/{token}/fresh`: mails a fresh link to the invited address, if that is possible; the answer
/// is the same in any case, and the same for a token of nothing. I7, QUALITY 13
pub async fn fresh(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
) -> Response {
    let freshened = async {
        let Some(((org, id), invite)) = find(&state, &token).await? else { return Ok(()) };
        let mut tx = state.pool.begin().await?;
        let invitee = Actor::link_holder(org, &invite.address, &caller.network);
        invites::freshen(&mut tx, &invitee, id, state.mail_limits).await?;
        Ok(tx.commit().await?)
    };
    match freshened.await {
        Ok(()) | Err(Error::Refused(_)) => {
            render::page(&state, parts, StatusCode::OK, "Fresh link", Page::Fresh).await
        }
        Err(Error::Broken(error)) => render::broken(&error),
    }
}

/// `GET /u/{token}`: asks; changes nothing. I10
pub async fn unsubscribe_page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    parts: Parts,
) -> Response {
    match addressee(&state, &token).await {
        Ok(Some(found)) => {
            let page = UnsubscribePage { org: found.org_name, action: Some(format!("/u/{token}")) };
            render::page(&state, parts, StatusCode::OK, "No more invites", Page::Unsubscribe(page)).await
        }
        Ok(None) => show_unknown(&state, parts).await,
        Err(error) => render::broken(&error),
    }
}

/// `POST /u/{token}`: no further mail from this organization. Mail programs call it without cookies
/// and without an origin: the token is all that counts. I10, RFC 8058
pub async fn unsubscribe(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
) -> Response {
    let opted_out = async {
        let Some(found) = addressee(&state, &token).await? else { return Ok(None) };
        let mut tx = state.pool.begin().await?;
        let reader = Actor::link_holder(found.org, &found.email, &caller.network);
        opt_outs::opt_out(&mut tx, &reader, &found.email).await?;
        tx.commit().await?;
        store::Result::<_>::Ok(Some(found.org_name))
    };
    match opted_out.await {
        Ok(Some(org)) => {
            let page = Page::Unsubscribe(UnsubscribePage { org, action: None });
            render::page(&state, parts, StatusCode::OK, "No more invites", page).await
        }
        Ok(None) => show_unknown(&state, parts).await,
        Err(error) => render::broken(&error),
    }
}

struct Addressee {
    org: OrgId,
    org_name: String,
    email: String,
}

/// Whom a mail went to that carries this token, be it an address that the invite no longer has.
async fn addressee(state: &AppState, token: &str) -> store::Result<Option<Addressee>> {
    let Some(token) = Keys::read_invite_token(token) else { return Ok(None) };
    let mut db = state.pool.acquire().await?;
    let Some(found) = opt_outs::addressees(&mut db, token.org, token.invite).await? else { return Ok(None) };
    let mut emails = found.emails.into_iter();
    let proven = emails.find(|(generation, _)| state.keys.proves_unsubscribe(&token, *generation));
    Ok(proven.map(|(_, email)| Addressee { org: token.org, org_name: found.org_name, email }))
}
