//! What is offered here, for directories that look before they ask. RFC 7644, 4

use std::sync::LazyLock;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde_json::{Map, Value, json};

use super::{
    answer::answer,
    attributes::{GROUP, USER},
    call::Directory,
    error::ScimError,
    query::Params,
    resource, users,
};
use crate::server::state::AppState;

/// The schemas of what is served: people and groups in the attributes that are kept, the others as RFC 7643
/// has them in its section 7.
static SCHEMAS: LazyLock<Vec<Map<String, Value>>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("schemas.json")).expect("the file is ours, and a test reads it")
});

/// `GET /scim/v2/{org}/ServiceProviderConfig`
pub async fn config(State(state): State<AppState>, Directory(actor): Directory) -> Response {
    let base = resource::base(&state.base, actor.org);
    let unsupported = json!({ "supported": false });
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": users::MOST },
        "changePassword": unsupported,
        "sort": unsupported,
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token that the Owner makes under Settings, Directory",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base}/ServiceProviderConfig"),
        },
    });
    answer(StatusCode::OK, &body)
}

/// `GET /scim/v2/{org}/ResourceTypes`
pub async fn resource_types(
    State(state): State<AppState>,
    Directory(actor): Directory,
    params: Params,
) -> Result<Response, ScimError> {
    list(&params, types(&resource::base(&state.base, actor.org)))
}

/// `GET /scim/v2/{org}/ResourceTypes/{id}`
pub async fn resource_type(
    State(state): State<AppState>,
    Directory(actor): Directory,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, ScimError> {
    one(types(&resource::base(&state.base, actor.org)), &id)
}

/// `GET /scim/v2/{org}/Schemas`
pub async fn schemas(
    State(state): State<AppState>,
    Directory(actor): Directory,
    params: Params,
) -> Result<Response, ScimError> {
    list(&params, located_schemas(&resource::base(&state.base, actor.org)))
}

/// `GET /scim/v2/{org}/Schemas/{id}`
pub async fn schema(
    State(state): State<AppState>,
    Directory(actor): Directory,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, ScimError> {
    one(located_schemas(&resource::base(&state.base, actor.org)), &id)
}

fn types(base: &str) -> Vec<Map<String, Value>> {
    [("User", "/Users", USER), ("Group", "/Groups", GROUP)]
        .into_iter()
        .filter_map(|(name, endpoint, schema)| {
            let body = json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
                "id": name,
                "name": name,
                "endpoint": endpoint,
                "schema": schema,
                "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{name}") },
            });
            body.as_object().cloned()
        })
        .collect()
}

fn located_schemas(base: &str) -> Vec<Map<String, Value>> {
    SCHEMAS
        .iter()
        .cloned()
        .map(|mut schema| {
            let id = schema.get("id").and_then(Value::as_str).unwrap_or_default();
            let meta = json!({ "resourceType": "Schema", "location": format!("{base}/Schemas/{id}") });
            schema.insert("meta".into(), meta);
            schema
        })
        .collect()
}

fn list(params: &Params, resources: Vec<Map<String, Value>>) -> Result<Response, ScimError> {
    // RFC 7644, 4
    if params.filter.is_some() {
        return Err(ScimError::new(StatusCode::FORBIDDEN, "There is nothing to filter here."));
    }
    let page = params.page(resources.len())?;
    let (total, resources) = page.of(resources);
    Ok(answer(StatusCode::OK, &params.list(page, total, resources)))
}

fn one(resources: Vec<Map<String, Value>>, id: &str) -> Result<Response, ScimError> {
    let found = resources.into_iter().find(|known| known.get("id").and_then(Value::as_str) == Some(id));
    found.map(|found| answer(StatusCode::OK, &Value::Object(found))).ok_or_else(ScimError::not_found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S6: what is said to be kept is what is kept.
    #[test]
    fn the_schema_of_people_says_what_is_kept() {
        use super::super::attributes::{Found, Kind, find, part};
        let user = SCHEMAS.iter().find(|schema| schema["id"] == USER).unwrap();
        for attribute in user["attributes"].as_array().unwrap() {
            let name = attribute["name"].as_str().unwrap();
            match find(name) {
                Found::Kept(kept) => {
                    let expected = match kept.kind {
                        Kind::Text => "string",
                        Kind::Flag => "boolean",
                        Kind::Parts(_) | Kind::List(_) => "complex",
                    };
                    assert_eq!(attribute["type"], expected, "{name}");
                    assert_eq!(attribute["required"], kept.required, "{name}");
                    assert_eq!(attribute["multiValued"], matches!(kept.kind, Kind::List(_)), "{name}");
                    for below in attribute["subAttributes"].as_array().into_iter().flatten() {
                        let below = below["name"].as_str().unwrap();
                        assert_eq!(part(kept, below), Some(below), "{name}");
                    }
                }
                Found::ReadOnly => assert_eq!(attribute["mutability"], "readOnly", "{name}"),
                found => panic!("{name}: {found:?}"),
            }
        }
    }
}
