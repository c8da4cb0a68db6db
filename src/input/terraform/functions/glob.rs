//! Patterns over the names of files, as `fileset` takes them.

use super::{INVALID, Outcome, regular};
use crate::files::Files;
use crate::model::value::WhyCode;

/// Folders and files that are looked at.
const MOST_ENTRIES: usize = 20_000;
const DEEPEST: usize = 40;

/// The files below a folder that match a pattern, by their path from it.
pub(super) fn files_below(files: &dyn Files, folder: &str, pattern: &str) -> Outcome<Vec<String>> {
    if pattern.split('/').any(|part| part == "..") {
        return Err(WhyCode::NotEvaluated);
    }
    let matching = regular::compile(&format!("^(?:{})$", translated(pattern)?))?;
    let deepest = if pattern.contains("**") { DEEPEST } else { pattern.matches('/').count() };
    let (mut found, mut seen) = (Vec::new(), 0);
    let mut open = vec![(String::new(), 0)];
    while let Some((below, depth)) = open.pop() {
        let whole = [folder, &below].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
        for name in files.list(whole.trim_end_matches('/')) {
            seen += 1;
            if seen > MOST_ENTRIES {
                return Err(WhyCode::LimitReached);
            }
            let path = format!("{below}{name}");
            if path.ends_with('/') && depth < deepest {
                open.push((path, depth + 1));
            } else if !path.ends_with('/') && matching.is_match(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A pattern as a regular expression: `*` and `?` stay inside a folder, `**` does not.
fn translated(pattern: &str) -> Outcome<String> {
    let mut out = String::new();
    let (mut alternatives, mut in_class) = (0usize, false);
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let (token, meaning): (&str, String) = match c {
            ']' if in_class => ("]", "]".to_owned()),
            '^' | '-' if in_class => (rest.get(..1).unwrap_or_default(), c.to_string()),
            _ if in_class => (rest.get(..c.len_utf8()).unwrap_or_default(), regex::escape(&c.to_string())),
            '*' if rest.starts_with("**/") => ("**/", "(?:.*/)?".to_owned()),
            '*' if rest.starts_with("**") => ("**", ".*".to_owned()),
            '*' => ("*", "[^/]*".to_owned()),
            '?' => ("?", "[^/]".to_owned()),
            '[' => ("[", "[".to_owned()),
            '{' => ("{", "(?:".to_owned()),
            '}' if alternatives > 0 => ("}", ")".to_owned()),
            ',' if alternatives > 0 => (",", "|".to_owned()),
            _ => (rest.get(..c.len_utf8()).unwrap_or_default(), regex::escape(&c.to_string())),
        };
        match token {
            "[" if !in_class => in_class = true,
            "]" if in_class => in_class = false,
            "{" if !in_class => alternatives += 1,
            "}" if !in_class => alternatives = alternatives.saturating_sub(1),
            _ => {}
        }
        out.push_str(&meaning);
        rest = rest.get(token.len()..).ok_or(INVALID)?;
    }
    if in_class || alternatives > 0 { Err(INVALID) } else { Ok(out) }
}
