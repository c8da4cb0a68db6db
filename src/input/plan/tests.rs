//! Plans as Terraform prints them, and what is none.

use super::*;
use crate::files::{Nothing, Overlay};
use crate::input::Options;
use crate::model::value::WhyCode;
use crate::source::SourceMap;
use serde_json::json;

fn plan(changes: serde_json::Value) -> String {
    json!({
        "format_version": "1.2", "terraform_version": "1.11.4",
        "variables": {"region": {"value": "eu-west-1"}},
        "planned_values": {"root_module": {"resources": []}},
        "resource_changes": changes,
        "prior_state": {"values": {"root_module": {"resources": [{"type": "aws_instance", "values": {"instance_type": "p2.xlarge"}}]}}},
        "configuration": {"provider_config": {"aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}}}}
    })
    .to_string()
}

fn change(
    index: serde_json::Value,
    actions: &[&str],
    after: serde_json::Value,
    unknown: serde_json::Value,
) -> serde_json::Value {
    json!({
        "address": "module.a[\"x\"].aws_instance.gpu[0]", "module_address": "module.a[\"x\"]", "mode": "managed",
        "type": "aws_instance", "name": "gpu", "index": index, "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": actions, "before": null, "after": after, "after_unknown": unknown, "after_sensitive": {"user_data": true}}
    })
}

fn read_from(sources: &SourceMap, source: SourceId, text: &str, named: &[&str]) -> Reading {
    let wanted = ["aws_instance"].map(Arc::from).into();
    let options = Options { named: named.iter().map(|name| (*name).to_owned()).collect(), ..Options::default() };
    let files = Overlay::new(Nothing, [("infra/plan.json".to_owned(), Arc::from(text))]);
    let context = Context { files: &files, sources, wanted: &wanted, options: &options, unread: &[] };
    match Plan.claim("infra/plan.json", &sources.get(source).text) {
        Claim::No => Reading::default(),
        claim => Plan.read(&context, &[ClaimedFile { path: "infra/plan.json".into(), source, claim }]),
    }
}

fn read_named(text: &str, named: &[&str]) -> Reading {
    let sources = SourceMap::new();
    let source = sources.add("infra/plan.json", text);
    read_from(&sources, source, text, named)
}

fn read(text: &str) -> Reading {
    read_named(text, &["infra/plan.json"])
}

/// The same as a large file.
fn read_large(text: &str) -> (Reading, SourceMap) {
    let sources = SourceMap::new();
    let source = sources.add_start("infra/plan.json", &text[..text.len().min(200)]);
    (read_from(&sources, source, text, &["infra/plan.json"]), sources)
}

fn get<'a>(attr: &'a Attr, key: &str) -> &'a Attr {
    match &attr.value {
        Value::Map(map) => map.get(key).unwrap(),
        Value::List(list) => get(&list.items[0], key),
        other => panic!("{other:?}"),
    }
}

#[test]
fn planned_resources_are_read_with_their_holes() {
    let after = json!({"instance_type": "g5.xlarge", "spot": null, "user_data": "secret", "root": [{"size": 8}]});
    let text = plan(json!([change(json!(0), &["create"], after, json!({"id": true, "root": [{"kms": true}]}))]));
    let reading = read(&text);
    let native = &reading.groups[0].natives[0];
    assert_eq!(native.display_address(), "module.a[\"x\"].aws_instance.gpu[0]");
    assert_eq!((native.region.value.as_str(), &*native.provider), (Some("eu-west-1"), "aws"));
    assert_eq!(get(&native.tree, "instance_type").value.as_str(), Some("g5.xlarge"));
    assert!(get(&native.tree, "user_data").sensitive && !get(&native.tree, "root").sensitive);
    for hole in [get(&native.tree, "id"), get(get(&native.tree, "root"), "kms")] {
        let Value::Unknown(unknown) = &hole.value else { panic!() };
        assert_eq!(unknown.why.code, WhyCode::KnownAfterApply);
    }
}

#[test]
fn what_is_destroyed_or_prior_or_not_named_is_left_alone() {
    let after = || json!({"instance_type": "g5.xlarge"});
    let gone = change(json!(null), &["delete"], json!(null), json!({}));
    let kept = change(json!("k"), &["no-op"], after(), json!({}));
    let text = plan(json!([gone, kept]));
    let natives: Vec<String> = read(&text).groups[0].natives.iter().map(Native::display_address).collect();
    assert_eq!(natives, ["module.a[\"x\"].aws_instance.gpu[\"k\"]"]);
    assert!(read_named(&text, &["infra"]).groups.is_empty());
    assert_eq!(Plan.claim("plan.json", "{\"format_version\": 1, \"values\": {}}"), Claim::No);
}

#[test]
fn half_a_plan_is_an_error() {
    let text = plan(json!([change(json!(0), &["create"], json!({"instance_type": "g5.xlarge"}), json!({}))]));
    for cut in 200..text.len() {
        for reading in [read(&text[..cut]), read_large(&text[..cut]).0] {
            assert_eq!((reading.groups.len(), reading.errors.len()), (0, 1), "{cut}");
        }
    }
    assert_eq!(read(&format!("{text}]")).errors.len() + read_large(&format!("{text}]")).0.errors.len(), 2);
}

#[test]
fn of_a_large_plan_little_is_held_and_everything_stands_where_it_does() {
    let gpu = |n: usize| change(json!(n), &["create"], json!({"instance_type": "g5.xlarge"}), json!({"id": true}));
    let other = json!({"type": "null_resource", "change": {"after": {"é": "]}\\\", {\n".repeat(500)}}});
    let compact = plan(json!([other, gpu(0), other, other, gpu(1), "x", 7, [], gpu(2)]));
    let parsed: serde_json::Value = serde_json::from_str(&compact).unwrap();
    let pretty = serde_json::to_string_pretty(&parsed).unwrap().replace("  \"mode\"", " \t\r\n \"mode\"") + "\n";
    let first = "\"variables\":{\"region\":{\"value\":\"eu-west-1\"}}";
    let empty = compact.replace(first, "\"variables\":{},\"configuration\":{ },\"output_changes\":[]");
    assert_ne!(empty, compact);
    for text in [compact, pretty, empty] {
        let sources = SourceMap::new();
        let whole = read_from(&sources, sources.add("infra/plan.json", &*text), &text, &["infra/plan.json"]);
        let (large, held) = read_large(&text);
        let (whole, large) = (&whole.groups[0].natives, &large.groups[0].natives);
        assert_eq!((whole.len(), large.len()), (3, 3));
        for (a, b) in whole.iter().zip(large) {
            let (file, excerpt) = (sources.get(a.head.source), held.get(b.head.source));
            assert!(excerpt.text.len() < file.text.len() / 2 && !excerpt.text.contains("p2.xlarge"));
            assert_eq!((a.display_address(), a.region.value.as_str()), (b.display_address(), b.region.value.as_str()));
            for (at, held_at) in [(a.head.start, b.head.start), (a.body.start, b.body.start), (a.body.end, b.body.end)]
            {
                assert_eq!(file.position(at), excerpt.position(held_at));
                assert_eq!(at, excerpt.file_offset(held_at));
            }
        }
        assert!(held.file("infra/plan.json").is_none());
    }
}
