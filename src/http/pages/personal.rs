//! Personal invites: opened, accepted, declined, asked for anew; and opting out of them. Opening a
//! page changes nothing; pressing its button does. I5 to I7, I9, I10, J1 to J4

use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::guest::{
        self,
        join::personal::{EndedInvitePage, PersonalPage, WhyEnded},
    },
    domain::{email::EmailAddress, invite::InviteRefusal, member::NAME_MAX, text},
    http::{
        error::{OrRefuse, PageError},
        extract::{Form, InviteHolder},
        page::{Page, Preview, set_cookie},
    },
    server::{
        logins::{self, Caller, CurrentUser},
        state::AppState,
    },
    store::{Error, invites, opt_outs},
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
) -> Page {
    let invite = &holder.invite;
    let name = invite.name.clone().unwrap_or_else(|| invite.address.suggested_name());
    join_page(&state, &holder, user.as_ref(), name, None)
}

fn is_for(invited: &EmailAddress, user: &CurrentUser) -> bool {
    user.address().is_ok_and(|own| own.key() == invited.key())
}

/// The page of an invite that can be accepted.
fn join_page(
    state: &AppState,
    holder: &InviteHolder,
    user: Option<&CurrentUser>,
    typed: String,
    error: Option<String>,
) -> Page {
    let invite = &holder.invite;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let preview = Preview {
        title: format!("Your headshot at {}", invite.org_name),
        description: format!("{} has set up a shoot for you. Your phone is enough.", invite.inviter),
    };
    let other = user.filter(|user| !is_for(&invite.address, user));
    let page = PersonalPage {
        action: holder.path(),
        org: invite.org_name.clone(),
        inviter: invite.inviter.clone(),
        team: invite.team.clone(),
        expires_at: invite.expires_at,
        other: other.map(|user| user.0.address.clone()),
        address: invite.address.to_string(),
        limits: state.photo_limits,
        typed,
        error,
    };
    Page::new("Join", guest::Page::Personal(page)).with_status(status).with_preview(preview)
}

/// The page of an invite that nobody can accept any more.
fn ended_page(holder: &InviteHolder, refusal: InviteRefusal, user: Option<&CurrentUser>) -> Page {
    let (invite, path) = (&holder.invite, holder.path());
    let why = match refusal {
        InviteRefusal::Joined => WhyEnded::Used {
            address: invite.address.to_string(),
            by_viewer: user.is_some_and(|user| is_for(&invite.address, user)),
        },
        _ if invite.opted_out => WhyEnded::OptedOut { address: invite.address.to_string() },
        InviteRefusal::Expired => WhyEnded::Expired { fresh: format!("{path}/fresh") },
        InviteRefusal::Revoked => WhyEnded::Revoked,
        InviteRefusal::Declined => WhyEnded::Declined { opt_out: format!("{path}/opt-out") },
    };
    let status = if refusal == InviteRefusal::Joined { StatusCode::OK } else { StatusCode::GONE };
    let page = EndedInvitePage { why, host: holder.host() };
    Page::new("Invite closed", guest::Page::EndedInvite(page)).with_status(status)
}

#[derive(Deserialize)]
pub struct AcceptForm {
    #[serde(default)]
    name: String,
}

/// `POST /i/{token}`: joins, signs in as the invited address, goes to the photos. I5, J3
pub async fn accept(
    State(state): State<AppState>,
    OpenInvite(holder): OpenInvite,
    user: Option<CurrentUser>,
    caller: Caller,
    Form(form): Form<AcceptForm>,
) -> Result<Response, PageError> {
    let user = user.as_ref();
    let name = text::line("Your name", &form.name, NAME_MAX).map_err(|problem| {
        join_page(&state, &holder, user, form.name.clone(), Some(problem.to_string()))
    })?;
    let mut tx = state.begin().await?;
    let accepted = invites::accept(&mut tx, &holder.actor, holder.id, holder.invite.generation, &name)
        .await
        .or_refuse(|refusal| ended_page(&holder, refusal, user))?;
    let cookie = logins::open(&mut tx, accepted.account, Some(holder.org), &caller).await?;
    state.commit(tx, holder.org).await?;
    Ok((set_cookie(Some(cookie)), Redirect::to("/me")).into_response())
}

/// `POST /i/{token}/decline`: no, and no reminders. I10
pub async fn decline(State(state): State<AppState>, holder: InviteHolder) -> Result<Redirect, PageError> {
    let mut tx = state.begin().await?;
    match invites::decline(&mut tx, &holder.actor, holder.id).await {
        Ok(()) => state.commit(tx, holder.org).await?,
        // The invite's page says what is so now: why that was not possible any more.
        Err(Error::Refused(_)) => {}
        Err(Error::Broken(error)) => return Err(error.into()),
    }
    Ok(Redirect::to(&holder.path()))
}

/// `POST /i/{token}/opt-out`: no further mail from this organization. I10
pub async fn opt_out(State(state): State<AppState>, holder: InviteHolder) -> Result<Redirect, PageError> {
    let mut tx = state.begin().await?;
    opt_outs::opt_out(&mut tx, &holder.actor, &holder.invite.address.key()).await?;
    state.commit(tx, holder.org).await?;
    Ok(Redirect::to(&holder.path()))
}

/// `POST /i/{token}/fresh`: mails a fresh link to the invited address, if that is possible; the answer
/// is the same in any case, and the same for a token of nothing. I7, QUALITY 13
pub async fn fresh(
    State(state): State<AppState>,
    holder: Option<InviteHolder>,
) -> Result<Page, PageError> {
    if let Some(holder) = holder {
        let mut tx = state.begin().await?;
        match invites::freshen(&mut tx, &holder.actor, holder.id, state.mail_limits).await {
            Ok(()) => state.commit(tx, holder.org).await?,
            Err(Error::Refused(_)) => {}
            Err(Error::Broken(error)) => return Err(error.into()),
        }
    }
    Ok(Page::new("Fresh link", guest::Page::Fresh))
}
