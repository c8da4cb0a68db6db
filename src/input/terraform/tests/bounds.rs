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
    // Terraform has a limit of its own here.
    assert_eq!(eval("range(1000000000)"), "?invalid_expression");
    assert_eq!(eval("pow(10, 20)"), format!("1{}", "0".repeat(20)));
}

#[test]
fn combinations_of_alternatives_are_bounded() {
    let choice = "(var.unknown ? 1 : 2)";
    assert_eq!(eval(&format!("format(\"%d%d\", {choice}, {choice})")), "\"11\" | \"12\" | \"21\" | \"22\"");
    let many = [choice; 30].join(", ");
    assert_eq!(eval(&format!("max({many})")), "?unknown_condition");
}

#[test]
fn large_collections_and_texts_count_as_work() {
    let big = "[for b in range(1000) : concat(range(1000), range(1000), range(1000))]";
    let text = "[for b in range(1000) : join(\"\", [for c in range(1000) : \"0123456789\"])]";
    let looped = |inner: &str| format!("length([for a in range(1000) : {inner}])");
    assert_eq!(eval(&looped(big)), "1000");
    assert_eq!(eval(&looped(text)), "1000");
}

#[test]
fn loops_in_loops_end_in_a_limit() {
    let inner = "[for d in range(1000) : a + d]";
    let empty = "%{ for c in range(1000) }%{ endfor }";
    let nested = format!("\"%{{ for a in range(1000) }}%{{ for b in range(1000) }}{empty}%{{ endfor }}%{{ endfor }}\"");
    assert!(eval(&nested).starts_with("<range(1000)>"));
    let text = format!("length([for a in range(1000) : [for b in range(1000) : [for c in range(1000) : {inner}]]])");
    let _ends = eval(&text);
}
