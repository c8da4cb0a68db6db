//! A shell script as far as it matters here: words, assignments, commands, and where the flow branches.
//!
//! Made by `parse`, gone through by `run`. It must not know what any command does.

use crate::model::value::Attr;
use crate::source::Span;
use std::ops::Range;
use std::rc::Rc;

/// Something a script does.
pub(super) enum Statement {
    /// `NAME=value`, `NAME+=value`, `NAME=(a b)`.
    Assign(Assignment),
    /// A program, a function or a builtin with its words.
    Command(Command),
    /// Statements of which one list or none is done.
    Branches {
        /// What decides, as written.
        condition: Span,
        /// The lists, in source order.
        arms: Vec<Vec<Statement>>,
        /// Whether one of them is done in any case.
        exhaustive: bool,
    },
    /// Statements done any number of times, a variable taking one word after the other.
    Loop {
        /// `for NAME in WORDS`.
        variable: Option<(String, Vec<Word>)>,
        /// What is repeated.
        body: Vec<Statement>,
    },
    /// A function; done where it is called.
    Function {
        /// Its name.
        name: String,
        /// What it does.
        body: Rc<Vec<Statement>>,
    },
}

/// A variable and what it is set to.
pub(super) struct Assignment {
    /// The variable.
    pub name: String,
    /// One word, or the elements of an array.
    pub words: Vec<Word>,
    /// Whether it is an array.
    pub array: bool,
    /// Whether the words are put behind what is there.
    pub append: bool,
}

/// A command and what is redirected.
pub(super) struct Command {
    /// Name and arguments.
    pub words: Vec<Word>,
    /// From the name to the last argument.
    pub span: Span,
    /// The text of a here-document.
    pub input: Option<Word>,
    /// The file that its output is written to.
    pub output: Option<Word>,
}

/// A word before expansion.
#[derive(Clone)]
pub(super) struct Word {
    /// As written, quotes included.
    pub span: Span,
    /// What it is made of.
    pub parts: Vec<Part>,
}

/// Part of a word.
#[derive(Clone)]
pub(super) enum Part {
    /// Text with quotes and escapes resolved, and where it stands.
    Text(String, Span),
    /// `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME[@]}`, `${NAME[key]}`.
    Variable {
        /// The variable.
        name: String,
        /// What stands in for it where it is not set.
        default: Option<Word>,
        /// Whether all elements of an array are meant.
        all: bool,
        /// The element of an array that is meant.
        key: Option<Word>,
        /// Whether it stands in quotes, so that it stays one word.
        quoted: bool,
        /// As written.
        span: Span,
    },
    /// A value that was filled in where the script is held.
    Value(Attr, Span),
    /// `${NAME:+words}` outside quotes, taken as every branch is.
    Words(Vec<Word>, Span),
    /// What is not evaluated: the output of commands, arithmetic, other expansions.
    Other(Span),
}

/// How backslashes are read.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Quoting {
    /// Outside quotes.
    None,
    /// In double quotes.
    Double,
    /// In a here-document.
    Document,
    /// In single quotes, or in a here-document that is kept as it is.
    Literal,
}

impl Quoting {
    /// The runs of a text that stand for themselves: without backslashes that escape, and continued lines.
    pub fn runs(self, text: &str) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        let mut start = 0;
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            if c != '\\' {
                continue;
            }
            let Some((next, escaped)) = chars.next() else { break };
            let special = match self {
                Quoting::Literal => false,
                Quoting::None => true,
                Quoting::Double => matches!(escaped, '"' | '\\' | '$' | '`' | '\n' | '\r'),
                Quoting::Document => matches!(escaped, '\\' | '$' | '`' | '\n' | '\r'),
            };
            if !special {
                continue;
            }
            runs.push(start..at);
            start = match escaped {
                '\n' => next + 1,
                '\r' if text.get(next + 1..).is_some_and(|rest| rest.starts_with('\n')) => {
                    chars.next();
                    next + 2
                }
                _ => next,
            };
        }
        runs.push(start..text.len());
        runs.retain(|run| !run.is_empty());
        runs
    }
}
