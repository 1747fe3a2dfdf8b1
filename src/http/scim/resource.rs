//! People and groups as directories read them, with tag and place. RFC 7643, 4

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{
    answer::answer,
    attributes::{GROUP, USER},
    query::{Params, version},
};
use crate::{
    domain::{ids::OrgId, moment::Moment},
    server::{config::BaseUrl, keys},
    store::scim::{
        groups::{Group, GroupOf},
        users::User,
    },
};

/// Where everything of an organization begins.
#[must_use]
pub fn base(base: &BaseUrl, org: OrgId) -> String {
    base.to(&format!("/scim/v2/{org}"))
}

/// A person; `groups` are those that they are in, of whomever else there may be among them.
#[must_use]
pub fn user(base: &str, user: &User, groups: &[GroupOf]) -> Map<String, Value> {
    let mut resource = match serde_json::to_value(&user.profile) {
        Ok(Value::Object(profile)) => profile,
        _ => Map::new(),
    };
    let groups: Vec<Value> = groups
        .iter()
        .filter(|group| group.user == user.id)
        .map(|group| {
            let id = group.group;
            json!({ "value": id, "$ref": format!("{base}/Groups/{id}"), "display": group.name })
        })
        .collect();
    if !groups.is_empty() {
        resource.insert("groups".into(), groups.into());
    }
    let location = format!("{base}/Users/{}", user.id);
    finished(resource, USER, "User", user.id, location, (user.created_at, user.changed_at))
}

/// A group.
#[must_use]
pub fn group(base: &str, group: &Group) -> Map<String, Value> {
    let mut resource = Map::new();
    resource.insert("displayName".into(), group.name.clone().into());
    if let Some(external_id) = &group.external_id {
        resource.insert("externalId".into(), external_id.clone().into());
    }
    let members = group.users.iter();
    let members: Vec<Value> = members
        .map(|id| json!({ "value": id, "$ref": format!("{base}/Users/{id}"), "type": "User" }))
        .collect();
    if !members.is_empty() {
        resource.insert("members".into(), members.into());
    }
    let location = format!("{base}/Groups/{}", group.id);
    finished(resource, GROUP, "Group", group.id, location, (group.created_at, group.changed_at))
}

/// With what every resource has. The version follows from everything else, so that it changes with whatever
/// changes, by whomever.
fn finished(
    mut resource: Map<String, Value>,
    schema: &str,
    kind: &str,
    id: uuid::Uuid,
    location: String,
    (created, changed): (Moment, Moment),
) -> Map<String, Value> {
    resource.insert("schemas".into(), json!([schema]));
    resource.insert("id".into(), json!(id));
    let hash = keys::hash(&Value::Object(resource.clone()).to_string());
    let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let meta = json!({
        "resourceType": kind,
        "created": created.iso(),
        "lastModified": changed.iso(),
        "location": location,
        "version": format!("W/\"{hash}\""),
    });
    resource.insert("meta".into(), meta);
    resource
}

/// A resource with its tag.
pub fn shown(status: StatusCode, params: &Params, resource: Map<String, Value>) -> Response {
    let tag = HeaderValue::from_str(version(&resource)).ok();
    let mut answer = answer(status, &params.select(resource));
    if let Some(tag) = tag {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

/// A resource that was made, and where it is.
pub fn created(params: &Params, resource: Map<String, Value>) -> Response {
    let location = HeaderValue::from_str(location(&resource)).ok();
    let mut answer = shown(StatusCode::CREATED, params, resource);
    if let Some(location) = location {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}

/// A resource that the directory has already.
pub fn unchanged(resource: &Map<String, Value>) -> Response {
    let tag = HeaderValue::from_str(version(resource)).ok();
    let mut answer = StatusCode::NOT_MODIFIED.into_response();
    if let Some(tag) = tag {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

/// Where a resource is.
fn location(resource: &Map<String, Value>) -> &str {
    resource.get("meta").and_then(|meta| meta.get("location")).and_then(Value::as_str).unwrap_or_default()
}
