//! The lines of a source around labels, made fit to show: secrets covered, long lines cut around the label, control
//! characters replaced. Only the lines shown are looked at, whatever the size of the file.
//!
//! Called by `pretty`. It must not know how an excerpt is drawn.

use super::text::{clean, safe};
use super::{Run, View};
use crate::finding::{Finding, Label};
use crate::source::{Source, SourceId, SourceMap, Span};
use std::collections::HashMap;
use std::ops::Range;

/// Lines shown before and after a labelled one.
const CONTEXT: usize = 1;
/// Lines between two labels up to which they share an excerpt.
const NEAR: usize = 6;
/// Characters of a line that are shown at most, and at least even if the terminal is narrower.
const MAX_COLUMNS: usize = 200;
const MIN_COLUMNS: usize = 40;
/// Columns that a frame needs beside the text.
const GUTTER: usize = 10;
/// What stands for a secret, whatever its length.
const COVER: &str = "•••";

/// A few neighbouring lines of one source with the labels in them.
#[derive(Debug, PartialEq)]
pub struct Excerpt {
    /// `path:line:column` of the most important label.
    pub name: String,
    /// Number of the first line, from 0.
    pub first_line: usize,
    /// The lines, separated by `\n`, none at the end.
    pub text: String,
    /// Places in `text`, each within one line.
    pub marks: Vec<Mark>,
}

/// A label in an excerpt.
#[derive(Debug, PartialEq)]
pub struct Mark {
    /// Bytes of [`Excerpt::text`].
    pub range: Range<usize>,
    /// The words at it; may be empty.
    pub text: String,
    /// Whether it is the finding's main place.
    pub primary: bool,
}

/// Everything in a run that must never be printed.
#[derive(Default, Debug)]
struct Secrets(HashMap<SourceId, Vec<Range<usize>>>);

impl Secrets {
    /// The sensitive places of all findings, in embedded texts and in the files around them.
    fn of(run: &Run, sources: &SourceMap) -> Secrets {
        let mut secrets = Secrets::default();
        let labels = |finding: &'_ Finding| {
            let labels = finding.labels.iter().chain(&finding.subject.calls).chain([&finding.primary]);
            labels.filter(|label| label.sensitive).map(|label| label.span).collect::<Vec<_>>()
        };
        for span in run.findings.iter().flat_map(labels) {
            let mut around = Some(span);
            while let Some(span) = around {
                secrets.0.entry(span.source).or_default().push(span.range());
                around = sources.outward(span);
            }
        }
        secrets
    }

    fn within(&self, source: SourceId, window: &Range<usize>) -> Vec<Range<usize>> {
        let all = self.0.get(&source).map_or(&[][..], Vec::as_slice);
        all.iter().filter(|secret| secret.start < window.end && window.start < secret.end).cloned().collect()
    }
}

/// A label with its line, while excerpts are put together.
struct Placed<'a> {
    label: &'a Label,
    line: usize,
    primary: bool,
}

/// What makes excerpts.
pub struct Excerpts<'a> {
    sources: &'a SourceMap,
    view: &'a View,
    secrets: Secrets,
    /// Characters of a line that are shown at most.
    columns: usize,
}

impl<'a> Excerpts<'a> {
    /// For all findings of a run. Lines are cut to the terminal's width where there is one.
    pub fn new(run: &Run, sources: &'a SourceMap, view: &'a View) -> Excerpts<'a> {
        let columns = match view.width {
            0 => MAX_COLUMNS,
            width => width.saturating_sub(GUTTER).clamp(MIN_COLUMNS, MAX_COLUMNS),
        };
        Excerpts { sources, view, secrets: Secrets::of(run, sources), columns }
    }

    /// Excerpts for the labels of a finding: the one with the main place first, then the others in the order given.
    pub fn around(&self, primary: &Label, others: &[Label]) -> Vec<Excerpt> {
        let mut by_source: Vec<(SourceId, Vec<Placed<'_>>)> = Vec::new();
        for (index, label) in std::iter::once(primary).chain(others).enumerate() {
            let id = label.span.source;
            let line = self.sources.get(id).line_of(label.span.start);
            let placed = Placed { label, line, primary: index == 0 };
            match by_source.iter_mut().find(|(source, _)| *source == id) {
                Some((_, all)) => all.push(placed),
                None => by_source.push((id, vec![placed])),
            }
        }
        let mut excerpts = Vec::new();
        for (id, mut placed) in by_source {
            let source = self.sources.get(id);
            placed.sort_by_key(|placed| placed.label.span.start);
            let is_cut = |line: usize| source.text[content(&source, line)].chars().nth(self.columns).is_some();
            let is_near = |a: &Placed<'_>, b: &Placed<'_>| b.line - a.line <= NEAR && !is_cut(b.line);
            excerpts.extend(placed.chunk_by(is_near).map(|cluster| self.excerpt(&source, cluster)));
        }
        excerpts.sort_by_key(|excerpt| !excerpt.marks.iter().any(|mark| mark.primary));
        excerpts
    }

    /// One excerpt for labels in order of their place.
    fn excerpt(&self, source: &Source, cluster: &[Placed<'_>]) -> Excerpt {
        let labelled = |line: usize| cluster.iter().filter(move |placed| placed.line == line);
        let first = cluster.first().map_or(0, |placed| placed.line);
        let last = cluster.last().map_or(0, |placed| placed.line);
        let last_of_source = source.line_starts().len() - 1;
        let mut lines: Vec<usize> = (first.saturating_sub(CONTEXT)..=(last + CONTEXT).min(last_of_source)).collect();
        lines.retain(|line| (first..=last).contains(line) || !self.is_blank(source, *line));

        let main = cluster.iter().find(|placed| placed.primary).or(cluster.first());
        let mut excerpt = Excerpt {
            name: main.map_or(String::new(), |placed| self.name(source, placed.label.span)),
            first_line: lines.first().copied().unwrap_or(0),
            text: String::new(),
            marks: Vec::new(),
        };
        for line in lines {
            if line > excerpt.first_line {
                excerpt.text.push('\n');
            }
            let before = excerpt.text.len();
            self.push_line(&mut excerpt, source, line, &labelled(line).collect::<Vec<_>>());
            if excerpt.text.len() == before && labelled(line).next().is_some() {
                // An empty last line would not be drawn, nor its label.
                excerpt.text.push(' ');
            }
        }
        excerpt
    }

    fn is_blank(&self, source: &Source, line: usize) -> bool {
        source.text[content(source, line)].chars().take(self.columns).all(char::is_whitespace)
    }

    fn name(&self, source: &Source, span: Span) -> String {
        let outer = self.view.place(self.sources, span);
        match &source.embedding {
            None => outer,
            Some(embedding) => {
                let line = source.line_of(span.start) + 1;
                if let Some(cell) = embedding.kind.cell() {
                    return format!("{outer}, cell {cell}, line {line}");
                }
                format!("{outer}, line {line} of the embedded {}", embedding.kind.name().replace('_', " "))
            }
        }
    }

    /// Appends a line as it may be shown, and the marks of the labels on it.
    fn push_line(&self, excerpt: &mut Excerpt, source: &Source, line: usize, labels: &[&Placed<'_>]) {
        let whole = content(source, line);
        let shown = self.window(source, &whole, labels.first().map(|placed| placed.label.span.start as usize));
        let covered = self.secrets.within(source.id, &shown);
        let out = &mut excerpt.text;
        // Where each character of the source has gone to.
        let mut places: Vec<(usize, usize)> = Vec::new();
        if shown.start > whole.start {
            out.push('…');
        }
        let mut in_secret = false;
        for (at, character) in source.text[shown.clone()].char_indices() {
            let at = shown.start + at;
            places.push((at, out.len()));
            let secret = covered.iter().any(|range| range.contains(&at));
            match character {
                _ if secret && in_secret => {}
                _ if secret => out.push_str(COVER),
                '\t' => out.push_str("    "),
                other => out.push(safe(other)),
            }
            in_secret = secret;
        }
        let end = out.len();
        if shown.end < whole.end {
            out.push('…');
        }
        let place_of = |offset: u32| {
            let next = places.partition_point(|(at, _)| *at < offset as usize);
            places.get(next).map_or(end, |(_, place)| *place)
        };
        excerpt.marks.extend(labels.iter().map(|placed| Mark {
            range: place_of(placed.label.span.start)..place_of(placed.label.span.end),
            text: clean(&placed.label.text).into_owned(),
            primary: placed.primary,
        }));
    }

    /// The part of a line that is shown: all of it, or as many characters around the label as there is room for.
    fn window(&self, source: &Source, whole: &Range<usize>, label: Option<usize>) -> Range<usize> {
        let text = &source.text;
        let end_from = |start: usize| {
            let rest = text[start..whole.end].char_indices().nth(self.columns);
            rest.map_or(whole.end, |(length, _)| start + length)
        };
        let end = end_from(whole.start);
        match label.filter(|label| end < whole.end && *label > whole.start) {
            None => whole.start..end,
            Some(label) => {
                let back = |from: usize, characters: usize| {
                    let before = text.get(whole.start..from).unwrap_or_default();
                    before.char_indices().rev().nth(characters).map_or(whole.start, |(at, _)| whole.start + at)
                };
                // Near the end of the line there is more room before the label.
                let start = back(label.min(whole.end), self.columns / 3).min(back(whole.end, self.columns - 1));
                start..end_from(start)
            }
        }
    }
}

/// A line's bytes without line break and byte-order mark.
fn content(source: &Source, line: usize) -> Range<usize> {
    let range = source.line_range(line);
    let mark = if source.text[range.clone()].starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    range.start + mark..range.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn only(run: &Run, sources: &SourceMap, label: &Label) -> Excerpt {
        Excerpts::new(run, sources, &View::default()).around(label, &[]).remove(0)
    }

    #[test]
    fn a_huge_line_is_cut_around_the_label() {
        let sources = SourceMap::new();
        let text = format!("{{{}\"größe\": 1{}}}", "é".repeat(2_000_000), " ".repeat(2_000_000));
        let id = sources.add("big.json", text);
        let excerpt = only(&Run::default(), &sources, &fixture::label(&sources, id, "\"größe\"", "here"));
        assert_eq!(excerpt.text.chars().count(), MAX_COLUMNS + 2);
        assert_eq!(&excerpt.text[excerpt.marks[0].range.clone()], "\"größe\"");
        assert_eq!(excerpt.name, "big.json:1:2000002");
    }

    #[test]
    fn secrets_are_covered_wherever_their_line_is_shown() {
        let (run, sources) = fixture::run();
        let lab = &run.findings[3];
        let [label] = &lab.labels[..] else { panic!("one label") };
        let excerpt = only(&run, &sources, label);
        assert!(excerpt.text.contains(r#"tags          = { token = "•••" }"#), "{}", excerpt.text);
        assert_eq!(&excerpt.text[excerpt.marks[0].range.clone()], COVER);
        let context = only(&run, &sources, &lab.primary);
        assert!(!context.text.contains("s3cr3t") && context.text.contains(COVER));
    }

    #[test]
    fn a_label_over_lines_marks_its_first_and_control_characters_are_replaced() {
        let sources = SourceMap::new();
        let id = sources.add("a.tf", "\u{feff}x = {\r\n\ty = \"\u{1b}[2J\"\r\n}\r\n");
        let label = fixture::label(&sources, id, "{\r\n\ty", "");
        let excerpt = only(&Run::default(), &sources, &label);
        assert_eq!(excerpt.text, "x = {\n    y = \"\u{fffd}[2J\"");
        assert_eq!(excerpt.marks[0].range, 4..5);
    }

    #[test]
    fn labels_at_the_end_of_a_file_and_on_empty_lines_have_a_place() {
        let sources = SourceMap::new();
        let id = sources.add("a.tf", "a\n\n");
        for offset in 0..=3 {
            let label = Label { span: Span::new(id, offset..offset), text: String::new(), sensitive: false };
            let excerpt = only(&Run::default(), &sources, &label);
            assert!(excerpt.marks[0].range.end <= excerpt.text.len() && !excerpt.text.is_empty());
        }
    }
}
