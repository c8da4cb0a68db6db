//! Regular expressions.

use super::Param::Text;
use super::{Call, Function, INVALID, Outcome, known, pattern};
use crate::model::value::{Str, Value};
use regex::{Captures, Regex, RegexBuilder};

pub(super) const FUNCTIONS: &[Function] = &[
    known("regex", &[Text, Text], |call| {
        let (pattern, text) = (compile(&call.text(0)?)?, call.text(1)?);
        let groups = Groups::of(&pattern)?;
        pattern.captures(&text).map(|found| groups.taken(call, &found)).ok_or(INVALID)
    }),
    known("regexall", &[Text, Text], |call| {
        let (pattern, text) = (compile(&call.text(0)?)?, call.text(1)?);
        let groups = Groups::of(&pattern)?;
        Ok(call.list_of(pattern.captures_iter(&text).map(|found| groups.taken(call, &found)).collect::<Vec<_>>()))
    }),
];

/// Bytes a compiled pattern may take.
const MAX_PATTERN: usize = 1 << 20;

pub(super) fn compile(pattern: &str) -> Outcome<Regex> {
    RegexBuilder::new(&pattern::translate(pattern)?).size_limit(MAX_PATTERN).build().map_err(|_| INVALID)
}

/// What a match gives: itself, its groups as a list, or its named groups as a map. Some with names and some without
/// are refused.
enum Groups {
    None,
    Numbered(usize),
    Named(Vec<Str>),
}

impl Groups {
    fn of(pattern: &Regex) -> Outcome<Groups> {
        let groups = pattern.captures_len() - 1;
        let names: Vec<Str> = pattern.capture_names().flatten().map(Str::from).collect();
        match (groups, names.len()) {
            (0, _) => Ok(Groups::None),
            (_, 0) => Ok(Groups::Numbered(groups)),
            (all, named) if all == named => Ok(Groups::Named(names)),
            _ => Err(INVALID),
        }
    }

    fn taken(&self, call: &Call<'_, '_, '_>, found: &Captures<'_>) -> Value {
        let text =
            |found: Option<regex::Match<'_>>| call.part(found.map_or(Value::Null, |text| Value::string(text.as_str())));
        match self {
            Groups::None => text(found.get(0)).value,
            Groups::Numbered(last) => Value::list((1..=*last).map(|at| text(found.get(at))).collect::<Vec<_>>()),
            Groups::Named(names) => {
                Value::map(names.iter().map(|name| (Str::clone(name), text(found.name(name)))).collect::<Vec<_>>())
            }
        }
    }
}
