//! The syntax of shell scripts, by way of tree-sitter's grammar for Bash; the only file that knows it.
//!
//! Called by the frontend for each script. The grammar recovers from errors: what does not parse costs only itself.
//! What is left out here is not evaluated. It must not know what any command does.

use super::script::{Assignment, Command, Part, Quoting, Statement, Word};
use crate::input::view::View;
use crate::source::Span;
use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;
use tree_sitter::{Node, Parser};

/// Levels of syntax that are followed.
const MAX_DEPTH: u32 = 150;

/// Reads a script.
pub(super) fn parse(view: &View) -> Vec<Statement> {
    let mut parser = Parser::new();
    if parser.set_language(&tree_sitter_bash::LANGUAGE.into()).is_err() {
        return Vec::new();
    }
    let Some(tree) = parser.parse(&*masked(&view.text), None) else { return Vec::new() };
    let mut statements = Vec::new();
    Reader { view, text: &view.text, depth: 0 }.block(tree.root_node(), &mut statements);
    statements
}

/// The text with other bytes for letters that the grammar's scanner looks up in a table that ends before them: without
/// it a brace before one ends the whole process.
fn masked(text: &str) -> Cow<'_, str> {
    let is_in_table = |c: char| u32::from(c) <= 0xff;
    if text.chars().all(is_in_table) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    for c in text.chars() {
        match is_in_table(c) {
            true => masked.push(c),
            false => masked.extend(std::iter::repeat_n('\u{1a}', c.len_utf8())),
        }
    }
    Cow::Owned(masked)
}

struct Reader<'t> {
    view: &'t View,
    text: &'t str,
    depth: u32,
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk()).collect()
}

fn field<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    node.children_by_field_name(name, &mut node.walk()).collect()
}

/// Gives a document to a command that has none of its own.
fn read_by(statement: &mut Statement, document: &Option<Word>) {
    if let Statement::Command(command) = statement {
        command.input = command.input.take().or_else(|| document.clone());
    }
}

impl<'t> Reader<'t> {
    fn span(&self, range: Range<usize>) -> Span {
        self.view.span(range)
    }

    fn str(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// The statements directly in a node.
    fn block(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let mut last_end = None;
        for child in children(node) {
            self.statement(child, last_end, out);
            last_end = Some(child.end_byte());
        }
        self.depth -= 1;
    }

    fn block_of(&mut self, nodes: &[Node<'t>]) -> Vec<Statement> {
        let mut out = Vec::new();
        nodes.iter().for_each(|node| self.statement(*node, None, &mut out));
        out
    }

    fn statement(&mut self, node: Node<'t>, before: Option<usize>, out: &mut Vec<Statement>) {
        match node.kind() {
            "comment" | "heredoc_body" => {}
            "command" => self.command(node, before, out),
            "variable_assignment" => out.extend(self.assignment(node)),
            "redirected_statement" => self.redirected(node, out),
            "if_statement" => self.branches(node, out),
            "case_statement" => self.cases(node, out),
            "list" => self.list(node, out),
            "for_statement" => self.for_loop(node, out),
            "while_statement" | "c_style_for_statement" => {
                let mut body = Vec::new();
                self.block(node, &mut body);
                out.push(Statement::Loop { variable: None, body });
            }
            "function_definition" => self.function(node, out),
            _ => self.block(node, out),
        }
    }

    fn function(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        let mut body = Vec::new();
        field(node, "body").into_iter().for_each(|inner| self.block(inner, &mut body));
        if let Some(name) = node.child_by_field_name("name") {
            out.push(Statement::Function { name: self.str(name.byte_range()).to_owned(), body: Rc::new(body) });
        }
    }

    fn for_loop(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        let variable = node.child_by_field_name("variable").map(|name| self.str(name.byte_range()).to_owned());
        let words = field(node, "value").into_iter().map(|value| self.word(value, out)).collect();
        let mut body = Vec::new();
        field(node, "body").into_iter().for_each(|inner| self.block(inner, &mut body));
        out.push(Statement::Loop { variable: variable.map(|name| (name, words)), body });
    }

    /// `a && b` does both unless a fails; of `a || b` the second is done only then.
    fn list(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        let is_or = node.children(&mut node.walk()).any(|child| child.kind() == "||");
        let parts = children(node);
        match parts.as_slice() {
            [left, right] if is_or => {
                self.statement(*left, None, out);
                let arms = vec![self.block_of(&[*right])];
                let condition = self.span(left.byte_range());
                out.push(Statement::Branches { condition, arms, exhaustive: false });
            }
            _ => self.block(node, out),
        }
    }

    fn branches(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        let conditions = field(node, "condition");
        self.block_of(&conditions).into_iter().for_each(|statement| out.push(statement));
        let condition = conditions.first().map_or(node.byte_range(), Node::byte_range);
        let (mut then, mut arms, mut exhaustive) = (Vec::new(), Vec::new(), false);
        for child in children(node).into_iter().filter(|child| !conditions.contains(child)) {
            match child.kind() {
                "elif_clause" | "else_clause" => {
                    exhaustive |= child.kind() == "else_clause";
                    let mut arm = Vec::new();
                    self.block(child, &mut arm);
                    arms.push(arm);
                }
                _ => self.statement(child, None, &mut then),
            }
        }
        arms.insert(0, then);
        out.push(Statement::Branches { condition: self.span(condition), arms, exhaustive });
    }

    fn cases(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        let condition = node.child_by_field_name("value").map_or(node.byte_range(), |value| value.byte_range());
        let (mut arms, mut exhaustive) = (Vec::new(), false);
        for item in children(node).into_iter().filter(|child| child.kind() == "case_item") {
            let patterns = field(item, "value");
            exhaustive |= patterns.iter().any(|pattern| self.str(pattern.byte_range()) == "*");
            let body: Vec<_> = children(item).into_iter().filter(|child| !patterns.contains(child)).collect();
            arms.push(self.block_of(&body));
        }
        out.push(Statement::Branches { condition: self.span(condition), arms, exhaustive });
    }

    fn redirected(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        let first = out.len();
        field(node, "body").into_iter().for_each(|body| self.statement(body, None, out));
        let (mut input, mut output, mut rest) = (None, None, Vec::new());
        let mut pending = field(node, "redirect");
        while let Some(redirect) = pending.pop() {
            match redirect.kind() {
                "heredoc_redirect" => {
                    input = self.document(redirect);
                    pending.extend(field(redirect, "redirect"));
                    // What stands behind the mark on its line.
                    let is_command =
                        |node: &Node<'_>| !node.kind().starts_with("heredoc_") && !node.kind().contains("redirect");
                    rest.extend(children(redirect).into_iter().filter(is_command));
                }
                "file_redirect" if self.str(redirect.byte_range()).starts_with('>') => {
                    output = redirect.child_by_field_name("destination").map(|word| self.word(word, out));
                }
                _ => {}
            }
        }
        if let Some(Statement::Command(command)) = out.get_mut(first..).and_then(<[_]>::last_mut) {
            (command.input, command.output) = (input.clone(), output);
        }
        for node in rest {
            let first = out.len();
            self.statement(node, None, out);
            if node.kind() == "pipeline" {
                out.iter_mut().skip(first).for_each(|statement| read_by(statement, &input));
            }
        }
    }

    fn document(&mut self, redirect: Node<'t>) -> Option<Word> {
        let parts = children(redirect);
        let start = parts.iter().find(|child| child.kind() == "heredoc_start")?;
        let body = parts.iter().find(|child| child.kind() == "heredoc_body")?;
        let literal = self.str(start.byte_range()).contains(['\'', '"', '\\']);
        let span = self.span(body.byte_range());
        if literal {
            let mut word = Word { span, parts: Vec::new() };
            self.literal(body.byte_range(), Quoting::Literal, &mut word.parts);
            return Some(word);
        }
        let mut word = Word { span, parts: Vec::new() };
        self.pieces(body.byte_range(), *body, Quoting::Document, &mut word.parts, &mut Vec::new());
        Some(word)
    }

    fn command(&mut self, node: Node<'t>, before: Option<usize>, out: &mut Vec<Statement>) {
        let mut words: Vec<Word> = Vec::new();
        let mut end = before;
        for child in children(node) {
            let glued = end.is_some_and(|end| self.is_continued(end..child.start_byte()));
            end = Some(child.end_byte());
            match child.kind() {
                "variable_assignment" => out.extend(self.assignment(child)),
                "heredoc_redirect" | "file_redirect" | "herestring_redirect" => {}
                _ => {
                    let word = self.word(child, out);
                    let assigned = out.last_mut().and_then(|last| match last {
                        Statement::Assign(assignment) if words.is_empty() => assignment.words.last_mut(),
                        _ => None,
                    });
                    // The grammar ends a word at a continued line, and in places where nothing is between.
                    match if words.is_empty() { assigned } else { words.last_mut() } {
                        Some(last) if glued => {
                            last.parts.extend(word.parts);
                            last.span = last.span.to(word.span);
                        }
                        _ => words.push(word),
                    }
                }
            }
        }
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            let span = first.span.to(last.span);
            out.push(Statement::Command(Command { words, span, input: None, output: None }));
        }
    }

    fn is_continued(&self, gap: Range<usize>) -> bool {
        let gap = self.str(gap);
        gap.replace("\\\r\n", "").replace("\\\n", "").is_empty()
    }

    fn assignment(&mut self, node: Node<'t>) -> Vec<Statement> {
        let mut found = Vec::new();
        let Some(name) = node.child_by_field_name("name") else { return found };
        let value = node.child_by_field_name("value");
        let array = value.is_some_and(|value| value.kind() == "array") || name.kind() == "subscript";
        let nodes = match value {
            Some(value) if value.kind() == "array" => children(value),
            value => value.into_iter().collect(),
        };
        let mut words: Vec<Word> = nodes.into_iter().map(|value| self.word(value, &mut found)).collect();
        if words.is_empty() && !array {
            words.push(Word { span: self.span(node.byte_range()), parts: Vec::new() });
        }
        let append = self.str(name.end_byte()..node.end_byte()).starts_with("+=");
        let name = self.str(name.byte_range()).split('[').next().unwrap_or_default().to_owned();
        found.push(Statement::Assign(Assignment { name, words, array, append }));
        found
    }

    /// A word; the commands whose output it takes are done before.
    fn word(&mut self, node: Node<'t>, out: &mut Vec<Statement>) -> Word {
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
                parts.push(Part::Variable { name, default: None, all, quoted, span: self.span(range) });
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

    /// `${NAME}` with or without a default; any other operator is not evaluated.
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
            return Part::Other(span);
        }
        let name = self.str(first.byte_range());
        let (name, index) = name.split_once('[').unwrap_or((name, ""));
        if !matches!(index, "" | "@]" | "*]") {
            return Part::Other(span);
        }
        let default = operator.map(|operator| {
            let range = rest.start + operator.len()..rest.end;
            let mut word = Word { span: self.span(range.clone()), parts: Vec::new() };
            self.pieces(range, node, quoting, &mut word.parts, out);
            word
        });
        let all = !index.is_empty() || name == "@" || name == "*";
        Part::Variable { name: name.to_owned(), default, all, quoted: quoting != Quoting::None, span }
    }

    /// What stands in a range of a node: expansions and quoted strings among its children, and text between them.
    fn pieces(
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
    fn literal(&self, range: Range<usize>, quoting: Quoting, parts: &mut Vec<Part>) {
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
