//! Groups, which are sub-teams. S6, T1

use axum::{extract::State, http::StatusCode, response::Response};
use scim_v2::filter::{AttrExp, CompValue, CompareOp, PatchPath, ValFilter};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    answer::answer,
    attributes,
    call::{Directory, Id, Object, settled},
    error::{ScimError, refused},
    filter::{Narrowed, storable},
    patch::{self, Operation, Verb},
    query::{Params, Precondition, text_of},
    resource::{self, created, shown, unchanged},
};
use crate::{
    domain::{actor::Actor, directory, member::ORG_NAME_MAX, text},
    server::state::AppState,
    store::{
        Error,
        scim::groups::{self, Change, Group, Members, Wanted},
        teams,
    },
};

/// A page has so many groups at most: each may list everybody.
const MOST: usize = 50;
/// By what groups can be looked up.
const INDEXED: [&str; 4] = ["id", "displayName", "externalId", "members.value"];

/// `GET /scim/v2/{org}/Groups`
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
            // The filter may ask who is in them.
            let found = groups::matching(&mut db, actor.org, &wanted(&narrowed), Members::Included).await?;
            let found = found.iter().map(|group| resource::group(&base, group));
            page.of(found.filter(|group| narrowed.matches(group)).collect())
        }
        None => {
            let members = members(&params);
            let (total, found) = groups::list(&mut db, actor.org, page.skip, page.count, members).await?;
            (total, found.iter().map(|group| resource::group(&base, group)).collect())
        }
    };
    Ok(answer(StatusCode::OK, &params.list(page, total, found)))
}

fn members(params: &Params) -> Members {
    if params.wants("members") { Members::Included } else { Members::LeftOut }
}

fn wanted(narrowed: &Narrowed) -> Wanted {
    let mut wanted = Wanted::default();
    for term in &narrowed.terms {
        match term.attribute.as_str() {
            "id" => wanted.ids.extend(term.value.parse::<Uuid>().ok()),
            "displayname" => wanted.name_keys.push(storable(teams::name_key(&term.value))),
            "externalid" => wanted.external_ids.push(storable(term.value.clone())),
            _ => wanted.users.extend(term.value.parse::<Uuid>().ok()),
        }
    }
    wanted
}

/// `GET /scim/v2/{org}/Groups/{id}`
pub async fn show(
    State(state): State<AppState>,
    Directory(actor): Directory,
    Id(id): Id,
    params: Params,
    precondition: Precondition,
) -> Result<Response, ScimError> {
    let mut db = state.pool.acquire().await?;
    let group = groups::find(&mut db, actor.org, id, Members::Included).await?;
    let group = resource::group(&resource::base(&state.base, actor.org), &group);
    if precondition.has(&group) {
        return Ok(unchanged(&group));
    }
    Ok(shown(StatusCode::OK, &params, group))
}

/// `POST /scim/v2/{org}/Groups`
pub async fn create(
    State(state): State<AppState>,
    Directory(actor): Directory,
    params: Params,
    Object(body): Object,
) -> Result<Response, ScimError> {
    let sent = Sent::read(&body)?;
    let group = settled(|| async {
        let mut tx = state.begin().await?;
        let group =
            groups::create(&mut tx, &actor, &sent.name, sent.external_id.as_deref(), &sent.users).await;
        let group = group.map_err(refused)?;
        state.commit(tx, actor.org).await?;
        Ok(group)
    })
    .await?;
    Ok(created(&params, resource::group(&resource::base(&state.base, actor.org), &group)))
}

/// `PUT /scim/v2/{org}/Groups/{id}`
pub async fn replace(
    State(state): State<AppState>,
    Directory(actor): Directory,
    Id(id): Id,
    params: Params,
    precondition: Precondition,
    Object(body): Object,
) -> Result<Response, ScimError> {
    let Sent { name, external_id, users } = Sent::read(&body)?;
    let changes = [Change::Rename(name), Change::SetExternalId(external_id), Change::SetMembers(users)];
    let group = change(&state, &actor, id, &precondition, &changes).await?;
    Ok(shown(StatusCode::OK, &params, resource::group(&resource::base(&state.base, actor.org), &group)))
}

/// `PATCH /scim/v2/{org}/Groups/{id}`
pub async fn patch(
    State(state): State<AppState>,
    Directory(actor): Directory,
    Id(id): Id,
    params: Params,
    precondition: Precondition,
    Object(body): Object,
) -> Result<Response, ScimError> {
    let operations = patch::read(&body)?;
    let mut changes = Vec::new();
    for operation in &operations {
        read_changes(operation, &mut changes)?;
    }
    let group = change(&state, &actor, id, &precondition, &changes).await?;
    Ok(shown(StatusCode::OK, &params, resource::group(&resource::base(&state.base, actor.org), &group)))
}

/// `DELETE /scim/v2/{org}/Groups/{id}`
pub async fn delete(
    State(state): State<AppState>,
    Directory(actor): Directory,
    Id(id): Id,
    precondition: Precondition,
) -> Result<StatusCode, ScimError> {
    let base = resource::base(&state.base, actor.org);
    settled(|| async {
        let mut tx = state.begin().await?;
        let before = groups::hold(&mut tx, actor.org, id).await.map_err(refused)?;
        precondition.require(&resource::group(&base, &before)).map_err(Error::Refused)?;
        groups::delete(&mut tx, &actor, &before).await.map_err(refused)?;
        state.commit(tx, actor.org).await?;
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(
    state: &AppState,
    actor: &Actor,
    id: Uuid,
    precondition: &Precondition,
    changes: &[Change],
) -> Result<Group, ScimError> {
    let base = resource::base(&state.base, actor.org);
    settled(|| async {
        let mut tx = state.begin().await?;
        let before = groups::hold(&mut tx, actor.org, id).await.map_err(refused)?;
        precondition.require(&resource::group(&base, &before)).map_err(Error::Refused)?;
        let after = groups::change(&mut tx, actor, &before, changes).await.map_err(refused)?;
        state.commit(tx, actor.org).await?;
        Ok(after)
    })
    .await
}

/// A group as a directory sends all of it.
struct Sent {
    name: String,
    external_id: Option<String>,
    users: Vec<Uuid>,
}

impl Sent {
    fn read(body: &Map<String, Value>) -> Result<Self, ScimError> {
        let name = text_of(body, "displayName")?.unwrap_or_default();
        let members = patch::part(body, "members").unwrap_or(&Value::Null);
        Ok(Self {
            name: text::line("displayName", &name, ORG_NAME_MAX)?,
            external_id: external_id(text_of(body, "externalId")?)?,
            users: users(members)?,
        })
    }
}

fn external_id(typed: Option<String>) -> Result<Option<String>, ScimError> {
    if let Some(typed) = &typed {
        directory::check("externalId", typed)?;
    }
    Ok(typed)
}

/// The people who are named as members: objects with their ids, one or many.
fn users(value: &Value) -> Result<Vec<Uuid>, ScimError> {
    let values: &[Value] = match value {
        Value::Null => &[],
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    values
        .iter()
        .map(|value| {
            let id = match value {
                Value::String(id) => Some(id.as_str()),
                Value::Object(member) => patch::part(member, "value").and_then(Value::as_str),
                _ => None,
            };
            let id =
                id.ok_or_else(|| ScimError::value("A member has no value, which is the id of a user."))?;
            id.parse()
                .map_err(|_| ScimError::value("A member is no user. Groups in groups are not supported."))
        })
        .collect()
}

/// What an operation changes of a group.
fn read_changes(operation: &Operation, changes: &mut Vec<Change>) -> Result<(), ScimError> {
    let Operation { verb, path, value } = operation;
    match path {
        None => {
            let named = value
                .as_object()
                .ok_or_else(|| ScimError::value("Without a path, the value is an object."))?;
            for (name, value) in named {
                // Okta sends the id along.
                changes.extend(change_of(*verb, name, value)?);
            }
        }
        Some(PatchPath::Attr(path)) => {
            let is_ours = path.uri.as_deref().is_none_or(|uri| uri.eq_ignore_ascii_case(attributes::GROUP));
            if !is_ours {
                return Ok(());
            }
            if ["id", "schemas", "meta"].iter().any(|name| name.eq_ignore_ascii_case(&path.name)) {
                return Err(ScimError::mutability(format!("{} cannot be changed.", path.name)));
            }
            if path.sub_attr.is_some() {
                return Err(ScimError::path("Say which of the members."));
            }
            let change = change_of(*verb, &path.name, value)?;
            let unknown = || ScimError::path(format!("There is no attribute {}.", path.name));
            changes.push(change.ok_or_else(unknown)?);
        }
        Some(PatchPath::Value(path)) => {
            if !path.attr.name.eq_ignore_ascii_case("members") || *verb != Verb::Remove {
                return Err(ScimError::path("Only members can be chosen, and only to be removed."));
            }
            changes.push(Change::Remove(chosen(&path.filter)?));
        }
    }
    Ok(())
}

/// `None` where there is no such attribute.
fn change_of(verb: Verb, name: &str, value: &Value) -> Result<Option<Change>, ScimError> {
    Ok(Some(match (name.to_ascii_lowercase().as_str(), verb) {
        ("displayname", Verb::Remove) => return Err(ScimError::mutability("displayName is required.")),
        ("displayname", _) => {
            let typed = value.as_str().ok_or_else(|| ScimError::value("displayName is no text."))?;
            Change::Rename(text::line("displayName", typed, ORG_NAME_MAX)?)
        }
        ("externalid", Verb::Remove) => Change::SetExternalId(None),
        ("externalid", _) => match value {
            Value::Null => Change::SetExternalId(None),
            Value::String(typed) => Change::SetExternalId(external_id(Some(typed.clone()))?),
            _ => return Err(ScimError::value("externalId is no text.")),
        },
        ("members", Verb::Add) => Change::Add(users(value)?),
        ("members", Verb::Replace) => Change::SetMembers(users(value)?),
        ("members", Verb::Remove) if value.is_null() => Change::SetMembers(Vec::new()),
        ("members", Verb::Remove) => Change::Remove(users(value)?),
        _ => return Ok(None),
    }))
}

/// Whom `members[value eq "…"]` means. Who is no user is in no group.
fn chosen(filter: &ValFilter) -> Result<Vec<Uuid>, ScimError> {
    match filter {
        ValFilter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(id)))
            if path.name.eq_ignore_ascii_case("value") =>
        {
            Ok(id.parse().into_iter().collect())
        }
        ValFilter::Or(filters) => {
            let chosen = filters.iter().map(chosen).collect::<Result<Vec<_>, _>>()?;
            Ok(chosen.concat())
        }
        _ => Err(ScimError::filter("Members are chosen by value eq.")),
    }
}
