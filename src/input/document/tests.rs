//! Documents as Terraform writes them, read where they stand.

use super::*;
use crate::input::terraform::tests as testing;
use crate::model::value::Map;

/// The documents of an attribute's expression, in short, each scalar with the text of its place.
fn documents(expression: &str) -> Vec<String> {
    documents_with("", expression)
}

fn documents_with(rest: &str, expression: &str) -> Vec<String> {
    let text = format!(
        "variable \"unknown\" {{}}\n{rest}\nresource \"aws_s3_bucket\" \"x\" {{\n  bucket = {expression}\n}}\n"
    );
    let read = testing::read_one(&text);
    assert!(read.reading.errors.is_empty(), "{:?}", read.reading.errors);
    let Value::Map(tree) = &read.native("aws_s3_bucket.x").tree.value else { panic!() };
    let documents = super::read(&read.sources, tree.get("bucket").unwrap(), Schema::Core);
    documents.iter().map(|document| show(&read.sources, document)).collect()
}

fn show(sources: &SourceMap, attr: &Attr) -> String {
    let open = |open: bool| if open { "…" } else { "" };
    match &attr.value {
        Value::Map(Map { entries, open: rest, .. }) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}: {}", show(sources, value))).collect();
            format!("{{{}{}}}", entries.join(", "), open(rest.is_some()))
        }
        Value::List(list) => {
            let items: Vec<String> = list.items.iter().map(|item| show(sources, item)).collect();
            format!("[{}{}]", items.join(", "), open(list.open.is_some()))
        }
        Value::OneOf(all) => {
            let all = all.iter().map(|one| one.as_ref().map_or("absent".into(), |one| show(sources, one)));
            all.collect::<Vec<_>>().join("|")
        }
        value => format!("{} @ {}", testing::show(value), sources.text(attr.at).replace('\n', "⏎")),
    }
}

#[test]
fn printed_structures_keep_their_places() {
    assert_eq!(
        documents("yamlencode({ kind = \"Pool\", n = [1, var.unknown] })"),
        ["{kind: \"Pool\" @ \"Pool\", n: [1 @ 1, ?variable_without_default @ var.unknown]}"]
    );
    assert_eq!(
        documents("jsonencode({ size = var.unknown == 1 ? \"a\" : \"b\" })"),
        ["{size: \"a\" @ \"a\"|\"b\" @ \"b\"}"]
    );
    assert_eq!(documents_with("locals { x = jsonencode({ a = 1 }) }", "local.x"), ["{a: 1 @ 1}"]);
    assert_eq!(documents("<<-EOT\n  ${jsonencode({ a = true })}\n  EOT"), ["{a: true @ true}"]);
}

#[test]
fn literal_text_is_placed_through_indentation_and_escapes() {
    assert_eq!(
        documents("<<-EOT\n    kind: Pool\n    size:\n      - \"4xlarge\" # large\n    ---\n    kind: Other\n  EOT"),
        ["{kind: \"Pool\" @ Pool, size: [\"4xlarge\" @ \"4xlarge\"]}", "{kind: \"Other\" @ Other}"]
    );
    assert_eq!(documents("\"{\\\"a\\\": \\\"b\\\"}\""), ["{a: \"b\" @ \\\"b\\\"}"]);
    assert_eq!(documents("<<EOT\n{\"a\": \"x\\ty$${z}\"}\nEOT"), ["{a: \"x\\ty${z}\" @ \"x\\ty$${z}\"}"]);
}

#[test]
fn what_is_not_known_leaves_holes() {
    let unknown = "?variable_without_default";
    assert_eq!(
        documents("<<-EOT\n  a: ${var.unknown}\n  b: \"x-${var.unknown}\"\n  c: [1, ${var.unknown}]\n  EOT"),
        [format!("{{a: {unknown} @ var.unknown, b: x-<var.unknown> @ \"x-${{var.unknown}}\", c: [1 @ 1…]}}")]
    );
    assert_eq!(
        documents("<<EOT\n{\"n\": ${var.unknown}, \"m\": {\"a\": [\"${var.unknown}\"]}}\nEOT"),
        [format!("{{n: {unknown} @ var.unknown, m: {{a: [{unknown} @ \"${{var.unknown}}\"]}}}}")]
    );
    assert_eq!(documents("<<EOT\n${var.unknown}: 1\na: 2\nEOT"), ["{a: 2 @ 2…}"]);
    assert!(documents("var.unknown").is_empty());
}

#[test]
fn a_line_of_its_own_may_be_anything() {
    let unknown = "?variable_without_default";
    assert_eq!(documents("<<EOT\na:\n  b: 1\n  ${var.unknown}\nc: 2\nEOT"), ["{a: {b: 1 @ 1…}, c: 2 @ 2}"]);
    assert_eq!(documents("<<EOT\na:\n  ${var.unknown}\n  b: 1\nEOT"), ["{a: {b: 1 @ 1…}}"]);
    assert_eq!(
        documents("<<EOT\na:\n  - x: 1\n    y: 2\n  ${var.unknown}\nEOT"),
        [format!("{{a: [{{x: 1 @ 1, y: 2 @ 2}}, {unknown} @ var.unknown]}}")]
    );
    assert_eq!(
        documents("<<EOT\na:\n  ${var.unknown}\nb: 1\nEOT"),
        [format!("{{a: {unknown} @ var.unknown, b: 1 @ 1}}")]
    );
    assert_eq!(
        documents("<<EOT\na: |\n  x\n  ${var.unknown}\nb: 1\nEOT"),
        ["{a: x\n<var.unknown>\n @ x⏎  ${var.unknown, b: 1 @ 1}"]
    );
    assert_eq!(documents("<<EOT\na: 1\n%{ if var.unknown }\nb: 2\n%{ endif }\nEOT"), ["{a: 1 @ 1…}"]);
}

#[test]
fn inserted_values_point_at_the_expression() {
    let variable = "variable \"size\" { default = \"g5.xlarge\" }";
    assert_eq!(documents_with(variable, "<<EOT\na: ${var.size}\nEOT"), ["{a: \"g5.xlarge\" @ var.size}"]);
    let choice = "<<EOT\na: ${var.unknown == 1 ? \"x\" : \"y\"}\nb: 1\nEOT";
    assert_eq!(documents(choice), ["{a: \"x\" @ \"x\"|\"y\" @ \"y\", b: 1 @ 1}"]);
    assert_eq!(
        documents("<<EOT\na: ${jsonencode([var.unknown, 1])}\nEOT"),
        ["{a: [?variable_without_default @ var.unknown, 1 @ 1]}"]
    );
}

#[test]
fn alternatives_of_documents_become_alternatives_inside() {
    let text = "var.unknown == 1 ? jsonencode({ a = 1, b = 2 }) : jsonencode({ a = 1, c = 3 })";
    assert_eq!(documents(text), ["{a: 1 @ 1, b: 2 @ 2|absent, c: absent|3 @ 3}"]);
}

#[test]
fn hostile_texts_are_no_documents() {
    assert!(documents("<<EOT\na: [8273491650371826495000000, ${var.unknown}]\nEOT").is_empty());
    assert!(documents(&format!("<<EOT\n{}\nEOT", "[".repeat(5_000))).is_empty());
    assert!(documents("<<EOT\na: b: c\nEOT").is_empty());
}
