//! PATCH (RFC 7644, 3.5.2) in the forms that directories are documented to send: Entra ID writes `Replace` and
//! `"False"`, and puts paths where names belong; Okta sends no path.

use scim_v2::filter::{AttrExp, CompValue, CompareOp, PatchPath, ValFilter};
use serde_json::{Map, Value};

use super::{
    attributes::{self, Attribute, Found, Kind},
    error::ScimError,
    filter,
};

/// A request has so many operations at most.
const OPERATIONS_MAX: usize = 1_000;
/// A path has so many bytes at most.
const PATH_MAX: usize = 4 * 1024;

/// What is done at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Add,
    Replace,
    Remove,
}

/// One of a request's operations.
#[derive(Clone, Debug)]
pub struct Operation {
    pub verb: Verb,
    pub path: Option<PatchPath>,
    pub value: Value,
}

/// The operations of a request.
///
/// # Errors
/// It is no PATCH, or one of its paths cannot be read.
pub fn read(body: &Map<String, Value>) -> Result<Vec<Operation>, ScimError> {
    let operations = part(body, "Operations").and_then(Value::as_array);
    let operations = operations.ok_or_else(|| ScimError::syntax("Operations are missing."))?;
    if operations.len() > OPERATIONS_MAX {
        return Err(ScimError::too_many(format!("There are more than {OPERATIONS_MAX} operations.")));
    }
    operations.iter().map(operation).collect()
}

fn operation(value: &Value) -> Result<Operation, ScimError> {
    let unreadable = || ScimError::syntax("An operation has no op, which is add, replace or remove.");
    let object = value.as_object().ok_or_else(unreadable)?;
    let verb = part(object, "op").and_then(Value::as_str).ok_or_else(unreadable)?;
    let verb = match verb.to_ascii_lowercase().as_str() {
        "add" => Verb::Add,
        "replace" => Verb::Replace,
        "remove" => Verb::Remove,
        _ => return Err(unreadable()),
    };
    let path = match part(object, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) if path.is_empty() => None,
        Some(Value::String(path)) if path.len() > PATH_MAX => {
            return Err(ScimError::path("A path is too long."));
        }
        Some(Value::String(path)) => {
            Some(path.parse().map_err(|_| ScimError::path("A path cannot be read."))?)
        }
        Some(_) => return Err(ScimError::path("A path is not a text.")),
    };
    let value = part(object, "value").cloned().unwrap_or(Value::Null);
    if verb == Verb::Remove && path.is_none() {
        return Err(ScimError::no_target("What is to be removed? A path is missing."));
    }
    Ok(Operation { verb, path, value })
}

/// Does an operation to what is kept of a person.
///
/// # Errors
/// It cannot be done; what is kept may be half changed then, and must not be stored.
pub fn apply(kept: &mut Map<String, Value>, operation: &Operation) -> Result<(), ScimError> {
    let Operation { verb, path, value } = operation;
    if let Some(path) = path {
        return apply_at(kept, *verb, path, value, Strictness::Path);
    }
    let named =
        value.as_object().ok_or_else(|| ScimError::value("Without a path, the value is an object."))?;
    for (name, value) in named {
        // Of extensions nothing is kept, and an object of theirs has no path of ours.
        if let Ok(path) = name.parse() {
            apply_at(kept, *verb, &path, value, Strictness::Named)?;
        }
    }
    Ok(())
}

/// Whether what is not ours to change is refused: where it was named by a path. Okta sends ids along.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    Path,
    Named,
}

fn apply_at(
    kept: &mut Map<String, Value>,
    verb: Verb,
    path: &PatchPath,
    value: &Value,
    strictness: Strictness,
) -> Result<(), ScimError> {
    let (name, below, chosen) = match path {
        PatchPath::Attr(path) => (path, path.sub_attr.as_deref(), None),
        PatchPath::Value(path) => (&path.attr, path.sub_attr.as_deref(), Some(&path.filter)),
    };
    let is_extension = name.uri.as_deref().is_some_and(|uri| !uri.eq_ignore_ascii_case(attributes::USER));
    if is_extension {
        return Ok(());
    }
    let attribute = match attributes::find(&name.name) {
        Found::Kept(attribute) => attribute,
        Found::LeftOut => return Ok(()),
        _ if strictness == Strictness::Named => return Ok(()),
        Found::ReadOnly => return Err(ScimError::mutability(format!("{} cannot be changed.", name.name))),
        Found::Unknown => return Err(ScimError::path(format!("There is no attribute {}.", name.name))),
    };
    let below = match below.map(|below| (below, attributes::part(attribute, below))) {
        None => None,
        Some((_, Some(part))) => Some(part),
        // A part that is not kept.
        Some((_, None)) if matches!(attribute.kind, Kind::Parts(_) | Kind::List(_)) => return Ok(()),
        Some((below, None)) => return Err(ScimError::path(format!("{} has no {below}.", attribute.name))),
    };
    match (attribute.kind, below, chosen) {
        (Kind::List(_), below, Some(filter)) => change_chosen(kept, attribute, verb, filter, below, value),
        (Kind::List(_), None, None) => change_list(kept, attribute, verb, value),
        (Kind::Parts(_), Some(part), None) => change_part(kept, attribute, verb, part, value),
        (_, None, None) => change_whole(kept, attribute, verb, value),
        _ => Err(ScimError::path(format!("Say which of {}.", attribute.name))),
    }
}

fn change_whole(
    kept: &mut Map<String, Value>,
    attribute: Attribute,
    verb: Verb,
    value: &Value,
) -> Result<(), ScimError> {
    let read = if verb == Verb::Remove { None } else { attributes::read(attribute, value)? };
    match read {
        None if attribute.required => Err(ScimError::mutability(format!("{} is required.", attribute.name))),
        None => {
            kept.remove(attribute.name);
            Ok(())
        }
        // Parts that are not named stay. RFC 7644, 3.5.2.3
        Some(Value::Object(parts)) => {
            match kept.get_mut(attribute.name).and_then(Value::as_object_mut) {
                Some(known) => known.extend(parts),
                None => drop(kept.insert(attribute.name.into(), Value::Object(parts))),
            }
            Ok(())
        }
        Some(value) => {
            kept.insert(attribute.name.into(), value);
            Ok(())
        }
    }
}

fn change_part(
    kept: &mut Map<String, Value>,
    attribute: Attribute,
    verb: Verb,
    part: &str,
    value: &Value,
) -> Result<(), ScimError> {
    let read = if verb == Verb::Remove { None } else { attributes::read_part(attribute, part, value)? };
    let known = kept.entry(attribute.name).or_insert_with(|| Value::Object(Map::new()));
    if let Some(parts) = known.as_object_mut() {
        set(parts, part, read);
        if parts.is_empty() {
            kept.remove(attribute.name);
        }
    }
    Ok(())
}

fn change_list(
    kept: &mut Map<String, Value>,
    attribute: Attribute,
    verb: Verb,
    value: &Value,
) -> Result<(), ScimError> {
    let named = match attributes::read(attribute, value)? {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    };
    let mut values = take(kept, attribute);
    match verb {
        Verb::Replace => values = named,
        Verb::Remove if value.is_null() => values.clear(),
        Verb::Remove => {
            values.retain(|known| !named.iter().any(|named| named.get("value") == known.get("value")));
        }
        Verb::Add => {
            for value in named {
                if !values.contains(&value) {
                    values.push(value);
                    let newest = values.len() - 1;
                    only_one_primary(&mut values, newest);
                }
            }
        }
    }
    put(kept, attribute, values)
}

fn change_chosen(
    kept: &mut Map<String, Value>,
    attribute: Attribute,
    verb: Verb,
    filter: &ValFilter,
    below: Option<&'static str>,
    value: &Value,
) -> Result<(), ScimError> {
    let read = match (verb, below) {
        (Verb::Remove, _) => None,
        (_, Some(part)) => attributes::read_part(attribute, part, value)?
            .map(|value| Map::from_iter([(part.to_owned(), value)])),
        (_, None) => match attributes::read(attribute, value)? {
            Some(Value::Array(values)) if values.len() == 1 => values[0].as_object().cloned(),
            _ => return Err(ScimError::value("The value is to be one object.")),
        },
    };
    let mut values = take(kept, attribute);
    let chosen: Vec<usize> =
        (0..values.len()).filter(|at| filter::selects(attribute.name, filter, &values[*at])).collect();
    match (verb, read) {
        (Verb::Add, Some(parts)) if chosen.is_empty() => {
            let mut made = described(attribute, filter);
            made.extend(parts);
            values.push(Value::Object(made));
            let newest = values.len() - 1;
            only_one_primary(&mut values, newest);
        }
        (Verb::Replace, _) if chosen.is_empty() => {
            put(kept, attribute, values)?;
            return Err(ScimError::no_target(format!("There is no such value of {}.", attribute.name)));
        }
        (_, read) => {
            for at in &chosen {
                let Some(parts) = values[*at].as_object_mut() else { continue };
                match (&read, below) {
                    (Some(read), None) if verb == Verb::Replace => *parts = read.clone(),
                    (Some(read), _) => parts.extend(read.clone()),
                    (None, Some(part)) => drop(parts.remove(part)),
                    (None, None) => parts.clear(),
                }
                only_one_primary(&mut values, *at);
            }
            values.retain(|value| value.as_object().is_none_or(|parts| !parts.is_empty()));
        }
    }
    put(kept, attribute, values)
}

/// What a filter says of whom it means: `type eq "work"` is a value with this type.
fn described(attribute: Attribute, filter: &ValFilter) -> Map<String, Value> {
    match filter {
        ValFilter::Attr(AttrExp::Comparison(path, CompareOp::Eq, value)) => {
            let value = match value {
                CompValue::Str(text) => Value::String(text.clone()),
                CompValue::True => Value::Bool(true),
                CompValue::False => Value::Bool(false),
                _ => return Map::new(),
            };
            let part = attributes::part(attribute, &path.name);
            let read =
                part.and_then(|part| Some((part, attributes::read_part(attribute, part, &value).ok()??)));
            read.map(|(part, value)| (part.to_owned(), value)).into_iter().collect()
        }
        ValFilter::And(filters) => filters.iter().flat_map(|filter| described(attribute, filter)).collect(),
        _ => Map::new(),
    }
}

/// A value that says it is the primary one is so alone. RFC 7643, 2.4
fn only_one_primary(values: &mut [Value], newest: usize) {
    if values.get(newest).and_then(|value| value.get("primary")) != Some(&Value::Bool(true)) {
        return;
    }
    let others = values.iter_mut().enumerate().filter(|(at, _)| *at != newest);
    for parts in others.filter_map(|(_, value)| value.as_object_mut()) {
        if parts.contains_key("primary") {
            parts.insert("primary".into(), false.into());
        }
    }
}

fn take(kept: &mut Map<String, Value>, attribute: Attribute) -> Vec<Value> {
    match kept.remove(attribute.name) {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    }
}

/// # Errors
/// There are more than a person may have: each operation compares those there are.
fn put(kept: &mut Map<String, Value>, attribute: Attribute, values: Vec<Value>) -> Result<(), ScimError> {
    attributes::check_count(values.len())?;
    if !values.is_empty() {
        kept.insert(attribute.name.into(), Value::Array(values));
    }
    Ok(())
}

fn set(parts: &mut Map<String, Value>, part: &str, value: Option<Value>) {
    match value {
        Some(value) => drop(parts.insert(part.into(), value)),
        None => drop(parts.remove(part)),
    }
}

/// The part of this name, whatever its case.
pub fn part<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn patched(kept: &Value, operations: Value) -> Result<Value, ScimError> {
        let mut kept = kept.as_object().unwrap().clone();
        let body = json!({ "Operations": operations });
        for operation in read(body.as_object().unwrap())? {
            apply(&mut kept, &operation)?;
        }
        Ok(Value::Object(kept))
    }

    fn ada() -> Value {
        json!({ "userName": "ada", "active": true, "emails": [{ "type": "work", "value": "a@acme.com", "primary": true }] })
    }

    /// S6: as Entra ID and Okta are documented to send them.
    #[test]
    fn the_operations_of_directories_do_what_they_mean() {
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        for (operations, changed) in [
            (json!([{ "op": "Replace", "path": "active", "value": "False" }]), json!({ "active": false })),
            (json!([{ "op": "replace", "value": { "active": false } }]), json!({ "active": false })),
            (
                json!([{ "op": "Add", "path": "name.givenName", "value": "Ada" }]),
                json!({ "name": { "givenName": "Ada" } }),
            ),
            (
                json!([{ "op": "Add", "value": { "name.givenName": "Ada", "name.familyName": "King", "id": "7" } }]),
                json!({ "name": { "givenName": "Ada", "familyName": "King" } }),
            ),
            (
                json!([{ "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "b@acme.com" }]),
                json!({ "emails": [{ "type": "work", "value": "b@acme.com", "primary": true }] }),
            ),
            (
                json!([{ "op": "Add", "path": "emails[type eq \"home\"].value", "value": "c@acme.com" }]),
                json!({ "emails": [
                    { "type": "work", "value": "a@acme.com", "primary": true }, { "type": "home", "value": "c@acme.com" }
                ] }),
            ),
            (
                json!([{ "op": "add", "path": "emails", "value": [{ "value": "c@acme.com", "primary": "True" }] }]),
                json!({ "emails": [
                    { "type": "work", "value": "a@acme.com", "primary": false }, { "value": "c@acme.com", "primary": true }
                ] }),
            ),
            (json!([{ "op": "remove", "path": "emails[type eq \"work\"]" }]), json!({ "emails": null })),
            (json!([{ "op": "remove", "path": "emails" }]), json!({ "emails": null })),
            (json!([{ "op": "Replace", "path": "title", "value": "Chair" }]), json!({ "title": "Chair" })),
            (json!([{ "op": "Add", "path": format!("{enterprise}:department"), "value": "R&D" }]), json!({})),
            (json!([{ "op": "Add", "value": { enterprise: { "department": "R&D" } } }]), json!({})),
            (
                json!([{ "op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "1" }]),
                json!({}),
            ),
            (
                json!([{ "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:title", "value": "X" }]),
                json!({ "title": "X" }),
            ),
        ] {
            let mut expected = ada();
            for (name, value) in changed.as_object().unwrap() {
                match value {
                    Value::Null => drop(expected.as_object_mut().unwrap().remove(name)),
                    value => expected[name] = value.clone(),
                }
            }
            assert_eq!(patched(&ada(), operations.clone()).unwrap(), expected, "{operations}");
        }
    }

    /// QUALITY 15: what a request makes longer and longer, each of its operations would go over.
    #[test]
    fn no_more_emails_are_taken_than_a_person_may_have() {
        let address = |n: usize| json!(format!("a{n}@acme.com"));
        let many: Vec<Value> = (0..20).map(address).collect();
        assert!(patched(&ada(), json!([{ "op": "replace", "path": "emails", "value": many }])).is_ok());
        let more: Vec<Value> = (0..20_000).map(address).collect();
        assert!(patched(&ada(), json!([{ "op": "add", "path": "emails", "value": more }])).is_err());
        let one_by_one: Vec<Value> = (0..OPERATIONS_MAX)
            .map(|n| json!({ "op": "add", "path": "emails", "value": [address(n)] }))
            .collect();
        assert!(patched(&ada(), json!(one_by_one)).is_err());
        let path = format!("emails[{}type pr]", "type pr or ".repeat(PATH_MAX / 11));
        assert!(patched(&ada(), json!([{ "op": "remove", "path": path }])).is_err());
    }

    /// S6: refused with SCIM's own word for why.
    #[test]
    fn what_cannot_be_done_is_refused() {
        for (operations, word) in [
            (json!([{ "op": "move", "path": "title" }]), "invalidSyntax"),
            (json!([{ "op": "remove" }]), "noTarget"),
            (
                json!([{ "op": "replace", "path": "emails[type eq \"home\"].value", "value": "x" }]),
                "noTarget",
            ),
            (json!([{ "op": "replace", "path": "emails[", "value": "x" }]), "invalidPath"),
            (json!([{ "op": "replace", "path": "shoeSize", "value": "x" }]), "invalidPath"),
            (json!([{ "op": "replace", "path": "id", "value": "x" }]), "mutability"),
            (json!([{ "op": "remove", "path": "userName" }]), "mutability"),
            (json!([{ "op": "replace", "path": "active", "value": "perhaps" }]), "invalidValue"),
            (json!([{ "op": "replace", "path": "title", "value": { "a": 1 } }]), "invalidValue"),
            (json!([{ "op": "replace", "value": "x" }]), "invalidValue"),
        ] {
            match patched(&ada(), operations.clone()) {
                Err(ScimError::Refused { kind, .. }) => assert_eq!(kind, Some(word), "{operations}"),
                other => panic!("{operations}: {other:?}"),
            }
        }
    }

    proptest! {
        /// S6, N1: whatever is sent, what is kept stays of the kinds that it has.
        #[test]
        fn what_is_kept_can_always_be_read(
            op in "add|replace|remove",
            path in r#"(emails|name|title|active|userName|\[type eq "work"\]|\[primary eq true\]|\.value|\.givenName|\.primary){1,3}"#,
            value in prop::sample::select(vec![
                json!(null), json!("x"), json!(true), json!(7), json!([]), json!({}), json!({ "value": "x" }),
                json!([{ "value": "x", "primary": true }]), json!([[1]]), json!({ "primary": 1 }),
            ]),
        ) {
            if let Ok(patched) = patched(&ada(), json!([{ "op": op, "path": path, "value": value }])) {
                let profile: Result<crate::domain::directory::Profile, _> = serde_json::from_value(patched.clone());
                prop_assert!(profile.is_ok(), "{patched}");
            }
        }
    }
}
