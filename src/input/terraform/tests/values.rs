//! Expressions: literals, operators, conditionals, templates, `for`, splats, functions.

use super::{eval, read_one};

#[test]
fn operators_follow_terraform() {
    assert_eq!(eval("0.1 + 0.2"), "0.3");
    assert_eq!(eval("1 + 2 * 3"), "7");
    assert_eq!(eval("-7 % 3"), "-1");
    assert_eq!(eval("\"2\" * 3"), "6");
    assert_eq!(eval("1 == \"1\""), "false");
    assert_eq!(eval("!(1 < 2) || 2 >= 2"), "true");
    assert_eq!(eval("1 / 0"), "?limit_reached");
    assert_eq!(eval("[1, 2] == [1, 2]"), "true");
}

#[test]
fn logic_is_three_valued() {
    assert_eq!(eval("var.unknown && false"), "false");
    assert_eq!(eval("var.unknown || true"), "true");
    assert_eq!(eval("var.unknown && true"), "?variable_without_default");
    assert_eq!(eval("var.unknown == \"a\""), "?variable_without_default");
    assert_eq!(eval("\"a-${var.unknown}\" == \"b-c\""), "false");
    assert_eq!(eval("\"a-${var.unknown}\" == \"a-c\""), "?variable_without_default");
}

#[test]
fn conditionals_choose_or_keep_both() {
    assert_eq!(eval("true ? 1 : 2"), "1");
    assert_eq!(eval("var.unknown ? \"a\" : \"b\""), "\"a\" | \"b\"");
    assert_eq!(eval("var.unknown ? \"a\" : null"), "\"a\" | absent");
    assert_eq!(eval("var.unknown ? \"a\" : \"a\""), "\"a\"");
    assert_eq!(eval("upper(var.unknown ? \"a\" : \"b\")"), "\"A\" | \"B\"");
    assert_eq!(eval("\"x-${var.unknown ? \"a\" : \"b\"}\""), "\"x-a\" | \"x-b\"");
    assert_eq!(eval("null"), "absent");
}

#[test]
fn templates_keep_what_is_known() {
    assert_eq!(eval("\"a-${1 + 1}-${true}\""), "\"a-2-true\"");
    assert_eq!(eval("\"a-${var.unknown}-b\""), "a-<var.unknown>-b");
    assert_eq!(eval("\"${[1]}\""), "[1]");
    assert_eq!(eval("\"%{ for x in [1, 2] }<${x}>%{ endfor }\""), "\"<1><2>\"");
    assert_eq!(eval("\"%{ if false }a%{ else }b%{ endif }\""), "\"b\"");
    assert_eq!(eval("\"a ${~ \"b\" ~} c\""), "\"abc\"");
    assert_eq!(eval("<<-EOT\n    a: ${1}\n      b\n    EOT\n"), "\"a: 1\\n  b\\n\"");
    assert_eq!(eval("\"$${x} \\u00e9\""), "\"${x} é\"");
}

#[test]
fn a_slice_has_as_many_elements_as_its_bounds_say() {
    assert_eq!(eval("length(slice(var.unknown, 0, 3))"), "3");
    assert_eq!(eval("[for x in slice(concat([1], var.unknown), 1, 3) : 2]"), "[2, 2]");
    assert_eq!(eval("slice([1, 2, 3], 1, 3)"), "[2, 3]");
    assert_eq!(eval("slice([1, 2, 3], 1, 4)"), "?invalid_expression");
    assert_eq!(eval("slice([1, 2, 3], 0, var.unknown)"), "?variable_without_default");
}

#[test]
fn for_and_splat() {
    assert_eq!(eval("[for x in [1, 2, 3] : x * 2 if x != 2]"), "[2, 6]");
    assert_eq!(eval("{for k, v in {a = 1, b = 2} : v => k}"), "{1=\"a\", 2=\"b\"}");
    assert_eq!(eval("{for x in [\"a\", \"b\", \"a\"] : x => x...}"), "{a=[\"a\", \"a\"], b=[\"b\"]}");
    assert_eq!(eval("[for x in var.unknown : x]"), "[…]");
    assert_eq!(eval("[for x in [1, 2] : x if var.unknown]"), "[…]");
    assert_eq!(eval("[{a = 1}, {a = 2}][*].a"), "[1, 2]");
    assert_eq!(eval("[{a = [1]}, {a = [2]}].*.a[0]"), "[1]");
    assert_eq!(eval("[{a = [1]}, {a = [2]}][*].a[0]"), "[1, 2]");
}

#[test]
fn maps_and_sets_are_visited_in_order() {
    assert_eq!(eval("[for k, v in {b = 1, a = 2} : k]"), "[\"a\", \"b\"]");
    assert_eq!(eval("[for x in toset([\"b\", \"a\", \"b\"]) : x]"), "[\"a\", \"b\"]");
    assert_eq!(eval("{(lower(\"A\")) = 1, a = 2}"), "{a=2}");
}

#[test]
fn indices_and_open_maps() {
    assert_eq!(eval("{a = 1}[\"a\"]"), "1");
    assert_eq!(eval("[1, 2][1]"), "2");
    assert_eq!(eval("[1][5]"), "?invalid_expression");
    assert_eq!(eval("merge(var.unknown, {a = 1}).a"), "1");
    assert_eq!(eval("merge(var.unknown, {a = 1}).b"), "?variable_without_default");
    assert_eq!(eval("merge({a = 1}, var.unknown).a"), "?variable_without_default");
    assert_eq!(eval("merge({a = 1}, null, {a = 2, b = 3})"), "{a=2, b=3}");
    assert_eq!(eval("lookup({a = 1}, \"b\", 7)"), "7");
    assert_eq!(eval("concat([1], var.unknown, [2])"), "[1, 2…]");
}

#[test]
fn functions_over_text() {
    assert_eq!(eval("join(\"-\", [\"a\", \"\", \"b\"])"), "\"a--b\"");
    assert_eq!(eval("join(\",\", [\"a\", var.unknown])"), "a,<var.unknown>");
    assert_eq!(eval("split(\",\", \"a,b\")"), "[\"a\", \"b\"]");
    assert_eq!(eval("replace(\"a.b.c\", \".\", \"-\")"), "\"a-b-c\"");
    assert_eq!(eval("replace(\"a1b2\", \"/[0-9]/\", \"\")"), "\"ab\"");
    assert_eq!(eval("substr(\"hello\", 1, 3)"), "\"ell\"");
    assert_eq!(eval("format(\"%s-%03d-%.2f %%\", \"a\", 7, 1.5)"), "\"a-007-1.50 %\"");
    assert_eq!(eval("format(\"s3://%s/x\", var.unknown)"), "s3://<var.unknown>/x");
    assert_eq!(eval("formatlist(\"%s!\", [\"a\", \"b\"])"), "[\"a!\", \"b!\"]");
    assert_eq!(eval("length(regexall(\"ml\\\\.[g-p]\", \"ml.g5.xlarge\")) > 0"), "true");
    assert_eq!(eval("regex(\"(?P<family>[a-z]+)\", \"p3\")"), "{family=\"p\"}");
    assert_eq!(eval("title(\"hello world\")"), "\"Hello World\"");
}

#[test]
fn functions_over_collections_and_numbers() {
    assert_eq!(eval("flatten([[1, [2]], 3])"), "[1, 2, 3]");
    assert_eq!(eval("distinct([1, 2, 1])"), "[1, 2]");
    assert_eq!(eval("element([1, 2], 3)"), "2");
    assert_eq!(eval("coalesce(null, \"\", \"a\")"), "\"a\"");
    assert_eq!(eval("keys({b = 1, a = 2})"), "[\"a\", \"b\"]");
    assert_eq!(eval("zipmap([\"a\"], [1])"), "{a=1}");
    assert_eq!(eval("max([1, 5, 3]...)"), "5");
    assert_eq!(eval("range(3)"), "[0, 1, 2]");
    assert_eq!(eval("contains([\"a\", var.unknown], \"a\")"), "true");
    assert_eq!(eval("one([])"), "absent");
    assert_eq!(eval("setsubtract([1, 2], [2])"), "[1]");
    assert_eq!(eval("length(setproduct([1, 2], [3]))"), "2");
    assert_eq!(eval("ceil(1.2) + floor(1.8) + abs(-1)"), "4");
}

#[test]
fn encodings() {
    assert_eq!(eval("jsonencode({b = [1, null], a = \"<\"})"), r#""{\"a\":\"\\u003c\",\"b\":[1,null]}""#);
    assert_eq!(eval("jsonencode({a = \"x-${var.unknown}\"})"), "{\"a\":\"x-<var.unknown>\"}");
    assert_eq!(eval("jsondecode(\"{\\\"a\\\": [1.5]}\").a[0]"), "1.5");
    assert_eq!(eval("yamldecode(\"a: [x, 2]\").a"), "[\"x\", 2]");
    assert_eq!(eval("yamlencode({a = {b = [1]}})"), r#""\"a\":\n  \"b\":\n  - 1\n""#);
    assert_eq!(eval("base64encode(\"hello\")"), "\"aGVsbG8=\"");
    assert_eq!(eval("base64decode(\"aGVsbG8=\")"), "\"hello\"");
}

#[test]
fn try_and_can_fall_through_what_terraform_refuses() {
    assert_eq!(eval("try({}.a, \"b\")"), "\"b\"");
    assert_eq!(eval("can([][0])"), "false");
    assert_eq!(eval("length(try(flatten([{}.a]), []))"), "0");
    assert_eq!(eval("try(\"x-${[][0]}\", \"b\")"), "\"b\"");
    assert_eq!(eval("try(var.unknown, \"b\")"), "?variable_without_default");
    assert_eq!(eval("timestamp()"), "?not_evaluated");
    assert_eq!(eval("provider::aws::arn_parse(\"x\")"), "?not_evaluated");
}

#[test]
fn variables_take_their_declared_type() {
    let read = read_one(
        r#"
variable "n" {
  type    = number
  default = "2"
}
variable "pools" {
  type = map(object({
    size  = number
    spot  = optional(bool, true)
    label = optional(string)
  }))
  default = { a = { size = "3", extra = 1 } }
}
resource "aws_s3_bucket" "x" {
  n     = var.n
  pools = var.pools
}
"#,
    );
    assert_eq!(read.value("aws_s3_bucket.x", "n"), "2");
    assert_eq!(read.value("aws_s3_bucket.x", "pools"), "{a={size=3, spot=true, label=null}}");
}
