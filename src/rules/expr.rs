//! The text of a condition as a small syntax tree with places.
//!
//! Called by `check`, which gives names their meaning. The language is CEL without maps, messages, bytes and unsigned
//! numbers. Macros (`exists`, `has`, …) stay the calls they are written as, so that conditions keep three-valued logic
//! inside them too. `token` and `parse` read it; there is no recursion beyond [`MAX_LEVELS`].

mod parse;
mod token;

pub use parse::parse;

use crate::model::number::Number;
use std::ops::Range;

/// Bytes of one expression: far above any that people write.
const MAX_TEXT: usize = 8 << 10;
/// Levels of nodes and of brackets; bounds the recursion of all who walk them.
const MAX_LEVELS: u16 = 64;

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
    /// Levels of nodes, itself included.
    levels: u16,
}

impl Node {
    /// A node of parts that are there already.
    fn new(at: Place, syntax: Syntax) -> Result<Node, Mistake> {
        let deepest = |nodes: &[Node]| nodes.iter().map(|node| node.levels).max().unwrap_or_default();
        let below = match &syntax {
            Syntax::List(nodes) | Syntax::Operator(_, nodes) => deepest(nodes),
            Syntax::Select(of, _) => of.levels,
            Syntax::Call { target, args, .. } => deepest(args).max(target.as_ref().map_or(0, |target| target.levels)),
            _ => 0,
        };
        match below < MAX_LEVELS {
            true => Ok(Node { at, syntax, levels: below + 1 }),
            false => Err(too_deep(at)),
        }
    }
}

fn too_deep(at: Place) -> Mistake {
    Mistake::new(at, format!("expressions may be nested {MAX_LEVELS} levels deep"))
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

    /// The tree with brackets around everything.
    fn shown(text: &str) -> String {
        fn show(node: &Node) -> String {
            let all = |nodes: &[Node]| nodes.iter().map(show).collect::<Vec<_>>().join(" ");
            match &node.syntax {
                Syntax::Null => "null".into(),
                Syntax::Bool(truth) => truth.to_string(),
                Syntax::Number(number) => number.to_string(),
                Syntax::String(text) => format!("{text:?}"),
                Syntax::Name(name) => name.clone(),
                Syntax::List(nodes) => format!("[{}]", all(nodes)),
                Syntax::Select(of, name) => format!("{}.{name}", show(of)),
                Syntax::Operator(op, nodes) => format!("({op:?} {})", all(nodes)),
                Syntax::Call { name, target, args } => {
                    format!("{}{name}({})", target.as_ref().map_or(String::new(), |of| show(of) + "."), all(args))
                }
            }
        }
        parse(text).map_or_else(|mistake| format!("{:?} {}", mistake.at, mistake.message), |node| show(&node))
    }

    #[test]
    fn operators_bind_as_in_cel() {
        for (text, tree) in [
            ("a || b && c == d + e * f", "(Or a (And b (Equal c (Add d (Multiply e f)))))"),
            ("a - b - c < d == e", "(Equal (Less (Subtract (Subtract a b) c) d) e)"),
            ("a && b && c && d && e", "(And (And (And a b) c) (And d e))"),
            ("a ? b : c ? d : e", "(Conditional a b (Conditional c d e))"),
            ("!a.b(c)[0] && !!d", "(And (Not (Index a.b(c) 0)) d)"),
            ("-1 - -a * -(b)", "(Subtract -1 (Multiply (Negate a) (Negate b)))"),
            ("x in [1, 2.50, 1e3, .5,] // why\n", "(In x [1 2.5 1000 0.5])"),
            ("f() != null || true", "(Or (Unequal f() null) true)"),
            (r#""\"\n\u00e9\x41\101" + r"\d" + 'it' + """a"b""""#, r#"(Add (Add (Add "\"\néAA" "\\d") "it") "a\"b")"#),
        ] {
            assert_eq!(shown(text), tree);
        }
    }

    #[test]
    fn syntax_errors_point_at_the_character() {
        let mistake = parse("r.a == 1 &&\n r.b = 2").unwrap_err();
        assert_eq!((mistake.at, mistake.help.as_str()), (17..18, "`==` compares"));
        for (text, mistake) in [
            ("a &&", "4..4 unexpected end"),
            ("(a", "2..2 unexpected end, expected `)`"),
            ("a b", "2..3 unexpected `b`"),
            ("f(a b)", "4..5 unexpected `b`, expected `,`"),
            ("{1: 2}", "0..1 maps cannot be written in conditions"),
            ("a == 1u", "5..7 not a number, text or truth value"),
            ("99999999999999999999", "0..20 not a number, text or truth value"),
            (r#"a == "\q""#, "5..6 a text that does not end, or with an unknown escape"),
            ("a == 'x", "5..6 a text that does not end, or with an unknown escape"),
        ] {
            assert_eq!(shown(text), mistake, "{text}");
        }
        assert!(parse("").is_err() && parse("{1: 2}").is_err() && parse("1u").is_err());
    }

    #[test]
    fn hostile_texts_are_refused_quickly() {
        assert!(parse(&"(".repeat(5_000)).is_err());
        assert!(parse(&format!("{}1{}", "(".repeat(200), ")".repeat(200))).is_err());
        assert!(parse(&"1 + ".repeat(1_000)).is_err());
        assert!(parse(&vec!["a"; 1_000].join(" || ")).is_ok());
        assert_eq!(parse(&format!("a == \"{}\"", ".".repeat(1_000))).map(|_| ()), Ok(()));
        for count in [32, 64, 65, 256, 1_600, 2_000] {
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
