//! Kinds: the vocabulary that rules speak, declared in `rules/kinds/*.yaml`.
//!
//! This file holds the checked declarations; `grammar` reads paths, `load` the files, `lift` turns natives into
//! resources by way of `eval` and `convert`, `links` joins them, `derive` holds the small named derivations, `written`
//! says how an attribute is written. Called by `engine`. It must not name any resource type or attribute of a cloud.

mod convert;
mod derive;
pub mod documents;
mod eval;
mod file;
pub mod grammar;
mod keys;
pub(super) mod lift;
pub mod links;
pub mod load;
mod locate;
mod places;
mod plan;
mod row;
mod spelling;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod written;

pub use derive::names as derivations;
pub use file::CostItem;
pub use row::UNITS;

use super::value::Str;
use std::collections::HashSet;
use std::sync::Arc;

/// Index of a kind in its [`KindSet`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct KindId(pub u16);

/// Index of a link in its kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct LinkId(pub u16);

/// All kinds in force.
#[derive(Default)]
pub struct KindSet {
    /// By `KindId`.
    pub kinds: Vec<Kind>,
    /// How natives are lifted and links joined.
    pub(crate) plan: plan::Plan,
}

/// One kind, checked.
pub struct Kind {
    /// snake_case, equal to the file name.
    pub name: Str,
    /// One sentence.
    pub doc: Str,
    /// In declared order: the order of [`super::resource::Resource::attributes`].
    pub attributes: Vec<Attribute>,
    /// Joins to other kinds.
    pub links: Vec<Link>,
    /// What it costs, item by item, as expressions of rules.
    pub costs: Vec<CostItem>,
}

/// A declared attribute.
pub struct Attribute {
    /// snake_case.
    pub name: Str,
    /// Its type, checked against every use in conditions.
    pub ty: Type,
    /// Meaning and unit, for `kinds` and for authors of rules.
    pub doc: Str,
}

/// The types of the vocabulary.
#[derive(Clone, PartialEq, Debug)]
pub enum Type {
    /// Any scalar or collection: no operand check.
    Any,
    /// Text.
    String,
    /// An exact number.
    Number,
    /// A truth value.
    Bool,
    /// One of these words.
    Enum(Vec<Str>),
    /// A list of.
    List(Box<Type>),
    /// A map with text keys.
    Map(Box<Type>),
    /// A named record (`instance`), with its fields.
    Record(Str, Vec<(Str, Type)>),
    /// A resource of a kind (what links yield, alone or in a list).
    Resource(Str),
}

/// A declared link.
pub struct Link {
    /// snake_case.
    pub name: Str,
    /// The kind of the partners.
    pub to: KindId,
    /// Whether conditions see a list (`many: true`) or one resource.
    pub many: bool,
    /// Attributes of the edge with their types.
    pub edge: Vec<(Str, Type)>,
}

impl KindSet {
    /// A kind by name.
    pub fn id(&self, name: &str) -> Option<KindId> {
        self.kinds.iter().position(|kind| &*kind.name == name).map(|at| KindId(at as u16))
    }

    /// The native types that some row lifts or looks for documents in: frontends need not evaluate any other.
    pub fn native_types(&self) -> HashSet<Arc<str>> {
        self.plan.by_type.keys().chain(self.plan.documents.keys()).cloned().collect()
    }

    /// Whether what a native type means is guessed: findings about it are of low confidence.
    pub fn is_guess(&self, native_type: &str) -> bool {
        self.plan.guesses.contains(native_type)
    }

    /// The native types that become a kind, sorted.
    pub fn natives_of(&self, kind: KindId) -> Vec<&str> {
        let makes = |rows: &[usize]| rows.iter().filter_map(|row| self.plan.rows.get(*row)).any(|row| row.kind == kind);
        let mut names: Vec<&str> =
            self.plan.by_type.iter().filter(|(_, rows)| makes(rows)).map(|(name, _)| &**name).collect();
        names.sort_unstable();
        names
    }

    /// A kind by identity.
    pub fn get(&self, id: KindId) -> &Kind {
        &self.kinds[id.0 as usize]
    }
}

impl Kind {
    /// Position of an attribute.
    pub fn attribute(&self, name: &str) -> Option<usize> {
        self.attributes.iter().position(|attribute| &*attribute.name == name)
    }

    /// A link by name.
    pub fn link(&self, name: &str) -> Option<LinkId> {
        self.links.iter().position(|link| &*link.name == name).map(|at| LinkId(at as u16))
    }
}
