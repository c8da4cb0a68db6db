//! Parameters that the user gave in files: the list of the command line interface, a map, a map below `Parameters`, a
//! list of `NAME=VALUE`, or the overrides in a configuration file of the serverless command (`samconfig.toml`).
//!
//! Read once by the frontend. It must not know which template declares what.

use crate::input::tree::{self, Node, TreeError};
use crate::input::{Context, InputError};
use crate::model::value::{Attr, Str, Value, Why, WhyCode};
use crate::source::{SourceMap, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// Parameters by name, each value where the file states it. Values are text: a parameter's type decides what it is.
#[derive(Default)]
pub(super) struct Given(HashMap<Str, Attr>);

impl Given {
    /// Reads the files in order; later ones win.
    pub fn read(context: &Context<'_>) -> (Given, Vec<InputError>) {
        let mut given = Given::default();
        let mut errors = Vec::new();
        for path in &context.options.parameter_files {
            let error = |span, code, message: String| InputError { path: Arc::from(&**path), span, code, message };
            let parsed = match context.load(path) {
                Ok((source, _)) if path.ends_with(".toml") => {
                    tree::parse_toml(context.sources, source).map(|root| vec![root])
                }
                Ok((source, _)) => tree::parse(context.sources, source),
                Err(reason) => {
                    errors.push(error(None, "unreadable-input", format!("cannot be read: {reason}")));
                    continue;
                }
            };
            match parsed {
                Ok(roots) => roots.iter().for_each(|root| given.take(context.sources, root)),
                Err(TreeError { message, span }) => errors.push(error(Some(span), "syntax-error", message)),
            }
        }
        (given, errors)
    }

    /// A parameter's value.
    pub fn get(&self, name: &str) -> Option<&Attr> {
        self.0.get(name)
    }

    fn take(&mut self, sources: &SourceMap, node: &Node) {
        if let Some(overrides) = serverless_overrides(node) {
            return match overrides.as_str() {
                Some(_) => self.take_overrides(sources, overrides),
                None => self.take(sources, overrides),
            };
        }
        if let Some(inner) = node.get("Parameters").filter(|inner| inner.scalar().is_none()) {
            return self.take(sources, inner);
        }
        for item in node.items() {
            match (item.get("ParameterKey").and_then(Node::as_str), item.get("ParameterValue")) {
                (Some(name), Some(value)) => self.set(name, value),
                // Whatever the stack has now.
                (Some(name), None) => {
                    let why = Why::new(WhyCode::LookedUpAtDeployment, name, item.span());
                    self.0.insert(name.into(), Attr::unknown(why, item.span()));
                }
                (None, _) => self.take_overrides(sources, item),
            }
        }
        for (key, value) in node.entries() {
            if let Some(name) = key.as_str() {
                self.set(name, value);
            }
        }
    }

    fn set(&mut self, name: &str, value: &Node) {
        let text = match value.scalar() {
            Some(scalar) => scalar.text.clone(),
            // A list where a list of text separated by commas is meant.
            None => match value.items().iter().map(Node::as_str).collect::<Option<Vec<_>>>() {
                Some(items) if !value.is_mapping() => items.join(",").into(),
                _ => return,
            },
        };
        self.0.insert(name.into(), Attr::new(Value::String(text), value.span()));
    }

    /// `Name=Value Other="two words"`, or `ParameterKey=Name,ParameterValue=Value`.
    fn take_overrides(&mut self, sources: &SourceMap, node: &Node) {
        let Some(scalar) = node.scalar() else { return };
        for (at, word) in words(&scalar.text) {
            let Some((name, value)) = assignment(&word) else { continue };
            let place = place(sources, node.content(), at, &name, &value);
            self.0.insert(name.into(), Attr::new(Value::string(value), place));
        }
    }
}

/// The overrides in a configuration file of the serverless command, for the default environment.
fn serverless_overrides(root: &Node) -> Option<&Node> {
    let environment = root.get("default")?;
    let of = |command: &str| environment.get(command)?.get("parameters")?.get("parameter_overrides");
    of("deploy").or_else(|| of("global"))
}

/// Words separated by white space, each with its offset; quotes and backslashes keep it inside a word and are dropped.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    let mut current: Option<(usize, String)> = None;
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if quote.is_none() && !escaped && character.is_whitespace() {
            words.extend(current.take());
            continue;
        }
        let (_, word) = current.get_or_insert_with(|| (at, String::new()));
        match character {
            _ if escaped => {
                word.push(character);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' | '\'' if quote.is_none() => quote = Some(character),
            _ if quote == Some(character) => quote = None,
            _ => word.push(character),
        }
    }
    words.extend(current);
    words
}

fn assignment(word: &str) -> Option<(String, String)> {
    if let Some(rest) = word.strip_prefix("ParameterKey=") {
        let (name, value) = rest.split_once(",ParameterValue=")?;
        return Some((name.into(), value.into()));
    }
    word.split_once('=').map(|(name, value)| (name.into(), value.into()))
}

/// Where a value stands in a text of overrides, from the offset of its word on; the whole text where that differs from
/// how the file writes it.
fn place(sources: &SourceMap, whole: Span, word: usize, name: &str, value: &str) -> Span {
    let raw = sources.text(whole);
    let find = || {
        let from = word + raw.get(word..)?.find(name)? + name.len();
        Some(from + raw.get(from..)?.find(value)?)
    };
    match find().filter(|_| !value.is_empty()) {
        Some(at) => Span::new(whole.source, whole.range().start + at..whole.range().start + at + value.len()),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{Nothing, Overlay};
    use crate::input::Options;
    use std::collections::HashSet;

    fn read(path: &str, text: &str) -> (Vec<(String, String)>, Vec<InputError>) {
        let files = Overlay::new(Nothing, [(path.to_owned(), Arc::from(text))]);
        let options = Options { parameter_files: vec![path.to_owned()], ..Options::default() };
        let (sources, wanted) = (SourceMap::new(), HashSet::new());
        let context = Context { files: &files, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
        let (given, errors) = Given::read(&context);
        let show = |(name, attr): (&Str, &Attr)| {
            let text = attr.value.scalar_text().map_or("?".into(), |text| text.to_string());
            (format!("{name}={text}"), sources.text(attr.at))
        };
        let mut all: Vec<_> = given.0.iter().map(show).collect();
        all.sort();
        (all, errors)
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(value, place)| ((*value).to_owned(), (*place).to_owned())).collect()
    }

    #[test]
    fn every_form_of_a_parameters_file_says_the_same() {
        for (path, text) in [
            (
                "cli.json",
                r#"[{"ParameterKey": "A", "ParameterValue": "x"}, {"ParameterKey": "B", "ParameterValue": "1"}]"#,
            ),
            ("map.json", r#"{"A": "x", "B": "1"}"#),
            ("pipeline.json", r#"{"Parameters": {"A": "x", "B": "1"}, "Tags": {"C": "y"}}"#),
            ("words.json", r#"["A=x", "B=1"]"#),
            (
                "skeleton.yaml",
                "Parameters:\n- ParameterKey: A\n  ParameterValue: x\n- {ParameterKey: B, ParameterValue: 1}\n",
            ),
            ("samconfig.toml", "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = \"A=x B=1\"\n"),
            ("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = ['A=x', 'B=1']\n"),
            ("samconfig.yaml", "default: {global: {parameters: {parameter_overrides: {A: x, B: 1}}}}\n"),
        ] {
            let (all, errors) = read(path, text);
            let values: Vec<_> = all.iter().map(|(value, _)| value.as_str()).collect();
            assert_eq!((values, errors.len()), (vec!["A=x", "B=1"], 0), "{path}");
        }
    }

    #[test]
    fn values_stand_where_the_file_has_them() {
        let text = "[default.deploy.parameters]\nparameter_overrides = \"XA=1 A=\\\"two é\\\" ParameterKey=B,ParameterValue=b E=\"\n";
        let (all, _) = read("samconfig.toml", text);
        assert_eq!(all[0], ("A=two é".into(), "two é".into()));
        assert_eq!(all[1], ("B=b".into(), "b".into()));
        assert!(all[2].1.starts_with('"') && all[2].0 == "E=");
        let (all, _) = read(
            "x.json",
            r#"[{"ParameterKey": "A", "UsePreviousValue": true}, {"ParameterKey": "L", "ParameterValue": ["a", "b"]}]"#,
        );
        assert_eq!(
            all,
            pairs(&[("A=?", r#"{"ParameterKey": "A", "UsePreviousValue": true}"#), ("L=a,b", r#"["a", "b"]"#)])
        );
    }

    #[test]
    fn a_file_that_cannot_be_used_is_an_error() {
        assert_eq!(read("x.toml", "a = ").1[0].code, "syntax-error");
        let files = Nothing;
        let options = Options { parameter_files: vec!["missing.json".into()], ..Options::default() };
        let (sources, wanted) = (SourceMap::new(), HashSet::new());
        let context = Context { files: &files, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
        assert_eq!(Given::read(&context).1[0].code, "unreadable-input");
    }
}
