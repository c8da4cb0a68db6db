//! Sums and comparisons of lines made by hand.

use super::*;

/// A line of an address with so many dollars a month, and a range of a tenth around them.
fn line(address: &str, usd: f64) -> Line {
    Line {
        subject: Subject {
            group: "live".into(),
            variable_file: None,
            address: address.into(),
            module: String::new(),
            kind: "endpoint_variant".into(),
            native_type: "aws_sagemaker_endpoint_configuration".into(),
            provider: "aws".into(),
            region: None,
            environment: None,
            count: 1,
            condition: None,
            place: "live/main.tf:1".into(),
        },
        what: "machines".into(),
        per_month: Some(Amount { low: usd * 0.9, typical: usd, high: usd * 1.1 }),
        per_hour: None,
        worst_case: None,
        basis: format!("{usd} a month"),
        estimated: false,
    }
}

fn compare(before: Vec<Line>, after: Vec<Line>) -> Comparison {
    let inventory = |mut lines: Vec<Line>| {
        lines.sort_by(|a, b| a.key().cmp(&b.key()));
        Inventory { lines, ..Inventory::default() }
    };
    Comparison::of(&inventory(before), &inventory(after))
}

/// `+a`, `-a`, `~a`, `=a`, in order.
fn marks(comparison: &Comparison) -> Vec<String> {
    let mark = |change: &Change| match change {
        Change::Added(_) => '+',
        Change::Removed(_) => '-',
        Change::Changed(_) => '~',
        Change::Moved(_) => '=',
    };
    comparison.changes.iter().map(|change| format!("{}{}", mark(change), change.line().subject.address)).collect()
}

#[test]
fn sums_add_up_by_deployment_environment_and_provider() {
    let mut lines = vec![line("a", 100.0), line("b", 10.0), line("c", 1.0), line("d", 1000.0), line("e", 0.0)];
    lines[0].subject.environment = Some("production");
    lines[1].subject.module = "train.gpu".into();
    lines[2].subject.variable_file = Some("dev.tfvars".into());
    lines[2].subject.provider = "google".into();
    lines[3].subject.condition = Some("var.enabled".into());
    lines[4].per_month = None;
    let sums = Sums::of(&lines);
    let month = |sum: &Sum| sum.usd_per_month.typical;
    assert_eq!((month(&sums.all), sums.all.unknown), (111.0, 1), "what may not exist counts nothing");
    assert!((sums.all.usd_per_month.high - 122.1).abs() < 1e-9);
    let modules: Vec<(&str, f64)> = sums.by_module.iter().map(|(name, sum)| (name.as_str(), month(sum))).collect();
    assert_eq!(modules, [("live", 100.0), ("live train.gpu", 10.0), ("live with dev.tfvars", 1.0)]);
    assert_eq!(sums.by_environment.values().map(month).sum::<f64>(), 111.0);
    assert_eq!((month(&sums.by_provider["aws"]), month(&sums.by_provider["google"])), (110.0, 1.0));
}

#[test]
fn variants_of_one_endpoint_are_told_apart_by_their_order() {
    let (small, large) = (|| line("config", 50.0), || line("config", 18_000.0));
    let grown = compare(vec![small()], vec![small(), large()]);
    assert_eq!(marks(&grown), ["+config"]);
    assert!((grown.per_month() - 19_800.0).abs() < 1e-6, "the upper end counts");
    assert!(grown.exceeds(500.0) && !grown.exceeds(20_000.0));
    assert!(!compare(vec![small(), large()], vec![small()]).exceeds(0.0));
    assert_eq!(marks(&compare(vec![small(), large()], vec![small(), small()])), ["~config"]);
    assert_eq!(marks(&compare(vec![small(), small()], vec![small(), small()])), Vec::<String>::new());
}

#[test]
fn a_new_address_alone_is_no_increase() {
    let renamed =
        compare(vec![line("a.x", 100.0), line("a.y", 7.0)], vec![line("module.m.b.x", 100.0), line("a.y", 7.0)]);
    assert_eq!(marks(&renamed), ["=module.m.b.x"]);
    assert_eq!((renamed.per_month(), renamed.exceeds(0.0)), (0.0, false));
    // At another price, or of another type, it is not the same thing.
    assert_eq!(marks(&compare(vec![line("a", 100.0)], vec![line("b", 101.0)])), ["-a", "+b"]);
    let mut other = line("b", 100.0);
    other.subject.native_type = "aws_instance".into();
    assert_eq!(marks(&compare(vec![line("a", 100.0)], vec![other])), ["-a", "+b"]);
    // Without a price only the name can tell.
    let unpriced = |address: &str| Line { per_month: None, basis: "not in the code".into(), ..line(address, 0.0) };
    assert_eq!(marks(&compare(vec![unpriced("bucket.a")], vec![unpriced("bucket.b")])), ["-bucket.a", "+bucket.b"]);
    assert_eq!(
        marks(&compare(vec![unpriced("bucket.a")], vec![unpriced("module.m.bucket.a")])),
        ["=module.m.bucket.a"]
    );
}

#[test]
fn equal_things_are_counted_and_add_up_in_text() {
    let inventory = Inventory { lines: vec![line("a.deploy", 40.0), line("a.deploy", 40.0)], ..Inventory::default() };
    let mut out = Vec::new();
    inventory_as_text(&inventory, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("live: 2 × a.deploy  $72–88 a month"), "{text}");
    assert!(text.contains("1 resource: $72–88 a month"), "{text}");
}
