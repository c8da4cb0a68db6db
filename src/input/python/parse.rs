//! The syntax of Python, by way of tree-sitter's grammar; the only file that knows it.
//!
//! Called by the frontend for each program. The grammar recovers from errors: what does not parse costs only itself.
//! What is left out here is not evaluated. It must not know what any call does.

use super::syntax::{Argument, Expr, Function, Kind, Part, Statement};
use crate::input::view::View;
use crate::source::Span;
use std::ops::Range;
use std::rc::Rc;
use tree_sitter::{Node, Parser};

/// Levels of syntax that are followed.
const MAX_DEPTH: u32 = 150;

/// Reads a program.
pub(super) fn parse(view: &View) -> Vec<Statement> {
    let mut parser = Parser::new();
    if parser.set_language(&tree_sitter_python::LANGUAGE.into()).is_err() {
        return Vec::new();
    }
    let Some(tree) = parser.parse(&view.text, None) else { return Vec::new() };
    Reader { view, text: &view.text, depth: 0 }.block(tree.root_node())
}

struct Reader<'t> {
    view: &'t View,
    text: &'t str,
    depth: u32,
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk()).filter(|child| child.kind() != "comment").collect()
}

fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    node.children_by_field_name(name, &mut node.walk()).filter(Node::is_named).collect()
}

impl<'t> Reader<'t> {
    fn span(&self, node: Node<'_>) -> Span {
        self.view.span(node.byte_range())
    }

    fn str(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn block(&mut self, node: Node<'t>) -> Vec<Statement> {
        let mut out = Vec::new();
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            children(node).into_iter().for_each(|child| self.statement(child, &mut out));
            self.depth -= 1;
        }
        out
    }

    fn body(&mut self, node: Node<'t>) -> Vec<Statement> {
        fields(node, "body").into_iter().flat_map(|body| self.block(body)).collect()
    }

    fn statement(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        match node.kind() {
            "expression_statement" => children(node).into_iter().for_each(|child| self.simple(child, out)),
            "return_statement" => {
                out.extend(children(node).first().map(|value| Statement::Return(self.expr(*value))));
            }
            "if_statement" => self.branches(node, out),
            "for_statement" => {
                let target = node.child_by_field_name("left").zip(node.child_by_field_name("right"));
                let target = target.map(|(left, right)| (self.expr(left), self.expr(right)));
                let body = self.body(node);
                out.push(Statement::Loop(target, body));
            }
            "while_statement" => {
                let body = self.body(node);
                out.push(Statement::Loop(None, body));
            }
            "try_statement" => self.attempt(node, out),
            "with_statement" => {
                self.with(node, out);
                out.extend(self.body(node));
            }
            "function_definition" => out.extend(self.function(node)),
            "class_definition" => {
                let name = node.child_by_field_name("name").map(|name| self.str(name).to_owned());
                let body = self.body(node);
                let bases = fields(node, "superclasses").into_iter().flat_map(|bases| self.all(bases)).collect();
                out.extend(name.map(|name| Statement::Class(name, bases, body)));
            }
            "decorated_definition" => {
                let decorators = children(node).into_iter().filter(|child| child.kind() == "decorator");
                for decorator in decorators.flat_map(children) {
                    let applied = self.expr(decorator);
                    out.push(Statement::Expr(applied));
                }
                fields(node, "definition").into_iter().for_each(|inner| self.statement(inner, out));
            }
            "import_statement" | "import_from_statement" => self.import(node, out),
            "comment" | "future_import_statement" | "global_statement" => {}
            _ => out.extend(self.block(node)),
        }
    }

    fn simple(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        match node.kind() {
            "assignment" => {
                let mut targets = Vec::new();
                let mut at = node;
                // `a = b = value` nests to the right.
                loop {
                    targets.extend(fields(at, "left").into_iter().map(|left| self.expr(left)));
                    match at.child_by_field_name("right") {
                        Some(right) if right.kind() == "assignment" => at = right,
                        Some(right) => {
                            let value = self.expr(right);
                            return out.push(Statement::Assign(targets, value));
                        }
                        None => return,
                    }
                }
            }
            "augmented_assignment" => {
                let sides = node.child_by_field_name("left").zip(node.child_by_field_name("right"));
                out.extend(sides.map(|(left, right)| Statement::Change(self.expr(left), self.expr(right))));
            }
            _ => out.push(Statement::Expr(self.expr(node))),
        }
    }

    fn branches(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        let Some(condition) = node.child_by_field_name("condition").map(|condition| self.expr(condition)) else {
            return;
        };
        let mut arms = vec![fields(node, "consequence").into_iter().flat_map(|then| self.block(then)).collect()];
        let mut exhaustive = false;
        for other in fields(node, "alternative") {
            exhaustive |= other.kind() == "else_clause";
            let bodies = fields(other, if other.kind() == "else_clause" { "body" } else { "consequence" });
            arms.push(bodies.into_iter().flat_map(|body| self.block(body)).collect());
        }
        out.push(Statement::Branches { condition, arms, exhaustive });
    }

    /// What is tried is done; a handler only where it fails.
    fn attempt(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        out.extend(self.body(node));
        let mut arms = Vec::new();
        let mut last = Vec::new();
        for clause in children(node) {
            match clause.kind() {
                "except_clause" | "except_group_clause" => {
                    let blocks = children(clause).into_iter().filter(|child| child.kind() == "block");
                    arms.push(blocks.flat_map(|block| self.block(block)).collect());
                }
                "else_clause" => last.extend(self.body(clause)),
                "finally_clause" => last.extend(self.block(clause)),
                _ => {}
            }
        }
        if !arms.is_empty() {
            let condition =
                Expr { span: self.view.span(node.start_byte()..node.start_byte() + 3), kind: Kind::Other(Vec::new()) };
            out.push(Statement::Branches { condition, arms, exhaustive: false });
        }
        out.extend(last);
    }

    fn with(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        let clauses = children(node).into_iter().filter(|child| child.kind() == "with_clause");
        for value in clauses.flat_map(children).flat_map(|item| fields(item, "value")) {
            let parts = if value.kind() == "as_pattern" { children(value) } else { vec![value] };
            let Some(made) = parts.first().map(|first| self.expr(*first)) else { continue };
            match parts.get(1).and_then(|target| children(*target).first().copied()) {
                Some(target) => {
                    let target = self.expr(target);
                    out.push(Statement::Assign(vec![target], made));
                }
                None => out.push(Statement::Expr(made)),
            }
        }
    }

    fn function(&mut self, node: Node<'t>) -> Option<Statement> {
        let name = self.str(node.child_by_field_name("name")?).to_owned();
        let mut parameters = Vec::new();
        let mut others = None;
        for parameter in children(node.child_by_field_name("parameters")?) {
            let inner = children(parameter).first().copied();
            let named = match parameter.kind() {
                "identifier" => Some(parameter),
                "typed_parameter" => inner,
                "default_parameter" | "typed_default_parameter" => parameter.child_by_field_name("name"),
                _ => None,
            };
            let default = parameter.child_by_field_name("value").map(|value| self.expr(value));
            let splat =
                [Some(parameter), inner].into_iter().flatten().find(|node| node.kind() == "dictionary_splat_pattern");
            if let Some(name) = splat.and_then(|splat| children(splat).first().copied()) {
                others = Some(self.str(name).to_owned());
                continue;
            }
            parameters.extend(named.map(|name| (self.str(name).to_owned(), default)));
        }
        let body = self.body(node);
        Some(Statement::Function(Rc::new(Function { name, parameters, others, body })))
    }

    fn import(&mut self, node: Node<'t>, out: &mut Vec<Statement>) {
        let from = node.child_by_field_name("module_name").map(|module| self.str(module).to_owned());
        for item in fields(node, "name") {
            let path = item.child_by_field_name("name").unwrap_or(item);
            let path = self.str(path).to_owned();
            let alias = item.child_by_field_name("alias").map(|alias| self.str(alias).to_owned());
            let (module, symbol) = match &from {
                Some(module) => (module.clone(), Some(path.clone())),
                // `import a.b` names `a`; with an alias, `a.b`.
                None if alias.is_none() => (path.split('.').next().unwrap_or_default().to_owned(), None),
                None => (path.clone(), None),
            };
            let name = alias.or_else(|| symbol.clone()).unwrap_or_else(|| module.clone());
            out.push(Statement::Import { module, symbol, name });
        }
    }

    fn boxed(&mut self, node: Option<Node<'t>>, whole: Node<'t>) -> Box<Expr> {
        let missing = || Expr { span: self.span(whole), kind: Kind::Other(Vec::new()) };
        Box::new(match node {
            Some(node) => self.expr(node),
            None => missing(),
        })
    }

    fn expr(&mut self, node: Node<'t>) -> Expr {
        let span = self.span(node);
        if self.depth >= MAX_DEPTH {
            return Expr { span, kind: Kind::Other(Vec::new()) };
        }
        self.depth += 1;
        let kind = self.kind(node);
        self.depth -= 1;
        match kind {
            Some(kind) => Expr { span, kind },
            // Parentheses around one expression.
            None => {
                children(node).first().map_or(Expr { span, kind: Kind::Other(Vec::new()) }, |inner| self.expr(*inner))
            }
        }
    }

    fn all(&mut self, node: Node<'t>) -> Vec<Expr> {
        children(node).into_iter().map(|child| self.expr(child)).collect()
    }

    fn kind(&mut self, node: Node<'t>) -> Option<Kind> {
        let field = |name: &str| node.child_by_field_name(name);
        Some(match node.kind() {
            "identifier" => Kind::Name(self.str(node).to_owned()),
            "integer" | "float" => Kind::Number(self.str(node).replace('_', "")),
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "none" => Kind::None,
            "string" => Kind::Text(self.string(node)),
            "concatenated_string" => {
                Kind::Text(children(node).into_iter().flat_map(|part| self.string(part)).collect())
            }
            "attribute" => {
                let name = field("attribute").map(|name| self.str(name).to_owned()).unwrap_or_default();
                Kind::Attribute(self.boxed(field("object"), node), name)
            }
            "subscript" => Kind::Index(self.boxed(field("value"), node), self.boxed(field("subscript"), node)),
            "call" => {
                let arguments = field("arguments").map(|arguments| self.arguments(arguments)).unwrap_or_default();
                Kind::Call(self.boxed(field("function"), node), arguments)
            }
            "list" | "tuple" | "set" | "expression_list" | "pattern_list" | "tuple_pattern" | "list_pattern" => {
                Kind::List(self.all(node))
            }
            "list_splat" => Kind::Splat(self.boxed(children(node).first().copied(), node)),
            "dictionary" => Kind::Dict(self.entries(node)),
            "conditional_expression" => {
                let parts = children(node);
                let at = |index: usize| parts.get(index).copied();
                Kind::Choice(self.boxed(at(0), node), self.boxed(at(1), node), self.boxed(at(2), node))
            }
            "binary_operator" | "boolean_operator" => {
                let operator = field("operator").map(|operator| self.str(operator).to_owned()).unwrap_or_default();
                Kind::Binary(self.boxed(field("left"), node), operator, self.boxed(field("right"), node))
            }
            "comparison_operator" => {
                match (children(node).as_slice(), field("operators").map(|operator| self.str(operator))) {
                    ([left, right], Some(operator @ ("is" | "is not"))) => {
                        Kind::Binary(Box::new(self.expr(*left)), operator.to_owned(), Box::new(self.expr(*right)))
                    }
                    _ => Kind::Other(self.all(node)),
                }
            }
            "not_operator" => Kind::Not(self.boxed(field("argument"), node)),
            "parenthesized_expression" | "await" => return None,
            _ => Kind::Other(self.all(node)),
        })
    }

    fn entries(&mut self, node: Node<'t>) -> Vec<(Option<Expr>, Expr)> {
        let mut entries = Vec::new();
        for child in children(node) {
            let key = child.child_by_field_name("key").map(|key| self.expr(key));
            let value = child.child_by_field_name("value").or_else(|| children(child).first().copied());
            entries.extend(value.map(|value| (key, self.expr(value))));
        }
        entries
    }

    fn arguments(&mut self, node: Node<'t>) -> Vec<Argument> {
        let mut all = Vec::new();
        for child in children(node) {
            let name = child.child_by_field_name("name").filter(|_| child.kind() == "keyword_argument");
            let splat = matches!(child.kind(), "dictionary_splat" | "list_splat");
            let value = match name {
                Some(_) => child.child_by_field_name("value"),
                None if splat => children(child).first().copied(),
                None => Some(child),
            };
            let name = name.map(|name| (self.str(name).to_owned(), self.span(name)));
            all.extend(value.map(|value| Argument { name, value: self.expr(value), splat }));
        }
        all
    }

    /// The parts of a string literal.
    fn string(&mut self, node: Node<'t>) -> Vec<Part> {
        let parts = children(node);
        let prefix = parts.first().map(|start| self.str(*start)).unwrap_or_default();
        let raw = prefix.contains(['r', 'R']);
        let mut out = Vec::new();
        for part in parts {
            match part.kind() {
                "string_content" => self.content(part, raw, &mut out),
                "interpolation" => {
                    let value = part.child_by_field_name("expression").map(|inner| self.expr(inner));
                    out.extend(value.map(Part::Value));
                }
                _ => {}
            }
        }
        out
    }

    /// Text between the values that were filled in.
    fn content(&self, node: Node<'t>, raw: bool, out: &mut Vec<Part>) {
        let range = node.byte_range();
        let text = |range: Range<usize>| Part::Text(unescaped(self.text.get(range).unwrap_or_default(), raw));
        let mut start = range.start;
        for (place, value) in self.view.filled(range.clone()) {
            out.push(text(start..place.start));
            start = place.end;
            let kind = Kind::Given(Box::new(value.clone()));
            out.push(Part::Value(Expr { span: self.view.span(place), kind }));
        }
        out.push(text(start..range.end));
    }
}

/// Text with the escapes that matter resolved; others are kept as written.
fn unescaped(text: &str, raw: bool) -> String {
    if raw || !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('\n')) => {}
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some(escaped @ ('\\' | '\'' | '"'))) => out.push(escaped),
            ('\\', Some(other)) => out.extend(['\\', other]),
            (c, _) => out.push(c),
        }
    }
    out
}
