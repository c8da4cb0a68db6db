//! Costs added up: over everything, and by module, environment and provider.
//!
//! Called by the outputs and by `compare`. What exists only under a condition counts nothing.

use super::{Amount, Line, Subject};
use std::collections::BTreeMap;

/// What some lines come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Sum {
    /// A month of what always runs or is stored.
    pub usd_per_month: Amount,
    /// One hour of all that runs now and then.
    pub usd_per_hour: Amount,
    /// If every bounded run reaches its limit once.
    pub usd_worst_case: Amount,
    /// Lines without a figure.
    pub unknown: usize,
}

/// All sums of an inventory.
#[derive(Debug, Default, serde::Serialize)]
pub struct Sums {
    /// Over everything.
    pub all: Sum,
    /// By what is deployed together and the module calls below it.
    pub by_module: BTreeMap<String, Sum>,
    /// By environment; `not stated` where nothing says it.
    pub by_environment: BTreeMap<&'static str, Sum>,
    /// By provider.
    pub by_provider: BTreeMap<String, Sum>,
}

impl Sums {
    /// Adds up lines.
    pub fn of(lines: &[Line]) -> Sums {
        let mut sums = Sums::default();
        for line in lines {
            sums.all.add(line);
            sums.by_module.entry(module(&line.subject)).or_default().add(line);
            sums.by_environment.entry(line.subject.environment.unwrap_or("not stated")).or_default().add(line);
            sums.by_provider.entry(line.subject.provider.clone()).or_default().add(line);
        }
        sums
    }

    /// The sums by each part, with a heading, where more than one part costs something.
    pub fn parts(&self) -> Vec<(&'static str, Vec<(&str, &Sum)>)> {
        fn named<K: AsRef<str>>(map: &BTreeMap<K, Sum>) -> Vec<(&str, &Sum)> {
            let named = map.iter().map(|(name, sum)| (name.as_ref(), sum));
            named.filter(|(_, sum)| sum.is_known()).collect()
        }
        let parts = [
            ("module", named(&self.by_module)),
            ("environment", named(&self.by_environment)),
            ("provider", named(&self.by_provider)),
        ];
        parts.into_iter().filter(|(_, sums)| sums.len() > 1).collect()
    }
}

fn module(subject: &Subject) -> String {
    let deployment = subject.deployment();
    if subject.module.is_empty() { deployment } else { format!("{deployment} {}", subject.module) }
}

impl Sum {
    /// Whether anything is known to cost something.
    fn is_known(&self) -> bool {
        [self.usd_per_month, self.usd_per_hour, self.usd_worst_case].iter().any(|amount| amount.high > 0.0)
    }

    pub(super) fn add(&mut self, line: &Line) {
        if !line.is_priced() {
            self.unknown += 1;
        }
        if line.subject.condition.is_some() {
            return;
        }
        self.usd_per_month = self.usd_per_month.plus(line.per_month.unwrap_or_default());
        self.usd_per_hour = self.usd_per_hour.plus(line.per_hour.unwrap_or_default());
        self.usd_worst_case = self.usd_worst_case.plus(line.worst_case.unwrap_or_default());
    }
}
