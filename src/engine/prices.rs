//! From the config to the prices that a project pays, and to what was measured.
//!
//! Called by `engine` and the subcommands about money. It must not know any price.

use crate::catalog::{Overlay, Prices, Terms};
use crate::config::{Config, PriceConfig};
use crate::files::{Files, MAX_FILE};
use crate::model::kinds::KindSet;
use crate::report::money::Currency;
use crate::rules::settings::Hours;
use crate::rules::suggest::did_you_mean;
use crate::usage::Usage;

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
        true => Ok(Prices { terms: terms(own), overlay }),
        false => Err(problems),
    }
}

/// The usage file of the config. `Err` says what is wrong with it, for people.
pub fn usage(files: &dyn Files, path: &str) -> Result<Usage, Vec<String>> {
    let text = files.read(path, MAX_FILE).map_err(|error| error.to_string());
    text.and_then(|text| Usage::read(&text)).map_err(|problem| vec![format!("{path}: {problem}")])
}

fn terms(own: &PriceConfig) -> Terms {
    let currency = own.currency();
    let fixed = own.fixed.iter().map(|(name, price)| (name.clone(), currency.in_usd(*price))).collect();
    Terms::new(own.spot_saving, &fixed, &own.discounts)
}

/// Hours of the longest month.
pub const MAX_HOURS: f64 = 744.0;

/// The hours of the config by kind and environment. `Err` lists names that are neither and times that are none.
pub fn hours(config: &Config, kinds: &KindSet) -> Result<Hours, Vec<String>> {
    let known = || kinds.kinds.iter().map(|kind| &*kind.name).chain(["development", "production"]);
    let problem = |(name, hours): (&String, &f64)| {
        if !known().any(|known| known == name) {
            let help = did_you_mean(name, known());
            return Some(format!("prices.hours: `{name}` is neither a kind nor an environment; {help}"));
        }
        let fits = (0.0..=MAX_HOURS).contains(hours);
        (!fits).then(|| format!("prices.hours: `{name}` is {hours}; a month has up to {MAX_HOURS} hours"))
    };
    let problems: Vec<String> = config.prices.hours.iter().filter_map(problem).collect();
    if problems.is_empty() { Ok(Hours(config.prices.hours.clone())) } else { Err(problems) }
}

fn mistakes(own: &PriceConfig) -> Vec<String> {
    let share = |value: f64| (0.0..1.0).contains(&value);
    let price = |value: f64| value.is_finite() && value >= 0.0;
    let mut problems = Vec::new();
    if !share(own.spot_saving) {
        problems.push(format!("prices.spot-saving: {} is no share, which is from 0 to below 1", own.spot_saving));
    }
    problems.extend(wrong_currency(own));
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

fn wrong_currency(own: &PriceConfig) -> Option<String> {
    let Currency { code, per_usd } = own.currency();
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    match own.rate {
        _ if !is_code => Some(format!("prices.currency: `{code}` is no code of three letters, such as EUR")),
        None if code != Currency::default().code => {
            Some(format!("prices.rate: say what one USD is in {code}; nothing is looked up"))
        }
        Some(rate) if !(rate.is_finite() && rate > 0.0) => Some(format!("prices.rate: {rate} is no rate")),
        Some(_) if code == Currency::default().code && per_usd != 1.0 => {
            Some("prices.rate: one USD is one USD; `prices.currency` names another currency".to_owned())
        }
        _ => None,
    }
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
