//! The catalogue against what others publish: SageMaker's own list of types.

use mlcost_lint::catalog::{self, Prices};

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
