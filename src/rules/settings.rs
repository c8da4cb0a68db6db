//! What judging depends on besides the code that is judged: the catalogue and the word lists.
//!
//! Made by `engine` from the config; read by functions.

use super::functions::catalogue::{Catalogue, Listed};
use super::words::Words;
use crate::catalog::Prices;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Settings of a run.
#[derive(Clone)]
pub struct Settings {
    /// Machines, prices, regions.
    pub catalogue: Arc<dyn Catalogue>,
    /// What names purposes and environments.
    pub words: Arc<Words>,
}

impl Settings {
    /// The catalogue at these prices, and the built-in words with further ones by the name of their list. `Err` says what is
    /// wrong, for people.
    pub fn new(prices: Prices, further: &BTreeMap<String, Vec<String>>) -> Result<Settings, String> {
        let mut words = Words::built_in()?;
        for (list, more) in further {
            words.extend(list, more)?;
        }
        Ok(Settings { catalogue: Arc::new(Listed(prices)), words: Arc::new(words) })
    }
}
