//! Words that may name the environment a stack belongs to: parameters called so, and the file's name.
//!
//! Called by `stack` once a root template is read. It must not know which words tell environments.

use super::evaluate::Evaluator;
use crate::files;
use crate::input::tree::Node;
use crate::model::native::Signal;

/// The signals of a root stack.
pub(super) fn of(evaluator: &Evaluator<'_>) -> Vec<Signal> {
    let parameters = evaluator.template.sections("Parameters").flat_map(Node::entries);
    let named = parameters.filter_map(|(key, _)| {
        let name = key.as_str().filter(|name| names_environment(name))?;
        let attr = evaluator.parameter(name, key.span())?;
        let text = attr.value.scalar_text()?;
        Some(Signal { source: format!("parameter {name}").into(), text, strong: true, at: Some(attr.decided_at()) })
    });
    let file = Signal::of_file(files::stem(&evaluator.template.path));
    named.chain(std::iter::once(file)).collect()
}

/// Whether one of a name's words is `Env`, `Environment` or `Stage`.
fn names_environment(name: &str) -> bool {
    let starts = name.char_indices().filter(|(_, c)| c.is_ascii_uppercase() || !c.is_alphanumeric()).map(|(at, _)| at);
    let mut cuts: Vec<usize> = std::iter::once(0).chain(starts).chain(std::iter::once(name.len())).collect();
    cuts.dedup();
    let word = |cut: &[usize]| match cut {
        [from, to] => {
            name.get(*from..*to).unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
        }
        _ => String::new(),
    };
    let upper = name.to_lowercase();
    matches!(upper.as_str(), "env" | "environment" | "stage")
        || cuts.windows(2).any(|cut| matches!(word(cut).as_str(), "env" | "environment" | "stage"))
}
