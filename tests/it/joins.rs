//! Buckets and their lifecycle rules, joined in all the ways people write them.
//!
//! A case is a few files and what is said of them: `-address` is a bucket without lifecycle, `?address` one for which
//! that cannot be told, and of any other bucket nothing is said. `@b NAME ATTRIBUTE` is a bucket, `@lc NAME BUCKET
//! ATTRIBUTE` a lifecycle configuration that expires objects; a further attribute is optional.

use crate::support::json;
use std::collections::BTreeSet;
use std::fs;

/// A name for the test's output, files (the first is `main.tf`, `--- PATH` begins another), what is said.
type Case = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const SAME_ROOT: &[Case] = &[
    ("none", "@b a", "-aws_s3_bucket.a"),
    ("by id", "@b a\n@lc l aws_s3_bucket.a.id", ""),
    ("by bucket", "@b a | bucket = \"data\"\n@lc l aws_s3_bucket.a.bucket", ""),
    ("by arn in a string", "@b a\n@lc l replace(aws_s3_bucket.a.arn, \"arn:aws:s3:::\", \"\")", "?aws_s3_bucket.a"),
    ("by template of id", "@b a\n@lc l \"${aws_s3_bucket.a.id}\"", ""),
    ("by literal name", "@b a | bucket = \"data\"\n@lc l \"data\"", ""),
    ("by another literal name", "@b a | bucket = \"data\"\n@lc l \"logs\"", "-aws_s3_bucket.a"),
    ("in another file", "@b a\n--- life.tf\n@lc l aws_s3_bucket.a.id", ""),
    ("in a JSON file", "@b a\n--- life.tf.json\n{\"resource\": {\"aws_s3_bucket_lifecycle_configuration\": {\"l\": {\"bucket\": \"${aws_s3_bucket.a.id}\", \"rule\": [{\"id\": \"x\", \"status\": \"Enabled\", \"expiration\": {\"days\": 3}}]}}}}", ""),
    ("of another bucket", "@b a\n@b b\n@lc l aws_s3_bucket.b.id", "-aws_s3_bucket.a"),
    ("by a shared local", "locals {\n  name = \"data\"\n}\n@b a | bucket = local.name\n@lc l local.name", ""),
    ("by a shared variable without value", "variable \"name\" {}\n@b a | bucket = var.name\n@lc l var.name", ""),
    ("by a shared template", "variable \"p\" {}\n@b a | bucket = \"${var.p}-data\"\n@lc l \"${var.p}-data\"", ""),
    ("by another template of the same variable", "variable \"p\" {}\n@b a | bucket = \"${var.p}-data\"\n@lc l \"${var.p}-logs\"", "-aws_s3_bucket.a"),
    ("by another variable", "variable \"p\" {}\nvariable \"q\" {}\n@b a | bucket = var.p\n@lc l var.q", "?aws_s3_bucket.a"),
    ("by a local of an id", "@b a\nlocals {\n  id = aws_s3_bucket.a.id\n}\n@lc l local.id", ""),
    ("by a variable with default", "variable \"n\" {\n  default = \"data\"\n}\n@b a | bucket = var.n\n@lc l \"data\"", ""),
    ("by format", "variable \"p\" {}\n@b a | bucket = \"${var.p}-data\"\n@lc l format(\"%s-data\", var.p)", ""),
    ("legacy inline block", "resource \"aws_s3_bucket\" \"a\" {\n  lifecycle_rule {\n    enabled = true\n    expiration {\n      days = 3\n    }\n  }\n}", ""),
    ("legacy inline block that is off", "resource \"aws_s3_bucket\" \"a\" {\n  lifecycle_rule {\n    enabled = false\n  }\n}", "-aws_s3_bucket.a"),
    ("legacy dynamic block over an unknown", "variable \"r\" {}\nresource \"aws_s3_bucket\" \"a\" {\n  dynamic \"lifecycle_rule\" {\n    for_each = var.r\n    content {\n      enabled = true\n    }\n  }\n}", "?aws_s3_bucket.a"),
    ("legacy dynamic block over nothing", "resource \"aws_s3_bucket\" \"a\" {\n  dynamic \"lifecycle_rule\" {\n    for_each = []\n    content {\n      enabled = true\n    }\n  }\n}", "-aws_s3_bucket.a"),
    ("several configurations, one is on", "@b a\n@off m aws_s3_bucket.a.id\n@lc l aws_s3_bucket.a.id", ""),
    ("only one that is off", "@b a\n@off m aws_s3_bucket.a.id", "-aws_s3_bucket.a"),
    ("the meta block of the same word", "resource \"aws_s3_bucket\" \"a\" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}", "-aws_s3_bucket.a"),
    ("by a coalesced name", "@b a | bucket = \"data\"\n@lc l coalesce(null, aws_s3_bucket.a.bucket)", ""),
    ("by try", "@b a\n@lc l try(aws_s3_bucket.a.id, null)", ""),
    ("by one of a splat", "@b a | count = 1\n@lc l one(aws_s3_bucket.a[*].id)", ""),
    ("by element of a splat", "@b a | count = 2\n@lc l element(aws_s3_bucket.a[*].id, 1)", "-aws_s3_bucket.a[0]"),
];

#[rustfmt::skip]
const CONDITIONS: &[Case] = &[
    ("under an unknown condition", "variable \"on\" {}\n@b a\n@lc l aws_s3_bucket.a.id | count = var.on ? 1 : 0", "?aws_s3_bucket.a"),
    ("under a true condition", "variable \"on\" {\n  default = true\n}\n@b a\n@lc l aws_s3_bucket.a.id | count = var.on ? 1 : 0", ""),
    ("under a false condition", "variable \"on\" {\n  default = false\n}\n@b a\n@lc l aws_s3_bucket.a.id | count = var.on ? 1 : 0", "-aws_s3_bucket.a"),
    ("both under one condition", "variable \"on\" {}\n@b a | count = var.on ? 1 : 0\n@lc l aws_s3_bucket.a[0].id | count = var.on ? 1 : 0", ""),
    ("under different conditions", "variable \"on\" {}\nvariable \"off\" {}\n@b a | count = var.on ? 1 : 0\n@lc l aws_s3_bucket.a[0].id | count = var.off ? 1 : 0", "?aws_s3_bucket.a"),
    ("a bucket that may be", "variable \"on\" {}\n@b a | count = var.on ? 1 : 0", "-aws_s3_bucket.a"),
    ("a bucket that is not", "@b a | count = 0", ""),
    ("either of two buckets", "variable \"on\" {}\n@b a\n@b b\n@lc l var.on ? aws_s3_bucket.a.id : aws_s3_bucket.b.id", "?aws_s3_bucket.a ?aws_s3_bucket.b"),
    ("one of two, known", "@b a\n@b b\n@lc l true ? aws_s3_bucket.a.id : aws_s3_bucket.b.id", "-aws_s3_bucket.b"),
    ("by count index", "@b a | count = 2\n@lc l aws_s3_bucket.a[count.index].id | count = 2", ""),
    ("by count index, one less", "@b a | count = 2\n@lc l aws_s3_bucket.a[count.index].id | count = 1", "-aws_s3_bucket.a[1]"),
    ("by for_each key", "@b a | for_each = toset([\"x\", \"y\"])\n@lc l aws_s3_bucket.a[each.key].id | for_each = toset([\"x\", \"y\"])", ""),
    ("by some for_each keys", "@b a | for_each = toset([\"x\", \"y\"])\n@lc l aws_s3_bucket.a[each.key].id | for_each = toset([\"y\"])", "-aws_s3_bucket.a[\"x\"]"),
    ("by one for_each key", "@b a | for_each = toset([\"x\", \"y\"])\n@lc l aws_s3_bucket.a[\"x\"].id", "-aws_s3_bucket.a[\"y\"]"),
    ("over the buckets", "@b a | for_each = toset([\"x\", \"y\"])\n@lc l each.value.id | for_each = aws_s3_bucket.a", ""),
    ("over unknown keys", "variable \"k\" {}\n@b a | for_each = toset(var.k)\n@lc l aws_s3_bucket.a[each.key].id | for_each = toset(var.k)", ""),
    ("over a map of names", "locals {\n  n = { x = \"data\", y = \"logs\" }\n}\n@b a | for_each = local.n\n@lc l local.n[each.key] | for_each = { x = 1 }", "-aws_s3_bucket.a[\"x\"]"),
];

#[rustfmt::skip]
const MODULES: &[Case] = &[
    ("through a module output", "module \"m\" {\n  source = \"./m\"\n}\n@lc l module.m.id\n--- m/main.tf\n@b a\noutput \"id\" {\n  value = aws_s3_bucket.a.id\n}", ""),
    ("through the output of a nested module", "module \"m\" {\n  source = \"./m\"\n}\n@lc l module.m.id\n--- m/main.tf\nmodule \"n\" {\n  source = \"../n\"\n}\noutput \"id\" {\n  value = module.n.id\n}\n--- n/main.tf\n@b a\noutput \"id\" {\n  value = aws_s3_bucket.a.id\n}", ""),
    ("in a module that gets the bucket", "@b a\nmodule \"m\" {\n  source = \"./m\"\n  bucket = aws_s3_bucket.a.id\n}\n--- m/main.tf\nvariable \"bucket\" {}\n@lc l var.bucket", ""),
    ("in a wrapper module", "module \"m\" {\n  source = \"./m\"\n  name   = \"data\"\n}\n--- m/main.tf\nvariable \"name\" {}\n@b a | bucket = var.name\n@lc l aws_s3_bucket.a.id", ""),
    ("in a wrapper module, when asked", "module \"m\" {\n  source = \"./m\"\n}\nmodule \"n\" {\n  source = \"./m\"\n  expire = true\n}\n--- m/main.tf\nvariable \"expire\" {\n  default = false\n}\n@b a\n@lc l aws_s3_bucket.a.id | count = var.expire ? 1 : 0", "-module.m.aws_s3_bucket.a"),
    ("through one of two calls", "module \"m\" {\n  source = \"./m\"\n}\nmodule \"n\" {\n  source = \"./m\"\n}\n@lc l module.m.id\n--- m/main.tf\n@b a\noutput \"id\" {\n  value = aws_s3_bucket.a.id\n}", "-module.n.aws_s3_bucket.a"),
    ("through for_each of a module", "module \"m\" {\n  source   = \"./m\"\n  for_each = toset([\"x\", \"y\"])\n}\n@lc l module.m[each.key].id | for_each = toset([\"x\"])\n--- m/main.tf\n@b a\noutput \"id\" {\n  value = aws_s3_bucket.a.id\n}", "-module.m[\"y\"].aws_s3_bucket.a"),
    ("passed to a module that is not read", "@b a\nmodule \"m\" {\n  source = \"git::https://example.com/m.git\"\n  bucket = aws_s3_bucket.a.id\n}", "?aws_s3_bucket.a"),
    ("a module that is not read, about others", "@b a\n@b b\nmodule \"m\" {\n  source = \"git::https://example.com/m.git\"\n  bucket = aws_s3_bucket.b.id\n}", "-aws_s3_bucket.a ?aws_s3_bucket.b"),
    ("of a module that is not read", "@b a\nmodule \"m\" {\n  source = \"git::https://example.com/m.git\"\n}\n@lc l module.m.id", "?aws_s3_bucket.a"),
    ("of a module that is known by its arguments", "module \"m\" {\n  source   = \"terraform-aws-modules/s3-bucket/aws\"\n  for_each = toset([\"x\", \"y\"])\n  bucket   = \"data-${each.key}\"\n}\n@b a\n@lc l module.m[\"x\"].s3_bucket_id", "-aws_s3_bucket.a -module.m[\"y\"]"),
    ("of a module that makes nothing", "module \"m\" {\n  source        = \"terraform-aws-modules/s3-bucket/aws\"\n  bucket        = \"data\"\n  create_bucket = false\n}", ""),
    ("of a module that may make nothing", "variable \"on\" {}\nmodule \"m\" {\n  source        = \"terraform-aws-modules/s3-bucket/aws\"\n  bucket        = \"data\"\n  create_bucket = var.on\n}", "-module.m"),
    ("through an object output", "module \"m\" {\n  source = \"./m\"\n}\n@lc l module.m.bucket.id\n--- m/main.tf\n@b a\noutput \"bucket\" {\n  value = aws_s3_bucket.a\n}", ""),
    ("through a map output", "module \"m\" {\n  source = \"./m\"\n}\n@lc l each.value | for_each = module.m.ids\n--- m/main.tf\n@b a | for_each = toset([\"x\", \"y\"])\noutput \"ids\" {\n  value = { for k, b in aws_s3_bucket.a : k => b.id }\n}", ""),
    ("a module by its defaults", "@b a\n--- m/main.tf\nvariable \"on\" {\n  default = true\n}\n@b b\n@lc l aws_s3_bucket.b.id | count = var.on ? 1 : 0", "-aws_s3_bucket.a"),
    ("in an override", "@b a | bucket = \"data\"\n@lc l \"logs\"\n--- over_override.tf\nresource \"aws_s3_bucket_lifecycle_configuration\" \"l\" {\n  bucket = aws_s3_bucket.a.id\n}", ""),
    ("named by variables files", "variable \"n\" {}\n@b a | bucket = \"data\"\n@lc l var.n\n--- dev.tfvars\nn = \"data\"\n--- prod.tfvars\nn = \"data\"", ""),
    ("named by one of two variables files", "variable \"n\" {}\n@b a | bucket = \"data\"\n@lc l var.n\n--- dev.tfvars\nn = \"data\"\n--- prod.tfvars\nn = \"logs\"", "-aws_s3_bucket.a"),
];

#[rustfmt::skip]
const ACROSS: &[Case] = &[
    ("by data source of a literal name", "@b a | bucket = \"data\"\ndata \"aws_s3_bucket\" \"d\" {\n  bucket = \"data\"\n}\n@lc l data.aws_s3_bucket.d.bucket", ""),
    ("by id of a data source", "@b a | bucket = \"data\"\ndata \"aws_s3_bucket\" \"d\" {\n  bucket = \"data\"\n}\n@lc l data.aws_s3_bucket.d.id", ""),
    ("by arn of a data source", "@b a | bucket = \"data\"\ndata \"aws_s3_bucket\" \"d\" {\n  bucket = \"data\"\n}\n@lc l data.aws_s3_bucket.d.arn", ""),
    ("by region of a data source", "@b a | bucket = \"data\"\ndata \"aws_s3_bucket\" \"d\" {\n  bucket = \"data\"\n}\n@lc l data.aws_s3_bucket.d.region", "?aws_s3_bucket.a"),
    ("by id of one of several data sources", "@b a | bucket = \"data\"\n@b b | bucket = \"logs\"\ndata \"aws_s3_bucket\" \"d\" {\n  for_each = toset([\"data\", \"logs\"])\n  bucket   = each.key\n}\n@lc l data.aws_s3_bucket.d[\"logs\"].id", "-aws_s3_bucket.a"),
    ("by id of a data source in a module", "@b a | bucket = \"data\"\nmodule \"m\" {\n  source = \"./m\"\n  name   = \"data\"\n}\n--- m/main.tf\nvariable \"name\" {}\ndata \"aws_s3_bucket\" \"d\" {\n  bucket = var.name\n}\n@lc l data.aws_s3_bucket.d.id", ""),
    ("by id of a data source of a resource", "@b a\ndata \"aws_s3_bucket\" \"d\" {\n  bucket = aws_s3_bucket.a.id\n}\n@lc l data.aws_s3_bucket.d.id", ""),
    ("by data source of another name", "@b a | bucket = \"data\"\ndata \"aws_s3_bucket\" \"d\" {\n  bucket = \"logs\"\n}\n@lc l data.aws_s3_bucket.d.id", "-aws_s3_bucket.a"),
    ("by data source of an unknown name", "variable \"n\" {}\n@b a | bucket = \"data\"\ndata \"aws_s3_bucket\" \"d\" {\n  bucket = var.n\n}\n@lc l data.aws_s3_bucket.d.id", "?aws_s3_bucket.a"),
    ("by literal name from another root", "module \"x\" {\n  source = \"./x\"\n}\n--- x/main.tf\n--- one/main.tf\n@b a | bucket = \"data\"\n--- two/main.tf\n@lc l \"data\"", ""),
    ("by a literal name of two roots", "--- one/main.tf\n@b a | bucket = \"data\"\n--- two/main.tf\n@b a | bucket = \"data\"\n@lc l \"data\"", "-aws_s3_bucket.a"),
    ("by a literal name that may mean either", "--- one/main.tf\n@b a | bucket = \"data\"\n--- two/main.tf\n@b b | bucket = \"data\"\n--- three/main.tf\n@lc l \"data\"", "?aws_s3_bucket.a ?aws_s3_bucket.b"),
    ("by an unknown name from another root", "--- one/main.tf\n@b a | bucket = \"data\"\n--- two/main.tf\nvariable \"n\" {}\n@lc l var.n", "-aws_s3_bucket.a"),
    ("a file beside it does not parse", "@b a\n--- broken.tf\nresource {{{", "?aws_s3_bucket.a"),
];

fn expanded(text: &str) -> String {
    let one = |line: &str| {
        let Some(short) = line.strip_prefix('@') else { return line.to_owned() };
        let (what, extra) = short.split_once(" | ").unwrap_or((short, ""));
        let mut words = what.splitn(3, ' ');
        let (kind, name, bucket) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap_or_default());
        if kind == "b" {
            return format!("resource \"aws_s3_bucket\" \"{name}\" {{\n  {extra}\n}}");
        }
        let status = if kind == "lc" { "Enabled" } else { "Disabled" };
        format!(
            "resource \"aws_s3_bucket_lifecycle_configuration\" \"{name}\" {{\n  bucket = {bucket}\n  {extra}\n  \
             rule {{\n    id     = \"x\"\n    status = \"{status}\"\n    expiration {{\n      days = 3\n    }}\n  }}\n}}"
        )
    };
    text.lines().map(|line| one(line) + "\n").collect()
}

fn said(files: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for file in format!("--- main.tf\n{files}").split("--- ").filter(|file| !file.is_empty()) {
        let (path, text) = file.split_once('\n').unwrap_or((file, ""));
        let full = folder.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, expanded(text)).unwrap();
    }
    let (_, all) = json(folder.path(), &["--select", "bucket-without-lifecycle", "--pedantic"]);
    let addresses = |of: &str, sign: &str| -> Vec<String> {
        let all = all[of].as_array().unwrap().iter();
        let address = |one: &serde_json::Value| one["resource"]["address"].as_str().unwrap().to_owned();
        all.map(|one| format!("{sign}{}", address(one))).collect()
    };
    let said: BTreeSet<String> = [addresses("findings", "-"), addresses("unknown", "?")].concat().into_iter().collect();
    said.into_iter().collect::<Vec<_>>().join(" ")
}

fn check(cases: &[Case]) {
    let wrong = cases.iter().filter_map(|(name, files, expected)| {
        let said = said(files);
        (said != *expected).then(|| format!("{name}: expected `{expected}`, said `{said}`"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn in_one_root() {
    check(SAME_ROOT);
}

#[test]
fn under_conditions_and_by_instance() {
    check(CONDITIONS);
}

#[test]
fn through_modules_overrides_and_variables_files() {
    check(MODULES);
}

#[test]
fn through_data_sources_and_across_roots() {
    check(ACROSS);
    assert!(SAME_ROOT.len() + CONDITIONS.len() + MODULES.len() + ACROSS.len() >= 60);
}
