//! The attributes of people that are kept, and how directories write them: names in any case, booleans as
//! texts, one value where there may be several. RFC 7643, 2

use serde_json::{Map, Value};

use super::error::ScimError;
use crate::domain::directory::{DIRECTORY_EMAILS_MAX, ProfileProblem};

/// The schema of people.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// What the values of an attribute are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Flag,
    /// One value with parts of these names, all of them texts.
    Parts(&'static [&'static str]),
    /// Several values with parts of these names; `primary` is a flag, the others are texts.
    List(&'static [&'static str]),
}

/// An attribute that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
}

const fn optional(name: &'static str, kind: Kind) -> Attribute {
    Attribute { name, kind, required: false }
}

const KEPT: [Attribute; 7] = [
    Attribute { name: "userName", kind: Kind::Text, required: true },
    optional("externalId", Kind::Text),
    optional("name", Kind::Parts(&["formatted", "familyName", "givenName"])),
    optional("displayName", Kind::Text),
    optional("title", Kind::Text),
    optional("emails", Kind::List(&["value", "type", "primary"])),
    Attribute { name: "active", kind: Kind::Flag, required: true },
];

/// Attributes of RFC 7643 that directories send and nobody here needs.
const LEFT_OUT: [&str; 14] = [
    "nickName",
    "profileUrl",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "password",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509Certificates",
];

const READ_ONLY: [&str; 4] = ["id", "schemas", "meta", "groups"];

/// What becomes of an attribute of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Kept(Attribute),
    /// Known, and of no use here.
    LeftOut,
    ReadOnly,
    Unknown,
}

/// Looks an attribute of people up, whatever its case.
#[must_use]
pub fn find(name: &str) -> Found {
    if let Some(kept) = KEPT.iter().find(|kept| kept.name.eq_ignore_ascii_case(name)) {
        Found::Kept(*kept)
    } else if LEFT_OUT.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        Found::LeftOut
    } else if READ_ONLY.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        Found::ReadOnly
    } else {
        Found::Unknown
    }
}

/// What is kept of a person as a directory sends them; everything else is left out.
///
/// # Errors
/// A value is not of the kind that its attribute has.
pub fn kept(sent: &Map<String, Value>) -> Result<Map<String, Value>, ScimError> {
    let mut kept = Map::new();
    for (name, value) in sent {
        if let Found::Kept(attribute) = find(name)
            && let Some(value) = read(attribute, value)?
        {
            kept.insert(attribute.name.into(), value);
        }
    }
    Ok(kept)
}

/// A value of an attribute as it is kept; `None` where it stands for nothing. RFC 7643, 2.5
///
/// # Errors
/// It is not of the kind that the attribute has.
pub fn read(attribute: Attribute, value: &Value) -> Result<Option<Value>, ScimError> {
    let wrong = || ScimError::value(format!("The value of {} is of another type.", attribute.name));
    match (attribute.kind, value) {
        (_, Value::Null) => Ok(None),
        (Kind::Text, Value::String(_)) => Ok(Some(value.clone())),
        (Kind::Flag, _) => flag(value).map(Some).ok_or_else(wrong),
        (Kind::Parts(parts), Value::Object(object)) => {
            Ok(some(Value::Object(read_parts(attribute, parts, object)?)))
        }
        (Kind::List(parts), Value::Array(values)) => {
            check_count(values.len())?;
            let values = values.iter().map(|value| match value {
                Value::Object(object) => Ok(Value::Object(read_parts(attribute, parts, object)?)),
                Value::String(_) => Ok(serde_json::json!({ "value": value })),
                _ => Err(wrong()),
            });
            Ok(some(Value::Array(values.collect::<Result<_, _>>()?)))
        }
        (Kind::List(_), Value::Object(_) | Value::String(_)) => {
            read(attribute, &Value::Array(vec![value.clone()]))
        }
        _ => Err(wrong()),
    }
}

/// # Errors
/// These are more values than an attribute of a person may have.
pub fn check_count(values: usize) -> Result<(), ScimError> {
    if values > DIRECTORY_EMAILS_MAX {
        return Err(ScimError::value(ProfileProblem::TooManyEmails.to_string()));
    }
    Ok(())
}

/// A part of an attribute as it is kept; see [`read`].
///
/// # Errors
/// It is not of the kind that the part has.
pub fn read_part(attribute: Attribute, part: &str, value: &Value) -> Result<Option<Value>, ScimError> {
    let value = match (part, value) {
        (_, Value::Null) => return Ok(None),
        ("primary", _) => flag(value),
        (_, Value::String(_)) => Some(value.clone()),
        _ => None,
    };
    let wrong = || ScimError::value(format!("The value of {}.{part} is of another type.", attribute.name));
    value.map(Some).ok_or_else(wrong)
}

/// The part of this name, whatever its case.
#[must_use]
pub fn part(attribute: Attribute, name: &str) -> Option<&'static str> {
    let (Kind::Parts(parts) | Kind::List(parts)) = attribute.kind else { return None };
    parts.iter().find(|part| part.eq_ignore_ascii_case(name)).copied()
}

fn read_parts(
    attribute: Attribute,
    parts: &[&str],
    object: &Map<String, Value>,
) -> Result<Map<String, Value>, ScimError> {
    let mut kept = Map::new();
    for (name, value) in object {
        let part = parts.iter().find(|part| part.eq_ignore_ascii_case(name));
        if let Some(part) = part
            && let Some(value) = read_part(attribute, part, value)?
        {
            kept.insert((*part).to_owned(), value);
        }
    }
    Ok(kept)
}

/// Entra ID sends booleans as texts.
fn flag(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(value.clone()),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true.into()),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false.into()),
        _ => None,
    }
}

fn some(value: Value) -> Option<Value> {
    let is_empty = match &value {
        Value::Array(values) => values.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        _ => false,
    };
    (!is_empty).then_some(value)
}
