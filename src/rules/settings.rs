//! What judging depends on besides the code that is judged: the catalogue and the word lists.
//!
//! Made by `engine` from the config; read by functions.

use super::functions::catalogue::Catalogue;
use super::functions::listed::Listed;
use super::words::Words;
use crate::catalog::{HOURS_PER_MONTH, Prices};
use crate::model::resource::ResourceId;
use crate::report::money::Currency;
use crate::scripts::Script;
use crate::usage::Measured;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Settings of a run.
#[derive(Clone)]
pub struct Settings {
    /// Machines, prices, regions.
    pub catalogue: Arc<dyn Catalogue>,
    /// What names purposes and environments.
    pub words: Arc<Words>,
    /// Hours that what always runs is counted with.
    pub hours: Hours,
    /// What texts speak of money in.
    pub currency: Currency,
    /// What was measured, by resource.
    pub usage: HashMap<ResourceId, Arc<Measured>>,
    /// The script that runs, by resource.
    pub scripts: HashMap<ResourceId, Arc<Script>>,
}

/// Hours a month that what always runs is counted with: all of them, unless the config knows better.
#[derive(Clone, Debug, Default)]
pub struct Hours(pub BTreeMap<String, f64>);

impl Hours {
    /// By kind, else by environment, else all hours.
    pub fn of(&self, kind: &str, environment: Option<&str>) -> f64 {
        let by = |name: &str| self.0.get(name).copied();
        by(kind).or_else(|| environment.and_then(by)).unwrap_or(HOURS_PER_MONTH)
    }
}

impl Settings {
    /// The catalogue at these prices, and the built-in words with further ones by the name of their list. `Err` says what is
    /// wrong, for people.
    pub fn new(
        prices: Arc<Prices>,
        hours: Hours,
        currency: Currency,
        further: &BTreeMap<String, Vec<String>>,
    ) -> Result<Settings, String> {
        let mut words = Words::built_in()?;
        for (list, more) in further {
            words.extend(list, more)?;
        }
        Ok(Settings {
            catalogue: Arc::new(Listed::from(prices)),
            words: Arc::new(words),
            hours,
            currency,
            usage: HashMap::new(),
            scripts: HashMap::new(),
        })
    }
}
