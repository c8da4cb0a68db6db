//! Lists and maps of JSON read element by element, so that a file of any size needs no memory.
//!
//! Called by the formats.

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::Read;
use std::marker::PhantomData;

/// Reads a whole document. A mistake comes with its place.
pub fn document<'de, R: Read>(from: R, seed: impl DeserializeSeed<'de, Value = ()>) -> Result<(), String> {
    let mut reader = serde_json::Deserializer::from_reader(from);
    let read = seed.deserialize(&mut reader).and_then(|()| reader.end());
    read.map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        format!("{}:{}: {message}", error.line(), error.column())
    })
}

/// An object of which some members are read as they come, and the others passed over.
pub trait Members {
    /// What it is, for the message where something else stands.
    const WHAT: &'static str;

    /// Reads the value of a member; `false` if it is not wanted, and still to be read.
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, entries: &mut A) -> Result<bool, A::Error>;

    /// Whether the object holds what it must.
    fn complete(&self) -> Result<(), &'static str> {
        Ok(())
    }
}

/// Reads an object by its members.
pub struct Object<M>(pub M);

impl<'de, M: Members> DeserializeSeed<'de> for Object<M> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, M: Members> Visitor<'de> for Object<M> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(M::WHAT)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        while let Some(key) = entries.next_key::<String>()? {
            if !self.0.member(&key, &mut entries)? {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        self.0.complete().map_err(A::Error::custom)
    }
}

/// The elements of a list, or the values of a map by key, each handed over and forgotten.
pub struct Each<T, F>(F, PhantomData<T>);

impl<T: DeserializeOwned, F: FnMut(&str, T) -> Result<(), String>> Each<T, F> {
    /// Hands every element to `take`; those of lists with an empty key. What it refuses ends the reading.
    pub fn new(take: F) -> Each<T, F> {
        Each(take, PhantomData)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(&str, T) -> Result<(), String>> DeserializeSeed<'de> for Each<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(&str, T) -> Result<(), String>> Visitor<'de> for Each<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or a map")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            (self.0)("", item).map_err(A::Error::custom)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value()?;
            (self.0)(&key, value).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}
