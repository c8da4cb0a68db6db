//! `--output github`: workflow commands, which GitHub shows beside the changed lines.
//!
//! Paths are relative to the project root: that is what GitHub joins them to, whatever the step's working directory.

use super::{Emit, Run, View, summary};
use crate::finding::Severity;
use crate::source::{SourceMap, Span};
use std::io::{self, Write};

/// The workflow commands.
pub struct GitHub;

impl Emit for GitHub {
    fn name(&self) -> &'static str {
        "github"
    }

    fn emit(&self, run: &Run, sources: &SourceMap, view: &View, out: &mut dyn Write) -> io::Result<()> {
        for finding in run.active().filter(|finding| view.notes || finding.severity > Severity::Note) {
            let mut message = finding.message.clone();
            if let Some(condition) = &finding.condition {
                message.push_str(&format!(" (depending on `{condition}`)"));
            }
            if !finding.help.is_empty() {
                message.push_str(&format!("\nhelp: {}", finding.help));
            }
            if let Some(money) = finding.saving.as_ref().and_then(|saving| run.currency.explained(saving)) {
                message.push_str(&format!("\nsaves: {money}"));
            }
            let place = properties(sources, finding.primary.span);
            command(out, finding.severity, &place, &finding.rule, &message)?;
        }
        for error in &run.errors {
            let place = match error.span {
                Some(span) => properties(sources, span),
                None => format!("file={}", property(&error.path)),
            };
            command(out, Severity::Error, &place, error.code, &error.message)?;
        }
        writeln!(out, "{} in {}", summary::counts(run, view), summary::extent(run))
    }
}

fn command(out: &mut dyn Write, severity: Severity, place: &str, name: &str, message: &str) -> io::Result<()> {
    let command = match severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let title = property(&format!("{} {name}", env!("CARGO_PKG_NAME")));
    writeln!(out, "::{command} {place},title={title}::{}", data(message))
}

/// `file=…,line=…,endLine=…`, and columns where the place is on one line: GitHub refuses them on several.
fn properties(sources: &SourceMap, span: Span) -> String {
    let span = sources.in_file(span);
    let source = sources.get(span.source);
    let (start, end) = (source.position(span.start), source.position(span.end));
    let mut text = format!("file={},line={},endLine={}", property(&source.path), start.line, end.line);
    if start.line == end.line {
        text.push_str(&format!(",col={},endColumn={}", start.column, end.column));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn commands() {
        let (run, sources) = fixture::run();
        let notes = View { notes: true, ..View::default() };
        insta::assert_snapshot!(fixture::emitted(&GitHub, &run, &sources, &notes));
    }

    #[test]
    fn text_cannot_end_a_command_or_a_property() {
        assert_eq!(property("a,b: 100%\r\n::error"), "a%2Cb%3A 100%25%0D%0A%3A%3Aerror");
        assert_eq!(data("50 % off\n::error"), "50 %25 off%0A::error");
    }

    #[test]
    fn a_place_over_lines_has_no_columns() {
        let sources = SourceMap::new();
        let id = sources.add("a,b.tf", "x {\n}\n");
        assert_eq!(properties(&sources, Span::new(id, 0..5)), "file=a%2Cb.tf,line=1,endLine=2");
        assert_eq!(properties(&sources, Span::new(id, 0..1)), "file=a%2Cb.tf,line=1,endLine=1,col=1,endColumn=2");
    }
}
