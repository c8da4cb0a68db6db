//! Words of a shell script: quotes, escapes, expansions and values that were filled in.
//!
//! Part of `parse`. It must not know statements beyond those that an expansion does on its way.

use super::parse::{MAX_DEPTH, Reader, children};
use super::script::{Assignment, Part, Quoting, Statement, Word};
use crate::source::Span;
use std::ops::Range;
use tree_sitter::Node;

impl<'t> Reader<'t> {
    /// A word; the commands whose output it takes are done before.
    pub(super) fn word(&mut self, node: Node<'t>, out: &mut Vec<Statement>) -> Word {
        let mut word = Word { span: self.span(node.byte_range()), parts: Vec::new() };
        self.part(node, Quoting::None, &mut word.parts, out);
        word
    }

    fn part(&mut self, node: Node<'t>, quoting: Quoting, parts: &mut Vec<Part>, out: &mut Vec<Statement>) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let range = node.byte_range();
        let inside = |left: usize| range.start + left..range.end.saturating_sub(1).max(range.start + left);
        match node.kind() {
            "string" => self.pieces(inside(1), node, Quoting::Double, parts, out),
            "raw_string" => self.literal(inside(1), Quoting::Literal, parts),
            "simple_expansion" => {
                let name = self.str(range.start + 1..range.end).to_owned();
                let quoted = quoting != Quoting::None;
                let all = name == "@" || name == "*";
                parts.push(Part::Variable { name, default: None, all, key: None, quoted, span: self.span(range) });
            }
            "expansion" => {
                let part = self.expansion(node, quoting, out);
                parts.push(part);
            }
            "command_substitution" | "process_substitution" => {
                self.block(node, out);
                parts.push(Part::Other(self.span(range)));
            }
            "arithmetic_expansion" | "ansi_c_string" | "brace_expression" | "translated_string" => {
                parts.push(Part::Other(self.span(range)));
            }
            _ => self.pieces(range, node, quoting, parts, out),
        }
        self.depth -= 1;
    }

    /// `${NAME}` with or without a default, or `${NAME:+words}`; any other operator is not evaluated.
    fn expansion(&mut self, node: Node<'t>, quoting: Quoting, out: &mut Vec<Statement>) -> Part {
        let span = self.span(node.byte_range());
        let inner = children(node);
        let Some(first) = inner.first() else { return Part::Other(span) };
        let written = self.str(node.byte_range());
        let whole = first.start_byte() == node.start_byte() + 2;
        let rest = first.end_byte()..node.end_byte().saturating_sub(1);
        let after = self.str(rest.clone());
        let operator = [":-", ":=", "-", "="].into_iter().find(|operator| after.starts_with(operator));
        let named = matches!(first.kind(), "variable_name" | "special_variable_name" | "subscript");
        if !whole || !named || !written.ends_with('}') || (operator.is_none() && !after.is_empty()) {
            return match [":+", "+"].into_iter().find(|operator| after.starts_with(operator)) {
                Some(operator) if whole && named && quoting == Quoting::None => {
                    Part::Words(split(self.operand(rest.start + operator.len()..rest.end, node, quoting, out)), span)
                }
                _ => Part::Other(span),
            };
        }
        let name = self.str(first.byte_range());
        let (name, index) = name.split_once('[').unwrap_or((name, ""));
        let default = operator.map(|operator| self.operand(rest.start + operator.len()..rest.end, node, quoting, out));
        let all = matches!(index, "@]" | "*]") || name == "@" || name == "*";
        let key = (!all && !index.is_empty()).then(|| self.key(*first, name.len(), out));
        let sets = matches!(operator, Some(":=" | "="));
        let (quoted, variable) = (quoting != Quoting::None, name.to_owned());
        let part = Part::Variable { name: variable.clone(), default, all, key, quoted, span };
        if sets {
            let words = vec![Word { span, parts: vec![part.clone()] }];
            out.push(Statement::Assign(Assignment { name: variable, words, array: false, append: false }));
        }
        part
    }

    /// What stands behind the operator of an expansion.
    fn operand(&mut self, range: Range<usize>, node: Node<'t>, quoting: Quoting, out: &mut Vec<Statement>) -> Word {
        let mut word = Word { span: self.span(range.clone()), parts: Vec::new() };
        self.pieces(range, node, quoting, &mut word.parts, out);
        word
    }

    /// What stands between the brackets behind a name.
    fn key(&mut self, subscript: Node<'t>, name: usize, out: &mut Vec<Statement>) -> Word {
        let range = subscript.start_byte() + name + 1..subscript.end_byte().saturating_sub(1);
        self.operand(range, subscript, Quoting::None, out)
    }

    /// What stands in a range of a node: expansions and quoted strings among its children, and text between them.
    pub(super) fn pieces(
        &mut self,
        range: Range<usize>,
        node: Node<'t>,
        quoting: Quoting,
        parts: &mut Vec<Part>,
        out: &mut Vec<Statement>,
    ) {
        let mut at = range.start;
        for child in children(node) {
            let place = child.byte_range();
            let plain =
                matches!(child.kind(), "string_content" | "word" | "number" | "heredoc_content" | "variable_name");
            if plain || place.start < at || place.end > range.end || child.kind().starts_with("special") {
                continue;
            }
            self.literal(at..place.start, quoting, parts);
            self.part(child, quoting, parts, out);
            at = place.end;
        }
        self.literal(at..range.end, quoting, parts);
    }

    /// Text between the values that were filled in.
    pub(super) fn literal(&self, range: Range<usize>, quoting: Quoting, parts: &mut Vec<Part>) {
        let mut start = range.start;
        for (place, value) in self.view.filled(range.clone()) {
            self.plain(start..place.start, quoting, parts);
            start = place.end;
            parts.push(Part::Value(value.clone(), self.span(place)));
        }
        self.plain(start..range.end, quoting, parts);
    }

    /// Text, with its escapes resolved; each run keeps its place.
    fn plain(&self, range: Range<usize>, quoting: Quoting, parts: &mut Vec<Part>) {
        let text = self.str(range.clone());
        for run in quoting.runs(text) {
            let place = self.span(range.start + run.start..range.start + run.end);
            parts.push(Part::Text(text.get(run).unwrap_or_default().to_owned(), place));
        }
    }
}

/// The words that a text outside quotes becomes.
fn split(whole: Word) -> Vec<Word> {
    let mut words = vec![Vec::new()];
    for part in whole.parts {
        let Part::Text(text, at) = part else {
            words.last_mut().into_iter().for_each(|word| word.push(part.clone()));
            continue;
        };
        for (number, piece) in text.split(char::is_whitespace).enumerate() {
            if number > 0 {
                words.push(Vec::new());
            }
            let start = at.start + (piece.as_ptr() as usize - text.as_ptr() as usize) as u32;
            let at = Span { start, end: start + piece.len() as u32, ..at };
            words.last_mut().into_iter().for_each(|word| word.push(Part::Text(piece.to_owned(), at)));
        }
    }
    let is_empty = |part: &Part| matches!(part, Part::Text(text, _) if text.is_empty());
    words.retain(|parts| !parts.iter().all(is_empty));
    words.into_iter().map(|parts| Word { span: whole.span, parts }).collect()
}
