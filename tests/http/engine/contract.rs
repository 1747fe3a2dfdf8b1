//! docs/engine.openapi.yaml and docs/engine.md against what is sent, taken and answered. H3

use std::{collections::BTreeSet, sync::LazyLock};

use headcount::domain::photo::PhotoFault;
use serde_json::{Value, json};

use crate::harness::*;

const PAGE: &str = include_str!("../../../docs/engine.md");

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("../../../docs/engine.openapi.yaml")).expect("YAML")
});

/// Fails unless the message is as the schema of this name has it, and has nothing that is not in it.
#[track_caller]
pub fn require(schema: &str, message: &Value) {
    let root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/components/schemas/{schema}"),
        "unevaluatedProperties": false,
        "components": DOCUMENT["components"],
    });
    let validator = jsonschema::options().should_validate_formats(true).build(&root).expect("a schema");
    let wrong: Vec<String> =
        validator.iter_errors(message).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{schema}: {wrong:?}: {message}");
}

/// Fails unless the answer to a request is documented.
#[track_caller]
pub fn require_status(path: &str, method: &str, status: StatusCode) {
    let answers = &DOCUMENT["paths"][path][method]["responses"];
    assert!(answers[status.as_str()].is_object(), "{method} {path} answers {status}: {answers}");
}

/// H3: each reason of the documentation is a word of ours, and each of ours is there.
#[test]
fn every_reason_is_documented() {
    let listed = DOCUMENT["components"]["schemas"]["RefusedPhoto"]["properties"]["reason"]["enum"].clone();
    let listed: BTreeSet<String> = serde_json::from_value(listed).unwrap();
    assert_eq!(listed, PhotoFault::ALL.iter().map(|fault| fault.as_str().to_owned()).collect());
    for reason in listed {
        assert!(PAGE.contains(&format!("| `{reason}` |")), "{reason}");
    }
}

/// H3: the examples of the page are messages.
#[test]
fn the_examples_are_messages() {
    let examples = PAGE.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut kinds = BTreeSet::new();
    for example in examples {
        let message: Value = serde_json::from_str(example).expect(example);
        let kind = message["type"].as_str().expect("a type").to_owned();
        let schema = match kind.as_str() {
            "headshots.requested" => "Requested",
            "engine.check" => "Check",
            _ => "Said",
        };
        require(schema, &message);
        kinds.insert(kind);
    }
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    assert_eq!(kinds, ["engine.check", "headshots.failed", "headshots.ready", "headshots.requested"]);
}

/// H3: each answer of the document is explained on the page.
#[test]
fn every_answer_is_explained() {
    for (path, method, heading) in
        [("/engine/{links}/headshots/{number}", "put", "## 3"), ("/hooks/engine", "post", "## 4")]
    {
        let part = PAGE.split(heading).nth(1).and_then(|rest| rest.split("\n## ").next()).expect(heading);
        let answers = DOCUMENT["paths"][path][method]["responses"].as_object().expect(path);
        for status in answers.keys() {
            assert!(part.contains(&format!("| {status} |")), "{path}: {status}");
        }
        let rows = part.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
        let numbers = rows.filter(|first| first.parse::<u16>().is_ok());
        assert_eq!(numbers.count(), answers.len(), "{path}");
    }
}

/// A schema that allows everything would prove nothing.
#[test]
fn what_is_no_message_is_seen() {
    for wrong in [
        json!({ "type": "headshots.ready", "data": { "job": "a" } }),
        json!({ "type": "headshots.ready", "data": { "job": "a", "headshots": 0 } }),
        json!({ "type": "headshots.ready", "data": { "job": "a", "headshots": 1 }, "more": 1 }),
        json!({ "type": "headshots.failed", "data": { "job": "a", "photos": [{ "id": "x", "reason": "blurred" }] } }),
        json!({ "type": "headshots.eaten", "data": { "job": "a", "headshots": 1 } }),
    ] {
        let taken = std::panic::catch_unwind(|| require("Said", &wrong));
        assert!(taken.is_err(), "{wrong}");
    }
}
