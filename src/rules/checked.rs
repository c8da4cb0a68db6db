//! A checked expression: names resolved to positions, functions to pointers, every node typed.
//!
//! Made by `check`, walked by `eval`, looked at by `message`. It must not know the parser.

use super::eval::outcome::Datum;
use super::expr::{Op, Place};
use super::functions::Function;
use crate::model::kinds::{KindId, LinkId, Type};
use crate::model::value::Str;
use regex::Regex;

/// One node.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Its text.
    pub at: Place,
    /// Its type, as far as it is known before anything is evaluated.
    pub ty: Type,
    /// Whether it is an amount of USD, and prints as one.
    pub money: bool,
    /// The link it came over, where it is a resource or a list of them: edges have attributes of their own.
    pub edge: Option<(KindId, LinkId)>,
    /// What it is.
    pub node: Checked,
}

/// What an expression does.
#[derive(Clone, Debug)]
pub enum Checked {
    /// `null`.
    Absent,
    /// A scalar as written.
    Literal(Datum),
    /// A list as written.
    List(Vec<Expr>),
    /// `r`, the resource that is judged.
    Judged,
    /// A variable of an enclosing `exists`, `all`, `filter` or `map`; 0 is the innermost.
    Variable(usize),
    /// A parameter of the rule, by position, and its name.
    Param(usize, Str),
    /// A member of a resource, by the resource's kind.
    Member(Box<Expr>, Box<[(KindId, Member)]>),
    /// A field of a record or an entry of a map.
    Entry(Box<Expr>, Str),
    /// An operator.
    Operator(Op, Vec<Expr>),
    /// Whether something is there: `has(x)`, `x != null`.
    Has(Box<Expr>),
    /// How an attribute is written where its resource is declared, alone or with a value: `key(r.x)`, `setting(r.x, v)`.
    Written(Box<Expr>, Option<Box<Expr>>),
    /// The body for each element.
    Each(Fold, Box<Expr>, Box<Expr>),
    /// Whether a text matches.
    Matches(Box<Expr>, Regex),
    /// A function with its arguments, the target of a dot first.
    Call(&'static Function, Vec<Expr>),
}

/// What a resource can be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Member {
    /// A declared attribute, by position.
    Attribute(usize),
    /// A link to other resources.
    Link(LinkId),
    /// An attribute of the edge that led to the resource, by position.
    Edge(usize),
    /// Where it is deployed.
    Region,
    /// How many equal ones there are.
    Count,
    /// Its address in the code.
    Address,
    /// `aws`, `google`, `azure`.
    Provider,
    /// The name of its kind.
    Kind,
    /// The type its format declares it as: `aws_s3_bucket`, `AWS::S3::Bucket`.
    Native,
}

/// What every resource has, whatever its kind.
pub const IMPLICIT: &[(&str, Member, Type)] = &[
    ("region", Member::Region, Type::String),
    ("count", Member::Count, Type::Number),
    ("address", Member::Address, Type::String),
    ("provider", Member::Provider, Type::String),
    ("kind", Member::Kind, Type::String),
    ("native", Member::Native, Type::String),
];

/// The ways to go over elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Fold {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

impl Fold {
    /// By the name it is called by.
    pub fn named(name: &str) -> Option<Fold> {
        Some(match name {
            "all" => Fold::All,
            "exists" => Fold::Exists,
            "exists_one" => Fold::ExistsOne,
            "filter" => Fold::Filter,
            "map" => Fold::Map,
            _ => return None,
        })
    }
}
