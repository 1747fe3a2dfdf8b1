//! People: looked up, provisioned, changed, deactivated, forgotten. S6

use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::{Map, Value};

use super::{
    answer::answer,
    attributes,
    call::{Directory, Id, Object, settled},
    error::{ScimError, refused},
    filter::{Narrowed, storable},
    patch,
    query::{Params, Precondition},
    resource::{self, created, shown, unchanged},
};
use crate::{
    domain::{actor::Actor, directory::Profile, ids::OrgId},
    server::{idna, metrics::JoinWay, state::AppState},
    store::{
        self, Error, PgConnection,
        scim::{
            groups,
            users::{self, User, Wanted},
        },
    },
};

/// A page has so many people at most.
pub const MOST: usize = 200;
/// By what people can be looked up.
const INDEXED: [&str; 4] = ["id", "userName", "externalId", "emails.value"];

/// `GET /scim/v2/{org}/Users`
pub async fn list(
    State(state): State<AppState>,
    Directory(actor): Directory,
    params: Params,
) -> Result<Response, ScimError> {
    let page = params.page(MOST)?;
    let base = resource::base(&state.base, actor.org);
    let mut db = state.pool.acquire().await?;
    let (total, found) = match &params.filter {
        Some(filter) => {
            let narrowed = Narrowed::read(filter, &INDEXED)?;
            let candidates = users::matching(&mut db, actor.org, &wanted(&narrowed)).await?;
            let candidates = resources(&mut db, &base, actor.org, &candidates).await?;
            let found = candidates.into_iter().filter(|user| narrowed.matches(user)).collect();
            page.of(found)
        }
        None => {
            let (total, found) = users::list(&mut db, actor.org, page.skip, page.count).await?;
            (total, resources(&mut db, &base, actor.org, &found).await?)
        }
    };
    Ok(answer(StatusCode::OK, &params.list(page, total, found)))
}

fn wanted(narrowed: &Narrowed) -> Wanted {
    let mut wanted = Wanted::default();
    for term in &narrowed.terms {
        match term.attribute.as_str() {
            "id" => wanted.ids.extend(term.value.parse::<uuid::Uuid>().ok()),
            "username" => wanted.user_names.push(storable(term.value.to_lowercase())),
            "externalid" => wanted.external_ids.push(storable(term.value.clone())),
            _ => wanted.emails.push(storable(term.value.to_lowercase())),
        }
    }
    wanted
}

/// `GET /scim/v2/{org}/Users/{id}`
pub async fn show(
    State(state): State<AppState>,
    Directory(actor): Directory,
    Id(id): Id,
    params: Params,
    precondition: Precondition,
) -> Result<Response, ScimError> {
    let mut db = state.pool.acquire().await?;
    let user = users::find(&mut db, actor.org, id).await?;
    let user = one(&mut db, &state, actor.org, &user).await?;
    if precondition.has(&user) {
        return Ok(unchanged(&user));
    }
    Ok(shown(StatusCode::OK, &params, user))
}

/// `POST /scim/v2/{org}/Users`
pub async fn create(
    State(state): State<AppState>,
    Directory(actor): Directory,
    params: Params,
    Object(body): Object,
) -> Result<Response, ScimError> {
    let profile = profile(attributes::kept(&body)?)?;
    let described = profile.describe(idna::to_ascii)?;
    let (user, joined) = settled(|| async {
        let mut tx = state.begin().await?;
        let (user, joined) = users::create(&mut tx, &actor, &profile, &described).await.map_err(refused)?;
        let shown = one(&mut tx, &state, actor.org, &user).await?;
        state.commit_about(tx, actor.org, [user.member]).await?;
        Ok((shown, joined))
    })
    .await?;
    if let Some(joined) = joined {
        state.metrics.joined(JoinWay::Scim, joined);
    }
    Ok(created(&params, user))
}

/// `PUT /scim/v2/{org}/Users/{id}`
pub async fn replace(
    State(state): State<AppState>,
    Directory(actor): Directory,
    Id(id): Id,
    params: Params,
    precondition: Precondition,
    Object(body): Object,
) -> Result<Response, ScimError> {
    let kept = attributes::kept(&body)?;
    let user = change(&state, &actor, id, &precondition, |before| {
        let mut kept = kept.clone();
        // Nobody gets in again by what is not said.
        kept.entry("active").or_insert_with(|| before.active.into());
        Ok(kept)
    })
    .await?;
    Ok(shown(StatusCode::OK, &params, user))
}

/// `PATCH /scim/v2/{org}/Users/{id}`
pub async fn patch(
    State(state): State<AppState>,
    Directory(actor): Directory,
    Id(id): Id,
    params: Params,
    precondition: Precondition,
    Object(body): Object,
) -> Result<Response, ScimError> {
    let operations = patch::read(&body)?;
    let user = change(&state, &actor, id, &precondition, |before| {
        let mut kept = match serde_json::to_value(before) {
            Ok(Value::Object(kept)) => kept,
            _ => Map::new(),
        };
        operations.iter().try_for_each(|operation| patch::apply(&mut kept, operation))?;
        Ok(kept)
    })
    .await?;
    Ok(shown(StatusCode::OK, &params, user))
}

/// `DELETE /scim/v2/{org}/Users/{id}`
pub async fn delete(
    State(state): State<AppState>,
    Directory(actor): Directory,
    Id(id): Id,
    precondition: Precondition,
) -> Result<StatusCode, ScimError> {
    settled(|| async {
        let mut tx = state.begin().await?;
        let before = users::hold(&mut tx, actor.org, id).await.map_err(refused)?;
        precondition.require(&one(&mut tx, &state, actor.org, &before).await?).map_err(Error::Refused)?;
        users::delete(&mut tx, &actor, &before).await.map_err(refused)?;
        state.commit_about(tx, actor.org, [before.member]).await?;
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes of somebody what `to` makes of what is there, unless that is not what the directory knows.
async fn change(
    state: &AppState,
    actor: &Actor,
    id: uuid::Uuid,
    precondition: &Precondition,
    to: impl Fn(&Profile) -> Result<Map<String, Value>, ScimError>,
) -> Result<Map<String, Value>, ScimError> {
    settled(|| async {
        let mut tx = state.begin().await?;
        let before = users::hold(&mut tx, actor.org, id).await.map_err(refused)?;
        precondition.require(&one(&mut tx, state, actor.org, &before).await?).map_err(Error::Refused)?;
        let profile = to(&before.profile).and_then(profile).map_err(Error::Refused)?;
        let described = profile.describe(idna::to_ascii).map_err(|problem| Error::Refused(problem.into()))?;
        let after = users::change(&mut tx, actor, &before, &profile, &described).await.map_err(refused)?;
        let shown = one(&mut tx, state, actor.org, &after).await?;
        state.commit_about(tx, actor.org, [after.member]).await?;
        Ok(shown)
    })
    .await
}

fn profile(mut kept: Map<String, Value>) -> Result<Profile, ScimError> {
    kept.entry("userName").or_insert_with(|| "".into());
    serde_json::from_value(Value::Object(kept))
        .map_err(|_| ScimError::value("What is sent is no user of ours."))
}

async fn one(
    db: &mut PgConnection,
    state: &AppState,
    org: OrgId,
    user: &User,
) -> store::Result<Map<String, Value>> {
    let base = resource::base(&state.base, org);
    let mut shown = resources(db, &base, org, std::slice::from_ref(user)).await?;
    Ok(shown.pop().unwrap_or_default())
}

async fn resources(
    db: &mut PgConnection,
    base: &str,
    org: OrgId,
    users: &[User],
) -> store::Result<Vec<Map<String, Value>>> {
    let ids: Vec<uuid::Uuid> = users.iter().map(|user| user.id).collect();
    let groups = groups::of_users(db, org, &ids).await?;
    Ok(users.iter().map(|user| resource::user(base, user, &groups)).collect())
}
