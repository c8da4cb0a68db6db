//! The checked plan that `load` makes of all kind files and that `lift` and `links` execute.
//!
//! Names have become positions here. It must not know how the files were written.

use super::documents::DocumentRow;
use super::grammar::Path;
use super::places::Places;
use super::row::{Guard, Spec};
use super::{KindId, LinkId};
use crate::model::value::Str;
use std::collections::{HashMap, HashSet};

/// How natives are lifted and links joined.
#[derive(Default)]
pub struct Plan {
    /// All rows in order of kind, then of the file.
    pub rows: Vec<PlannedRow>,
    /// Rows by native type, in order.
    pub by_type: HashMap<Str, Vec<usize>>,
    /// Where natives hold documents, by native type.
    pub documents: HashMap<Str, Vec<DocumentRow>>,
    /// Native types that are where another resource is.
    pub placed: Places,
    /// Native types whose meaning is guessed.
    pub guesses: HashSet<Str>,
    /// What points at what.
    pub relations: Vec<Relation>,
    /// By kind, then by link: how its partners are found.
    pub joins: Vec<Vec<Join>>,
}

/// A row with its specs in the order of the kind's attributes.
pub struct PlannedRow {
    /// What it makes.
    pub kind: KindId,
    /// One resource per element; the whole native where empty.
    pub each: Vec<Path>,
    /// All must hold.
    pub when: Vec<Guard>,
    /// By attribute.
    pub set: Box<[Option<PlannedSpec>]>,
}

/// A spec and when it can be made.
pub struct PlannedSpec {
    /// The spec.
    pub spec: Spec,
    /// It looks at partners: made after everything else has been lifted.
    pub late: bool,
}

/// Resources of one kind hold keys that point at resources of another.
pub struct Relation {
    /// The kind that holds the keys.
    pub holder: KindId,
    /// The attribute with the key, or with a list of keys.
    pub attribute: usize,
    /// Where its elements are records: the field with the key.
    pub key: Option<Str>,
    /// Fields of the same record that describe the edge.
    pub edge: Vec<Str>,
    /// The kind that is pointed at.
    pub target: KindId,
    /// Whether a reference to the target's native is a key.
    pub by_reference: bool,
    /// Attributes of the target whose values are keys.
    pub by_value: Vec<usize>,
}

/// How the partners over a link are found.
pub struct Join {
    /// Directly or over another kind.
    pub route: Route,
    /// Pairs of attributes, the partner's and the own one, that must be equal as well.
    pub also: Vec<(usize, usize)>,
}

/// The way to the partners.
#[derive(Clone, Copy)]
pub enum Route {
    /// This kind is pointed at; the partners hold keys of the relation.
    ToHolders(usize),
    /// This kind holds keys; the partners are pointed at.
    ToTargets(usize),
    /// Over a link of this kind, then over a link of its partners.
    Via(LinkId, LinkId),
}
