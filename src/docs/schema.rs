//! The JSON Schema of the config file, for completion and checks in editors.
//!
//! Called by the `schema` command and by the test that keeps it in `docs/`. It says what `config` reads; a test holds
//! the two together.

use super::{ALWAYS_ON, facts};
use crate::config::PriceConfig;
use crate::engine::MAX_HOURS;
use crate::input::FRONTENDS;
use crate::rules::file::Param;
use crate::rules::set::{Rule, RuleSet};
use crate::rules::words::LISTS;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The schema with the names and parameters of these rules.
pub fn schema(rules: &RuleSet) -> Value {
    let levers: BTreeSet<&str> = rules.rules.iter().map(|rule| &*rule.lever).collect();
    let always = ALWAYS_ON.map(|always| always.name);
    let names: Vec<&str> = rules.rules.iter().map(|rule| rule.file.name.as_str()).chain(always).chain(levers).collect();
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let with_doc = |mut schema: Value, doc: &str| {
        if let Value::Object(fields) = &mut schema {
            fields.insert("description".into(), doc.into());
        }
        schema
    };
    let chosen = json!({"type": "array", "items": {"anyOf": [{"enum": names}, {"type": "string"}]}});
    let money = |default: f64| json!({"type": "number", "minimum": 0, "default": default});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mlcost-lint.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "select": with_doc(chosen.clone(), "Rules or levers to judge; all if empty."),
            "ignore": with_doc(chosen, "Rules or levers to leave out; wins over `select`."),
            "exclude": with_doc(texts.clone(), "Globs of files and folders that are not read, from the project root."),
            "skip-formats": {"description": "Formats that are not read.", "type": "array",
                "items": {"enum": FRONTENDS.iter().map(|frontend| frontend.name()).collect::<Vec<_>>()}},
            "rule-folders": with_doc(texts.clone(), "Folders with rules of the project's own, from the project root."),
            "fail-on": {"description": "Severity from which findings fail the run.",
                "enum": ["note", "warning", "error", "never"], "default": "warning"},
            "min-saving": {"description": "Savings below which a warning is only a note, in the currency of `prices`.", "type": "object",
                "additionalProperties": false, "properties": {
                    "per-month": with_doc(money(20.0), "For what always runs."),
                    "per-run": with_doc(money(5.0), "For jobs."),
                }},
            "region": {"description": "Region where the code states none.", "type": "string"},
            "max-file-size": {"description": "Files larger than this many bytes are skipped.",
                "type": "integer", "minimum": 0},
            "prices": prices(),
            "cost": {"description": "What a change may add, for `mlcost-lint cost --compare`.", "type": "object",
                "additionalProperties": false, "properties": {
                    "max-increase": {"description": "What a month, or at worst a run, may cost more, in the currency of `prices`; above it a comparison fails.",
                        "type": "number", "minimum": 0},
                }},
            "usage": {"description": "What was measured of what runs already.", "type": "object",
                "additionalProperties": false, "properties": {
                    "file": {"description": "The file with it (CSV, JSON, output of `aws cloudwatch get-metric-data`), relative to the project root.",
                        "type": "string"},
                }},
            "rules": {"description": "Settings by rule.", "type": "object",
                "properties": rules.rules.iter().map(|rule| (rule.file.name.clone(), settings(rule)))
                    .collect::<Map<_, _>>(),
                "additionalProperties": {"type": "object", "properties": common()}},
            "words": {"description": "Further words that tell what a resource is for.", "type": "object",
                "additionalProperties": false,
                "properties": LISTS.iter().map(|list| ((*list).to_owned(), texts.clone()))
                    .collect::<Map<_, _>>()},
        },
    })
}

fn prices() -> Value {
    let own = PriceConfig::default();
    let by_name = |about: &str, most: Option<f64>| {
        let mut value = json!({"type": "number", "minimum": 0});
        if let (Some(most), Some(object)) = (most, value.as_object_mut()) {
            object.insert("exclusiveMaximum".to_owned(), json!(most));
        }
        json!({"description": about, "type": "object", "additionalProperties": value})
    };
    json!({"description": "What the project pays instead of the list prices.", "type": "object",
        "additionalProperties": false, "properties": {
            "spot-saving": {"description": "The share of the on-demand price that spot capacity saves where no spot price is known.",
                "type": "number", "minimum": 0, "exclusiveMaximum": 1, "default": own.spot_saving},
            "discounts": by_name("Shares off the list price by machine type, pattern (`ml.*`), family or provider; the most specific one counts.", Some(1.0)),
            "fixed": by_name("The price of an hour by machine type or accelerator, in this currency.", None),
            "lists": {"description": "Price lists made by `mlcost-lint catalog import`, relative to the project root; later ones win.",
                "type": "array", "items": {"type": "string"}},
            "hours": {"description": "Hours a month that what always runs is counted with, by kind or environment; 730 where none is named.",
                "type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": MAX_HOURS}},
            "currency": {"description": "The currency of texts, and of all amounts in this file and on the command line: its ISO 4217 code.",
                "type": "string", "pattern": "^[A-Za-z]{3}$", "default": own.currency},
            "rate": {"description": "What one US dollar is in it; needed with any other than USD.",
                "type": "number", "exclusiveMinimum": 0},
    }})
}

fn common() -> Map<String, Value> {
    let entries = [
        ("severity", json!({"description": "Replaces the rule's severity.", "enum": ["note", "warning", "error"]})),
        ("confidence", json!({"description": "Replaces the rule's confidence.", "enum": ["low", "medium", "high"]})),
    ];
    entries.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn settings(rule: &Rule) -> Value {
    let mut properties = common();
    properties.extend(rule.file.params.iter().map(|(name, default)| (name.clone(), param(default))));
    json!({"description": facts::one_line(rule.summary()), "type": "object", "additionalProperties": false,
        "properties": properties})
}

fn param(default: &Param) -> Value {
    match default {
        Param::Bool(truth) => json!({"type": "boolean", "default": truth}),
        Param::Number(number) => json!({"type": "number", "default": number}),
        Param::Text(text) => json!({"type": "string", "default": text}),
        Param::Texts(texts) => json!({"type": "array", "items": {"type": "string"}, "default": texts}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_schema_has_the_keys_that_the_config_reads() {
        let rules = RuleSet { rules: Vec::new(), by_kind: Vec::new() };
        let schema = schema(&rules);
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
        let read = |wrong: &str| {
            let error = toml::from_str::<Config>(wrong).unwrap_err();
            error.message().split('`').skip(3).step_by(2).map(str::to_owned).collect::<BTreeSet<String>>()
        };
        assert_eq!(keys(&schema["properties"]), read("nothing = 1"));
        assert_eq!(keys(&schema["properties"]["prices"]["properties"]), read("prices = {nothing = 1}"));
        assert_eq!(keys(&schema["properties"]["cost"]["properties"]), read("cost = {nothing = 1}"));
        assert_eq!(keys(&schema["properties"]["usage"]["properties"]), read("usage = {nothing = 1}"));
        assert_eq!(keys(&schema["properties"]["min-saving"]["properties"]), read("min-saving = {nothing = 1}"));
    }
}
