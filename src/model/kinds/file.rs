//! The shape of kind files, read by serde from YAML or from the same data as JSON.
//!
//! Called by `load` only. Reading a row already parses its paths; what needs to know other declarations is checked
//! in `load`. It must not know what any attribute means.

use super::derive;
use super::documents::{DocumentRow, Holds};
use super::grammar::{Path, normalized};
use super::row::{Guard, Literal, Row, Source, Spec, Test, Unit};
use crate::model::number::Number;
use crate::model::value::{Str, Value};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

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

/// Attributes that hold documents. Exactly one of `format` and `native` is given.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentFile {
    /// Native types that have the attributes.
    pub names: Vec<String>,
    at: OneOrMore<Path>,
    /// The format that reads them.
    pub format: Option<String>,
    /// The native type that each document is as a whole.
    pub native: Option<String>,
}

impl DocumentFile {
    /// The row, or one sentence about what it does not say.
    pub fn into_row(self) -> Result<(Vec<Str>, DocumentRow), String> {
        let holds = match (self.format, self.native) {
            (Some(format), None) => Holds::Format(format.into()),
            (None, Some(native)) => Holds::Native(native.into()),
            _ => return Err("a document is either of a `format` or a `native`".into()),
        };
        Ok((self.names.into_iter().map(Str::from).collect(), DocumentRow { at: self.at.0, holds }))
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

/// A map in the order of the file; a repeated key is an error.
pub struct Entries<T>(pub Vec<(Str, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Entries<T> {
        Entries(Vec::new())
    }
}

/// A scalar of any type as text: `true` and `"true"` are one.
#[derive(Clone, Debug)]
pub struct Word(pub String);

/// A single item or a list of them.
struct OneOrMore<T>(Vec<T>);

impl<T> Default for OneOrMore<T> {
    fn default() -> OneOrMore<T> {
        OneOrMore(Vec::new())
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<T>, A::Error> {
        let mut entries: Vec<(Str, T)> = Vec::new();
        while let Some(Word(key)) = map.next_key()? {
            if entries.iter().any(|(seen, _)| **seen == *key) {
                return Err(A::Error::custom(format!("`{key}` is set twice")));
            }
            entries.push((key.into(), map.next_value()?));
        }
        Ok(Entries(entries))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entries<T>, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Literal, D::Error> {
        struct Scalars;
        impl<'de> Visitor<'de> for Scalars {
            type Value = Literal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word, number, truth value, null or []")
            }
            fn visit_unit<E>(self) -> Result<Literal, E> {
                Ok(Literal::Null)
            }
            fn visit_bool<E>(self, truth: bool) -> Result<Literal, E> {
                Ok(Literal::Scalar(Value::Bool(truth)))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Literal, E> {
                Ok(Literal::Scalar(Value::number(number.into())))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Literal, E> {
                i64::try_from(number).map_err(E::custom).and_then(|number| self.visit_i64(number))
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Literal, E> {
                let number = Number::from_f64(number).ok_or_else(|| E::custom("not a finite number"))?;
                Ok(Literal::Scalar(Value::number(number)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Literal, E> {
                Ok(Literal::Scalar(Value::string(text)))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Literal, A::Error> {
                match items.next_element::<Word>()? {
                    None => Ok(Literal::EmptyList),
                    Some(_) => Err(A::Error::custom("only an empty list can be written here")),
                }
            }
        }
        deserializer.deserialize_any(Scalars)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
        match Literal::deserialize(deserializer)? {
            Literal::Scalar(value) => value.scalar_text().map(|text| Word(text.to_string())),
            Literal::Null | Literal::EmptyList => None,
        }
        .ok_or_else(|| D::Error::custom("expected a word"))
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
        Path::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Reads one item or a list of items by looking at what comes first.
struct OneOrMoreVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMoreVisitor<T> {
    type Value = OneOrMore<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one item or a list")
    }
    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        T::deserialize(serde::de::value::BoolDeserializer::new(truth)).map(|one| OneOrMore(vec![one]))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        T::deserialize(serde::de::value::I64Deserializer::new(number)).map(|one| OneOrMore(vec![one]))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        T::deserialize(serde::de::value::U64Deserializer::new(number)).map(|one| OneOrMore(vec![one]))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        T::deserialize(serde::de::value::StrDeserializer::new(text)).map(|one| OneOrMore(vec![one]))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(OneOrMore(all))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(|one| OneOrMore(vec![one]))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OneOrMore<T>, D::Error> {
        deserializer.deserialize_any(OneOrMoreVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Spec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Spec, D::Error> {
        deserializer.deserialize_any(SpecVisitor)
    }
}

struct SpecVisitor;

impl<'de> Visitor<'de> for SpecVisitor {
    type Value = Spec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path, a list of paths, or a map")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Spec, E> {
        Path::parse(text).map(|path| Spec::plain(Source::Path(path))).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Spec, A::Error> {
        let mut specs = Vec::new();
        while let Some(spec) = items.next_element()? {
            specs.push(spec);
        }
        Ok(Spec::plain(Source::First(specs)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Spec, A::Error> {
        let mut parts = SpecParts::default();
        while let Some(Word(key)) = map.next_key()? {
            match key.as_str() {
                "path" => parts.sources.push(map.next_value::<Spec>()?.source),
                "const" => parts.sources.push(Source::Const(map.next_value()?)),
                "one_of" => parts.sources.push(Source::OneOf(map.next_value::<OneOrMore<Spec>>()?.0)),
                "each" => parts.each = Some(map.next_value::<OneOrMore<Path>>()?.0),
                "derive" => parts.derive = Some(map.next_value()?),
                "of" => parts.of = map.next_value::<OneOrMore<Spec>>()?.0,
                "map" => parts.map = map.next_value::<Entries<Literal>>()?.0,
                "unit" => parts.unit = Some(map.next_value()?),
                "absent" => parts.absent = Some(map.next_value()?),
                _ => parts.fields.push((key.into(), map.next_value()?)),
            }
        }
        parts.into_spec().map_err(A::Error::custom)
    }
}

/// The keys of a spec that is written as a map.
#[derive(Default)]
struct SpecParts {
    sources: Vec<Source>,
    each: Option<Vec<Path>>,
    fields: Vec<(Str, Spec)>,
    derive: Option<String>,
    of: Vec<Spec>,
    map: Vec<(Str, Literal)>,
    unit: Option<Unit>,
    absent: Option<Literal>,
}

impl SpecParts {
    fn into_spec(mut self) -> Result<Spec, String> {
        if let Some(name) = self.derive {
            let derivation = derive::find(&name).ok_or_else(|| format!("there is no derivation `{name}`"))?;
            self.sources.push(Source::Derive(derivation, self.of));
        } else if !self.of.is_empty() {
            return Err("`of` belongs to `derive`".into());
        }
        if !self.fields.is_empty() {
            self.sources.push(Source::Records { each: self.each.unwrap_or_default(), fields: self.fields });
        } else if self.each.is_some() {
            return Err("`each` needs the fields of a record".into());
        }
        let mut sources = self.sources.into_iter();
        let (Some(source), None) = (sources.next(), sources.next()) else {
            return Err("exactly one of `path`, `const`, `one_of`, `derive` and record fields makes a value".into());
        };
        Ok(Spec { source, map: self.map, unit: self.unit, absent: self.absent })
    }
}
