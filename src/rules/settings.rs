//! What judging depends on besides the code that is judged: the catalogue and the word lists.
//!
//! Made by `engine` from the config; read by functions.

use super::functions::catalogue::Catalogue;
use super::words::Words;
use std::sync::Arc;

/// Settings of a run.
#[derive(Clone)]
pub struct Settings {
    /// Machines, prices, regions.
    pub catalogue: Arc<dyn Catalogue>,
    /// What names purposes and environments.
    pub words: Arc<Words>,
}
