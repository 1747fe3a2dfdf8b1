//! Shoot pages and what is done on them: photos in and out, submit. H1, H2, H4, M2, C4

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{State, multipart::MultipartError},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::{
        browser::uploads::{PhotoView, RefusedPhoto, Unfinished},
        console::{history::sentences, member::facts},
        shoot::{
            self,
            about::{AboutMember, HistoryLine, WrongName},
            page::{ShootPage, ShootView},
            private_link::ResultsLink,
        },
    },
    domain::{
        ids::{MemberId, PhotoId},
        member::{MemberKind, NAME_MAX},
        photo::{DraftNumber, digest_text},
        role::Action,
        shoot::SubmitRefusal,
        text,
        upload::percent,
    },
    http::{
        error::PageError,
        extract::{CurrentMember, Files, Form, MemberShoot, Path, Query, Wants},
        files::{
            intake::BrokenOff,
            upload::{self, answer, receive},
        },
        page::Page,
        pages::results::session_view,
    },
    server::state::AppState,
    store::{
        self, Error, PgConnection, audit, drafts,
        members::{self, Person, UnknownMember},
        people, results,
        shoots::{self, NotSubmitted},
        teams,
        uploads::{self, UnknownUpload},
    },
    words,
};

/// So many entries of the history are on one's own page.
const ENTRIES: i64 = 20;

/// What is asked of a shoot page.
#[derive(Deserialize)]
pub struct Asked {
    /// To begin another shoot, if there was one.
    another: Option<String>,
}

impl Asked {
    fn notices(&self) -> PageNotices {
        PageNotices { another: self.another.is_some(), ..PageNotices::default() }
    }
}

/// `GET /me`: one's own shoot page.
pub async fn me(
    State(state): State<AppState>,
    viewer: CurrentMember,
    Query(asked): Query<Asked>,
) -> Result<Page, PageError> {
    page(&state, &MemberShoot::own(viewer), asked.notices()).await
}

/// `GET /members/{member}/shoot`: anybody's, for a lead. M2
pub async fn show(
    State(state): State<AppState>,
    shoot: MemberShoot,
    Query(asked): Query<Asked>,
) -> Result<Page, PageError> {
    page(&state, &shoot, asked.notices()).await
}

/// What a page says beside what is stored.
#[derive(Default)]
struct PageNotices {
    another: bool,
    refused: Vec<RefusedPhoto>,
    submit_error: Option<String>,
    name: Option<WrongName>,
}

async fn page(state: &AppState, shoot: &MemberShoot, notices: PageNotices) -> Result<Page, PageError> {
    let (viewer, member) = (&shoot.viewer.membership, shoot.member);
    let mut db = state.pool.acquire().await?;
    let person = members::find(&mut db, viewer.org, member).await?;
    let draft = drafts::photos(&mut db, viewer.org, member).await?;
    let draft_number = drafts::number(&mut db, viewer.org, member).await?;
    let unfinished = uploads::unfinished(&mut db, viewer.org, member).await?;
    let latest = shoots::latest(&mut db, viewer.org, member).await?;
    let sessions = results::sessions(&mut db, viewer.org, member).await?;
    let own = shoot.is_own();
    let has_link =
        !own && person.kind == MemberKind::Managed && person.account.is_none() && person.address.is_some();
    let about = if own { Some(about(&mut db, &person, notices.name).await?) } else { None };
    let page = ShootPage {
        member,
        about,
        own,
        lead: viewer.role.may(Action::SeeOrganization),
        viewer: viewer.name.clone(),
        viewer_id: viewer.member,
        draft: draft
            .into_iter()
            .map(|photo| PhotoView {
                id: photo.id,
                file_name: photo.file_name,
                fault: photo.fault,
                advice: photo.advice,
                digest: photo.digest.as_deref().map(digest_text),
            })
            .collect(),
        unfinished: unfinished
            .into_iter()
            .map(|upload| Unfinished {
                id: upload.id,
                file_name: upload.file_name,
                percent: percent(upload.offset.unsigned_abs(), upload.size.unsigned_abs()),
                digest: upload.digest.as_deref().map(digest_text),
            })
            .collect(),
        draft_number,
        another: notices.another,
        refused: notices.refused,
        shoot: latest.map(|shoot| ShootView {
            state: shoot.state,
            failure: shoot.failure,
            photos: shoot.photos,
            pictures_deleted_at: shoot.pictures_deleted_at,
        }),
        results_link: (has_link && !sessions.is_empty()).then(|| results_link(state, &person)),
        sessions: sessions.into_iter().map(session_view).collect(),
        limits: state.photo_limits,
        submit_error: notices.submit_error,
        credits: viewer.role.may(Action::SeeCredits).then_some(viewer.balance),
        name: person.name,
        org: person.org_name,
        address: person.address,
    };
    Ok(Page::new(words::shoot::title_shoot(), shoot::Page::Shoot(Box::new(page))))
}

/// What one's own page says of oneself: who did what counts, not from where. P4
async fn about(
    db: &mut PgConnection,
    person: &Person,
    wrong_name: Option<WrongName>,
) -> Result<AboutMember, PageError> {
    let (org, member) = (person.org, person.id);
    let row = people::rows(db, org, &[member.into()]).await?.pop().ok_or(UnknownMember)?;
    let through = members::came_through(db, org, member).await?;
    let team = match row.team {
        Some(team) => teams::name(db, org, team).await?,
        None => None,
    };
    let history = audit::about_member(db, org, member, ENTRIES).await?;
    Ok(AboutMember {
        wrong_name,
        team,
        title: row.title,
        role: person.role,
        joined_at: row.since,
        how: facts::how(person.kind, through.as_deref()),
        history: history
            .iter()
            .map(|entry| HistoryLine {
                at: entry.at,
                who: sentences::who(entry),
                what: sentences::what(entry),
            })
            .collect(),
    })
}

#[derive(Deserialize)]
pub struct NameForm {
    #[serde(default)]
    name: String,
}

/// `POST /me/name`: one's own name, as it should be. P4
pub async fn rename(
    State(state): State<AppState>,
    viewer: CurrentMember,
    Form(form): Form<NameForm>,
) -> Result<Redirect, PageError> {
    viewer.require(Action::CorrectOwnName)?;
    let name = match text::line("Your name", &form.name, NAME_MAX) {
        Ok(name) => name,
        Err(problem) => {
            let wrong = WrongName { typed: form.name, problem: problem.to_string() };
            let notices = PageNotices { name: Some(wrong), ..PageNotices::default() };
            let page = page(&state, &MemberShoot::own(viewer), notices).await?;
            return Err(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into());
        }
    };
    let (actor, member) = (&viewer.actor, viewer.membership.member);
    let renamed = store::retry(|| async {
        let mut tx = state.begin().await?;
        members::rename_oneself(&mut tx, actor, &name).await?;
        Ok::<_, Error<UnknownMember>>(state.commit_about(tx, actor.org, [member]).await?)
    });
    renamed.await?;
    Ok(Redirect::to("/me"))
}

fn results_link(state: &AppState, person: &Person) -> ResultsLink {
    let token = state.keys.results_token(person.org, person.id, person.results_generation);
    ResultsLink {
        url: (!person.results_revoked).then(|| state.base.to(&format!("/r/{token}"))),
        address: person.address.clone().unwrap_or_default(),
        mailed_at: person.results_mailed_at,
    }
}

/// `GET /members/{member}/progress`: one word for the page that waits, and that there is such a member. N6, P3
pub async fn progress(
    State(state): State<AppState>,
    shoot: MemberShoot,
) -> Result<Json<Option<&'static str>>, PageError> {
    let org = shoot.viewer.membership.org;
    let mut db = state.pool.acquire().await?;
    members::find(&mut db, org, shoot.member).await?;
    let latest = shoots::latest(&mut db, org, shoot.member).await?;
    Ok(Json(latest.map(|shoot| shoot.state.as_str())))
}

/// `POST /members/{member}/photos`: a form with files. Scripts ask for JSON and send one file at a
/// time, or name one that they have sent part by part; without them the page comes back, each refused file with its
/// reason. H1
pub async fn add_photos(
    State(state): State<AppState>,
    shoot: MemberShoot,
    wants: Wants,
    files: Files,
) -> Result<Response, PageError> {
    require_member(&state, &shoot).await?;
    let received = receive(&state, &shoot.viewer.actor, shoot.member, files).await.map_err(upload_error)?;
    let answer = answer(received);
    let status = if answer.refused.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    if wants == Wants::Json {
        Ok((status, Json(answer)).into_response())
    } else if answer.refused.is_empty() {
        Ok(Redirect::to(&shoot.path()).into_response())
    } else {
        let notices = PageNotices { refused: answer.refused, ..PageNotices::default() };
        Ok(page(&state, &shoot, notices).await?.with_status(status).into_response())
    }
}

/// Before anything is read for somebody who is not there.
async fn require_member(state: &AppState, shoot: &MemberShoot) -> Result<(), PageError> {
    let mut db = state.pool.acquire().await?;
    members::find(&mut db, shoot.viewer.membership.org, shoot.member).await?;
    Ok(())
}

fn upload_error(error: anyhow::Error) -> PageError {
    if error.is::<MultipartError>() || error.is::<BrokenOff>() {
        PageError::BrokenOff
    } else if error.is::<UnknownMember>() || error.is::<UnknownUpload>() {
        // Removed or given up while the upload was under way.
        PageError::NotFound
    } else if error.is::<upload::Unfinished>() {
        PageError::Unreadable(StatusCode::CONFLICT)
    } else {
        error.into()
    }
}

/// `POST /members/{member}/photos/{photo}/remove`
pub async fn remove_photo(
    State(state): State<AppState>,
    shoot: MemberShoot,
    Path((_, photo)): Path<(MemberId, PhotoId)>,
    wants: Wants,
) -> Result<Response, PageError> {
    let actor = &shoot.viewer.actor;
    let mut tx = state.begin().await?;
    drafts::remove_photo(&mut tx, actor, shoot.member, photo).await?;
    state.commit_about(tx, actor.org, [shoot.member]).await?;
    Ok(match wants {
        Wants::Json => StatusCode::NO_CONTENT.into_response(),
        Wants::Page => Redirect::to(&shoot.path()).into_response(),
    })
}

#[derive(Deserialize)]
pub struct SubmitForm {
    /// The draft that the page showed.
    draft: Option<DraftNumber>,
    /// The ids of the photos that it showed, with commas between.
    photos: Option<String>,
}

/// `POST /members/{member}/submit`: makes the headshot session. C2, C4, H2
pub async fn submit(
    State(state): State<AppState>,
    shoot: MemberShoot,
    Form(form): Form<SubmitForm>,
) -> Result<Redirect, PageError> {
    let actor = &shoot.viewer.actor;
    let submitted = store::retry(|| async {
        let mut tx = state.begin().await?;
        let draft = drafts::lock_number(&mut tx, actor.org, shoot.member).await?;
        if form.draft.is_some_and(|shown| shown != draft) {
            return Err(Error::Refused(SubmitRefusal::AlreadySubmitted.into()));
        }
        if let Some(shown) = &form.photos {
            let photos = drafts::photos(&mut tx, actor.org, shoot.member).await?;
            let have: BTreeSet<String> = photos.iter().map(|photo| photo.id.to_string()).collect();
            if shown.split(',').map(str::to_owned).collect::<BTreeSet<_>>() != have {
                return Err(Error::Refused(SubmitRefusal::OtherPhotos.into()));
            }
        }
        shoots::submit(&mut tx, actor, shoot.member, &state.photo_limits).await?;
        state.commit_about(tx, actor.org, [shoot.member]).await?;
        state.metrics.submitted();
        Ok(())
    });
    let refusal = match submitted.await {
        Ok(()) | Err(Error::Refused(NotSubmitted::Rule(SubmitRefusal::AlreadySubmitted))) => {
            return Ok(Redirect::to(&shoot.path()));
        }
        Err(Error::Refused(NotSubmitted::Rule(rule))) => rule,
        Err(Error::Refused(NotSubmitted::Unknown(unknown))) => return Err(unknown.into()),
        Err(Error::Broken(error)) => return Err(error.into()),
    };
    let status = if refusal == SubmitRefusal::OutOfCredits {
        tell_leads(&state, &shoot).await?;
        StatusCode::PAYMENT_REQUIRED
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let is_lead = shoot.viewer.membership.role.may(Action::SeeCredits);
    let said = if is_lead { refusal.to_a_lead() } else { refusal.to_string() };
    let notices = PageNotices { submit_error: Some(said), ..PageNotices::default() };
    Err(page(&state, &shoot, notices).await?.with_status(status).into())
}

/// Lets the leads know that somebody cannot submit. C4
async fn tell_leads(state: &AppState, shoot: &MemberShoot) -> Result<(), PageError> {
    let actor = &shoot.viewer.actor;
    let mut tx = state.begin().await?;
    shoots::tell_leads(&mut tx, actor, shoot.member).await?;
    Ok(state.commit(tx, actor.org).await?)
}
