//! Expressions of GitHub in scripts: `${{ inputs.type }}` becomes a variable that holds what it stands for.
//!
//! Called by `workflow`. Only plain names are looked up; what else is written is not known.

use crate::input::Context;
use crate::input::view::View;
use crate::model::value::{Attr, Via, Why, WhyCode};
use std::collections::BTreeMap;

/// What names of contexts stand for: `inputs.type`, `matrix.size`.
pub(super) type Values = BTreeMap<String, Attr>;

/// The text with a variable in place of each expression; the variables are added to `variables`.
pub(super) fn filled(context: &Context<'_>, text: &View, values: &Values, variables: &mut Vec<(String, Attr)>) -> View {
    let mut view = text.emptied();
    let mut at = 0;
    while let Some(found) = text.text.get(at..).and_then(|rest| rest.find("${{")) {
        let start = at + found;
        let Some(len) = text.text.get(start..).and_then(|rest| rest.find("}}")) else { break };
        let end = start + len + 2;
        view.copy(text, at..start);
        let name = text.text.get(start + 3..end - 2).unwrap_or_default().trim();
        // What is set in `env` is a variable already.
        let variable = match name.strip_prefix("env.").filter(|name| is_name(name)) {
            Some(name) => name.to_owned(),
            None => {
                let variable = format!("__{}", variables.len());
                let place = text.span(start..end);
                let key = name.strip_prefix("github.event.").unwrap_or(name);
                let value = values.get(key).map(|value| value.passed(Via::VariableDefault, place));
                let written = || context.sources.text(place);
                let unknown = || Attr::unknown(Why::new(WhyCode::NotEvaluated, written(), place), place);
                variables.push((variable.clone(), value.unwrap_or_else(unknown)));
                variable
            }
        };
        let place = text.span(start..end);
        view.keep(&format!("${{{variable}}}"), place);
        at = end;
    }
    view.copy(text, at..text.text.len());
    view
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
