//! What came out of a shoot: the favorite, and a managed member's private link. H4, M3

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    app::shoot::{self, gallery::SessionView, headshot::HeadshotView, results::ResultsPage},
    domain::{
        actor::Actor,
        ids::{HeadshotId, MemberId},
        role::Action,
    },
    http::{
        error::PageError,
        extract::{MemberShoot, Path, ResultsHolder, Wants},
        page::Page,
    },
    server::state::AppState,
    store::{
        self, Error, members,
        results::{self, LinkAccess, Session, UnknownHeadshot},
    },
    words,
};

#[must_use]
pub fn session_view(session: Session) -> SessionView {
    let headshots = session.headshots.into_iter().map(|headshot| HeadshotView {
        id: headshot.id,
        number: headshot.number,
        width: headshot.width,
        height: headshot.height,
        favorite: headshot.favorite,
    });
    SessionView {
        id: session.shoot,
        finished_at: session.finished_at,
        kept_until: session.kept_until,
        headshots: headshots.collect(),
    }
}

/// `POST /members/{member}/headshots/{headshot}/choose`. H4
pub async fn choose(
    State(state): State<AppState>,
    shoot: MemberShoot,
    Path((_, headshot)): Path<(MemberId, HeadshotId)>,
) -> Result<Redirect, PageError> {
    let actor = &shoot.viewer.actor;
    choose_as(&state, actor, shoot.member, headshot).await?;
    Ok(Redirect::to(&shoot.path()))
}

/// `POST /members/{member}/results-link/renew`. M3
pub async fn renew_link(State(state): State<AppState>, shoot: MemberShoot) -> Result<Redirect, PageError> {
    turn_link(&state, &shoot, LinkAccess::Renewed).await
}

/// `POST /members/{member}/results-link/revoke`. M3
pub async fn revoke_link(State(state): State<AppState>, shoot: MemberShoot) -> Result<Redirect, PageError> {
    turn_link(&state, &shoot, LinkAccess::Revoked).await
}

/// `POST /members/{member}/results-link/mail`. M6
pub async fn mail_link(State(state): State<AppState>, shoot: MemberShoot) -> Result<Redirect, PageError> {
    shoot.viewer.require(Action::ShootForOthers)?;
    let actor = &shoot.viewer.actor;
    let mut tx = state.begin().await?;
    results::mail_link(&mut tx, actor, shoot.member).await?;
    state.commit_about(tx, actor.org, [shoot.member]).await?;
    Ok(Redirect::to(&shoot.path()))
}

async fn turn_link(state: &AppState, shoot: &MemberShoot, access: LinkAccess) -> Result<Redirect, PageError> {
    shoot.viewer.require(Action::ShootForOthers)?;
    let actor = &shoot.viewer.actor;
    let mut tx = state.begin().await?;
    results::turn_link(&mut tx, actor, shoot.member, access).await?;
    state.commit_about(tx, actor.org, [shoot.member]).await?;
    Ok(Redirect::to(&shoot.path()))
}

/// `GET /r/{token}`: a managed member's headshots, by private link. The open page asks by a script whether the link still
/// works. M3, M6, P3
pub async fn show(
    State(state): State<AppState>,
    holder: ResultsHolder,
    wants: Wants,
) -> Result<Response, PageError> {
    if wants == Wants::Json {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let ResultsHolder { token, person, .. } = holder;
    let mut db = state.pool.acquire().await?;
    let sessions = results::sessions(&mut db, person.org, person.id).await?;
    let (lead, _) = members::owner(&mut db, person.org).await?;
    let sessions = sessions.into_iter().map(session_view).collect();
    let page = ResultsPage { token, name: person.name, org: person.org_name, lead, sessions };
    Ok(Page::new(words::shoot::title_results(), shoot::Page::Results(page)).into_response())
}

/// `POST /r/{token}/headshots/{headshot}/choose`. H4, M3
pub async fn choose_by_link(
    State(state): State<AppState>,
    holder: ResultsHolder,
    Path((_, headshot)): Path<(String, HeadshotId)>,
) -> Result<Redirect, PageError> {
    choose_as(&state, &holder.actor, holder.person.id, headshot).await?;
    Ok(Redirect::to(&format!("/r/{}", holder.token)))
}

async fn choose_as(
    state: &AppState,
    actor: &Actor,
    member: MemberId,
    headshot: HeadshotId,
) -> store::Result<(), Error<UnknownHeadshot>> {
    store::retry(|| async {
        let mut tx = state.begin().await?;
        results::choose(&mut tx, actor, member, headshot).await?;
        Ok(state.commit_about(tx, actor.org, [member]).await?)
    })
    .await
}
