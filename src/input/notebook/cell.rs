//! One code cell: its text with the way back to the file, and what of it is Python and what is for the shell.
//!
//! Called by the frontend. Both views have the length of the cell, so that places in them are places in the cell.

use crate::input::tree::{Node, Pieces, align};
use crate::source::{EmbeddedKind, SourceId, SourceMap, Span};

/// Magics of whole cells that hold a shell script.
const SCRIPT_CELLS: &[&str] = &["%%bash", "%%sh", "%%script bash", "%%script sh"];

/// A code cell.
pub(super) struct Cell {
    /// Its text as written.
    pub source: SourceId,
    /// The Python in it; all else is blank or a comment.
    pub program: String,
    /// What goes to the shell; all else is blank.
    pub script: Option<String>,
}

impl Cell {
    /// Registers the text of a cell, which is a string or a list of lines.
    pub fn read(sources: &SourceMap, number: u32, node: &Node) -> Option<Cell> {
        let written = node.get("source")?;
        let lines = if written.items().is_empty() { std::slice::from_ref(written) } else { written.items() };
        let mut text = String::new();
        let mut pieces = Pieces::new();
        for line in lines {
            let content = line.content();
            let raw = sources.text(content);
            let start = u32::try_from(text.len()).ok()?;
            let of_line = align(line.as_str()?, &raw, content.start);
            pieces.extend(of_line.into_iter().map(|(inner, outer)| (inner.start + start..inner.end + start, outer)));
            text.push_str(line.as_str()?);
        }
        let parent = Span { end: written.content().end, ..written.content() };
        let (program, script) = views(&text);
        let source = sources.embed(parent, EmbeddedKind::NotebookCell(number), text, pieces);
        Some(Cell { source, program, script })
    }
}

/// The text as Python and as a shell script.
fn views(text: &str) -> (String, Option<String>) {
    let first = text.trim_start();
    if SCRIPT_CELLS.iter().any(|magic| first.starts_with(magic)) {
        return (blank(text), Some(text.replacen("%%", "# ", 1)));
    }
    // Another magic hands the cell to something else, but those that time or capture run it, or run it here.
    let runs = ["%%time", "%%capture", "%%local"].iter().any(|magic| first.starts_with(magic));
    if first.starts_with("%%") && !runs {
        return (blank(text), None);
    }
    let (mut program, mut script, mut any, mut continued) = (String::new(), String::new(), false, false);
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let (before, code) = line.split_at(indent);
        let is_shell = continued || code.starts_with('!') || code.starts_with("%sh ") || is_captured(code);
        let is_magic = is_shell || code.starts_with('%') || code.starts_with('?');
        continued = is_shell && line.trim_end_matches(['\n', '\r']).ends_with('\\');
        any |= is_shell;
        match is_magic {
            // A comment keeps a block that holds nothing else in one piece with what follows.
            true => program.push_str(&blank(line)),
            false => program.push_str(line),
        }
        match (is_shell, code.strip_prefix('!')) {
            (true, Some(command)) => script.push_str(&format!("{before} {}", without_braces(command))),
            (true, None) if code.starts_with("%sh ") => {
                script.push_str(&format!("{before}   {}", without_braces(code.get(3..).unwrap_or_default())))
            }
            (true, None) if !is_captured(code) => script.push_str(&without_braces(line)),
            _ => script.push_str(&blank(line)),
        }
    }
    (program, any.then_some(script))
}

/// `files = !ls`
fn is_captured(code: &str) -> bool {
    code.split_once('=')
        .is_some_and(|(_, value)| value.trim_start_matches(' ').starts_with('!') && !value.starts_with("="))
}

/// As many bytes, none of them visible; lines stay lines.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// `{name}` is a value of the program: not known to the shell, which is written as a command's output.
fn without_braces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let name = after.find('}').and_then(|end| after.get(..end));
        let is_name = |name: &&str| {
            !name.is_empty() && !before.ends_with('$') && name.chars().all(|c| c.is_alphanumeric() || "_.".contains(c))
        };
        match name.filter(is_name) {
            Some(name) => {
                out.push('`');
                out.push_str(name);
                out.push('`');
                rest = after.get(name.len() + 1..).unwrap_or_default();
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
