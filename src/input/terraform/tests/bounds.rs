//! Hostile input: nothing hangs, overflows or grows without bound.

use super::{eval, read_one};

#[test]
fn circles_are_unknown() {
    let read = read_one(
        "locals {\n  a = local.b\n  b = local.a\n}\nresource \"aws_s3_bucket\" \"x\" {\n  v = local.a\n  w = aws_s3_bucket.y.w\n}\n\
         resource \"aws_s3_bucket\" \"y\" {\n  w = aws_s3_bucket.x.w\n}\n",
    );
    assert_eq!(read.value("aws_s3_bucket.x", "v"), "?reference_cycle");
    assert!(read.value("aws_s3_bucket.x", "w").starts_with("->"));
}

#[test]
fn deep_nesting_is_an_error_or_a_value_but_no_crash() {
    let nested = |depth: usize| format!("v = {}1{}\n", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(eval(&format!("{}1{}", "(".repeat(60), ")".repeat(60))), "1");
    assert_eq!(read_one(&nested(100_000)).reading.errors.len(), 1);
    assert_eq!(read_one(&format!("v = {}\n", "{a=".repeat(50_000))).reading.errors.len(), 1);
    assert_eq!(eval(&["1"; 120].join(" + ")), "120");
}

#[test]
fn long_chains_of_references_end_in_a_limit() {
    let mut text = String::from("locals {\n  l0 = 1\n");
    for at in 1..5_000 {
        text += &format!("  l{at} = local.l{}\n", at - 1);
    }
    text += "}\nresource \"aws_s3_bucket\" \"x\" {\n  near = local.l50\n  far = local.l4999\n}\n";
    let read = read_one(&text);
    assert_eq!(read.value("aws_s3_bucket.x", "near"), "1");
    assert_eq!(read.value("aws_s3_bucket.x", "far"), "?limit_reached");
}

#[test]
fn doubling_values_end_in_a_limit() {
    for doubled in ["[local.l{}, local.l{}]", "\"${local.l{}}${local.l{}}\"", "{a = local.l{}, b = local.l{}}"] {
        let mut text = String::from("locals {\n  l0 = \"xxxxxxxx\"\n");
        for at in 1..60 {
            text += &format!("  l{at} = {}\n", doubled.replace("{}", &(at - 1).to_string()));
        }
        text += "}\nresource \"aws_s3_bucket\" \"x\" {\n  v = local.l59\n}\n";
        assert!(read_one(&text).value("aws_s3_bucket.x", "v").len() < 10_000_000, "{doubled}");
    }
    assert_eq!(
        eval("join(\"\", [for a in range(1000) : join(\"\", [for b in range(1000) : \"0123456789\"])])"),
        "?limit_reached"
    );
    assert_eq!(eval("range(1000000000)"), "?limit_reached");
    assert_eq!(eval("pow(10, 500)"), format!("1{}", "0".repeat(500)));
}

#[test]
fn loops_in_loops_end_in_a_limit() {
    let inner = "[for d in range(1000) : a + d]";
    let text = format!("length([for a in range(1000) : [for b in range(1000) : [for c in range(1000) : {inner}]]])");
    let _ends = eval(&text);
}
