//! How values, lists and maps are written in kind files, for serde: a path, a list of paths, or a map with a source.
//!
//! Part of `file`. It must not know which keys a file has.

use super::derive;
use super::grammar::Path;
use super::row::{Literal, Source, Spec, Unit};
use crate::model::number::Number;
use crate::model::value::{Str, Value};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

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
pub struct OneOrMore<T>(pub Vec<T>);

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
        struct Words;
        impl Visitor<'_> for Words {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word")
            }
            fn visit_bool<E>(self, truth: bool) -> Result<Word, E> {
                Ok(Word(truth.to_string()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Word, E> {
                Ok(Word(number.to_string()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Word, E> {
                Ok(Word(number.to_string()))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Word, E> {
                Ok(Word(number.to_string()))
            }
            fn visit_str<E>(self, text: &str) -> Result<Word, E> {
                Ok(Word(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Words)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
        struct Paths;
        impl Visitor<'_> for Paths {
            type Value = Path;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Path, E> {
                Path::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Paths)
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
