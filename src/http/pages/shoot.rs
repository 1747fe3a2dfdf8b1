//! Shoot pages and what is done on them: photos in and out, submit, choose, private links.
//! H1, H2, H4, M2, M3, C4

use axum::{
    Extension, Form, Json,
    extract::{Multipart, Path, Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    app::{
        browser::uploads::{PhotoView, RefusedPhoto, UploadAnswer},
        guest,
        shoot::{
            Page,
            gallery::HeadshotView,
            page::{ResultsLink, ShootPage, ShootView},
            results::ResultsPage,
        },
    },
    domain::{
        actor::Actor,
        ids::{HeadshotId, MemberId, PhotoId},
        member::MemberKind,
        role::Action,
        shoot::SubmitRefusal,
    },
    http::{
        files::pictures::{self, may_shoot_for},
        render,
    },
    server::{
        logins::{Caller, Viewing},
        state::AppState,
    },
    store::{
        self, Error, PgConnection,
        accounts::ActiveMembership,
        members::{self, Person, UnknownMember},
        results::{self, LinkAccess},
        shoots::{self, NotSubmitted},
    },
};

/// The viewer in their organization; everybody else is sent to the door.
fn seated(parts: &Parts) -> Result<ActiveMembership, Redirect> {
    let viewing = parts.extensions.get::<Viewing>().and_then(|viewing| viewing.0.clone());
    let viewer = viewing.ok_or_else(|| Redirect::to("/sign-in"))?;
    viewer.membership.ok_or_else(|| Redirect::to("/welcome"))
}

/// The viewer as who acts.
fn acting(viewer: &ActiveMembership, parts: &Parts) -> Actor {
    viewer.acting_from(parts.extensions.get::<Caller>().map(|caller| caller.network.as_str()))
}

/// `GET /me`: one's own shoot page.
pub async fn me(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match seated(&parts) {
        Ok(viewer) => {
            let member = viewer.member;
            show(&state, parts, &viewer, member, Extra::default()).await
        }
        Err(redirect) => redirect.into_response(),
    }
}

/// `GET /members/{member}/shoot`: anybody's, for a lead. M2
pub async fn shoot(State(state): State<AppState>, Path(member): Path<Uuid>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match seated(&parts) {
        Ok(viewer) if may_shoot_for(&viewer, MemberId(member)) => {
            show(&state, parts, &viewer, MemberId(member), Extra::default()).await
        }
        Ok(_) => not_found(&state, parts).await,
        Err(redirect) => redirect.into_response(),
    }
}

async fn not_found(state: &AppState, parts: Parts) -> Response {
    render::page(state, parts, StatusCode::NOT_FOUND, "Not found", guest::Page::NotFound).await
}

/// What a page says beside what is stored.
#[derive(Default)]
struct Extra {
    refused: Vec<RefusedPhoto>,
    submit_error: Option<String>,
    status: StatusCode,
}

async fn show(
    state: &AppState,
    parts: Parts,
    viewer: &ActiveMembership,
    member: MemberId,
    extra: Extra,
) -> Response {
    let status = extra.status;
    let loaded = async {
        let mut db = state.pool.acquire().await?;
        load(state, &mut db, viewer, member, extra).await
    };
    match loaded.await {
        Ok(page) => render::page(state, parts, status, "Headshots", Page::Shoot(Box::new(page))).await,
        Err(Error::Refused(_)) => not_found(state, parts).await,
        Err(Error::Broken(error)) => render::broken(&error),
    }
}

async fn load(
    state: &AppState,
    db: &mut PgConnection,
    viewer: &ActiveMembership,
    member: MemberId,
    extra: Extra,
) -> store::Result<ShootPage, Error<members::UnknownMember>> {
    let person = members::find(db, viewer.org, member).await?;
    let draft = shoots::draft(db, viewer.org, member).await?;
    let shoot = shoots::latest(db, viewer.org, member).await?;
    let gallery = results::gallery(db, viewer.org, member).await?;
    let own = viewer.member == member;
    let has_link =
        !own && person.kind == MemberKind::Managed && person.account.is_none() && person.address.is_some();
    Ok(ShootPage {
        member,
        own,
        lead: viewer.role.may(Action::SeeOrganization),
        viewer: viewer.name.clone(),
        draft: draft
            .into_iter()
            .map(|photo| PhotoView { id: photo.id, file_name: photo.file_name })
            .collect(),
        refused: extra.refused,
        shoot: shoot.map(|shoot| ShootView {
            state: shoot.state,
            failure: shoot.failure,
            photos: shoot.photos,
        }),
        results_link: (has_link && !gallery.is_empty()).then(|| results_link(state, &person)),
        gallery: gallery.into_iter().map(headshot_view).collect(),
        limits: state.photo_limits,
        submit_error: extra.submit_error,
        name: person.name,
        org: person.org_name,
        address: person.address,
    })
}

fn headshot_view(headshot: results::Headshot) -> HeadshotView {
    HeadshotView {
        id: headshot.id,
        number: headshot.number,
        width: headshot.width,
        height: headshot.height,
        favorite: headshot.favorite,
    }
}

fn results_link(state: &AppState, person: &Person) -> ResultsLink {
    let token = state.keys.results_token(person.org, person.id, person.results_generation);
    ResultsLink { url: (!person.results_revoked).then(|| state.base.to(&format!("/r/{token}"))) }
}

/// `GET /members/{member}/progress`: one word for the page that waits. N6
pub async fn progress(State(state): State<AppState>, Path(member): Path<Uuid>, parts: Parts) -> Response {
    let Ok(viewer) = seated(&parts) else { return StatusCode::UNAUTHORIZED.into_response() };
    if !may_shoot_for(&viewer, MemberId(member)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let found = async {
        let mut db = state.pool.acquire().await?;
        shoots::latest(&mut db, viewer.org, MemberId(member)).await
    };
    match found.await {
        Ok(shoot) => Json(shoot.map(|shoot| shoot.state.word())).into_response(),
        Err(error) => render::broken(&error),
    }
}

/// `POST /members/{member}/photos`: a form with files. Scripts ask for JSON and send one file at a
/// time; without them the page comes back, each refused file with its reason. H1
pub async fn add_photos(
    State(state): State<AppState>,
    Path(member): Path<Uuid>,
    parts: Parts,
    form: Multipart,
) -> Response {
    let json = wants_json(&parts.headers);
    let viewer = match seated(&parts) {
        Ok(viewer) if may_shoot_for(&viewer, MemberId(member)) => viewer,
        Ok(_) => return not_found(&state, parts).await,
        Err(_) if json => return StatusCode::UNAUTHORIZED.into_response(),
        Err(redirect) => return redirect.into_response(),
    };
    let member = MemberId(member);
    let known = async {
        let mut db = state.pool.acquire().await?;
        members::find(&mut db, viewer.org, member).await
    };
    match known.await {
        Ok(_) => {}
        Err(Error::Refused(_)) => return not_found(&state, parts).await,
        Err(Error::Broken(error)) => return render::broken(&error),
    }
    let received = match pictures::receive(&state, &acting(&viewer, &parts), member, form).await {
        Ok(received) => received,
        Err(error) if error.is::<axum::extract::multipart::MultipartError>() => {
            return (
                StatusCode::BAD_REQUEST,
                "The upload broke off. Photos that were in stay in; add the rest again.",
            )
                .into_response();
        }
        // Removed while the upload was under way.
        Err(error) if error.is::<UnknownMember>() => return not_found(&state, parts).await,
        Err(error) => return render::broken(&format!("{error:#}")),
    };
    let mut answer = UploadAnswer::default();
    for file in received {
        match file.outcome {
            Ok(id) => answer.taken.push(PhotoView { id, file_name: file.file_name }),
            Err(refusal) => {
                answer.refused.push(RefusedPhoto { file_name: file.file_name, reason: refusal.to_string() });
            }
        }
    }
    let status = if answer.refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    if json {
        (status, Json(answer)).into_response()
    } else if answer.refused.is_empty() {
        Redirect::to(&page_of(&viewer, member)).into_response()
    } else {
        show(&state, parts, &viewer, member, Extra { refused: answer.refused, status, submit_error: None })
            .await
    }
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json")
}

fn page_of(viewer: &ActiveMembership, member: MemberId) -> String {
    if viewer.member == member { "/me".into() } else { format!("/members/{member}/shoot") }
}

/// `POST /members/{member}/photos/{photo}/remove`
pub async fn remove_photo(
    State(state): State<AppState>,
    Path((member, photo)): Path<(Uuid, Uuid)>,
    parts: Parts,
) -> Response {
    let member = MemberId(member);
    let viewer = match seated(&parts) {
        Ok(viewer) if may_shoot_for(&viewer, member) => viewer,
        Ok(_) => return not_found(&state, parts).await,
        Err(redirect) => return redirect.into_response(),
    };
    let removed = async {
        let mut tx = state.pool.begin().await?;
        shoots::remove_photo(&mut tx, &acting(&viewer, &parts), member, PhotoId(photo)).await?;
        tx.commit().await
    };
    match removed.await {
        Ok(()) if wants_json(&parts.headers) => StatusCode::NO_CONTENT.into_response(),
        Ok(()) => Redirect::to(&page_of(&viewer, member)).into_response(),
        Err(error) => render::broken(&error),
    }
}

/// `POST /members/{member}/submit`: makes the headshot session. C2, C4, H2
pub async fn submit(State(state): State<AppState>, Path(member): Path<Uuid>, parts: Parts) -> Response {
    let member = MemberId(member);
    let viewer = match seated(&parts) {
        Ok(viewer) if may_shoot_for(&viewer, member) => viewer,
        Ok(_) => return not_found(&state, parts).await,
        Err(redirect) => return redirect.into_response(),
    };
    let submitted = async {
        let mut tx = state.pool.begin().await?;
        shoots::submit(&mut tx, &acting(&viewer, &parts), member, &state.photo_limits).await?;
        store::Result::<(), Error<NotSubmitted>>::Ok(tx.commit().await?)
    };
    let refusal = match submitted.await {
        Ok(()) => return Redirect::to(&page_of(&viewer, member)).into_response(),
        Err(Error::Refused(NotSubmitted::Unknown(_))) => return not_found(&state, parts).await,
        Err(Error::Refused(NotSubmitted::Rule(SubmitRefusal::AlreadySubmitted))) => {
            return Redirect::to(&page_of(&viewer, member)).into_response();
        }
        Err(Error::Refused(NotSubmitted::Rule(rule))) => rule,
        Err(Error::Broken(error)) => return render::broken(&error),
    };
    if refusal == SubmitRefusal::OutOfCredits {
        let told = async {
            let mut tx = state.pool.begin().await?;
            shoots::tell_leads(&mut tx, &acting(&viewer, &parts), member).await?;
            tx.commit().await
        };
        if let Err(error) = told.await {
            return render::broken(&error);
        }
    }
    let status = if refusal == SubmitRefusal::OutOfCredits {
        StatusCode::PAYMENT_REQUIRED
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let extra = Extra { submit_error: Some(refusal.to_string()), status, refused: Vec::new() };
    show(&state, parts, &viewer, member, extra).await
}

/// `POST /members/{member}/headshots/{headshot}/choose`. H4
pub async fn choose(
    State(state): State<AppState>,
    Path((member, headshot)): Path<(Uuid, Uuid)>,
    parts: Parts,
) -> Response {
    let member = MemberId(member);
    let viewer = match seated(&parts) {
        Ok(viewer) if may_shoot_for(&viewer, member) => viewer,
        Ok(_) => return not_found(&state, parts).await,
        Err(redirect) => return redirect.into_response(),
    };
    let chosen = async {
        let mut tx = state.pool.begin().await?;
        results::choose(&mut tx, &acting(&viewer, &parts), member, HeadshotId(headshot)).await?;
        Ok(tx.commit().await?)
    };
    match chosen.await {
        Ok(()) => Redirect::to(&page_of(&viewer, member)).into_response(),
        Err(Error::Refused(results::UnknownHeadshot)) => not_found(&state, parts).await,
        Err(Error::Broken(error)) => render::broken(&error),
    }
}

/// `POST /members/{member}/results-link/renew`. M3
pub async fn renew_link(State(state): State<AppState>, Path(member): Path<Uuid>, parts: Parts) -> Response {
    turn_link(&state, MemberId(member), parts, LinkAccess::Renewed).await
}

/// `POST /members/{member}/results-link/revoke`. M3
pub async fn revoke_link(State(state): State<AppState>, Path(member): Path<Uuid>, parts: Parts) -> Response {
    turn_link(&state, MemberId(member), parts, LinkAccess::Revoked).await
}

async fn turn_link(state: &AppState, member: MemberId, parts: Parts, access: LinkAccess) -> Response {
    let viewer = match seated(&parts) {
        Ok(viewer) if viewer.role.may(Action::ShootForOthers) => viewer,
        Ok(_) => return not_found(state, parts).await,
        Err(redirect) => return redirect.into_response(),
    };
    let turned = async {
        let mut tx = state.pool.begin().await?;
        results::turn_link(&mut tx, &acting(&viewer, &parts), member, access).await?;
        Ok(tx.commit().await?)
    };
    match turned.await {
        Ok(()) => Redirect::to(&page_of(&viewer, member)).into_response(),
        Err(Error::Refused(members::UnknownMember)) => not_found(state, parts).await,
        Err(Error::Broken(error)) => render::broken(&error),
    }
}

/// `GET /r/{token}`: a managed member's headshots, by private link. M3
pub async fn results(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let loaded = async {
        let mut db = state.pool.acquire().await?;
        let Some(person) = pictures::holder(&state.keys, &mut db, &token).await? else { return Ok(None) };
        let gallery = results::gallery(&mut db, person.org, person.id).await?;
        let (lead, _) = members::owner(&mut db, person.org).await?;
        store::Result::<_>::Ok(Some((person, gallery, lead)))
    };
    match loaded.await {
        Ok(Some((person, gallery, lead))) => {
            let gallery = gallery.into_iter().map(headshot_view).collect();
            let page = ResultsPage { token, name: person.name, org: person.org_name, lead, gallery };
            render::page(&state, parts, StatusCode::OK, "Your headshots", Page::Results(page)).await
        }
        Ok(None) => not_found(&state, parts).await,
        Err(error) => render::broken(&error),
    }
}

#[derive(Deserialize)]
pub struct NoFields {}

/// `POST /r/{token}/headshots/{headshot}/choose`. H4, M3
pub async fn choose_by_link(
    State(state): State<AppState>,
    Path((token, headshot)): Path<(String, Uuid)>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
    Form(NoFields {}): Form<NoFields>,
) -> Response {
    let chosen = async {
        let mut tx = state.pool.begin().await?;
        let Some(person) = pictures::holder(&state.keys, &mut tx, &token).await? else {
            return Err(Error::Refused(results::UnknownHeadshot));
        };
        let actor = Actor::link_holder(person.org, &person.name, &caller.network);
        results::choose(&mut tx, &actor, person.id, HeadshotId(headshot)).await?;
        Ok(tx.commit().await?)
    };
    match chosen.await {
        Ok(()) => Redirect::to(&format!("/r/{token}")).into_response(),
        Err(Error::Refused(results::UnknownHeadshot)) => not_found(&state, parts).await,
        Err(Error::Broken(error)) => render::broken(&error),
    }
}
