//! Blocks and resources many times, where how often is not known in full. What is known is held against Terraform's
//! own plans; see `roots`.

use super::{Read, read_one, show};
use crate::model::native::Exists;

const DECLARED: &str = "variable \"on\" {}\nvariable \"rules\" {}\nvariable \"create\" { default = true }\n\
                        data \"aws_x\" \"d\" {}\n";

fn read(text: &str) -> Read {
    read_one(&format!("{DECLARED}{text}"))
}

#[test]
fn dynamic_blocks_nest_and_name_their_iterators() {
    let read = read(
        r#"
variable "groups" {
  default = {
    web = { ports = [80, 443], cidr = null }
    ssh = { ports = [22], cidr = "10.0.0.0/8" }
    off = { ports = [] }
  }
}
resource "aws_s3_bucket" "x" {
  rule { id = "static" }
  dynamic "rule" {
    for_each = var.groups
    iterator = group
    labels   = [group.key]
    content {
      id   = group.key
      cidr = lookup(group.value, "cidr", null)
      dynamic "port" {
        for_each = group.value.ports
        content { at = "${group.key}:${port.key}:${port.value}" }
      }
      dynamic "none" {
        for_each = try(group.value.nothing, [])
        content {}
      }
    }
  }
}
"#,
    );
    assert_eq!(
        read.value("aws_s3_bucket.x", "rule"),
        "[{id=\"static\"}, {id=\"off\"}, {id=\"ssh\", cidr=\"10.0.0.0/8\", port=[{at=\"ssh:0:22\"}]}, \
         {id=\"web\", port=[{at=\"web:0:80\"}, {at=\"web:1:443\"}]}]"
    );
}

#[test]
fn dynamic_blocks_are_open_where_more_may_come() {
    let blocks = |for_each: &str| {
        let block = format!("dynamic \"b\" {{\n for_each = {for_each}\n content {{ v = b.value }}\n }}");
        let read = read(&format!("resource \"aws_s3_bucket\" \"x\" {{\n {block}\n}}\n"));
        show(&read.native("aws_s3_bucket.x").tree.value)
    };
    assert_eq!(blocks("toset([\"b\", \"a\"])"), "{b=[{v=\"a\"}, {v=\"b\"}]}");
    assert_eq!(blocks("{ a = data.aws_x.d.id, b = 1 }"), "{b=[{v=->data.aws_x.d.id}, {v=1}]}");
    assert_eq!(blocks("concat([\"a\"], var.rules)"), "{b=[{v=\"a\"}…]}");
    assert_eq!(blocks("var.on ? [1] : []"), "{b=[…]}");
    assert_eq!(blocks("data.aws_x.d.ids"), "{b=[…]}");
    assert_eq!(blocks("null"), "{}");
}

/// Every instance with `v`, how many it stands for, and the condition it exists under.
fn instances(repeats: &str) -> String {
    let read = read(&format!("resource \"aws_s3_bucket\" \"x\" {{\n {repeats}\n}}\n"));
    let instance = |native: &crate::model::native::Native| {
        let key = native.instance.as_deref().unwrap_or("*");
        let unless = if let Exists::Unless(why) = &native.exists { format!(" if {}", why.what) } else { String::new() };
        format!("{key} {} {}{unless}", show(&native.tree.value), show(&native.count.value))
    };
    read.natives().map(instance).collect::<Vec<_>>().join("; ")
}

#[test]
fn resources_exist_as_often_as_is_known() {
    assert_eq!(instances("count = var.create && var.on ? 1 : 0"), "* {} 1 if var.create && var.on");
    assert_eq!(instances("count = var.on && !var.create ? 1 : 0"), "");
    assert_eq!(instances("count = var.on ? 2 : 3"), "* {} 2 | 3");
    assert_eq!(instances("count = \"2\"\n v = count.index"), "0 {v=0} 1; 1 {v=1} 1");
    assert_eq!(instances("for_each = toset(data.aws_x.d.ids)"), "* {} ?unknown_condition if toset(data.aws_x.d.ids)");
    assert_eq!(
        instances("for_each = { a = data.aws_x.d.id, b = \"x\" }\n v = each.value"),
        "a {v=->data.aws_x.d.id} 1; b {v=\"x\"} 1"
    );
    assert_eq!(
        instances("for_each = merge({ a = 1 }, var.rules)\n v = each.key"),
        "a {v=\"a\"} 1; * {v=?unknown_condition} ?unknown_condition if merge({ a = 1 }, var.rules)"
    );
    // What both alternatives have exists in any case, with the value of either.
    assert_eq!(
        instances("for_each = var.on ? { a = 1, b = 2 } : { b = 3 }\n v = each.value"),
        "a {v=1} 1 if var.on; b {v=2 | 3} 1"
    );
}

#[test]
fn references_to_uncertain_instances_say_no_more_than_is_known() {
    let read = read(
        r#"
resource "aws_s3_bucket" "maybe" { count = var.on ? 1 : 0 }
resource "aws_s3_bucket" "never" { count = var.create ? 0 : 1 }
resource "aws_s3_bucket" "open" {
  for_each = merge({ a = 1 }, var.rules)
  v        = each.key
}
resource "aws_instance" "i" {
  one     = one(aws_s3_bucket.maybe[*].id)
  either  = var.on ? aws_s3_bucket.maybe[0].id : "none"
  never   = try(aws_s3_bucket.never[0].id, "none")
  open    = aws_s3_bucket.open["other"].v
  for     = [for key, bucket in aws_s3_bucket.open : key]
}
"#,
    );
    let value = |name: &str| read.value("aws_instance.i", name);
    assert_eq!(value("one"), "->aws_s3_bucket.maybe.id");
    assert_eq!(value("either"), "->aws_s3_bucket.maybe[0].id | \"none\"");
    assert_eq!(value("never"), "\"none\"");
    assert_eq!(value("open"), "?unknown_condition");
    assert_eq!(value("for"), "[\"a\"…]");
}

#[test]
fn blocks_that_make_nothing_do_no_harm() {
    let read = read(
        r#"
terraform {
  required_version = ">= 1.0"
  backend "s3" { bucket = "state" }
}
import {
  for_each = { a = "one" }
  to       = aws_s3_bucket.x[each.key]
  id       = each.value
}
moved {
  from = aws_s3_bucket.old
  to   = aws_s3_bucket.x
}
removed {
  from = aws_s3_bucket.gone
  lifecycle { destroy = false }
  provisioner "local-exec" { command = "echo" }
}
check "health" {
  data "http" "x" { url = "https://example.com" }
  assert {
    condition     = data.http.x.status_code == 200
    error_message = "${data.http.x.url} is down"
  }
}
ephemeral "random_password" "p" { length = 16 }
action "aws_lambda_invoke" "a" {
  config { payload = "{}" }
}
resource "aws_s3_bucket" "x" {
  for_each = { a = 1 }
  secret   = ephemeral.random_password.p.result
  parsed   = provider::aws::arn_parse("arn:aws:s3:::x").resource
  lifecycle {
    enabled = true
    precondition {
      condition     = var.create
      error_message = "no"
    }
  }
}
"#,
    );
    assert!(read.reading.errors.is_empty(), "{:?}", read.reading.errors);
    let tree = show(&read.native("aws_s3_bucket.x[\"a\"]").tree.value);
    assert_eq!(tree, "{secret=?looked_up_at_deployment, parsed=?not_evaluated}");
    assert_eq!(read.natives().count(), 1);
}
