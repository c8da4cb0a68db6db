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
pub(super) const MAX_DEPTH: u32 = 150;

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

/// Where in a script and its syntax the reading is.
pub(super) struct Reader<'t> {
    pub(super) view: &'t View,
    pub(super) text: &'t str,
    pub(super) depth: u32,
}

pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
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
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.view.span(range)
    }

    pub(super) fn str(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// The statements directly in a node.
    pub(super) fn block(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
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
        let mut append = self.str(name.end_byte()..node.end_byte()).starts_with("+=");
        let place = self.span(name.byte_range());
        let (name, key) = self.str(name.byte_range()).split_once('[').unwrap_or((self.str(name.byte_range()), ""));
        if !key.is_empty() {
            // One more element, as it stands in a list of them.
            append = true;
            words.iter_mut().for_each(|word| word.parts.insert(0, Part::Text(format!("[{key}="), place)));
        }
        found.push(Statement::Assign(Assignment { name: name.to_owned(), words, array, append }));
        found
    }
}
