//! Spans and origins: what a finding will point at.

use super::{read, read_one};

#[test]
fn spans_fit_through_bom_crlf_tabs_and_wide_characters() {
    let text = "\u{feff}# é🦀\r\nresource \"aws_s3_bucket\" \"b\" {\r\n\tbucket\t= \"ü-${upper(\"é\")}\"\r\n\ttags = {\r\n\
                \t\t\"Ort\" = \"Zürich\" # 🦀\r\n\t\tother : 1\r\n\t}\r\n\trule { x = [1, \"é\"] }\r\n}\r\n";
    let read = read_one(text);
    let native = read.native("aws_s3_bucket.b");
    assert_eq!(read.sources.text(native.head), "resource \"aws_s3_bucket\" \"b\"");
    assert!(read.sources.text(native.body).ends_with("] }\r\n}"));
    let shown = |path: &str| {
        let attr = read.attr("aws_s3_bucket.b", path);
        (attr.key.map(|key| read.sources.text(key)).unwrap_or_default(), read.sources.text(attr.at))
    };
    assert_eq!(shown("bucket"), ("bucket".into(), "\"ü-${upper(\"é\")}\"".into()));
    assert_eq!(shown("tags.Ort"), ("\"Ort\"".into(), "\"Zürich\"".into()));
    assert_eq!(shown("tags.other"), ("other".into(), "1".into()));
    assert_eq!(shown("rule.0"), ("rule".into(), "rule { x = [1, \"é\"] }".into()));
    assert_eq!(shown("rule.0.x.1").1, "\"é\"");
    assert_eq!(read.value("aws_s3_bucket.b", "bucket"), "\"ü-É\"");
}

#[test]
fn origins_lead_from_the_expression_to_the_literal() {
    let read = read(&[
        (
            "main.tf",
            r#"
locals {
  type = var.type
  pool = { size = "large", type = var.type }
}
resource "aws_instance" "i" {
  plain   = "here"
  type    = local.type
  part    = local.pool.type
  literal = local.pool.size
  text    = "x-${var.type}"
  all     = local.pool
  chosen  = var.on ? var.type : "small"
  each    = [for t in var.list : t]
  merged  = merge(var.first, var.second)
}
resource "aws_s3_bucket" "e" {
  for_each = var.first
  key      = each.key
  value    = each.value
}
"#,
        ),
        (
            "variables.tf",
            "variable \"type\" { default = \"p3\" }\nvariable \"on\" { default = true }\n\
             variable \"list\" { default = [\"a\", \"b\"] }\n\
             variable \"first\" { default = { k = 1 } }\nvariable \"second\" { default = { l = 2 } }\n",
        ),
        ("terraform.tfvars", "type = \"p4\"\n"),
    ]);
    let trail = |path: &str| read.trail("aws_instance.i", path);
    assert_eq!(trail("plain"), ["\"here\""]);
    assert_eq!(trail("type"), ["local.type", "Local var.type", "VariableFile \"p4\""]);
    assert_eq!(trail("part"), ["local.pool.type", "Local var.type", "VariableFile \"p4\""]);
    assert_eq!(trail("literal"), ["local.pool.size", "Local \"large\""]);
    assert_eq!(trail("text"), ["\"x-${var.type}\"", "VariableFile \"p4\""]);
    assert_eq!(trail("all.size"), ["local.pool", "Local \"large\""]);
    assert_eq!(trail("chosen"), ["var.on ? var.type : \"small\"", "VariableDefault true", "VariableFile \"p4\""]);
    assert_eq!(trail("each.1"), ["t", "Local var.list", "VariableDefault \"b\""]);
    assert_eq!(trail("merged.k"), ["merge(var.first, var.second)", "VariableDefault 1"]);
    let each = |path: &str| read.trail("aws_s3_bucket.e[\"k\"]", path);
    assert_eq!(each("key"), ["each.key", "Local var.first", "VariableDefault k"]);
    assert_eq!(each("value"), ["each.value", "Local var.first", "VariableDefault 1"]);
}

#[test]
fn origins_pass_through_modules() {
    let read = read(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  size = \"big\"\n}\nresource \"aws_s3_bucket\" \"o\" {\n  v = module.m.out\n}\n",
        ),
        (
            "m/main.tf",
            "variable \"size\" {}\noutput \"out\" { value = var.size }\nresource \"aws_instance\" \"i\" {\n  size = var.size\n}\n",
        ),
    ]);
    assert_eq!(read.trail("module.m.aws_instance.i", "size"), ["var.size", "ModuleArgument \"big\""]);
    let trail = read.trail("aws_s3_bucket.o", "v");
    assert_eq!(trail, ["module.m.out", "ModuleOutput var.size", "ModuleArgument \"big\""]);
}

#[test]
fn syntax_errors_have_a_place() {
    let read = read_one("\u{feff}resource \"a\" \"b\" {\r\n  x = ü)\r\n}\r\n");
    let [error] = read.reading.errors.as_slice() else { panic!() };
    assert_eq!((&*error.path, error.code), ("main.tf", "syntax-error"));
    assert_eq!(read.sources.text(error.span.unwrap()), ")");
    let [gap] = read.group(".").gaps.as_slice() else { panic!() };
    assert!(gap.receives.is_none());
}
