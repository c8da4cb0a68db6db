//! Suppressions written as comments: `# mlcost-lint: ignore[rule-a, rule-b] reason until=2027-01-31`.
//!
//! Called by `engine` for each file read. It must not know formats beyond how they write comments and strings.

use super::{Covers, Suppression};
use crate::model::value::Str;
use crate::source::{Source, Span};

/// What every such comment contains; searched for before anything else is looked at.
const MARKER: &str = "mlcost-lint:";
/// Comment lines between an ignoring comment and the line it covers, at most.
const MAX_SKIPPED: usize = 32;

/// How a format writes comments.
struct Style {
    tokens: &'static [&'static str],
    /// Whether `'` makes strings too.
    single_quotes: bool,
}

impl Style {
    fn of(source: &Source) -> Option<Style> {
        if source.embedding.as_ref().is_some_and(|embedding| embedding.kind.cell().is_some()) {
            return Some(Style { tokens: &["#"], single_quotes: true });
        }
        match source.path.rsplit('.').next().unwrap_or_default() {
            "tf" | "tofu" | "tfvars" | "hcl" => Some(Style { tokens: &["#", "//", "/*"], single_quotes: false }),
            "json" | "ipynb" => None,
            _ => Some(Style { tokens: &["#"], single_quotes: true }),
        }
    }

    fn is_comment_line(&self, line: &str) -> bool {
        self.tokens.iter().any(|token| line.trim_start().starts_with(token))
    }

    /// Whether text put behind `code` on its line would stand in a quoted string.
    fn ends_in_string(&self, code: &str) -> bool {
        let (mut quote, mut escaped, mut previous) = (None, false, ' ');
        for character in code.chars() {
            match (quote, character) {
                (Some('"'), _) if escaped => escaped = false,
                (Some('"'), '\\') => escaped = true,
                (Some(open), _) if open == character => quote = None,
                (None, '"') => quote = Some('"'),
                // An apostrophe within a word opens nothing.
                (None, '\'') if self.single_quotes && !previous.is_alphanumeric() => quote = Some('\''),
                _ => {}
            }
            previous = character;
        }
        quote.is_some()
    }
}

/// All suppressing comments of a file, those that cannot be understood included.
pub fn scan_comments(source: &Source) -> Vec<Suppression> {
    let Some(style) = Style::of(source) else { return Vec::new() };
    source.text.match_indices(MARKER).filter_map(|(at, _)| read(source, &style, at)).collect()
}

/// The suppression whose marker stands at `at`; `None` if that is not in a comment.
fn read(source: &Source, style: &Style, at: usize) -> Option<Suppression> {
    let number = source.line_of(at as u32);
    let line = source.line_range(number);
    let before = source.text.get(line.start..at)?.trim_end();
    let (token, code) = style.tokens.iter().find_map(|token| Some((*token, before.strip_suffix(token)?)))?;
    // In YAML, `a#b` is one word.
    let is_glued = style.single_quotes && !code.is_empty() && !code.ends_with(char::is_whitespace);
    if is_glued || style.ends_in_string(code) {
        return None;
    }
    let rest = source.text.get(at + MARKER.len()..line.end)?;
    let (rest, behind) = if token == "/*" { rest.split_once("*/").unwrap_or((rest, "")) } else { (rest, "") };
    let stands_alone = code.trim_matches(['\u{feff}', ' ', '\t']).is_empty() && behind.trim().is_empty();
    let covered = if stands_alone { next_line(source, style, number) } else { number };

    let start = line.start + code.len();
    let end = at + MARKER.len() + rest.trim_end().len();
    let span = Span::new(source.id, start..end);
    let (rules, reason, until) = parse(rest).unwrap_or_default();
    Some(Suppression::new(rules, reason, until, span, Covers::Line(covered)))
}

/// The line below, past further comments.
fn next_line(source: &Source, style: &Style, number: usize) -> usize {
    let is_comment = |line: &usize| style.is_comment_line(&source.text[source.line_range(*line)]);
    let below = number + 1..=number + MAX_SKIPPED;
    below.clone().find(|line| !is_comment(line)).unwrap_or(*below.end())
}

/// ` ignore[a, b] reason until=2027-01-31` into rules, reason and date; `None` if it does not read like that.
fn parse(text: &str) -> Option<(Vec<Str>, String, Option<&str>)> {
    let (names, tail) = text.trim_start().strip_prefix("ignore")?.trim_start().strip_prefix('[')?.split_once(']')?;
    let rules = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Str::from).collect();
    let mut until = None;
    let mut reason = Vec::new();
    for word in tail.trim_start_matches([':', '-', '–', '—', ' ', '\t']).split_whitespace() {
        match word.strip_prefix("until=") {
            Some(date) => until = Some(date),
            None => reason.push(word),
        }
    }
    Some((rules, reason.join(" "), until))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let sources = SourceMap::new();
        let source = sources.get(sources.add(path, text));
        let line = |suppression: Suppression| match suppression.covers {
            Covers::Line(line) => line + 1,
            Covers::Within(_) => 0,
        };
        scan_comments(&source).into_iter().map(line).collect()
    }

    #[test]
    fn comments_cover_their_own_line_or_the_next() {
        let text = "# mlcost-lint: ignore[a] r\r\n// mlcost-lint: ignore[b] r\r\n# words\r\nx = 1 # mlcost-lint: ignore[c] r\r\n\
                    /* mlcost-lint: ignore[d] r */\r\ny = 2 // mlcost-lint:ignore[e] r\r\n  /* mlcost-lint: ignore[f] r */ z = 3\r\n";
        assert_eq!(lines("a.tf", text), [4, 4, 4, 6, 6, 7]);
        assert_eq!(
            lines(
                "a.yaml",
                "- a # mlcost-lint: ignore[a] r\n# mlcost-lint: ignore[b] r\n- it's # mlcost-lint: ignore[c] r"
            ),
            [1, 3, 3]
        );
    }

    #[test]
    fn strings_and_other_text_are_no_comments() {
        let text =
            "a = \"# mlcost-lint: ignore[a] r\"\nb = \"\\\"# mlcost-lint: ignore[a] r\"\nmlcost-lint: ignore[a] r\n";
        assert!(lines("a.tf", text).is_empty());
        let text = "a: '# mlcost-lint: ignore[a] r'\nb: x#mlcost-lint: ignore[a] r\nc: // mlcost-lint: ignore[a] r\n";
        assert!(lines("a.yaml", text).is_empty());
        assert!(lines("a.json", "{\"#\": \"# mlcost-lint: ignore[a] r\"}\n# mlcost-lint: ignore[a] r").is_empty());
        assert_eq!(lines("a.tf", "a = \"${\"x\"}\" # mlcost-lint: ignore[a] r"), [1]);
    }

    #[test]
    fn rules_reason_and_date_are_told_apart() {
        let text = " ignore[a, b-c]: the team's until=2027-01-31 choice ";
        let (rules, reason, until) = parse(text).unwrap();
        assert_eq!((rules.len(), &*rules[1], &*reason, until), (2, "b-c", "the team's choice", Some("2027-01-31")));
        assert!(parse(" ignore a").is_none() && parse(" disable[a] r").is_none());
    }
}
