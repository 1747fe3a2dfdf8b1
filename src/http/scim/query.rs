//! What a request asks of the answer: which resources, how many, and which of their attributes. RFC 7644, 3.4.2

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    attributes::{GROUP, USER},
    error::ScimError,
    patch,
};

/// Always returned, whatever is asked for.
const ALWAYS: [&str; 2] = ["id", "schemas"];

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    pub filter: Option<String>,
    start_index: Option<String>,
    count: Option<String>,
    attributes: Option<String>,
    excluded_attributes: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = ScimError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ScimError> {
        let params = Query::from_request_parts(parts, state).await;
        params.map(|Query(params)| params).map_err(|_| ScimError::value("The query cannot be read."))
    }
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many come before it.
    pub skip: usize,
    pub count: usize,
}

impl Page {
    /// The part of a list that is all there, and how many there are.
    #[must_use]
    pub fn of<T>(self, all: Vec<T>) -> (usize, Vec<T>) {
        (all.len(), all.into_iter().skip(self.skip).take(self.count).collect())
    }
}

impl Params {
    /// The part of a list that is asked for: at most so many, and as many where that is not said.
    ///
    /// # Errors
    /// A number is none.
    pub fn page(&self, most: usize) -> Result<Page, ScimError> {
        let number = |name: &str, text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => {
                let number = text.trim().parse::<i64>();
                number.map(Some).map_err(|_| ScimError::value(format!("{name} is no number.")))
            }
        };
        let start = number("startIndex", &self.start_index)?.unwrap_or(1).max(1);
        let count = number("count", &self.count)?.map_or(most, |count| usize::try_from(count).unwrap_or(0));
        // Nobody has so many; and the database counts no further.
        let skip = usize::try_from(start - 1).unwrap_or(usize::MAX).min(i32::MAX as usize);
        Ok(Page { skip, count: count.min(most) })
    }

    /// Whether an attribute is among what is asked for.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        let is = |(asked, part): (&str, Option<&str>)| asked.eq_ignore_ascii_case(name) && part.is_none();
        match (&self.attributes, &self.excluded_attributes) {
            (Some(asked), _) => names(asked).any(|(asked, _)| asked.eq_ignore_ascii_case(name)),
            (None, Some(excluded)) => !names(excluded).any(is),
            (None, None) => true,
        }
    }

    /// Of a resource, what is asked for. RFC 7644, 3.9
    #[must_use]
    pub fn select(&self, mut resource: Map<String, Value>) -> Value {
        let always = |name: &str| ALWAYS.contains(&name);
        if let Some(asked) = &self.attributes {
            resource.retain(|name, value| {
                let mut parts = names(asked).filter(|(asked, _)| asked.eq_ignore_ascii_case(name)).peekable();
                if parts.peek().is_none() {
                    return always(name);
                }
                let parts: Option<Vec<&str>> = parts.map(|(_, part)| part).collect();
                if let Some(parts) = parts {
                    retain(value, |name| parts.iter().any(|part| part.eq_ignore_ascii_case(name)));
                }
                true
            });
        } else if let Some(excluded) = &self.excluded_attributes {
            for (name, part) in names(excluded) {
                match part {
                    None => resource.retain(|known, _| always(known) || !known.eq_ignore_ascii_case(name)),
                    Some(part) => {
                        for (_, value) in
                            resource.iter_mut().filter(|(known, _)| known.eq_ignore_ascii_case(name))
                        {
                            retain(value, |known| !known.eq_ignore_ascii_case(part));
                        }
                    }
                }
            }
        }
        Value::Object(resource)
    }

    /// A list of resources, of which there are `total`.
    #[must_use]
    pub fn list(&self, page: Page, total: usize, resources: Vec<Map<String, Value>>) -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": total,
            "startIndex": page.skip + 1,
            "itemsPerPage": resources.len(),
            "Resources": resources.into_iter().map(|resource| self.select(resource)).collect::<Vec<_>>(),
        })
    }
}

/// Whether a resource is still as the directory knows it. RFC 7644, 3.14
#[derive(Clone, Debug, Default)]
pub struct Precondition {
    pub if_match: Option<String>,
    pub if_none_match: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Precondition {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (if_match, if_none_match) =
            (header(axum::http::header::IF_MATCH), header(axum::http::header::IF_NONE_MATCH));
        Ok(Self { if_match, if_none_match })
    }
}

impl Precondition {
    /// # Errors
    /// The resource is another one by now.
    pub fn require(&self, resource: &Map<String, Value>) -> Result<(), ScimError> {
        match &self.if_match {
            Some(known) if !is_among(known, version(resource)) => Err(ScimError::changed_meanwhile()),
            _ => Ok(()),
        }
    }

    /// Whether the directory has the resource as it is already.
    #[must_use]
    pub fn has(&self, resource: &Map<String, Value>) -> bool {
        self.if_none_match.as_ref().is_some_and(|known| is_among(known, version(resource)))
    }
}

/// The version of a resource, as its ETag says it.
#[must_use]
pub fn version(resource: &Map<String, Value>) -> &str {
    resource.get("meta").and_then(|meta| meta.get("version")).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a tag is in such a list, weak or not.
fn is_among(tags: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.trim() == "*" || tags.split(',').any(|known| opaque(known) == opaque(tag))
}

/// So many names are read of a list: more than there are attributes with their parts. Each resource of an
/// answer is gone over for each.
const NAMES_MAX: usize = 100;

/// Names of attributes with their parts, without the schemas before them.
fn names(list: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    list.split(',').take(NAMES_MAX).map(|name| {
        let name = name.trim();
        let schema = [USER, GROUP]
            .into_iter()
            .find(|schema| name.get(..schema.len()).is_some_and(|start| start.eq_ignore_ascii_case(schema)));
        let name = schema.and_then(|schema| name[schema.len()..].strip_prefix(':')).unwrap_or(name);
        name.split_once('.').map_or((name, None), |(name, part)| (name, Some(part)))
    })
}

/// Keeps some parts of each value.
fn retain(value: &mut Value, keeps: impl Fn(&str) -> bool + Copy) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| retain(value, keeps)),
        Value::Object(parts) => parts.retain(|name, _| keeps(name)),
        _ => {}
    }
}

/// A text of a body; `None` where there is none.
///
/// # Errors
/// It is something else.
pub fn text_of(body: &Map<String, Value>, name: &'static str) -> Result<Option<String>, ScimError> {
    match patch::part(body, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ScimError::value(format!("{name} is no text."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Map<String, Value> {
        let ada = json!({
            "schemas": [USER], "id": "1", "userName": "ada", "title": "Chair",
            "name": { "givenName": "Ada", "familyName": "King" },
            "emails": [{ "value": "a@x.org", "type": "work" }],
        });
        ada.as_object().unwrap().clone()
    }

    /// S6
    #[test]
    fn what_is_asked_for_is_returned() {
        let asked = |list: &str| Params { attributes: Some(list.into()), ..Params::default() }.select(ada());
        assert_eq!(asked("USERNAME"), json!({ "schemas": [USER], "id": "1", "userName": "ada" }));
        assert_eq!(
            asked(&format!("{USER}:title")),
            json!({ "schemas": [USER], "id": "1", "title": "Chair" })
        );
        assert_eq!(asked("name.givenName")["name"], json!({ "givenName": "Ada" }));
        assert_eq!(asked("emails.value,emails.type")["emails"], ada()["emails"]);
        assert_eq!(asked("nothing"), json!({ "schemas": [USER], "id": "1" }));
        let without = |list: &str| Params { excluded_attributes: Some(list.into()), ..Params::default() };
        let params = without("title, emails.type,id");
        let rest = params.select(ada());
        assert!(rest.get("title").is_none() && rest["id"] == "1");
        assert_eq!(rest["emails"], json!([{ "value": "a@x.org" }]));
        assert!(!params.wants("title") && params.wants("emails") && params.wants("name"));
    }

    /// S6, N1
    #[test]
    fn pages_are_counted_from_one_and_bounded() {
        let page = |start: &str, count: &str| {
            Params { start_index: Some(start.into()), count: Some(count.into()), ..Params::default() }
                .page(200)
        };
        assert_eq!(page("3", "2").unwrap(), Page { skip: 2, count: 2 });
        assert_eq!(page("-7", "-7").unwrap(), Page { skip: 0, count: 0 });
        assert_eq!(page("9223372036854775807", "9223372036854775807").unwrap().count, 200);
        assert!(page("x", "1").is_err() && page("1", "9e9").is_err());
    }

    /// S6
    #[test]
    fn a_tag_is_compared_weakly() {
        assert!(is_among("W/\"a\", \"b\"", "W/\"b\"") && is_among("*", "W/\"b\""));
        assert!(!is_among("W/\"a\"", "W/\"b\""));
    }
}
