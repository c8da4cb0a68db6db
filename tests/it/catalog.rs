//! The catalogue against what others publish: SageMaker's own list of types.

use crate::support::run;
use mlcost_lint::catalog::{self, Prices};
use serde_json::Value;

/// Accelerated types whose EC2 host has no public list price either: they are sold by other terms.
const WITHOUT_A_PRICE: [&str; 4] = ["ml.p5e.48xlarge", "ml.p6e-gb200.36xlarge", "ml.trn2.3xlarge", "ml.trn2.48xlarge"];

#[test]
fn every_type_of_sagemakers_api_is_known_and_accelerated_ones_are_priced_but_for_known_gaps() {
    let list = include_str!("../peers/sagemaker_types.csv");
    let types: Vec<&str> = list.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(types.len() > 400, "{}", types.len());
    let unknown: Vec<&&str> = types.iter().filter(|name| catalog::machine(name).is_none()).collect();
    assert!(unknown.is_empty(), "not in the catalogue: {unknown:?}");
    let accelerated = types.iter().filter(|name| catalog::machine(name).is_some_and(|m| m.accelerator.is_some()));
    let unpriced: Vec<&str> =
        accelerated.copied().filter(|name| Prices::default().on_demand(name, None).is_none()).collect();
    assert_eq!(unpriced, WITHOUT_A_PRICE);
}

#[test]
fn a_type_that_is_not_listed_is_said_once_and_what_is_no_name_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let machine =
        |name: &str, of: &str| format!("resource \"aws_instance\" \"{name}\" {{\n  instance_type = {of}\n}}\n");
    let types = [
        ("a", "\"p99.large\""),
        ("b", "\"p99.large\""),
        ("c", "\"<your type>\""),
        ("d", "\"g5.xlarge\""),
        ("e", "\"optimal\""),
    ];
    let code: String = types.iter().map(|(name, of)| machine(name, of)).collect();
    std::fs::write(folder.path().join("main.tf"), code).unwrap();
    let ran = run(folder.path(), &["--notes", "--output", "concise", "--select", "unlisted-type"]);
    assert_eq!(ran.stdout.matches("[unlisted-type]").count(), 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("main.tf:2:19") && ran.stdout.contains("`p99.large`"), "{}", ran.stdout);
}

#[test]
fn the_catalog_command_answers_by_type_family_and_accelerator_at_the_projects_prices() {
    let folder = tempfile::tempdir().unwrap();
    let names = |args: &[&str]| -> Vec<String> {
        let ran = run(folder.path(), &[&["catalog", "--json"], args].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{args:?}");
        let rows: Value = serde_json::from_str(&ran.stdout).unwrap();
        rows.as_array().unwrap().iter().map(|row| row["type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&["ML.G5.2xlarge", "v5litepod-8"]), ["ml.g5.2xlarge", "v5litepod-8"]);
    assert!(names(&["p5"]).contains(&"ml.p5.48xlarge".to_owned()));
    assert!(names(&["nvidia-tesla-t4"]).contains(&"T4, attached".to_owned()));
    let cheap = names(&["--provider", "aws", "--accelerator", "L4", "--max-hourly", "0.9"]);
    assert!(cheap.contains(&"g6.xlarge".to_owned()) && cheap.iter().all(|name| name.contains("g6")), "{cheap:?}");
    assert!(names(&["--accelerator", "unheard-of"]).is_empty());

    std::fs::write(folder.path().join("mlcost-lint.toml"), "[prices.discounts]\n'ml.*' = 0.5\n").unwrap();
    let table = run(folder.path(), &["catalog", "ml.g5.xlarge", "ml.p5e.48xlarge", "p3.2xlarge"]).stdout;
    for part in ["$0.70", "1 × A10G, 24 GiB", "no price is known", "g6e.xlarge at $1.86", "us-east-1, 2026-07-20"] {
        assert!(table.contains(part), "no `{part}` in\n{table}");
    }
    let wrong = run(folder.path(), &["catalog", "ml.g5.2xlareg"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("did you mean `ml.g5.2xlarge`?"), "{}", wrong.stderr);
    assert_eq!(run(folder.path(), &["catalog", "--region", "moon-1"]).code, Some(2));
}

#[test]
fn an_imported_list_sets_the_prices_that_the_config_names() {
    let folder = tempfile::tempdir().unwrap();
    let item = r#"{"currencyCode": "USD", "retailPrice": 3.5, "armRegionName": "eastus", "armSkuName": "Standard_NC24ads_A100_v4",
        "skuName": "NC24ads A100 v4", "productName": "Virtual Machines NCads A100 v4 Series", "serviceName": "Virtual Machines",
        "unitOfMeasure": "1 Hour", "type": "Consumption", "effectiveStartDate": "2026-10-01T00:00:00Z"}"#;
    std::fs::write(folder.path().join("azure.json"), format!("{{\"Items\": [{item}]}}")).unwrap();
    let ran = run(folder.path(), &["catalog", "import", "azure.json", "--output", "own.csv"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("azure.json: 1 prices"), "{}", ran.stderr);
    std::fs::write(folder.path().join("mlcost-lint.toml"), "prices.lists = ['own.csv']\n").unwrap();
    let table = run(folder.path(), &["catalog", "Standard_NC24ads_A100_v4"]).stdout;
    assert!(table.contains("$3.50") && table.contains("eastus, 2026-10-01, azure.json"), "{table}");
    std::fs::write(folder.path().join("broken.json"), "{\"Items\": [\n{\"retailPrice\": }]}").unwrap();
    let broken = run(folder.path(), &["catalog", "import", "broken.json"]);
    assert_eq!((broken.code, broken.stdout.as_str()), (Some(2), ""));
    assert!(broken.stderr.contains("broken.json:2:17: "), "{}", broken.stderr);
}
