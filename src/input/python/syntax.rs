//! A Python program as far as it matters here: expressions, assignments, calls, and where the flow branches.
//!
//! Made by `parse`, gone through by `run`. It must not know what any call does.

use crate::model::value::Attr;
use crate::source::Span;
use std::rc::Rc;

/// An expression.
#[derive(Clone)]
pub(super) struct Expr {
    /// As written.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What an expression is.
#[derive(Clone)]
pub(super) enum Kind {
    /// A string: its text and, in an f-string, expressions.
    Text(Vec<Part>),
    /// A number as written.
    Number(String),
    /// `True`, `False`.
    Bool(bool),
    /// `None`.
    None,
    /// A name.
    Name(String),
    /// `object.name`.
    Attribute(Box<Expr>, String),
    /// `object[key]`.
    Index(Box<Expr>, Box<Expr>),
    /// `function(arguments)`.
    Call(Box<Expr>, Vec<Argument>),
    /// A list, tuple or set; splats are elements of kind `Splat`.
    List(Vec<Expr>),
    /// `*value`.
    Splat(Box<Expr>),
    /// A dictionary; a splat has no key.
    Dict(Vec<(Option<Expr>, Expr)>),
    /// `then if condition else other`.
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `left operator right`.
    Binary(Box<Expr>, String, Box<Expr>),
    /// `not value`.
    Not(Box<Expr>),
    /// A value that was filled in where the program is held.
    Given(Box<Attr>),
    /// What is not evaluated, with the expressions in it.
    Other(Vec<Expr>),
}

/// Part of a string.
#[derive(Clone)]
pub(super) enum Part {
    /// Text with escapes resolved.
    Text(String),
    /// `{expression}`.
    Value(Expr),
}

/// An argument of a call.
#[derive(Clone)]
pub(super) struct Argument {
    /// The keyword, if it has one.
    pub name: Option<(String, Span)>,
    /// The value; `**value` has neither name nor position.
    pub value: Expr,
    /// Whether it is `**value` or `*value`.
    pub splat: bool,
}

/// Something a program does.
pub(super) enum Statement {
    /// An expression for what it does.
    Expr(Expr),
    /// `target = value`; several targets for `a = b = value`.
    Assign(Vec<Expr>, Expr),
    /// `target += value` and what else changes a variable in a way not followed.
    Change(Expr, Expr),
    /// Statements of which one list or none is done.
    Branches {
        /// What decides.
        condition: Expr,
        /// The lists, in source order.
        arms: Vec<Vec<Statement>>,
        /// Whether one of them is done in any case.
        exhaustive: bool,
    },
    /// Statements done any number of times, a target taking one element after the other.
    Loop(Option<(Expr, Expr)>, Vec<Statement>),
    /// A function.
    Function(Rc<Function>),
    /// A class with what it derives from and its statements.
    Class(String, Vec<Expr>, Vec<Statement>),
    /// `import module as name`, `from module import symbol as name`.
    Import {
        /// The module, with leading dots where it is relative.
        module: String,
        /// What is taken from it; the module itself where `None`.
        symbol: Option<String>,
        /// The name it gets.
        name: String,
    },
    /// `return value`.
    Return(Expr),
}

/// A function.
pub(super) struct Function {
    /// Its name.
    pub name: String,
    /// Parameters with their defaults.
    pub parameters: Vec<(String, Option<Expr>)>,
    /// `**name`: what is given by names that no parameter has.
    pub others: Option<String>,
    /// What it does.
    pub body: Vec<Statement>,
}
