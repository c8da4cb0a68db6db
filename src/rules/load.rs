//! Reads a rule file and checks what can be told without its expressions.
//!
//! Called by `set`. Mistakes point into the file.

use super::file::{Cases, RuleFile};
use super::spans;
use super::suggest::did_you_mean;
use crate::source::{SourceId, Span};

/// Bytes of a rule file.
const MAX_FILE: usize = 256 << 10;

/// Something wrong in a rule file.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleError {
    /// Where, in the rule file.
    pub span: Span,
    /// What, one clause.
    pub message: String,
    /// What to write instead; may be empty.
    pub help: String,
}

impl RuleError {
    pub(super) fn at(source: SourceId, file: &str, path: &str, message: impl Into<String>) -> RuleError {
        let span = Span::new(source, spans::locate(file, path));
        RuleError { span, message: message.into(), help: String::new() }
    }
}

/// Reads one file. `path` gives the name it must have.
pub fn read(source: SourceId, path: &str, text: &str) -> Result<RuleFile, RuleError> {
    if text.len() > MAX_FILE {
        return Err(RuleError::at(source, "", "", format!("a rule file may have {} KiB at most", MAX_FILE >> 10)));
    }
    let file: RuleFile = match text.starts_with('{') {
        // The built-in ones come as JSON, which is YAML too but reads faster; a mistake in it is found by the latter.
        true => serde_json::from_str(text).or_else(|_| serde_yaml::from_str(text)),
        false => serde_yaml::from_str(text),
    }
    .map_err(|error| syntax(source, text, &error))?;
    let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".yaml")).unwrap_or_default();
    let wrong = |path: &str, message: String| Err(RuleError::at(source, text, path, message));
    let kebab = file
        .name
        .split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    if !kebab {
        return wrong("name", "a name is lower-case words joined by `-`".into());
    }
    if file.name != stem {
        return wrong("name", format!("the file is called `{stem}.yaml`, its rule must be `{stem}`"));
    }
    if file.kinds.is_empty() {
        return wrong("kinds", "a rule judges at least one kind".into());
    }
    if !last_is_plain(&file.severity) {
        return wrong("severity", "the last case has no `when`, so that one always applies".into());
    }
    if !last_is_plain(&file.confidence) {
        return wrong("confidence", "the last case has no `when`, so that one always applies".into());
    }
    Ok(file)
}

fn last_is_plain<T>(cases: &Cases<T>) -> bool {
    cases.0.last().is_some_and(|case| case.when.is_none())
}

/// The folder a rule stands in.
pub fn lever(path: &str) -> &str {
    path.rsplit('/').nth(1).unwrap_or_default()
}

fn syntax(source: SourceId, text: &str, error: &serde_yaml::Error) -> RuleError {
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or_default().to_owned();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message.contains("unknown field") || message.contains("unknown variant");
    let word = quoted.next().filter(|_| unknown);
    let help = word.map(|word| did_you_mean(word, quoted)).unwrap_or_default();
    let near = error.location().map_or(0, |at| line_start(text, at.line()));
    let span = match word.and_then(|word| text.get(near..)?.find(word).map(|at| (near + at, word.len()))) {
        Some((start, length)) => start..start + length,
        None => {
            let line = text.get(near..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            let indent = line.len() - line.trim_start().len();
            near + indent..near + line.len()
        }
    };
    let message = if unknown { message.split(", expected").next().unwrap_or_default().to_owned() } else { message };
    RuleError { span: Span::new(source, span), message, help }
}

fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    const RULE: &str = "name: a-b\nseverity: warning\nconfidence: high\nsince: 0.1.0\nkinds: [job]\nwhen: r.flag\nmessage: m\nlabel: r.flag\nwhy: w\nfix: f\n";

    fn mistake(text: &str) -> (String, String, String) {
        let sources = SourceMap::new();
        let source = sources.add("rules/spot/a-b.yaml", text);
        let error = read(source, "rules/spot/a-b.yaml", text).unwrap_err();
        (sources.text(error.span), error.message, error.help)
    }

    #[test]
    fn a_rule_reads_and_cases_have_two_forms() {
        let source = SourceMap::new().add("a-b.yaml", RULE);
        let file = read(source, "rules/spot/a-b.yaml", RULE).unwrap();
        assert_eq!(file.severity.0.len(), 1);
        let several = RULE.replace("severity: warning", "severity: [{when: r.flag, is: error}, {is: note}]");
        assert_eq!(read(source, "rules/spot/a-b.yaml", &several).unwrap().severity.0.len(), 2);
        assert_eq!(lever("rules/spot/a-b.yaml"), "spot");
    }

    #[test]
    fn mistakes_point_at_themselves_and_suggest() {
        let (at, message, help) = mistake(&RULE.replace("since:", "sinse:"));
        assert_eq!((at.as_str(), help.as_str()), ("sinse", "did you mean `since`?"), "{message}");
        let (at, message, help) = mistake(&RULE.replace("warning", "waring"));
        assert_eq!((at.as_str(), help.as_str()), ("waring", "did you mean `warning`?"), "{message}");
        assert_eq!(mistake(&RULE.replace("a-b", "a-c")).0, "a-c");
        assert_eq!(mistake(&RULE.replace("[job]", "[]")).1, "a rule judges at least one kind");
        let (at, message, _) = mistake(&RULE.replace("warning", "[{when: r.flag, is: note}]"));
        assert!(message.contains("last case"), "{at}: {message}");
        assert!(mistake(&RULE.replace("fix: f\n", "")).1.contains("fix"));
        assert!(!mistake("a: [").1.is_empty());
    }
}
