//! What evaluating an expression can give: known, absent, unknown, broken.
//!
//! Used by all of `eval`, by functions and messages. It must not know expressions.

use crate::model::number::Number;
use crate::model::resource::{Partners, ResourceId};
use crate::model::value::{Map, Piece, Str, Unknown};
use crate::rules::expr::Mistake;
use std::sync::Arc;

/// A value as far as it can be told.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Known.
    Known(Datum),
    /// Not there.
    Absent,
    /// Not resolved; never a reason to fire.
    Unknown(Unknown),
    /// The rule asks something that makes no sense; never absorbed.
    Broken(Mistake),
}

/// A known value.
#[derive(Clone, Debug)]
pub enum Datum {
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// The size of something open: this, or more.
    AtLeast(Number, Box<Unknown>),
    /// Text known in full.
    String(Str),
    /// Text known in part.
    Text(Arc<[Piece]>),
    /// A list.
    List(Arc<Sequence>),
    /// A map or record of the model.
    Map(Map),
    /// A record that a function made.
    Record(Arc<[(&'static str, Outcome)]>),
    /// A resource.
    Resource(Handle),
}

/// Elements, possibly with more than are known. In an open sequence positions mean nothing.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// The certain elements.
    pub items: Vec<Outcome>,
    /// Set if there may be more.
    pub open: Option<Unknown>,
}

/// A resource, and how a link led to it.
#[derive(Clone, Debug)]
pub struct Handle {
    /// Which.
    pub id: ResourceId,
    /// The join and the position in it, for attributes of the edge.
    pub edge: Option<(Arc<Partners>, usize)>,
}

impl From<bool> for Outcome {
    fn from(truth: bool) -> Outcome {
        Outcome::Known(Datum::Bool(truth))
    }
}

impl From<Number> for Outcome {
    fn from(number: Number) -> Outcome {
        Outcome::Known(Datum::Number(number))
    }
}

impl From<&str> for Outcome {
    fn from(text: &str) -> Outcome {
        Outcome::Known(Datum::String(text.into()))
    }
}

/// Truth in three values; `Err` is why it is not known.
pub type Truth = Result<bool, Unknown>;

impl From<Truth> for Outcome {
    fn from(truth: Truth) -> Outcome {
        match truth {
            Ok(truth) => truth.into(),
            Err(unknown) => Outcome::Unknown(unknown),
        }
    }
}

impl Outcome {
    /// Whether both are known to be the same truth value, number or text, or both absent.
    pub fn is_same_scalar(&self, other: &Outcome) -> bool {
        match (self, other) {
            (Outcome::Absent, Outcome::Absent) => true,
            (Outcome::Known(Datum::Bool(a)), Outcome::Known(Datum::Bool(b))) => a == b,
            (Outcome::Known(Datum::Number(a)), Outcome::Known(Datum::Number(b))) => a == b,
            (Outcome::Known(Datum::String(a)), Outcome::Known(Datum::String(b))) => a == b,
            _ => false,
        }
    }

    /// The outcome as a condition: what is absent does not hold. `Err` is a broken rule.
    pub fn truth(self) -> Result<Truth, Mistake> {
        match self {
            Outcome::Known(Datum::Bool(truth)) => Ok(Ok(truth)),
            Outcome::Absent => Ok(Ok(false)),
            Outcome::Unknown(unknown) => Ok(Err(unknown)),
            Outcome::Broken(mistake) => Err(mistake),
            Outcome::Known(other) => Err(Mistake::new(0..0, format!("{} is not a truth value", other.noun()))),
        }
    }

    /// The string, where it is known in full.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Outcome::Known(Datum::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The number, where it is known.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Outcome::Known(Datum::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// The same, with a broken rule's place set where it has none yet.
    pub fn placed(self, at: &std::ops::Range<u32>) -> Outcome {
        match self {
            Outcome::Broken(mistake) if mistake.at == (0..0) => Outcome::Broken(Mistake { at: at.clone(), ..mistake }),
            other => other,
        }
    }

    /// A rule that asks something senseless; the place is set by the node that is evaluated.
    pub fn broken(message: impl Into<String>) -> Outcome {
        Outcome::Broken(Mistake::new(0..0, message))
    }
}

impl Datum {
    /// What it is, for messages.
    pub fn noun(&self) -> &'static str {
        match self {
            Datum::Bool(_) => "a truth value",
            Datum::Number(_) | Datum::AtLeast(..) => "a number",
            Datum::String(_) | Datum::Text(_) => "a text",
            Datum::List(_) => "a list",
            Datum::Map(_) => "a map",
            Datum::Record(_) => "a record",
            Datum::Resource(_) => "a resource",
        }
    }
}
