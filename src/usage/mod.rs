//! Measured use: how busy what is rented was, and how long it ran, by resource or machine type.
//!
//! `table` reads CSV and JSON, `cloudwatch` the output of `aws cloudwatch get-metric-data`, `assign` finds whose the
//! figures are. Called by `engine`; asked by functions of rules. It must not know rules or prices.

mod assign;
mod cloudwatch;
mod table;

pub use assign::assign;

use std::collections::BTreeMap;

/// How much of something was in use when it was busy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Use {
    /// A share of all there is, 0 to 1.
    Share(f64),
    /// So many whole units: 1.5 of the GPUs, of the virtual CPUs.
    Units(f64),
}

impl Use {
    /// As a share of so many units.
    pub fn of(self, units: f64) -> f64 {
        match self {
            Use::Share(share) => share,
            Use::Units(used) => used / units,
        }
    }
}

/// What was measured of one thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// Of the computing time of the accelerators.
    pub gpu: Option<Use>,
    /// Of their memory.
    pub gpu_memory: Option<Use>,
    /// Of the virtual CPUs.
    pub cpu: Option<Use>,
    /// Of the machine's memory.
    pub memory: Option<Use>,
    /// Hours a month that it runs.
    pub hours: Option<f64>,
    /// Days that were measured.
    pub days: Option<f64>,
}

/// Everything a usage file says, by lower-case name: an address, a name, or a machine type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage(BTreeMap<String, Measured>);

impl Usage {
    /// Reads the text of a usage file. `Err` says what is wrong and where, for people.
    pub fn read(text: &str) -> Result<Usage, String> {
        let text = text.trim_start_matches('\u{feff}');
        match text.trim_start().chars().next() {
            Some('{') => cloudwatch::read(text),
            Some('[') => table::read_json(text),
            _ => table::read_csv(text),
        }
    }
}
