//! From the config to the prices that a project pays.
//!
//! Called by `engine` and the subcommands about money. It must not know any price.

use crate::catalog::{Overlay, Prices, Terms};
use crate::config::{Config, PriceConfig};
use crate::files::{Files, MAX_FILE};

/// The catalogue's prices under the terms of the config, with the price lists it names over them. `Err` lists what is
/// wrong, for people.
pub fn prices(files: &dyn Files, config: &Config) -> Result<Prices, Vec<String>> {
    let own = &config.prices;
    let mut problems = mistakes(own);
    let mut overlay = Overlay::default();
    for path in &own.lists {
        let read = files.read(path, MAX_FILE).map_err(|error| error.to_string());
        if let Err(problem) = read.and_then(|text| overlay.read(&text)) {
            problems.push(format!("{path}: {problem}"));
        }
    }
    match problems.is_empty() {
        true => Ok(Prices { terms: Terms::new(own.spot_saving, &own.fixed, &own.discounts), overlay }),
        false => Err(problems),
    }
}

fn mistakes(own: &PriceConfig) -> Vec<String> {
    let share = |value: f64| (0.0..1.0).contains(&value);
    let price = |value: f64| value.is_finite() && value >= 0.0;
    let mut problems = Vec::new();
    if !share(own.spot_saving) {
        problems.push(format!("prices.spot-saving: {} is no share, which is from 0 to below 1", own.spot_saving));
    }
    let discounts = own.discounts.iter().filter(|(_, value)| !share(**value));
    problems.extend(discounts.map(|(name, value)| {
        format!(
            "prices.discounts: `{name}` is {value}; a discount is a share from 0 to below 1, 0.25 for a quarter off"
        )
    }));
    let fixed = own.fixed.iter().filter(|(_, value)| !price(**value));
    problems.extend(fixed.map(|(name, value)| format!("prices.fixed: `{name}` is {value}, which is no price")));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{Nothing, Overlay as Texts};

    #[test]
    fn lists_are_read_and_mistakes_are_named() {
        let config = |text: &str| toml::from_str::<Config>(text).unwrap();
        let list = "name,region,on_demand,spot,source,as_of\ng5.xlarge,us-east-1,0.5,,mine,2026-11-01\n";
        let files = Texts::new(Nothing, [("p/own.csv".to_owned(), list.into()), ("bad.csv".to_owned(), "x\n".into())]);
        let own = prices(&files, &config("[prices]\nlists = ['p/own.csv']\ndiscounts = {aws = 0.5}")).unwrap();
        assert_eq!(own.on_demand("g5.xlarge", None).unwrap().usd, 0.25);
        let wrong = config("[prices]\nlists = ['bad.csv', 'none.csv']\ndiscounts = {aws = 15}\nspot-saving = 1.0");
        let problems = prices(&files, &wrong).unwrap_err().join("\n");
        for part in ["spot-saving: 1 ", "`aws` is 15", "bad.csv: the first line", "none.csv: no such file"] {
            assert!(problems.contains(part), "no `{part}` in\n{problems}");
        }
    }
}
