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
/// Characters of a line that are shown at most.
const MAX_COLUMNS: usize = 200;
/// Characters of a cut line that are shown before the label.
const BEFORE_LABEL: usize = 60;
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
pub struct Secrets(HashMap<SourceId, Vec<Range<usize>>>);

impl Secrets {
    /// The sensitive places of all findings, in embedded texts and in the files around them.
    pub fn of(run: &Run, sources: &SourceMap) -> Secrets {
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

/// Excerpts for the labels of a finding: the one with the main place first, then the others in the order given.
pub fn excerpts(
    sources: &SourceMap,
    view: &View,
    secrets: &Secrets,
    primary: &Label,
    others: &[Label],
) -> Vec<Excerpt> {
    let mut by_source: Vec<(SourceId, Vec<Placed<'_>>)> = Vec::new();
    for (index, label) in std::iter::once(primary).chain(others).enumerate() {
        let id = label.span.source;
        let line = sources.get(id).line_of(label.span.start);
        let placed = Placed { label, line, primary: index == 0 };
        match by_source.iter_mut().find(|(source, _)| *source == id) {
            Some((_, all)) => all.push(placed),
            None => by_source.push((id, vec![placed])),
        }
    }
    let mut excerpts = Vec::new();
    for (id, mut placed) in by_source {
        let source = sources.get(id);
        placed.sort_by_key(|placed| placed.label.span.start);
        let near = |a: &Placed<'_>, b: &Placed<'_>| b.line - a.line <= NEAR && !is_long(&source, b.line);
        for cluster in placed.chunk_by(near) {
            excerpts.push(excerpt(sources, view, secrets, &source, cluster));
        }
    }
    excerpts.sort_by_key(|excerpt| !excerpt.marks.iter().any(|mark| mark.primary));
    excerpts
}

fn excerpt(sources: &SourceMap, view: &View, secrets: &Secrets, source: &Source, cluster: &[Placed<'_>]) -> Excerpt {
    let is_blank =
        |line: usize| source.text[source.line_range(line)].chars().take(MAX_COLUMNS).all(char::is_whitespace);
    let (first, last) =
        (cluster.first().map_or(0, |placed| placed.line), cluster.last().map_or(0, |placed| placed.line));
    let last_of_source = source.line_starts().len() - 1;
    let mut lines: Vec<usize> = (first.saturating_sub(CONTEXT)..=(last + CONTEXT).min(last_of_source)).collect();
    lines.retain(|line| (first..=last).contains(line) || !is_blank(*line));

    let mut excerpt = Excerpt {
        name: cluster
            .iter()
            .find(|placed| placed.primary)
            .or(cluster.first())
            .map_or(String::new(), |placed| name(sources, view, source, placed.label.span)),
        first_line: lines.first().copied().unwrap_or(0),
        text: String::new(),
        marks: Vec::new(),
    };
    for line in lines {
        if line > excerpt.first_line {
            excerpt.text.push('\n');
        }
        let on_line: Vec<&Placed<'_>> = cluster.iter().filter(|placed| placed.line == line).collect();
        let before = excerpt.text.len();
        push_line(&mut excerpt, source, line, &on_line, secrets);
        if excerpt.text.len() == before && !on_line.is_empty() {
            // An empty last line would not be drawn, nor its label.
            excerpt.text.push(' ');
        }
    }
    excerpt
}

fn name(sources: &SourceMap, view: &View, source: &Source, span: Span) -> String {
    let outer = view.place(sources, span);
    match &source.embedding {
        None => outer,
        Some(embedding) => {
            let line = source.line_of(span.start) + 1;
            format!("{outer}, line {line} of the embedded {}", clean(&embedding.kind.name().replace('_', " ")))
        }
    }
}

/// Appends a line as it may be shown, and the marks of the labels on it.
fn push_line(excerpt: &mut Excerpt, source: &Source, line: usize, labels: &[&Placed<'_>], secrets: &Secrets) {
    let whole = content(source, line);
    let shown = window(source, &whole, labels.first().map(|placed| placed.label.span.start as usize));
    let covered = secrets.within(source.id, &shown);
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
    places.push((shown.end, out.len()));
    if shown.end < whole.end {
        out.push('…');
    }
    let end_of_line = places.last().map_or(0, |(_, place)| *place);
    let place_of = |offset: u32| {
        let next = places.partition_point(|(at, _)| *at < offset as usize);
        places.get(next).map_or(end_of_line, |(_, place)| *place)
    };
    excerpt.marks.extend(labels.iter().map(|placed| Mark {
        range: place_of(placed.label.span.start)..place_of(placed.label.span.end),
        text: clean(&placed.label.text).into_owned(),
        primary: placed.primary,
    }));
}

/// A line's bytes without line break and byte-order mark.
fn content(source: &Source, line: usize) -> Range<usize> {
    let range = source.line_range(line);
    let mark = if source.text[range.clone()].starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    range.start + mark..range.end
}

fn is_long(source: &Source, line: usize) -> bool {
    source.text[content(source, line)].chars().nth(MAX_COLUMNS).is_some()
}

/// The part of a line that is shown: all of it, or [`MAX_COLUMNS`] characters around the label.
fn window(source: &Source, whole: &Range<usize>, label: Option<usize>) -> Range<usize> {
    let text = &source.text;
    let end_from = |start: usize| {
        let rest = text[start..whole.end].char_indices().nth(MAX_COLUMNS);
        rest.map_or(whole.end, |(length, _)| start + length)
    };
    let end = end_from(whole.start);
    match label.filter(|label| end < whole.end && *label > whole.start) {
        None => whole.start..end,
        Some(label) => {
            let before = text.get(whole.start..label.min(whole.end)).unwrap_or_default();
            let before = before.char_indices().rev().nth(BEFORE_LABEL - 1);
            let start = before.map_or(whole.start, |(at, _)| whole.start + at);
            start..end_from(start)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn only(sources: &SourceMap, secrets: &Secrets, label: &Label) -> Excerpt {
        excerpts(sources, &View::default(), secrets, label, &[]).remove(0)
    }

    #[test]
    fn a_huge_line_is_cut_around_the_label() {
        let sources = SourceMap::new();
        let text = format!("{{{}\"größe\": 1{}}}", "é".repeat(2_000_000), " ".repeat(2_000_000));
        let id = sources.add("big.json", text);
        let excerpt = only(&sources, &Secrets::default(), &fixture::label(&sources, id, "\"größe\"", "here"));
        assert_eq!(excerpt.text.chars().count(), MAX_COLUMNS + 2);
        assert_eq!(&excerpt.text[excerpt.marks[0].range.clone()], "\"größe\"");
        assert_eq!(excerpt.name, "big.json:1:2000002");
    }

    #[test]
    fn secrets_are_covered_wherever_their_line_is_shown() {
        let (mut run, sources) = fixture::run();
        let secrets = Secrets::of(&run, &sources);
        let lab = run.findings.remove(3);
        let [label] = &lab.labels[..] else { panic!("one label") };
        let excerpt = only(&sources, &secrets, label);
        assert!(excerpt.text.contains(r#"tags          = { token = "•••" }"#), "{}", excerpt.text);
        assert_eq!(&excerpt.text[excerpt.marks[0].range.clone()], COVER);
        let context = only(&sources, &secrets, &lab.primary);
        assert!(!context.text.contains("s3cr3t") && context.text.contains(COVER));
    }

    #[test]
    fn a_label_over_lines_marks_its_first_and_control_characters_are_replaced() {
        let sources = SourceMap::new();
        let id = sources.add("a.tf", "\u{feff}x = {\r\n\ty = \"\u{1b}[2J\"\r\n}\r\n");
        let label = fixture::label(&sources, id, "{\r\n\ty", "");
        let excerpt = only(&sources, &Secrets::default(), &label);
        assert_eq!(excerpt.text, "x = {\n    y = \"\u{fffd}[2J\"");
        assert_eq!(excerpt.marks[0].range, 4..5);
    }

    #[test]
    fn labels_at_the_end_of_a_file_and_on_empty_lines_have_a_place() {
        let sources = SourceMap::new();
        let id = sources.add("a.tf", "a\n\n");
        for offset in 0..=3 {
            let label = Label { span: Span::new(id, offset..offset), text: String::new(), sensitive: false };
            let excerpt = only(&sources, &Secrets::default(), &label);
            assert!(excerpt.marks[0].range.end <= excerpt.text.len() && !excerpt.text.is_empty());
        }
    }
}
