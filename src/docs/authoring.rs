//! The JSON Schemas of rule files and kind files, for completion and checks in editors.
//!
//! Called by the `schema` command and by `docs::pages`. They say what `rules::file` and `model::kinds::file` read; tests
//! hold each pair together. What an expression may say is checked by `test-rules`, not by a schema.

use crate::input::FRONTENDS;
use crate::model::kinds::{KindSet, UNITS, derivations};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The schema of a rule file.
pub fn rule(kinds: &KindSet) -> Value {
    let text = |about: &str| json!({"description": about, "type": "string"});
    let texts = |about: &str| json!({"description": about, "type": "array", "items": {"type": "string"}});
    let formats: Vec<&str> = FRONTENDS.iter().map(|frontend| frontend.name()).collect();
    let code = |about: &str| json!({"description": about, "type": "string"});
    object(
        "A rule of mlcost-lint",
        json!({
            "name": {"description": "Lower-case words joined by `-`, as the file is named; names the problem.",
                "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
            "severity": cases("How bad it is, or by cases.", &["note", "warning", "error"]),
            "confidence": cases("How sure it is, or by cases; low shows with --pedantic only.", &["low", "medium", "high"]),
            "since": text("The version that first had it."),
            "kinds": {"description": "What it judges.", "type": "array", "minItems": 1, "items": {"enum": names(kinds)}},
            "params": {"description": "What the config may set, with defaults.", "type": "object",
                "additionalProperties": {"type": ["boolean", "number", "string", "array"]}},
            "when": text("The condition, in CEL: `r` is what is judged."),
            "message": text("One sentence. {expression} prints a value; {clause?} is left out where a value is not known."),
            "label": {"description": "The attribute to point at.",
                "anyOf": [{"enum": attributes(kinds)}, {"type": "string", "pattern": "^r\\."}]},
            "saving": object("USD", json!({
                "per_month": text("Of what always runs: for the hours of a month."),
                "per_hour": text("Of what runs now and then: for each hour."),
                "worst_case": text("Of a bounded run: if it reaches its limit."),
            }), &[]),
            "help": text("Shown with the finding; the first paragraph of `fix` where it is left out."),
            "why": text("Why it matters, Markdown."),
            "fix": text("What to do, Markdown."),
            "blind_spots": text("What it cannot see, Markdown."),
            "references": texts("Sources, as URLs."),
            "conflicts": {"description": "Checks of other tools that ask for the opposite.", "type": "array",
                "items": object("A check of another tool", json!({
                    "tool": text("The tool."),
                    "check": text("The identity of the check there."),
                    "asks": text("What it asks for, as the end of a sentence: `a copy in another region`."),
                    "both": text("How to have both, or how to decide."),
                }), &["tool", "check", "asks", "both"])},
            "examples": {"description": "Code it reports and code it does not; these are its tests.", "type": "array",
                "items": object("An example", json!({
                    "format": {"description": "The format of the code.", "enum": formats},
                    "bad": code("Reported at each line that ends in `# expect`."),
                    "good": code("Not reported."),
                    "files": {"description": "Further files by path.", "type": "object",
                        "additionalProperties": {"type": "string"}},
                    "expect": {"description": "Places, where the format has no comments.", "type": "array",
                        "items": object("A place", json!({
                            "line": {"type": "integer", "minimum": 1}, "file": {"type": "string"},
                        }), &["line"])},
                }), &["format"])},
        }),
        &["name", "severity", "confidence", "since", "kinds", "when", "message", "label", "why", "fix"],
    )
}

/// The schema of a kind file.
pub fn kind(kinds: &KindSet) -> Value {
    let text = |about: &str| json!({"description": about, "type": "string"});
    let one_or_more = json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]});
    let costs = json!({
        "what": text("What is paid for."), "when": text("When; always if left out."),
        "per_month": text("USD a month of what always runs."), "per_hour": text("USD an hour."),
        "worst_case": text("USD of a bounded run."), "unknown": text("Why no figure can be given."),
    });
    let row = object(
        "Types that become the kind",
        json!({
            "names": {"description": "Native types.", "type": "array", "minItems": 1, "items": {"type": "string"}},
            "each": {"description": "One resource for each element.", "$ref": "#/$defs/paths"},
            "when": {"description": "Only where this holds: `path` with `is` or `exists`.",
                "anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]},
            "guess": {"description": "What the types mean is guessed: findings are of low confidence.", "type": "boolean"},
            "set": {"description": "Attributes by name.", "type": "object", "additionalProperties": {"$ref": "#/$defs/value"}},
        }),
        &["names"],
    );
    let mut schema = object(
        "A kind of mlcost-lint",
        json!({
            "doc": text("One sentence."),
            "attributes": {"description": "What conditions can ask, in order.", "type": "object",
                "additionalProperties": object("An attribute", json!({
                    "type": {"description": "string, number, bool, enum, any, list<…>, map<…> or a record.", "type": "string"},
                    "values": {"description": "The words of an enum.", "type": "array"},
                    "doc": text("Meaning and unit."),
                }), &["type", "doc"])},
            "links": {"description": "Joins to other kinds.", "type": "object",
                "additionalProperties": object("A link; one of `by`, `from` and `via`", json!({
                    "to": {"description": "The kind of the partners.", "enum": names(kinds)},
                    "by": text("Attribute of the partners that points here."),
                    "from": text("Attribute of this kind that points at the partners."),
                    "via": {"description": "Two links, one after the other.", "type": "array", "items": {"type": "string"}},
                    "target": {"description": "What the pointing attribute may hold: `$ref` or attributes.", "type": "array",
                        "items": {"type": "string"}},
                    "key": text("Where records point: the field that does."),
                    "edge": {"description": "Attributes of the edge.", "type": "object"},
                    "also": {"description": "Attributes that must be equal, too.", "type": "object"},
                    "many": {"description": "Whether conditions see a list.", "type": "boolean"},
                    "inverse": text("Name of the same link on the partners' kind."),
                }), &["to"])},
            "costs": {"description": "What it costs, item by item.", "type": "array",
                "items": object("An item", costs, &["what"])},
            "natives": {"description": "What becomes it.", "type": "array", "items": row},
        }),
        &["doc"],
    );
    let value = json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/$defs/value"}},
    {"type": "object", "properties": {
        "path": {"description": "Where it is found.", "$ref": "#/$defs/value"},
        "const": {"description": "The same for all."},
        "one_of": {"description": "Alternatives, of which the service chooses."},
        "each": {"description": "A list of records, one for each element.", "$ref": "#/$defs/paths"},
        "derive": {"description": "A named function of `of`.", "enum": derivations()},
        "of": {"description": "The arguments of `derive`."},
        "map": {"description": "Words of the format to values.", "type": "object"},
        "unit": {"description": "What it is written in.", "enum": UNITS},
        "absent": {"description": "The service's default."},
    }}]});
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$defs".into(), json!({"paths": one_or_more, "value": value}));
    }
    schema
}

/// A map with these keys and no others.
fn object(about: &str, properties: Value, required: &[&str]) -> Value {
    json!({"description": about, "type": "object", "properties": properties, "required": required,
        "additionalProperties": false})
}

/// A word, or the first that holds of several.
fn cases(about: &str, words: &[&str]) -> Value {
    let case = object("A case", json!({"when": {"type": "string"}, "is": {"enum": words}}), &["is"]);
    json!({"description": about, "anyOf": [{"enum": words}, {"type": "array", "items": case}]})
}

fn names(kinds: &KindSet) -> BTreeSet<&str> {
    kinds.kinds.iter().map(|kind| &*kind.name).collect()
}

/// Every attribute of any kind, as a condition writes it.
fn attributes(kinds: &KindSet) -> BTreeSet<String> {
    kinds.kinds.iter().flat_map(|kind| &kind.attributes).map(|attribute| format!("r.{}", attribute.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;
    use crate::rules::file::RuleFile;
    use crate::source::SourceMap;

    #[test]
    fn the_schema_has_the_keys_that_a_rule_file_has() {
        let schema = rule(&engine::kinds(&SourceMap::new()).unwrap());
        let error = serde_yaml::from_str::<RuleFile>("nothing: 1").unwrap_err().to_string();
        let read: BTreeSet<&str> = error.split('`').skip(3).step_by(2).collect();
        let have: BTreeSet<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(have, read);
    }
}
