//! What stands alone on a line of YAML without being known: it may be a value, further keys, further items.
//!
//! Called by `render`. It looks at the lines around it; where it guesses wrong the document does not parse.

/// How a part that is not known is written so that YAML takes it for what it may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// A value, or a part of one.
    Value,
    /// Keys of the mapping around it.
    Keys,
    /// Items of the list around it.
    Items,
    /// Nothing: another part on the line speaks for it.
    Nothing,
}

impl Form {
    /// What is written before and after the mark.
    pub fn around(self) -> (&'static str, &'static str) {
        match self {
            Form::Keys => ("", ": 0"),
            Form::Items => ("- ", ""),
            Form::Value | Form::Nothing => ("", ""),
        }
    }
}

/// Stands for a part that is not known while lines are looked at.
const HOLE: char = '\u{1}';

/// A line with something on it.
struct Line<'t> {
    indent: usize,
    content: &'t str,
    /// Positions among the unknown parts, where it has nothing else.
    alone: Option<std::ops::Range<usize>>,
}

/// The form of each part; `None` parts are not known.
pub(super) fn forms(parts: &[Option<&str>]) -> Vec<Form> {
    let mut forms = vec![Form::Value; parts.len()];
    let text: String = parts.iter().map(|part| part.map_or(String::from(HOLE), str::to_owned)).collect();
    if text.trim_start().starts_with(['{', '[']) {
        return forms;
    }
    let unknown: Vec<usize> = (0..parts.len()).filter(|at| parts.get(*at).is_some_and(Option::is_none)).collect();
    let lines = lines(&text);
    for (at, line) in lines.iter().enumerate() {
        for (number, hole) in line.alone.iter().flat_map(|alone| alone.clone()).enumerate() {
            let form = if number == 0 { form(&lines, at) } else { Form::Nothing };
            if let Some(slot) = unknown.get(hole).and_then(|part| forms.get_mut(*part)) {
                *slot = form;
            }
        }
    }
    forms
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut holes = 0;
    let mut lines = Vec::new();
    for line in text.lines() {
        let content = line.trim();
        let here = holes;
        holes += line.matches(HOLE).count();
        if !content.is_empty() && !content.starts_with('#') {
            let indent = line.len() - line.trim_start().len();
            let alone = content.chars().all(|c| c == HOLE || c.is_whitespace()).then_some(here..holes);
            lines.push(Line { indent, content, alone });
        }
    }
    lines
}

fn form(lines: &[Line<'_>], at: usize) -> Form {
    let Some(own) = lines.get(at) else { return Form::Value };
    let known = |line: &&Line<'_>| line.alone.is_none();
    let is_boundary = |line: &Line<'_>| line.content.starts_with("---");
    let before = lines.iter().take(at).rev().filter(known).find(|line| line.indent <= own.indent);
    let after = lines.iter().skip(at + 1).find(known).filter(|line| line.indent == own.indent);
    let siblings = |line: &Line<'_>| if line.content.starts_with("- ") { Form::Items } else { Form::Keys };
    match (before.filter(|line| !is_boundary(line)), after.filter(|line| !is_boundary(line))) {
        (Some(line), _) | (None, Some(line)) if line.indent == own.indent => siblings(line),
        (_, Some(line)) => siblings(line),
        (Some(line), None) if !line.content.ends_with(':') => Form::Keys,
        _ => Form::Value,
    }
}
