//! The states of a machine, those of its branches and iterations included, and what their arguments say.
//!
//! Called by the frontend. A `$` path and a JSONata expression are only known when the machine runs.

use super::integration;
use crate::input::language::{self, Budget, Language, items, member, members, text};
use crate::input::request::{self, Request};
use crate::model::native::Exists;
use crate::model::number::Number;
use crate::model::value::{Attr, Str, Value, Why, WhyCode};

/// Machines inside machines that are followed.
const MAX_LEVELS: usize = 50;

/// The requests that the tasks of a machine make; none where the document is no machine.
pub(super) fn requests(machine: &Attr) -> Vec<Request> {
    let mut requests = Vec::new();
    States::default().machine(machine, 0, &mut requests);
    requests
}

/// The language of arguments.
#[derive(Default)]
struct States {
    budget: Budget,
}

impl States {
    fn machine(&self, machine: &Attr, level: usize, requests: &mut Vec<Request>) {
        if level >= MAX_LEVELS {
            return;
        }
        for (name, state) in members(member(machine, "States")).iter().take_while(|_| self.budget.take()) {
            match text(state, "Type") {
                Some("Task") => requests.extend(self.task(name, state)),
                Some("Parallel") => {
                    items(member(state, "Branches")).iter().for_each(|one| self.machine(one, level + 1, requests));
                }
                Some("Map") => {
                    let inner = ["ItemProcessor", "Iterator"].into_iter().find_map(|key| member(state, key));
                    inner.into_iter().for_each(|one| self.machine(one, level + 1, requests));
                }
                // Written in a hurry, or in part: a state with a resource is a task.
                None if member(state, "Resource").is_some() => requests.extend(self.task(name, state)),
                _ => {}
            }
        }
    }

    fn task(&self, name: &Str, state: &Attr) -> Option<Request> {
        let resource = language::read(member(state, "Resource")?, self);
        let native_type = integration::operation(&resource.value)?;
        let arguments = member(state, "Arguments").or_else(|| member(state, "Parameters"));
        let members = arguments.map(|arguments| language::read(arguments, self));
        Some(Request {
            native_type,
            address: name.clone(),
            head: state.key.unwrap_or(state.at),
            body: state.key.map_or(state.at, |key| key.to(state.at)),
            tree: request::of_step(members, language::read(state, self)),
            region: None,
            exists: Exists::Yes,
        })
    }
}

impl Language for States {
    fn special(&self, attr: &Attr) -> Option<Attr> {
        let expression = attr.value.as_str()?.strip_prefix("{%")?.strip_suffix("%}")?.trim();
        let value =
            literal(expression).unwrap_or_else(|| Value::unknown(Why::new(WhyCode::NotEvaluated, expression, attr.at)));
        Some(Attr { value, ..attr.clone() })
    }

    /// `"InstanceType.$": "$.type"`, or a call of an intrinsic function.
    fn member(&self, name: &Str, attr: &Attr) -> Option<(Str, Attr)> {
        let name = name.strip_suffix(".$")?;
        let path = attr.value.scalar_text().unwrap_or_else(|| name.into());
        let why = Why::new(WhyCode::NotEvaluated, path, attr.at);
        Some((name.into(), Attr { value: Value::unknown(why), ..attr.clone() }))
    }

    fn budget(&self) -> &Budget {
        &self.budget
    }
}

/// The value of a JSONata expression that is a single literal.
fn literal(expression: &str) -> Option<Value> {
    let quoted = |quote: char| expression.strip_prefix(quote)?.strip_suffix(quote);
    match (expression, quoted('\'').or_else(|| quoted('"'))) {
        ("true", _) => Some(Value::Bool(true)),
        ("false", _) => Some(Value::Bool(false)),
        (_, Some(text)) => (!text.contains(['\'', '"', '\\'])).then(|| Value::string(text)),
        _ => Number::parse(expression).map(Value::number),
    }
}
