//! Rows of kind files as they are executed: which natives they take, and how each attribute is made.
//!
//! Read by `file`, checked by `load`, executed by `lift` and `eval`. It must not know any format or cloud.

use super::derive::Derivation;
use super::grammar::Path;
use crate::model::value::{Str, Value};

/// Lifts natives of some types into resources of one kind.
#[derive(Clone, Debug)]
pub struct Row {
    /// Native types, each spelling of the same resource.
    pub names: Vec<Str>,
    /// One resource per element of the first of these that is present; the whole native where empty.
    pub each: Vec<Path>,
    /// Conditions under which the native is of this kind at all; all must hold.
    pub when: Vec<Guard>,
    /// What the natives mean is guessed, so that findings about them are of low confidence.
    pub guess: bool,
    /// How attributes are made, by name.
    pub set: Vec<(Str, Spec)>,
}

/// A condition on a native.
#[derive(Clone, Debug)]
pub struct Guard {
    /// What is looked at: the first that is present.
    pub paths: Vec<Path>,
    /// What must hold of it.
    pub test: Test,
}

/// What a guard asks.
#[derive(Clone, Debug)]
pub enum Test {
    /// Equal to one of these words, in any spelling.
    Is(Vec<Box<str>>),
    /// Equal to none of these words; absent is none.
    IsNot(Vec<Box<str>>),
    /// Present (an empty list is not) or, if false, absent.
    Exists(bool),
}

/// How one value is made: a source, then `map:` or `unit:`, then `absent:`.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Where it comes from.
    pub source: Source,
    /// Value to value, the former in any spelling; `_` stands for every other.
    pub map: Vec<(Str, Literal)>,
    /// What a number or duration is written in.
    pub unit: Option<Unit>,
    /// The service's default.
    pub absent: Option<Literal>,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A path into the native's tree.
    Path(Path),
    /// The first that is present.
    First(Vec<Spec>),
    /// A fixed value.
    Const(Literal),
    /// One record per element of the first of `each` that has any; of the element itself where `each` is empty.
    Records {
        /// Paths to the elements.
        each: Vec<Path>,
        /// Fields of the record, made from the element.
        fields: Vec<(Str, Spec)>,
    },
    /// All values together are alternatives.
    OneOf(Vec<Spec>),
    /// A named derivation of other values.
    Derive(Derivation, Vec<Spec>),
}

/// A value written in a kind file.
#[derive(Clone, Debug)]
pub enum Literal {
    /// Absent.
    Null,
    /// Text, number or truth value.
    Scalar(Value),
    /// `[]`
    EmptyList,
}

/// The names of units in kind files.
pub const UNITS: [&str; 7] = ["gib", "mib", "seconds", "minutes", "hours", "days", "duration"];

/// What a source writes numbers in. Sizes become GiB, durations seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// GiB.
    Gib,
    /// MiB.
    Mib,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// ISO 8601 (`PT15M`) or seconds with an `s` (`3600s`).
    Duration,
}

impl Spec {
    /// A spec that is nothing but its source.
    pub fn plain(source: Source) -> Spec {
        Spec { source, map: Vec::new(), unit: None, absent: None }
    }

    /// Calls `visit` with every path in it.
    pub fn paths(&self, visit: &mut dyn FnMut(&Path)) {
        match &self.source {
            Source::Path(path) => visit(path),
            Source::First(specs) | Source::OneOf(specs) | Source::Derive(_, specs) => {
                specs.iter().for_each(|spec| spec.paths(visit));
            }
            Source::Const(_) => {}
            Source::Records { each, fields } => {
                each.iter().for_each(&mut *visit);
                fields.iter().for_each(|(_, spec)| spec.paths(visit));
            }
        }
    }

    /// Whether it looks at partners, so that it can only be made once links are known.
    pub fn needs_links(&self) -> bool {
        let mut found = false;
        self.paths(&mut |path| found |= path.link().is_some());
        found
    }
}
