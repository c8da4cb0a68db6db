//! Makefiles: their recipes and variables as one script.
//!
//! Called by the frontend. Conditionals become those of the shell; what `define` holds is left out.

use super::base;
use crate::input::Context;
use crate::input::shell::Script;
use crate::input::view::View;
use crate::source::{Source, SourceId, Span};
use std::ops::Range;

pub(super) fn is_file(path: &str) -> bool {
    let name = base(path);
    matches!(name, "Makefile" | "makefile" | "GNUmakefile") || name.starts_with("Makefile.") || name.ends_with(".mk")
}

pub(super) fn scripts(_: &Context<'_>, source: &Source) -> Vec<Script> {
    let mut reader = Reader {
        text: &source.text,
        source: source.id,
        view: View::within(Span::new(source.id, 0..source.text.len())),
    };
    let (mut start, mut defining) = (0, false);
    while let Some(line) = reader.line(start) {
        start = line.end;
        let text = reader.text.get(line.clone()).unwrap_or_default();
        match text.split_whitespace().next() {
            Some("define") => defining = true,
            Some("endef") => defining = false,
            _ if defining => {}
            _ => reader.statement(line),
        }
    }
    vec![Script::of(reader.view)]
}

struct Reader<'t> {
    text: &'t str,
    source: SourceId,
    view: View,
}

impl Reader<'_> {
    /// The line that starts at a byte, with those that go on with it.
    fn line(&self, start: usize) -> Option<Range<usize>> {
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            end += line.len();
            if !line.trim_end_matches(['\n', '\r']).ends_with('\\') {
                break;
            }
        }
        Some(start..start + end)
    }

    fn statement(&mut self, line: Range<usize>) {
        let text = self.text.get(line.clone()).unwrap_or_default();
        if text.starts_with('\t') {
            let command = text.trim_start_matches(['\t', ' ', '@', '-', '+']);
            self.expanded(line.end - command.len()..line.end);
            return;
        }
        let words: Vec<&str> = text.split_whitespace().take(2).collect();
        match words.as_slice() {
            ["ifeq" | "ifneq" | "ifdef" | "ifndef", ..] => self.condition("if [ x ]; then :\n", line),
            ["else", "ifeq" | "ifneq" | "ifdef" | "ifndef"] => self.condition("elif [ x ]; then :\n", line),
            ["else", ..] => self.condition("else :\n", line),
            ["endif", ..] => self.condition("fi\n", line),
            _ => self.variable(line),
        }
    }

    fn condition(&mut self, shell: &str, line: Range<usize>) {
        let text = self.text.get(line.clone()).unwrap_or_default();
        self.view.keep(shell, self.span(line.start..line.start + text.trim_end().len()));
    }

    /// `NAME = value`, in any of its forms.
    fn variable(&mut self, line: Range<usize>) {
        let text = self.text.get(line.clone()).unwrap_or_default();
        let Some(equals) = text.find('=') else { return };
        let (left, right) = (text.get(..equals).unwrap_or_default(), text.get(equals + 1..).unwrap_or_default());
        let left = left.trim_start().trim_start_matches("export ").trim_start_matches("override ");
        let operator = left.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').trim();
        let name = left.trim_end_matches([':', '?', '+', ' ', '\t']);
        if name.is_empty() || !matches!(operator, "" | ":" | "::" | "?" | "+") {
            return;
        }
        let comment = right.find(" #").unwrap_or(right.len());
        let right = right.get(..comment).unwrap_or_default();
        let value = right.trim();
        let start = line.start + equals + 1 + right.len() - right.trim_start().len();
        let is_quoted =
            value.len() > 1 && ['"', '\''].iter().any(|quote| value.starts_with(*quote) && value.ends_with(*quote));
        let quote = if is_quoted { "" } else { "\"" };
        self.view.add(&format!("{name}{}={quote}", if operator == "+" { "+" } else { "" }));
        self.view.add(if operator == "+" { " " } else { "" });
        self.expanded(start..start + value.len());
        self.view.add(&format!("{quote}\n"));
    }

    /// Text in which make has replaced its variables: `$(NAME)` is `${NAME}` to the shell, and `$$` is `$`.
    fn expanded(&mut self, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let mut kept = 0;
        let mut at = 0;
        while let Some(dollar) = text.get(at..).and_then(|rest| rest.find('$')).map(|found| at + found) {
            let rest = text.get(dollar..).unwrap_or_default();
            let name = rest.strip_prefix("$(").and_then(|rest| rest.get(..rest.find(')')?));
            let is_name =
                |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            at = dollar + 1;
            if rest.starts_with("$$") {
                self.keep(range.start, kept..dollar);
                kept = dollar + 1;
                at = dollar + 2;
            } else if let Some(name) = name.filter(is_name) {
                self.keep(range.start, kept..dollar);
                at = dollar + name.len() + 3;
                let place = self.span(range.start + dollar..range.start + at);
                self.view.keep(&format!("${{{name}}}"), place);
                kept = at;
            }
        }
        self.keep(range.start, kept..text.len());
    }

    fn keep(&mut self, base: usize, range: Range<usize>) {
        let range = base + range.start..base + range.end;
        let text = self.text.get(range.clone()).unwrap_or_default();
        self.view.keep(text, self.span(range));
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range)
    }
}
