//! The shape of kind files, read by serde from YAML or from the same data as JSON.
//!
//! Called by `load` only. Reading a row already parses its paths; what needs to know other declarations is checked
//! in `load`. It must not know what any attribute means.

use super::documents::{DocumentRow, Holds, Shape};
use super::grammar::{Path, normalized};
use super::row::{Guard, Row, Spec, Test};
pub use super::spec::Entries;
use super::spec::{OneOrMore, Word};
use crate::model::value::Str;

/// `rules/kinds/<kind>.yaml`
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindFile {
    /// One sentence.
    pub doc: String,
    /// Declared attributes in order.
    #[serde(default)]
    pub attributes: Entries<Declared>,
    /// Declared links in order.
    #[serde(default)]
    pub links: Entries<LinkFile>,
    /// What it costs, item by item.
    #[serde(default)]
    pub costs: Vec<CostItem>,
    /// Rows in order.
    #[serde(default)]
    pub natives: Vec<RowFile>,
}

/// One thing that is paid for. Expressions are those of rules, in USD; `model` does not read them.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostItem {
    /// What is paid for: `machines`, `storage`.
    pub what: String,
    /// When it is paid for; always if left out.
    pub when: Option<String>,
    /// Of what always runs or is stored: a month.
    pub per_month: Option<String>,
    /// Of what runs now and then: an hour.
    pub per_hour: Option<String>,
    /// Of a bounded run: if it reaches its limit.
    pub worst_case: Option<String>,
    /// Why no figure can be given, where the code does not say enough by its nature.
    pub unknown: Option<String>,
}

/// `rules/kinds/records.yaml`
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordsFile {
    /// Fields by record name.
    pub records: Entries<Entries<Declared>>,
    /// Beginnings of native types that go by another one elsewhere: see [`super::spelling`].
    #[serde(default)]
    pub also_named: Entries<String>,
    /// Native types that are where another resource is: see [`super::places`].
    #[serde(default)]
    pub placed_with: Vec<PlacedFile>,
}

/// Resources that are where another one is.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlacedFile {
    /// Native types of the resources.
    pub names: Vec<String>,
    /// The attribute with a place of its own, which wins.
    pub unless: Path,
    /// The attribute that refers to the other resource.
    pub at: Path,
    /// Native types of the other resource.
    pub with: Vec<String>,
}

/// `rules/kinds/documents.yaml`
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentsFile {
    /// Rows in order.
    pub documents: Vec<DocumentFile>,
}

/// Attributes that hold documents. Exactly one of `at`, `lines` and `words` is given, and one of `format`, `native` and
/// `file`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentFile {
    /// Native types that have the attributes.
    pub names: Vec<String>,
    #[serde(default)]
    each: OneOrMore<Path>,
    #[serde(default)]
    at: OneOrMore<Path>,
    #[serde(default)]
    lines: OneOrMore<Path>,
    #[serde(default)]
    words: OneOrMore<Path>,
    /// The format that reads them.
    pub format: Option<String>,
    /// The native type that each document is as a whole.
    pub native: Option<String>,
    /// The attribute with the name of a file, by which the format is told.
    pub file: Option<Path>,
}

impl DocumentFile {
    /// The row, or one sentence about what it does not say.
    pub fn into_row(self) -> Result<(Vec<Str>, DocumentRow), String> {
        let holds = match (self.format, self.native, self.file) {
            (Some(format), None, None) => Holds::Format(format.into()),
            (None, Some(native), None) => Holds::Native(native.into()),
            (None, None, Some(file)) => Holds::File(file.into()),
            _ => return Err("a document is either of a `format`, a `native` or what its `file` says".into()),
        };
        let shapes = [(self.at.0, Shape::Each), (self.lines.0, Shape::Lines), (self.words.0, Shape::Words)];
        let mut given = shapes.into_iter().filter(|(paths, _)| !paths.is_empty());
        let (Some((at, shape)), None) = (given.next(), given.next()) else {
            return Err("documents are found by one of `at`, `lines` and `words`".into());
        };
        let names = self.names.into_iter().map(Str::from).collect();
        Ok((names, DocumentRow { each: self.each.0, at, shape, holds }))
    }
}

/// An attribute or field.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Type syntax: `string`, `list<instance>`, `enum`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The words of an `enum`.
    #[serde(default)]
    pub values: Vec<Word>,
    /// Meaning and unit.
    #[serde(default)]
    pub doc: String,
}

/// A link. Exactly one of `by`, `from` and `via` is given.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkFile {
    /// Kind of the partners.
    pub to: String,
    /// Attribute of the partners that points here.
    pub by: Option<String>,
    /// Attribute of this kind that points at the partners.
    pub from: Option<String>,
    /// Two links to follow one after the other.
    #[serde(default)]
    pub via: Vec<String>,
    /// What the pointing attribute may hold: `$ref` or attributes of the side pointed at.
    #[serde(default)]
    pub target: Vec<String>,
    /// Where the pointing attribute is a list of records: the field that points.
    pub key: Option<String>,
    /// Attributes of the edge: name to field of the same record.
    #[serde(default)]
    pub edge: Entries<String>,
    /// Attributes of the partner that must also equal attributes of this kind.
    #[serde(default)]
    pub also: Entries<String>,
    /// Whether conditions see a list.
    #[serde(default)]
    pub many: bool,
    /// Name of the same link on the partners' kind, where it is `many`.
    pub inverse: Option<String>,
}

/// A row.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowFile {
    /// Native types.
    pub names: Vec<String>,
    #[serde(default)]
    each: OneOrMore<Path>,
    #[serde(default)]
    when: OneOrMore<GuardFile>,
    #[serde(default)]
    guess: bool,
    #[serde(default)]
    set: Entries<Spec>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardFile {
    path: OneOrMore<Path>,
    #[serde(default)]
    is: OneOrMore<Word>,
    #[serde(default)]
    not: OneOrMore<Word>,
    exists: Option<bool>,
}

impl RowFile {
    /// The row, or one sentence about a guard that asks nothing.
    pub fn into_row(self) -> Result<Row, String> {
        let mut when = Vec::new();
        for guard in self.when.0 {
            let words = |words: OneOrMore<Word>| words.0.iter().map(|word| normalized(&word.0)).collect::<Vec<_>>();
            let test = match (guard.exists, words(guard.is), words(guard.not)) {
                (Some(exists), is, not) if is.is_empty() && not.is_empty() => Test::Exists(exists),
                (None, is, not) if !is.is_empty() && not.is_empty() => Test::Is(is),
                (None, is, not) if is.is_empty() && !not.is_empty() => Test::IsNot(not),
                _ => return Err("`when` needs one of `is`, `not` and `exists`".into()),
            };
            when.push(Guard { paths: guard.path.0, test });
        }
        let names = self.names.into_iter().map(Str::from).collect();
        Ok(Row { names, each: self.each.0, when, guess: self.guess, set: self.set.0 })
    }
}
