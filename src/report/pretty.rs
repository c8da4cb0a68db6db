//! `--output pretty`: what a person reads in a terminal. The only file that knows miette, which draws the frames of
//! source text; everything around them is ours.

use super::blocks::{Block, blocks};
use super::excerpt::{Excerpt, Excerpts};
use super::money::Currency;
use super::paint::{Ink, paint};
use super::text::{clean, count, wrap};
use super::totals::Totals;
use super::{Emit, Run, View, summary};
use crate::finding::{Finding, Label, Severity};
use crate::source::SourceMap;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteSpanContents, SourceCode, SourceSpan};
use std::fmt;
use std::io::{self, Write};

/// Places listed of a folded rule.
const MAX_PLACES: usize = 10;
/// Columns of the keys `help`, `saves`, … before the colon.
const KEY: usize = 7;

/// Frames, help and money.
pub struct Pretty;

impl Emit for Pretty {
    fn name(&self) -> &'static str {
        "pretty"
    }

    fn emit(&self, run: &Run, sources: &SourceMap, view: &View, out: &mut dyn Write) -> io::Result<()> {
        let mut page =
            Page { sources, currency: &run.currency, view, excerpts: Excerpts::new(run, sources, view), out };
        for block in blocks(run, view) {
            page.block(&block)?;
        }
        page.errors(run)?;
        page.summary(run)
    }
}

/// Where the report is written, and what all its parts need.
struct Page<'a> {
    sources: &'a SourceMap,
    currency: &'a Currency,
    view: &'a View,
    excerpts: Excerpts<'a>,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn block(&mut self, block: &Block<'_>) -> io::Result<()> {
        let lead = block.lead;
        self.headline(lead.severity, &lead.rule, &lead.message)?;
        let (labels, more) = lead.shown_labels();
        self.frames(lead.severity, &lead.primary, labels)?;
        if more > 0 {
            self.field("and", Ink::Dim, &count(more, "more place"))?;
        }
        self.field("on", Ink::Dim, &self.subject(lead))?;
        if let Some(condition) = &lead.condition {
            let text = format!("depending on `{condition}`; not counted in the totals");
            self.field("only", Ink::Dim, &text)?;
        }
        if !lead.help.is_empty() {
            self.field("help", Ink::Cyan, &lead.help)?;
        }
        if let Some(money) = lead.saving.as_ref().and_then(|saving| self.currency.explained(saving)) {
            self.field("saves", Ink::Green, &money)?;
        }
        if block.folded {
            self.places(&block.others)?;
        } else {
            for other in &block.others {
                self.field("also", Ink::of(other.severity), &self.in_short(other))?;
            }
        }
        writeln!(self.out)
    }

    fn headline(&mut self, severity: Severity, name: &str, message: &str) -> io::Result<()> {
        let title = self.paint(Ink::of(severity), &format!("{}[{name}]", severity.name()));
        writeln!(self.out, "{title}: {}", self.paint(Ink::Bold, &clean(message)))
    }

    /// `module.train.aws_x.y, called at main.tf:3:1 → a/main.tf:5:1, also at main.tf:9:1`.
    fn subject(&self, finding: &Finding) -> String {
        let subject = &finding.subject;
        let mut text = subject.address.clone();
        if subject.count > 1 {
            text.push_str(&format!(" (× {})", subject.count));
        }
        let (calls, more) = subject.shown_calls();
        let calls: Vec<String> = calls.iter().map(|call| self.view.place(self.sources, call.span)).collect();
        let (way, others) = calls.split_at(subject.depth.min(calls.len()));
        if !way.is_empty() {
            text.push_str(&format!(", called at {}", way.join(" → ")));
        }
        if !others.is_empty() {
            text.push_str(&format!(", also at {}", others.join(", ")));
        }
        if more > 0 {
            text.push_str(&format!(" and {}", count(more, "more call")));
        }
        text
    }

    /// `warning[rule] message; saves $12.40/h (path:line:column)`.
    fn in_short(&self, finding: &Finding) -> String {
        let money = finding.saving.as_ref().and_then(|saving| self.currency.saving(saving));
        let money = money.map_or(String::new(), |money| format!("; saves {money}"));
        let place = self.view.place(self.sources, finding.primary.span);
        format!("{}[{}] {}{money} ({place})", finding.severity.name(), finding.rule, finding.message)
    }

    /// The other findings of a folded rule.
    fn places(&mut self, others: &[&Finding]) -> io::Result<()> {
        self.field("same", Ink::Dim, &format!("{} more like this:", others.len()))?;
        for other in others.iter().take(MAX_PLACES) {
            let place = self.view.place(self.sources, other.primary.span);
            let money = other.saving.as_ref().and_then(|saving| self.currency.saving(saving));
            let money = money.map_or(String::new(), |money| format!(", {money}"));
            let files = other.under_files().map_or(String::new(), |files| format!(" {files}"));
            writeln!(self.out, "{:KEY$}  {place} {}{}{money}", "", clean(&other.subject.address), clean(&files))?;
        }
        match others.len().saturating_sub(MAX_PLACES) {
            0 => Ok(()),
            more => writeln!(self.out, "{:KEY$}  and {more} more, --output concise lists them", ""),
        }
    }

    /// `   help: text`, wrapped under itself.
    fn field(&mut self, key: &str, ink: Ink, text: &str) -> io::Result<()> {
        let room = match self.view.width {
            0 => 0,
            width => width.saturating_sub(KEY + 2).max(20),
        };
        let key = self.paint(ink, &format!("{key:>KEY$}:"));
        for (index, line) in wrap(&clean(text), room).iter().enumerate() {
            match index {
                0 => writeln!(self.out, "{key} {line}")?,
                _ => writeln!(self.out, "{:KEY$}  {line}", "")?,
            }
        }
        Ok(())
    }

    fn frames(&mut self, severity: Severity, primary: &Label, labels: &[Label]) -> io::Result<()> {
        let excerpts = self.excerpts.around(primary, labels);
        excerpts.iter().try_for_each(|excerpt| write!(self.out, "{}", draw(excerpt, severity, self.view.colour)))
    }

    fn errors(&mut self, run: &Run) -> io::Result<()> {
        for error in &run.errors {
            self.headline(Severity::Error, error.code, &error.message)?;
            match error.span {
                Some(span) => {
                    self.frames(Severity::Error, &Label { span, text: String::new(), sensitive: false }, &[])?
                }
                None => self.field("file", Ink::Dim, &self.view.path(&error.path))?,
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn summary(&mut self, run: &Run) -> io::Result<()> {
        let sections = summary::sections(run, self.sources, self.view);
        for line in &sections {
            writeln!(self.out, "{line}")?;
        }
        if !sections.is_empty() {
            writeln!(self.out)?;
        }
        let counts = self.paint(Ink::Bold, &summary::counts(run, self.view));
        writeln!(self.out, "{counts} in {}", summary::extent(run))?;
        let table = summary::table(&Totals::of(run), self.currency);
        for (index, line) in table.iter().enumerate() {
            let line = if index == 0 { self.paint(Ink::Dim, line) } else { line.clone() };
            writeln!(self.out, "  {line}")?;
        }
        for hint in summary::hints(run, self.view) {
            writeln!(self.out, "{hint}")?;
        }
        if run.active().any(|finding| finding.severity > Severity::Note) {
            writeln!(self.out, "`mlcost-lint explain RULE` tells more about a rule.")?;
        }
        Ok(())
    }

    fn paint(&self, ink: Ink, text: &str) -> String {
        paint(self.view.colour, ink, text)
    }
}

/// What miette draws: an excerpt and no words of its own.
#[derive(Debug)]
struct Frame<'a> {
    excerpt: &'a Excerpt,
    severity: Severity,
}

/// A frame around an excerpt.
fn draw(excerpt: &Excerpt, severity: Severity, colour: bool) -> String {
    let mut theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let styles = &mut theme.styles;
    styles.link = styles.linum;
    let main = match severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
        Severity::Note => styles.advice,
    };
    styles.highlights = excerpt.marks.iter().map(|mark| if mark.primary { main } else { styles.help }).collect();
    let handler = GraphicalReportHandler::new_themed(theme).with_wrap_lines(false).without_primary_span_start();
    let mut text = String::new();
    if handler.render_report(&mut text, &Frame { excerpt, severity }).is_err() {
        return format!("  [{}]\n", excerpt.name);
    }
    // The first line would be the message, which is printed already.
    text.split_once('\n').map_or(String::new(), |(_, frame)| frame.to_owned())
}

impl fmt::Display for Frame<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Frame<'_> {}

impl miette::Diagnostic for Frame<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.marks.iter().map(|mark| {
            let text = Some(mark.text.clone()).filter(|text| !text.is_empty());
            let span = SourceSpan::from(mark.range.clone());
            match mark.primary {
                true => LabeledSpan::new_primary_with_span(text, span),
                false => LabeledSpan::new_with_span(text, span),
            }
        })))
    }
}

impl SourceCode for Excerpt {
    /// Always the whole excerpt: it has been cut to what is to be shown, so nothing is searched or rescanned.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, miette::MietteError> {
        let all = SourceSpan::from(0..self.text.len());
        let lines = self.text.lines().count();
        let data = self.text.as_bytes();
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, all, self.first_line, 0, lines)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_page() {
        let (run, sources) = fixture::run();
        insta::assert_snapshot!("plain", fixture::emitted(&Pretty, &run, &sources, &View::default()));
        let all =
            View { notes: true, show_unknown: true, show_files: true, colour: true, width: 80, ..View::default() };
        insta::assert_snapshot!("everything_in_colour", fixture::emitted(&Pretty, &run, &sources, &all));
    }

    #[test]
    fn many_of_one_rule_are_one_block() {
        let (mut run, sources) = fixture::run();
        let one = run.findings.remove(2);
        run.findings = vec![one; 13];
        for (number, finding) in run.findings.iter_mut().enumerate() {
            finding.subject.address = format!("aws_nat_gateway.n{number}");
        }
        insta::assert_snapshot!(fixture::emitted(&Pretty, &run, &sources, &View::default()));
    }

    #[test]
    fn secrets_stay_secret() {
        let (run, sources) = fixture::run();
        let all = View { notes: true, show_unknown: true, show_files: true, ..View::default() };
        assert!(!fixture::emitted(&Pretty, &run, &sources, &all).contains("s3cr3t"));
    }

    #[test]
    fn any_place_can_be_drawn() {
        let sources = SourceMap::new();
        let text = format!("\u{feff}é\t\r\n\r\n🦀\u{1b}\n{}\nb", "ab ".repeat(90));
        let id = sources.add("a.tf", text.as_str());
        let offsets: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for (index, start) in offsets.iter().enumerate() {
            for end in offsets[index..].iter().step_by(7) {
                let span = crate::source::Span::new(id, *start..*end);
                let label = Label { span, text: "here".into(), sensitive: start % 3 == 0 };
                let other = Label { span: crate::source::Span::new(id, 5..*end.max(&5)), ..label.clone() };
                let mut finding = fixture::finding(&sources, "r", "spot", "m", label, "a.b");
                finding.labels.push(other);
                let run = Run { findings: vec![finding], ..Run::default() };
                let drawn = fixture::emitted(&Pretty, &run, &sources, &View::default());
                assert!(drawn.contains("here"), "{start}..{end}: {drawn}");
            }
        }
    }

    #[test]
    fn a_value_that_many_pass_on_draws_a_few_places() {
        let sources = SourceMap::new();
        let id = sources.add("a.tf", "abcdefghij".repeat(2));
        let label = |at: usize| Label {
            span: crate::source::Span::new(id, at..at + 1),
            text: format!("place {at}"),
            sensitive: false,
        };
        let mut finding = fixture::finding(&sources, "r", "spot", "m", label(0), "a.b");
        finding.labels = (1..12).map(label).collect();
        let run = Run { findings: vec![finding], ..Run::default() };
        let drawn = fixture::emitted(&Pretty, &run, &sources, &View::default());
        assert!(drawn.contains("place 8") && !drawn.contains("place 9"), "{drawn}");
        assert!(drawn.contains("and: 3 more places"), "{drawn}");
    }

    #[test]
    fn nothing_found() {
        let run = Run { files: 3, resources: 9, ..Run::default() };
        let text = fixture::emitted(&Pretty, &run, &SourceMap::new(), &View::default());
        assert_eq!(text, "no findings in 3 files, 9 resources\n");
    }
}
