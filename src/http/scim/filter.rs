//! Filters (RFC 7644, 3.4.2.2): read by `scim_v2`, looked up by what an index knows, and then judged in full. A
//! filter that no index narrows is refused: nobody reads a whole organization for one question.

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter, ValFilter};
use serde_json::{Map, Value};

use super::{
    attributes::{GROUP, USER},
    error::ScimError,
};

/// Attributes whose case counts; by small letters, as everywhere here.
const CASE_EXACT: [&str; 3] = ["id", "externalid", "members.value"];
/// A filter has so many comparisons by which something is looked up at most.
const TERMS_MAX: usize = 200;
/// A filter has so many bytes at most: room for those, with long addresses.
const FILTER_MAX: usize = 64 * 1024;

/// What something is looked up by: an attribute in small letters, and the value that it has to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub attribute: String,
    pub value: String,
}

/// A filter and the terms of which one is true of everything that it lets through.
#[derive(Clone, Debug)]
pub struct Narrowed {
    pub terms: Vec<Term>,
    filter: Filter,
}

impl Narrowed {
    /// Reads a filter on resources that can be looked up by these attributes.
    ///
    /// # Errors
    /// It is none, or nothing can be looked up by it.
    pub fn read(text: &str, indexed: &[&str]) -> Result<Self, ScimError> {
        if text.len() > FILTER_MAX {
            return Err(ScimError::filter("The filter is too long."));
        }
        let filter: Filter =
            inside(text).parse().map_err(|_| ScimError::filter("The filter cannot be read."))?;
        if !is_supported(&filter) {
            return Err(ScimError::filter("Only eq, ne, co, sw, ew and pr are supported."));
        }
        let terms = terms(&filter, indexed).ok_or_else(|| {
            ScimError::filter(format!("Filter by at least one of these with eq: {}.", indexed.join(", ")))
        })?;
        if terms.len() > TERMS_MAX {
            return Err(ScimError::too_many(format!("The filter has more than {TERMS_MAX} comparisons.")));
        }
        Ok(Self { terms, filter })
    }

    /// Whether it lets a resource through.
    #[must_use]
    pub fn matches(&self, resource: &Map<String, Value>) -> bool {
        matches(&self.filter, resource)
    }
}

/// Whether one of several values of an attribute is meant by the filter behind its name.
#[must_use]
pub fn selects(attribute: &str, filter: &ValFilter, value: &Value) -> bool {
    match filter {
        ValFilter::Attr(comparison) => {
            let (AttrExp::Present(path) | AttrExp::Comparison(path, ..)) = comparison;
            let name = format!("{attribute}.{}", path.name).to_lowercase();
            let values: Vec<&Value> = match value {
                Value::Object(parts) => get(parts, &path.name).into_iter().collect(),
                value if path.name.eq_ignore_ascii_case("value") => vec![value],
                _ => Vec::new(),
            };
            holds(comparison, &name, &values)
        }
        ValFilter::Not(filter) => !selects(attribute, filter, value),
        ValFilter::And(filters) => filters.iter().all(|filter| selects(attribute, filter, value)),
        ValFilter::Or(filters) => filters.iter().any(|filter| selects(attribute, filter, value)),
    }
}

/// As the database takes it: nothing there has the character that it does not know.
pub fn storable(text: String) -> String {
    if text.contains('\0') { String::new() } else { text }
}

/// Entra ID puts the part behind the filter, as in a path: `emails[type eq "work"].value eq "a@b.c"`. What is
/// meant is `emails[(type eq "work") and value eq "a@b.c"]`.
fn inside(text: &str) -> String {
    // Once for the whole text: whoever looks again behind each bracket looks at it too often.
    let shown = bare(text);
    let (mut read, mut from) = (String::new(), 0);
    while let Some([open, close, end]) = misplaced(text, &shown, from) {
        let parts = [&text[from..open], "[(", &text[open + 1..close], ") and ", &text[close + 2..end], "]"];
        parts.into_iter().for_each(|part| read.push_str(part));
        from = end;
    }
    read + &text[from..]
}

/// Where the next filter with a part behind it has its brackets, and where the comparison behind it ends.
/// `shown` is the text as [`bare`] gives it.
fn misplaced(text: &str, shown: &str, from: usize) -> Option<[usize; 3]> {
    let close = from + shown[from..].find("].")?;
    let open = from + shown[from..close].rfind('[')?;
    let rest = &text[close + 2..];
    let (_, operator) = rest.split_once(' ')?;
    let operator = operator.trim_start();
    let value = match operator.split_once(' ') {
        Some(("pr" | "PR" | "Pr", _)) | None => "",
        Some((_, value)) => value.trim_start(),
    };
    let end = match value {
        "" => rest.len() - operator.len() + operator.find([' ', ')']).unwrap_or(operator.len()),
        quoted if quoted.starts_with('"') => rest.len() - value.len() + end_of_quoted(quoted)?,
        word => rest.len() - value.len() + word.find([' ', ')']).unwrap_or(word.len()),
    };
    Some([open, close, close + 2 + end])
}

/// The text with everything in quotes blanked, byte for byte.
fn bare(text: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    text.chars()
        .flat_map(|c| {
            let blank = quoted;
            match c {
                '"' if !escaped => quoted = !quoted,
                _ => {}
            }
            escaped = quoted && c == '\\' && !escaped;
            let shown = if blank || c == '"' { ' ' } else { c };
            std::iter::repeat_n(if shown.is_ascii() { shown } else { ' ' }, c.len_utf8())
        })
        .collect()
}

/// Bytes of the quoted text that this one begins with.
fn end_of_quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return Some(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

fn is_supported(filter: &Filter) -> bool {
    match filter {
        Filter::Attr(comparison) => is_known(comparison),
        Filter::ValuePath(path) => is_supported_of_value(&path.filter),
        Filter::Not(filter) => is_supported(filter),
        Filter::And(filters) | Filter::Or(filters) => filters.iter().all(is_supported),
    }
}

fn is_supported_of_value(filter: &ValFilter) -> bool {
    match filter {
        ValFilter::Attr(comparison) => is_known(comparison),
        ValFilter::Not(filter) => is_supported_of_value(filter),
        ValFilter::And(filters) | ValFilter::Or(filters) => filters.iter().all(is_supported_of_value),
    }
}

const fn is_known(comparison: &AttrExp) -> bool {
    !matches!(
        comparison,
        AttrExp::Comparison(_, CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le, _)
    )
}

/// Of everything that a filter lets through, one of these is true; `None` where no index knows.
fn terms(filter: &Filter, indexed: &[&str]) -> Option<Vec<Term>> {
    match filter {
        Filter::Attr(comparison) => term(comparison, None, indexed).map(|term| vec![term]),
        Filter::ValuePath(path) => terms_of_value(&path.filter, &path.attr.name, indexed),
        Filter::Not(_) => None,
        Filter::And(filters) => {
            filters.iter().filter_map(|filter| terms(filter, indexed)).min_by_key(Vec::len)
        }
        Filter::Or(filters) => {
            let terms = filters.iter().map(|filter| terms(filter, indexed)).collect::<Option<Vec<_>>>();
            terms.map(|terms| terms.concat())
        }
    }
}

fn terms_of_value(filter: &ValFilter, attribute: &str, indexed: &[&str]) -> Option<Vec<Term>> {
    match filter {
        ValFilter::Attr(comparison) => term(comparison, Some(attribute), indexed).map(|term| vec![term]),
        ValFilter::Not(_) => None,
        ValFilter::And(filters) => {
            let terms = filters.iter().filter_map(|filter| terms_of_value(filter, attribute, indexed));
            terms.min_by_key(Vec::len)
        }
        ValFilter::Or(filters) => {
            let terms = filters.iter().map(|filter| terms_of_value(filter, attribute, indexed));
            terms.collect::<Option<Vec<_>>>().map(|terms| terms.concat())
        }
    }
}

fn term(comparison: &AttrExp, within: Option<&str>, indexed: &[&str]) -> Option<Term> {
    let AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(value)) = comparison else { return None };
    let name = match within {
        Some(attribute) => format!("{attribute}.{}", path.name),
        None => full_name(path)?,
    };
    let known = indexed.iter().find(|known| known.eq_ignore_ascii_case(&name))?;
    Some(Term { attribute: known.to_lowercase(), value: value.clone() })
}

/// The name of an attribute of ours, of one with several values that of what each stands for.
fn full_name(path: &AttrPath) -> Option<String> {
    let ours = |uri: &String| [USER, GROUP].iter().any(|known| known.eq_ignore_ascii_case(uri));
    if !path.uri.as_ref().is_none_or(ours) {
        return None;
    }
    let several = ["emails", "members", "groups"].iter().any(|name| name.eq_ignore_ascii_case(&path.name));
    Some(match &path.sub_attr {
        Some(part) => format!("{}.{part}", path.name),
        None if several => format!("{}.value", path.name),
        None => path.name.clone(),
    })
}

fn matches(filter: &Filter, resource: &Map<String, Value>) -> bool {
    match filter {
        Filter::Attr(comparison) => {
            let (AttrExp::Present(path) | AttrExp::Comparison(path, ..)) = comparison;
            let Some(name) = full_name(path) else { return false };
            let (attribute, part) = name.split_once('.').unwrap_or((&name, ""));
            let values: Vec<&Value> = match (get(resource, attribute), part) {
                (None, _) => Vec::new(),
                (Some(value), "") => vec![value],
                (Some(Value::Array(values)), part) => {
                    values.iter().filter_map(|value| get(value.as_object()?, part)).collect()
                }
                (Some(value), part) => {
                    value.as_object().and_then(|parts| get(parts, part)).into_iter().collect()
                }
            };
            holds(comparison, &name.to_lowercase(), &values)
        }
        Filter::ValuePath(path) => match get(resource, &path.attr.name) {
            Some(Value::Array(values)) => {
                values.iter().any(|value| selects(&path.attr.name, &path.filter, value))
            }
            Some(value) => selects(&path.attr.name, &path.filter, value),
            None => false,
        },
        Filter::Not(filter) => !matches(filter, resource),
        Filter::And(filters) => filters.iter().all(|filter| matches(filter, resource)),
        Filter::Or(filters) => filters.iter().any(|filter| matches(filter, resource)),
    }
}

/// Whether a comparison holds for one of these values of the attribute with this name.
fn holds(comparison: &AttrExp, name: &str, values: &[&Value]) -> bool {
    let AttrExp::Comparison(_, operator, wanted) = comparison else {
        return values.iter().any(|value| !value.is_null());
    };
    let exact = CASE_EXACT.contains(&name);
    let folded = |text: &str| if exact { text.to_owned() } else { text.to_lowercase() };
    let equal = |value: &&Value| match (value, wanted) {
        (Value::String(value), CompValue::Str(wanted)) => folded(value) == folded(wanted),
        (Value::Bool(value), CompValue::True) => *value,
        (Value::Bool(value), CompValue::False) => !*value,
        (Value::Null, CompValue::Null) => true,
        _ => false,
    };
    let text = |compare: fn(&str, &str) -> bool| {
        values.iter().any(|value| match (value, wanted) {
            (Value::String(value), CompValue::Str(wanted)) => compare(&folded(value), &folded(wanted)),
            _ => false,
        })
    };
    match operator {
        CompareOp::Eq => values.iter().any(equal),
        CompareOp::Ne => !values.iter().any(equal),
        CompareOp::Co => text(|value, wanted| value.contains(wanted)),
        CompareOp::Sw => text(|value, wanted| value.starts_with(wanted)),
        CompareOp::Ew => text(|value, wanted| value.ends_with(wanted)),
        CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le => false,
    }
}

/// The attribute of this name, whatever its case.
fn get<'a>(parts: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    parts.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const INDEXED: [&str; 4] = ["userName", "externalId", "id", "emails.value"];

    fn ada() -> Map<String, Value> {
        let ada = json!({
            "id": "1",
            "userName": "Ada@acme.com",
            "externalId": "E7",
            "active": true,
            "name": { "familyName": "Lovelace" },
            "emails": [{ "type": "work", "value": "ada@acme.com" }, { "type": "home", "value": "a@x.org" }],
        });
        ada.as_object().unwrap().clone()
    }

    /// S6: what Entra ID, Okta and others are documented to ask.
    #[test]
    fn the_filters_of_directories_are_understood() {
        for (filter, attribute, is_ada) in [
            (r#"userName eq "ada@ACME.com""#, "username", true),
            (r#"USERNAME EQ "bob""#, "username", false),
            (r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ada@acme.com""#, "username", true),
            (r#"externalId eq "E7""#, "externalid", true),
            (r#"externalId eq "e7""#, "externalid", false),
            (r#"emails.value eq "a@x.org""#, "emails.value", true),
            (r#"emails eq "a@x.org""#, "emails.value", true),
            (r#"emails[type eq "work" and value eq "ada@acme.com"]"#, "emails.value", true),
            (r#"emails[type eq "work" and value eq "a@x.org"]"#, "emails.value", false),
            (r#"emails[type eq "work"].value eq "ada@acme.com""#, "emails.value", true),
            (r#"emails[type eq "work"].value eq "a@x.org""#, "emails.value", false),
            (
                r#"(emails[type eq "work"].value eq "a@x.org") or userName eq "ada@acme.com""#,
                "emails.value",
                true,
            ),
            (r#"userName eq "ada@acme.com" and active eq true"#, "username", true),
            (r#"userName eq "ada@acme.com" and active eq false"#, "username", false),
            (r#"name.familyName sw "love" and externalId eq "E7""#, "externalid", true),
            (r#"id eq "1" and not (title pr)"#, "id", true),
            (r#"emails[type eq "].value"].value eq "x" or id eq "1""#, "emails.value", true),
        ] {
            let narrowed =
                Narrowed::read(filter, &INDEXED).unwrap_or_else(|error| panic!("{filter}: {error:?}"));
            assert_eq!(narrowed.terms[0].attribute, attribute, "{filter}");
            assert_eq!(narrowed.matches(&ada()), is_ada, "{filter}");
        }
    }

    /// S6, N1
    #[test]
    fn a_filter_that_no_index_narrows_is_refused() {
        for filter in [
            "",
            "userName",
            "userName eq",
            r#"userName gt "a" and id eq "1""#,
            r#"userName co "a""#,
            r#"not (userName eq "a")"#,
            r#"userName eq "a" or title pr"#,
            "userName eq 7",
            r#"urn:other:userName eq "a""#,
            r#"emails[type eq "work"].value"#,
        ] {
            assert!(matches!(Narrowed::read(filter, &INDEXED), Err(ScimError::Refused { .. })), "{filter}");
        }
        let many = vec![r#"id eq "1""#; TERMS_MAX + 1].join(" or ");
        assert!(Narrowed::read(&many, &INDEXED).is_err());
        assert!(Narrowed::read(&many[13..], &INDEXED).is_ok());
    }

    /// S6, QUALITY 15: what looks at the text again behind each bracket would not come to an end here.
    #[test]
    fn each_part_of_a_filter_is_looked_at_once() {
        let part = "a[b].c pr ";
        let text = part.repeat((1 << 20) / part.len());
        assert!(inside(&text).starts_with("a[(b) and c pr] a[(b) and c pr]"));
    }

    proptest! {
        /// S6, N1: whatever is asked, nothing breaks; and what is let through is found by its terms.
        #[test]
        fn no_filter_breaks_anything(text in r#"(emails|userName|\[|\]|\.value|type|"|\\| eq | and | or |not |\(|\)|"a"|ä|1| pr){0,14}"#) {
            if let Ok(narrowed) = Narrowed::read(&text, &INDEXED) {
                let _ = narrowed.matches(&ada());
                prop_assert!(!narrowed.terms.is_empty());
            }
        }

        #[test]
        fn any_value_is_looked_up_as_it_is(value in any::<String>()) {
            let quoted = serde_json::to_string(&value).unwrap();
            let narrowed = Narrowed::read(&format!("emails[type eq \"work\"].value eq {quoted}"), &INDEXED);
            prop_assert_eq!(&narrowed.unwrap().terms[0].value, &value);
        }
    }
}
