//! `--output concise`: `path:line:column: severity[rule] message`, a stable form for problem matchers and `grep`.

use super::text::clean;
use super::totals::Totals;
use super::{Emit, Run, View, summary};
use crate::finding::Severity;
use crate::source::SourceMap;
use std::io::{self, Write};

/// One line a finding.
pub struct Concise;

impl Emit for Concise {
    fn name(&self) -> &'static str {
        "concise"
    }

    fn emit(&self, run: &Run, sources: &SourceMap, view: &View, out: &mut dyn Write) -> io::Result<()> {
        for finding in run.active().filter(|finding| view.notes || finding.severity > Severity::Note) {
            let place = view.place(sources, finding.primary.span);
            let severity = finding.severity.name();
            write!(out, "{place}: {severity}[{}] {}", finding.rule, clean(&finding.message))?;
            match &finding.condition {
                Some(condition) => writeln!(out, " (depending on `{}`)", clean(condition))?,
                None => writeln!(out)?,
            }
        }
        for line in summary::errors(run, sources, view).into_iter().chain(summary::sections(run, sources, view)) {
            writeln!(out, "{line}")?;
        }
        let saves = summary::money(&Totals::of(run), &run.currency)
            .map_or(String::new(), |money| format!("; could save {money}"));
        writeln!(out, "{} in {}{saves}", summary::counts(run, view), summary::extent(run))?;
        for hint in summary::hints(run, view) {
            writeln!(out, "{hint}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn quiet_and_complete() {
        let (run, sources) = fixture::run();
        insta::assert_snapshot!("quiet", fixture::emitted(&Concise, &run, &sources, &View::default()));
        let all = View { notes: true, show_unknown: true, show_files: true, ..View::default() };
        insta::assert_snapshot!("complete", fixture::emitted(&Concise, &run, &sources, &all));
    }

    #[test]
    fn a_message_stays_on_its_line() {
        let (mut run, sources) = fixture::run();
        let before = fixture::emitted(&Concise, &run, &sources, &View::default()).lines().count();
        run.findings[0].message = "two\nlines and \u{1b}[2J".into();
        let text = fixture::emitted(&Concise, &run, &sources, &View::default());
        assert_eq!(text.lines().count(), before);
        assert!(!text.contains('\u{1b}'));
    }
}
