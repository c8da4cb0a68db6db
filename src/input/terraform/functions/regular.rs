//! Regular expressions. Terraform's dialect is RE2, which the `regex` crate shares.

use super::{Call, Function, INVALID, Outcome, known};
use crate::model::value::{Str, Value};
use regex::{Captures, Regex, RegexBuilder};

pub(super) const FUNCTIONS: &[Function] = &[
    known("regex", |call| {
        let (pattern, text) = (compile(&call.text(0)?)?, call.text(1)?);
        pattern.captures(&text).map(|found| groups(call, &pattern, &found)).ok_or(INVALID)
    }),
    known("regexall", |call| {
        let (pattern, text) = (compile(&call.text(0)?)?, call.text(1)?);
        Ok(call.list_of(pattern.captures_iter(&text).map(|found| groups(call, &pattern, &found)).collect::<Vec<_>>()))
    }),
];

/// Bytes a compiled pattern may take.
const MAX_PATTERN: usize = 1 << 20;

pub(super) fn compile(pattern: &str) -> Outcome<Regex> {
    RegexBuilder::new(pattern).size_limit(MAX_PATTERN).build().map_err(|_| INVALID)
}

/// The whole match, or its groups: as a map where they have names, as a list where not.
fn groups(call: &Call<'_, '_, '_>, pattern: &Regex, found: &Captures<'_>) -> Value {
    let group = |at: usize| found.get(at).map_or(Value::Null, |text| Value::string(text.as_str()));
    if pattern.captures_len() == 1 {
        return group(0);
    }
    let names: Vec<(usize, &str)> =
        pattern.capture_names().enumerate().filter_map(|(at, name)| Some((at, name?))).collect();
    if names.is_empty() {
        return call.list_of((1..pattern.captures_len()).map(group));
    }
    let entries = names.into_iter().map(|(at, name)| (Str::from(name), call.part(group(at))));
    Value::map(entries.collect::<Vec<_>>())
}
