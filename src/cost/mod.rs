//! The priced inventory: everything a project rents or stores, what it costs, and what is not known about it.
//!
//! `price` makes it from resources, `sums` adds it up, `compare` sets two against each other; `text`, `markdown` and
//! `json` print it. Called by `cli::cost`. It must not know any kind; what costs what is declared in `rules/kinds/`.

mod compare;
mod json;
mod markdown;
mod price;
mod sums;
#[cfg(test)]
mod tests;
pub mod text;

pub use compare::{Change, Comparison};
pub use json::{comparison as comparison_as_json, inventory as inventory_as_json};
pub use markdown::{comparison as comparison_as_markdown, inventory as inventory_as_markdown};
pub use price::{Files, price};
pub use sums::{Sum, Sums};
pub use text::{comparison as comparison_as_text, inventory as inventory_as_text};

use crate::input::InputError;
use crate::report::money::Currency;

/// An amount in US dollars that may vary: with spot prices, or because one of several machines is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Amount {
    /// The least it may be.
    pub low: f64,
    /// At typical prices; the least of the alternatives.
    pub typical: f64,
    /// The most it may be.
    pub high: f64,
}

/// One thing that one resource costs, or equal ones together.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it belongs to.
    pub subject: Subject,
    /// What is paid for: `machines`, `storage`.
    pub what: String,
    /// A month, for what always runs or is stored.
    pub per_month: Option<Amount>,
    /// For each hour it runs, for what runs now and then.
    pub per_hour: Option<Amount>,
    /// If a bounded run reaches its limit.
    pub worst_case: Option<Amount>,
    /// Prices and assumptions in words; why nothing is known where there is no figure.
    pub basis: String,
    /// Whether a price was estimated.
    pub estimated: bool,
}

impl Line {
    /// Whether any figure is known.
    pub fn is_priced(&self) -> bool {
        self.per_month.or(self.per_hour).or(self.worst_case).is_some()
    }

    /// Takes in another line for the same thing.
    fn join(&mut self, other: &Line) {
        let sum = |a: Option<Amount>, b: Option<Amount>| a.zip(b).map(|(a, b)| a.plus(b));
        self.per_month = sum(self.per_month, other.per_month);
        self.per_hour = sum(self.per_hour, other.per_hour);
        self.worst_case = sum(self.worst_case, other.worst_case);
        self.subject.count += other.subject.count;
    }

    /// What lines are sorted by, and known by from one inventory to another: place and price do not count.
    fn key(&self) -> [&str; 6] {
        let subject = &self.subject;
        let file = subject.variable_file.as_deref().unwrap_or_default();
        [&subject.group, file, &subject.address, &subject.module, &subject.kind, &self.what]
    }
}

/// A resource that costs something.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What is deployed together: the folder of a root module, a template.
    pub group: String,
    /// The variables file it is deployed with, where the root may be deployed with each of several.
    pub variable_file: Option<String>,
    /// Address with module path and instance key.
    pub address: String,
    /// The module calls on the way, `a.b`; empty for the root.
    pub module: String,
    /// Kind name.
    pub kind: String,
    /// The format's name for the type.
    pub native_type: String,
    /// `aws`, `google`, `azure`.
    pub provider: String,
    /// Where it is known.
    pub region: Option<String>,
    /// `development` or `production`, where something says it.
    pub environment: Option<&'static str>,
    /// How many equal ones the figures stand for.
    pub count: u64,
    /// The condition under which it exists, where that is not certain; it counts 0 in sums then.
    pub condition: Option<String>,
    /// `path:line` of its header, relative to the project root.
    pub place: String,
}

/// The inventory of a project.
#[derive(Debug, Default)]
pub struct Inventory {
    /// In order of group and address.
    pub lines: Vec<Line>,
    /// Inputs that could not be read: what they hold is missing.
    pub errors: Vec<InputError>,
    /// What the usage file names and the project does not have.
    pub unmeasured: Vec<String>,
    /// Date of the newest price in the catalogue.
    pub as_of: String,
    /// What texts speak of money in.
    pub currency: Currency,
}

impl Subject {
    /// What is deployed together, in words: `live`, `live with prod.tfvars`; a folder by `.` where it is the project.
    pub fn deployment(&self) -> String {
        let group = if self.group.is_empty() { "." } else { &self.group };
        self.variable_file.as_ref().map_or_else(|| group.to_owned(), |file| format!("{group} with {file}"))
    }

    /// The file it stands in, relative to the project root.
    pub fn path(&self) -> &str {
        self.place.rsplit_once(':').map_or(&self.place, |(path, _)| path)
    }
}

impl Amount {
    fn times(self, count: f64) -> Amount {
        Amount { low: self.low * count, typical: self.typical * count, high: self.high * count }
    }

    fn plus(self, other: Amount) -> Amount {
        Amount { low: self.low + other.low, typical: self.typical + other.typical, high: self.high + other.high }
    }
}
