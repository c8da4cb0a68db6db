//! The text of a condition as a small syntax tree with places. The only file that knows the CEL parser.
//!
//! Called by `check`, which gives names their meaning. Macros (`exists`, `has`, …) stay the calls they are written
//! as: the parser runs without any, so that conditions keep three-valued logic inside them too.

use crate::model::number::Number;
use cel::common::ast::{self, LiteralValue, SourceInfo};
use cel::parser::ParseErrors;
use std::cell::Cell;
use std::ops::Range;

/// Bytes of one expression: far above any that people write, and enough to bound the parser's work.
const MAX_TEXT: usize = 8 << 10;
/// Nested brackets and operators the parser accepts; bounds its stack.
const MAX_DEPTH: u16 = 48;
/// Levels of nodes; bounds the recursion of all who walk them.
const MAX_LEVELS: u16 = 64;
/// Characters of operators, dots and brackets in one expression: the parser does not count long chains as depth, yet
/// each link of one is a level of recursion.
const MAX_LINKS: usize = 256;

/// A byte range in the expression's own text.
pub type Place = Range<u32>;

/// Something wrong with a text, at a place in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    /// Where.
    pub at: Place,
    /// What, one clause.
    pub message: String,
    /// What to write instead; may be empty.
    pub help: String,
}

impl Mistake {
    /// A mistake without advice.
    pub fn new(at: Place, message: impl Into<String>) -> Mistake {
        Mistake { at, message: message.into(), help: String::new() }
    }

    /// The same with advice.
    pub fn help(self, help: impl Into<String>) -> Mistake {
        Mistake { help: help.into(), ..self }
    }
}

/// One node with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The whole of it, arguments included.
    pub at: Place,
    /// What it is.
    pub syntax: Syntax,
}

/// What an expression is made of. Operators are calls by the names in [`Op`].
#[derive(Clone, Debug)]
pub enum Syntax {
    /// `null`.
    Null,
    /// `true`.
    Bool(bool),
    /// `1.5`.
    Number(Number),
    /// `"text"`.
    String(String),
    /// `[a, b]`.
    List(Vec<Node>),
    /// `r`.
    Name(String),
    /// `a.b`.
    Select(Box<Node>, String),
    /// `a + b`, `!a`, `a ? b : c`, `a[b]`.
    Operator(Op, Vec<Node>),
    /// `f(x)`, `x.f(y)`.
    Call {
        /// As written.
        name: String,
        /// What stands before the dot.
        target: Option<Box<Node>>,
        /// What stands in the parentheses.
        args: Vec<Node>,
    },
}

/// The operators of conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Op {
    Not,
    Negate,
    And,
    Or,
    Conditional,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Index,
}

impl Op {
    /// Whether it makes a number of two.
    pub fn calculates(self) -> bool {
        matches!(self, Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder)
    }
}

const OPERATORS: &[(&str, Op)] = {
    use ast::operators as cel;
    &[
        (cel::LOGICAL_NOT, Op::Not),
        (cel::NEGATE, Op::Negate),
        (cel::LOGICAL_AND, Op::And),
        (cel::LOGICAL_OR, Op::Or),
        (cel::CONDITIONAL, Op::Conditional),
        (cel::EQUALS, Op::Equal),
        (cel::NOT_EQUALS, Op::Unequal),
        (cel::LESS, Op::Less),
        (cel::LESS_EQUALS, Op::LessEqual),
        (cel::GREATER, Op::Greater),
        (cel::GREATER_EQUALS, Op::GreaterEqual),
        (cel::IN, Op::In),
        (cel::ADD, Op::Add),
        (cel::SUBSTRACT, Op::Subtract),
        (cel::MULTIPLY, Op::Multiply),
        (cel::DIVIDE, Op::Divide),
        (cel::MODULO, Op::Remainder),
        (cel::INDEX, Op::Index),
    ]
};

/// Parses one expression. The mistake is the first syntax error.
pub fn parse(text: &str) -> Result<Node, Mistake> {
    let whole = 0..text.len() as u32;
    if text.len() > MAX_TEXT {
        return Err(Mistake::new(whole, format!("an expression may have {MAX_TEXT} bytes at most")));
    }
    if links(text) > MAX_LINKS {
        return Err(Mistake::new(whole, "an expression this long is better written as several rules"));
    }
    let parser = cel::Env::default().with_optional_support(false).parser().max_recursion_depth(MAX_DEPTH);
    let (root, places) = parser.parse_with_source_info(text).map_err(|errors| syntax_error(text, &errors))?;
    Reader { text, places: &places, level: Cell::new(0) }.node(root)
}

/// What makes chains, outside of quoted texts. `&&` and `||` do not: they become balanced trees.
fn links(text: &str) -> usize {
    let mut quote = None;
    let mut escaped = false;
    let mut links = text.split_whitespace().filter(|word| *word == "in").count();
    for c in text.chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if open == c => quote = None,
            Some(_) => {}
            None => {
                links += usize::from(".[({+-*/%<>=!?:\"'".contains(c));
                quote = Some(c).filter(|c| matches!(c, '"' | '\''));
            }
        }
    }
    links
}

fn syntax_error(text: &str, errors: &ParseErrors) -> Mistake {
    let Some(first) = errors.errors.first() else {
        return Mistake::new(0..text.len() as u32, "not an expression");
    };
    let (line, column) = (first.pos.0.max(1) as usize, first.pos.1.max(1) as usize);
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let at = text[start.min(text.len())..].char_indices().nth(column - 1).map_or(text.len(), |(at, _)| start + at);
    let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    let message = first.msg.trim_start_matches("Syntax error: ").replace("'<EOF>'", "the end");
    let message = message.split(" expecting {").next().unwrap_or_default();
    Mistake::new(at as u32..end as u32, message)
}

struct Reader<'a> {
    text: &'a str,
    places: &'a SourceInfo,
    level: Cell<u16>,
}

impl Reader<'_> {
    fn node(&self, node: ast::IdedExpr) -> Result<Node, Mistake> {
        let token = self.token(node.id);
        if self.level.get() >= MAX_LEVELS {
            return Err(Mistake::new(token, format!("expressions may be nested {MAX_LEVELS} levels deep")));
        }
        self.level.set(self.level.get() + 1);
        let read = self.inner(token, node.expr);
        self.level.set(self.level.get() - 1);
        read
    }

    fn inner(&self, token: Place, expr: ast::Expr) -> Result<Node, Mistake> {
        let leaf = |syntax| Ok(Node { at: token.clone(), syntax });
        match expr {
            ast::Expr::Literal(literal) => leaf(self.literal(&token, literal)?),
            ast::Expr::Ident(name) => leaf(Syntax::Name(name)),
            ast::Expr::List(list) => {
                let items = self.nodes(list.elements)?;
                let end = items.last().map_or(token.end, |last| last.at.end);
                Ok(Node { at: token.start..self.closing(end, ']'), syntax: Syntax::List(items) })
            }
            ast::Expr::Select(select) => {
                let of = self.node(*select.operand)?;
                let name_at = self.text[token.end as usize..].find(&select.field).unwrap_or(0) as u32 + token.end;
                let at = of.at.start..name_at + select.field.len() as u32;
                Ok(Node { at, syntax: Syntax::Select(Box::new(of), select.field) })
            }
            ast::Expr::Call(call) => self.call(token, call),
            ast::Expr::Map(_) | ast::Expr::Struct(_) => {
                Err(Mistake::new(token, "maps cannot be written in conditions"))
            }
            ast::Expr::Comprehension(_) | ast::Expr::Unspecified => Err(Mistake::new(token, "not an expression")),
        }
    }

    fn nodes(&self, nodes: Vec<ast::IdedExpr>) -> Result<Vec<Node>, Mistake> {
        nodes.into_iter().map(|node| self.node(node)).collect()
    }

    fn literal(&self, token: &Place, literal: LiteralValue) -> Result<Syntax, Mistake> {
        let number = match literal {
            LiteralValue::Null => return Ok(Syntax::Null),
            LiteralValue::Boolean(truth) => return Ok(Syntax::Bool(truth.into_inner())),
            LiteralValue::String(text) => return Ok(Syntax::String(text.into_inner())),
            LiteralValue::Int(whole) => Some(Number::from(*whole.inner())),
            LiteralValue::Double(decimal) => Number::from_f64(*decimal.inner()),
            LiteralValue::UInt(_) | LiteralValue::Bytes(_) => None,
        };
        number.map(Syntax::Number).ok_or_else(|| Mistake::new(token.clone(), "not a number, text or truth value"))
    }

    fn call(&self, token: Place, call: ast::CallExpr) -> Result<Node, Mistake> {
        let target = call.target.map(|target| self.node(*target)).transpose()?;
        let args = self.nodes(call.args)?;
        let first = target.as_ref().or(args.first()).map_or(token.start, |node| node.at.start);
        let last = args.last().map_or(token.end, |node| node.at.end.max(token.end));
        if let Some((_, op)) = OPERATORS.iter().find(|(name, _)| *name == call.func_name) {
            let end = if *op == Op::Index { self.closing(last, ']') } else { last };
            return Ok(Node { at: first.min(token.start)..end, syntax: Syntax::Operator(*op, args) });
        }
        let before = self.text.get(..token.start as usize).unwrap_or_default();
        let name_at = before.rfind(&call.func_name).unwrap_or(before.len()) as u32;
        let start = target.as_ref().map_or(name_at, |target| target.at.start);
        let syntax = Syntax::Call { name: call.func_name, target: target.map(Box::new), args };
        Ok(Node { at: start..self.closing(last, ')'), syntax })
    }

    /// The parser's places are those of a node's main token, with an inclusive end.
    fn token(&self, id: u64) -> Place {
        let end = self.text.len();
        let (start, stop) = self.places.offset_for(id).unwrap_or((0, end as u32));
        let start = floor(self.text, start as usize);
        start as u32..floor(self.text, (stop as usize + 1).max(start)) as u32
    }

    fn closing(&self, from: u32, bracket: char) -> u32 {
        let rest = self.text.get(from as usize..).unwrap_or_default();
        rest.find(bracket).map_or(from, |at| from + at as u32 + 1)
    }
}

/// The nearest character boundary at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<String> {
        fn walk(text: &str, node: &Node, out: &mut Vec<String>) {
            out.push(text[node.at.start as usize..node.at.end as usize].to_owned());
            match &node.syntax {
                Syntax::List(nodes) | Syntax::Operator(_, nodes) => nodes.iter().for_each(|n| walk(text, n, out)),
                Syntax::Select(of, _) => walk(text, of, out),
                Syntax::Call { target, args, .. } => {
                    target.iter().for_each(|n| walk(text, n, out));
                    args.iter().for_each(|n| walk(text, n, out));
                }
                _ => {}
            }
        }
        let mut out = Vec::new();
        walk(text, &parse(text).unwrap(), &mut out);
        out
    }

    #[test]
    fn every_node_covers_its_whole_text() {
        let found = places("\"é\" == r.a.bc && !size( r.x[0] ) ||\n  [1, 2].exists(y, y > 1.5)");
        for whole in ["r.a.bc", "\"é\" == r.a.bc", "size( r.x[0] )", "r.x[0]", "[1, 2]", "[1, 2].exists(y, y > 1.5)"] {
            assert!(found.iter().any(|text| text == whole), "{whole} not in {found:?}");
        }
    }

    #[test]
    fn syntax_errors_point_at_the_character() {
        let mistake = parse("r.a == 1 &&\n r.b = 2").unwrap_err();
        assert_eq!(mistake.at, 17..18);
        assert!(parse("").is_err() && parse("{1: 2}").is_err() && parse("1u").is_err());
    }

    #[test]
    fn hostile_texts_are_refused_quickly() {
        assert!(parse(&"(".repeat(5_000)).is_err());
        assert!(parse(&format!("{}1{}", "(".repeat(200), ")".repeat(200))).is_err());
        assert!(parse(&"1 + ".repeat(1_000)).is_err());
        assert!(parse(&vec!["a"; 1_000].join(" || ")).is_ok());
        assert_eq!(parse(&format!("a == \"{}\"", ".".repeat(1_000))).map(|_| ()), Ok(()));
        for count in [MAX_LINKS / 4, MAX_LINKS / 2, MAX_LINKS, MAX_LINKS + 1, 1_600, 2_000] {
            for operator in [" + ", " < ", " == ", " ? 1 : ", ".", " in "] {
                let _ = parse(&vec!["a"; count].join(operator));
            }
            for (before, after) in
                [("", "[0]"), ("", ".b()"), ("!", ""), ("-", ""), ("[", "]"), ("(", ")"), ("'", "\"")]
            {
                let _ = parse(&format!("{}a{}", before.repeat(count), after.repeat(count)));
            }
        }
        assert!(parse(&"x".repeat(MAX_TEXT + 1)).is_err());
    }
}
