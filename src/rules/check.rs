//! Gives names their meaning and every node a type: paths against the kinds, functions, parameters, operands.
//!
//! Called by `set` for whole rules. A mistake points at the sub-expression and, where a name is close to a known
//! one, says which. It must not evaluate anything.

use super::checked::{Checked, Expr, Fold, IMPLICIT, Member};
use super::eval::outcome::Datum;
use super::expr::{Mistake, Node, Op, Place, Syntax};
use super::functions::{self, Arg};
use super::operands::{comparable, compatible, contained, indexed, noun, require};
use super::suggest::did_you_mean;
use crate::model::kinds::{Kind, KindId, KindSet, LinkId, Type};
use crate::model::value::Str;
use regex::RegexBuilder;

/// Bytes a compiled pattern may take.
const MAX_PATTERN: usize = 1 << 18;

/// What the expressions of one rule may speak of.
pub struct Checker<'a> {
    /// The kinds in force.
    pub kinds: &'a KindSet,
    /// The kinds the rule judges; never empty.
    pub judged: &'a [KindId],
    /// The rule's parameters in order.
    pub params: &'a [(Str, Type)],
}

/// Variables of enclosing folds, innermost last.
type Scope = Vec<(String, Type, Option<(KindId, LinkId)>)>;

impl Checker<'_> {
    /// Checks an expression that must come out as `wanted`; `Type::Any` takes everything.
    pub fn check(&self, node: &Node, wanted: &Type) -> Result<Expr, Mistake> {
        let expr = self.expr(node, &mut Scope::new())?;
        require(&expr, wanted)?;
        Ok(expr)
    }

    fn expr(&self, node: &Node, scope: &mut Scope) -> Result<Expr, Mistake> {
        let plain = |ty, checked| Ok(Expr { at: node.at.clone(), ty, money: false, edge: None, node: checked });
        match &node.syntax {
            Syntax::Null => plain(Type::Any, Checked::Absent),
            Syntax::Bool(truth) => plain(Type::Bool, Checked::Literal(Datum::Bool(*truth))),
            Syntax::Number(number) => plain(Type::Number, Checked::Literal(Datum::Number(number.clone()))),
            Syntax::String(text) => plain(Type::String, Checked::Literal(Datum::String(text.as_str().into()))),
            Syntax::List(items) => {
                let items = self.all(items, scope)?;
                let ty = items.first().map_or(Type::Any, |first| first.ty.clone());
                let uniform = items.iter().all(|item| compatible(&item.ty, &ty));
                plain(Type::List(Box::new(if uniform { ty } else { Type::Any })), Checked::List(items))
            }
            Syntax::Name(name) => self.name(node, name, scope),
            Syntax::Select(of, name) => self.select(node, of, name, scope),
            Syntax::Operator(op, args) => self.operator(node, *op, args, scope),
            Syntax::Call { name, target, args } => self.call(node, name, target.as_deref(), args, scope),
        }
    }

    fn all(&self, nodes: &[Node], scope: &mut Scope) -> Result<Vec<Expr>, Mistake> {
        nodes.iter().map(|node| self.expr(node, scope)).collect()
    }

    fn name(&self, node: &Node, name: &str, scope: &Scope) -> Result<Expr, Mistake> {
        let found = scope.iter().rev().enumerate().find(|(_, (known, ..))| known == name);
        if let Some((depth, (_, ty, edge))) = found {
            let node_ = Checked::Variable(depth);
            return Ok(Expr { at: node.at.clone(), ty: ty.clone(), money: false, edge: *edge, node: node_ });
        }
        if name == "r" {
            let ty = self.judged.first().map_or(Type::Any, |kind| Type::Resource(self.kinds.get(*kind).name.clone()));
            return Ok(Expr { at: node.at.clone(), ty, money: false, edge: None, node: Checked::Judged });
        }
        let known = ["r", "params"].into_iter().chain(scope.iter().map(|(name, ..)| name.as_str()));
        let help = did_you_mean(name, known);
        Err(Mistake::new(node.at.clone(), format!("nothing is called `{name}` here")).help(help))
    }

    fn select(&self, node: &Node, of: &Node, name: &str, scope: &mut Scope) -> Result<Expr, Mistake> {
        let at = (node.at.end - (name.len() as u32).min(node.at.end))..node.at.end;
        if matches!(&of.syntax, Syntax::Name(params) if params == "params") {
            return self.param(node, at, name);
        }
        let of = self.expr(of, scope)?;
        match &of.ty {
            Type::Resource(kind) => {
                let kinds: Vec<KindId> = match of.node {
                    Checked::Judged => self.judged.to_vec(),
                    _ => self.kinds.id(kind).into_iter().collect(),
                };
                self.member(node, at, of, &kinds, name)
            }
            Type::Record(record, fields) => {
                let Some((_, ty)) = fields.iter().find(|(field, _)| &**field == name) else {
                    let help = did_you_mean(name, fields.iter().map(|(field, _)| &**field));
                    return Err(Mistake::new(at, format!("`{record}` has no field `{name}`")).help(help));
                };
                let (ty, money) = (ty.clone(), name == functions::HOURLY_FIELD);
                let entry = Checked::Entry(Box::new(of), name.into());
                Ok(Expr { at: node.at.clone(), ty, money, edge: None, node: entry })
            }
            Type::Map(value) => {
                let ty = (**value).clone();
                let entry = Checked::Entry(Box::new(of), name.into());
                Ok(Expr { at: node.at.clone(), ty, money: false, edge: None, node: entry })
            }
            Type::Any => {
                let entry = Checked::Entry(Box::new(of), name.into());
                Ok(Expr { at: node.at.clone(), ty: Type::Any, money: false, edge: None, node: entry })
            }
            Type::List(_) => Err(Mistake::new(at, "a list has no attributes")
                .help("ask its elements: `.exists(x, …)`, `.all(x, …)`, `.map(x, …)`")),
            other => Err(Mistake::new(at, format!("{} has no attributes", noun(other)))),
        }
    }

    fn param(&self, node: &Node, at: Place, name: &str) -> Result<Expr, Mistake> {
        let Some(position) = self.params.iter().position(|(param, _)| &**param == name) else {
            let help = did_you_mean(name, self.params.iter().map(|(param, _)| &**param));
            return Err(Mistake::new(at, format!("the rule has no parameter `{name}`")).help(help));
        };
        let (name, ty) = self.params[position].clone();
        let money = name.ends_with("_usd");
        Ok(Expr { at: node.at.clone(), ty, money, edge: None, node: Checked::Param(position, name) })
    }

    fn member(&self, node: &Node, at: Place, of: Expr, kinds: &[KindId], name: &str) -> Result<Expr, Mistake> {
        let mut places = Vec::new();
        let mut result: Option<Type> = None;
        let mut edge = None;
        for id in kinds {
            let kind = self.kinds.get(*id);
            let Some((member, ty)) = self.member_of(kind, of.edge, name) else {
                let known = kind.attributes.iter().map(|attribute| &*attribute.name);
                let known = known.chain(kind.links.iter().map(|link| &*link.name));
                let help = did_you_mean(name, known.chain(IMPLICIT.iter().map(|(name, ..)| *name)));
                return Err(Mistake::new(at, format!("kind `{}` has no attribute `{name}`", kind.name)).help(help));
            };
            if let Member::Link(link) = member {
                edge = Some((*id, link));
            }
            result = Some(match result {
                Some(before) if before != ty => Type::Any,
                _ => ty,
            });
            places.push((*id, member));
        }
        let checked = Checked::Member(Box::new(of), places.into());
        let money = name.ends_with("_usd");
        Ok(Expr { at: node.at.clone(), ty: result.unwrap_or(Type::Any), money, edge, node: checked })
    }

    fn member_of(&self, kind: &Kind, edge: Option<(KindId, LinkId)>, name: &str) -> Option<(Member, Type)> {
        if let Some(position) = kind.attribute(name) {
            return Some((Member::Attribute(position), kind.attributes.get(position)?.ty.clone()));
        }
        if let Some(link) = kind.link(name) {
            let declared = kind.links.get(link.0 as usize)?;
            let partner = Type::Resource(self.kinds.get(declared.to).name.clone());
            let ty = if declared.many { Type::List(Box::new(partner)) } else { partner };
            return Some((Member::Link(link), ty));
        }
        if let Some((from, link)) = edge {
            let declared = &self.kinds.get(from).links.get(link.0 as usize)?.edge;
            if let Some(position) = declared.iter().position(|(edge, _)| &**edge == name) {
                return Some((Member::Edge(position), declared.get(position)?.1.clone()));
            }
        }
        IMPLICIT.iter().find(|(implicit, ..)| *implicit == name).map(|(_, member, ty)| (*member, ty.clone()))
    }

    fn operator(&self, node: &Node, op: Op, args: &[Node], scope: &mut Scope) -> Result<Expr, Mistake> {
        let args = self.all(args, scope)?;
        let absent = |expr: &Expr| matches!(expr.node, Checked::Absent);
        let (ty, money) = match (op, args.as_slice()) {
            (Op::Equal | Op::Unequal, [a, b]) if absent(a) || absent(b) => return Ok(absence(node, op, args)),
            (Op::Not, [a]) => (require(a, &Type::Bool)?, false),
            (Op::Negate, [a]) => (require(a, &Type::Number)?, a.money),
            (Op::And | Op::Or, [a, b]) => {
                require(a, &Type::Bool)?;
                (require(b, &Type::Bool)?, false)
            }
            (Op::Conditional, [condition, a, b]) => {
                require(condition, &Type::Bool)?;
                let ty = if compatible(&a.ty, &b.ty) { a.ty.clone() } else { Type::Any };
                // What is absent has no unit of its own.
                (ty, (a.money || absent(a)) && (b.money || absent(b)))
            }
            (Op::Equal | Op::Unequal, [a, b]) => (comparable(a, b)?, false),
            (Op::In, [a, b]) => (contained(a, b)?, false),
            (Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual, [a, b]) => {
                require(a, &Type::Number)?;
                require(b, &Type::Number)?;
                (Type::Bool, false)
            }
            (Op::Add, [a, b]) if compatible(&a.ty, &Type::String) && a.ty != Type::Any => {
                (require(b, &Type::String)?, false)
            }
            (Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder, [a, b]) => {
                require(a, &Type::Number)?;
                require(b, &Type::Number)?;
                (Type::Number, if op == Op::Divide { a.money && !b.money } else { a.money || b.money })
            }
            (Op::Index, [a, index]) => (indexed(a, index)?, false),
            _ => return Err(Mistake::new(node.at.clone(), "an operator with a wrong number of operands")),
        };
        let edge = if op == Op::Index { args.first().and_then(|list| list.edge) } else { None };
        Ok(Expr { at: node.at.clone(), ty, money, edge, node: Checked::Operator(op, args) })
    }

    fn call(
        &self,
        node: &Node,
        name: &str,
        target: Option<&Node>,
        args: &[Node],
        scope: &mut Scope,
    ) -> Result<Expr, Mistake> {
        let plain = |ty, money, checked| Ok(Expr { at: node.at.clone(), ty, money, edge: None, node: checked });
        match (target, Fold::named(name), name, args) {
            (Some(range), Some(fold), _, [variable, body]) => self.fold(node, fold, range, variable, body, scope),
            (None, _, "has", [of]) => plain(Type::Bool, false, Checked::Has(Box::new(self.expr(of, scope)?))),
            (None, _, "key" | "setting", [of, value @ ..]) if value.len() == usize::from(name == "setting") => {
                let of = self.expr(of, scope)?;
                if !is_attribute(&of) {
                    return Err(Mistake::new(of.at, "an attribute of a resource is wanted here, such as `r.spot`"));
                }
                let value = value.first().map(|value| self.expr(value, scope)).transpose()?;
                value.iter().try_for_each(|value| require(value, &Type::String).map(|_| ()))?;
                plain(Type::String, false, Checked::Written(Box::new(of), value.map(Box::new)))
            }
            (Some(of), _, "matches", [pattern]) | (None, _, "matches", [of, pattern]) => {
                let of = self.expr(of, scope)?;
                require(&of, &Type::String)?;
                let Syntax::String(text) = &pattern.syntax else {
                    return Err(Mistake::new(pattern.at.clone(), "a pattern must be written as a text"));
                };
                let regex = RegexBuilder::new(text)
                    .size_limit(MAX_PATTERN)
                    .build()
                    .map_err(|error| Mistake::new(pattern.at.clone(), "not a pattern").help(error.to_string()))?;
                plain(Type::Bool, false, Checked::Matches(Box::new(of), regex))
            }
            _ => {
                let Some(function) = functions::find(name) else {
                    let names = functions::TABLE.iter().map(|function| function.name);
                    let folds = ["has", "key", "setting", "matches", "exists", "all", "exists_one", "filter", "map"];
                    let help = did_you_mean(name, names.chain(folds));
                    return Err(
                        Mistake::new(node.at.clone(), format!("no function `{name}` with these arguments")).help(help)
                    );
                };
                let nodes: Vec<&Node> = target.into_iter().chain(args).collect();
                if nodes.len() != function.args.len() {
                    let message = format!("`{name}` takes {} arguments, not {}", function.args.len(), nodes.len());
                    return Err(Mistake::new(node.at.clone(), message).help(function.doc));
                }
                let mut checked = Vec::new();
                for (node, arg) in nodes.into_iter().zip(function.args) {
                    checked.push(self.argument(node, *arg, function, scope)?);
                }
                plain(function.returns.ty(), function.returns.is_money(), Checked::Call(function, checked))
            }
        }
    }

    fn argument(
        &self,
        node: &Node,
        arg: Arg,
        function: &functions::Function,
        scope: &mut Scope,
    ) -> Result<Expr, Mistake> {
        let expr = self.expr(node, scope)?;
        let fits = match arg {
            Arg::Text => compatible(&expr.ty, &Type::String),
            Arg::Any => true,
            Arg::Collection => matches!(expr.ty, Type::Any | Type::List(_) | Type::Map(_) | Type::String),
            Arg::Words => compatible(&expr.ty, &Type::List(Box::new(Type::String))),
            Arg::Resource => matches!(expr.ty, Type::Any | Type::Resource(_)),
        };
        if !fits {
            let message = format!("`{}` wants {}, not {}", function.name, arg.noun(), noun(&expr.ty));
            return Err(Mistake::new(expr.at, message).help(function.doc));
        }
        if let (Some(needed), Type::Resource(kind)) = (function.needs, &expr.ty) {
            let own = self.kinds.id(kind);
            let kinds = if matches!(expr.node, Checked::Judged) { self.judged } else { own.as_slice() };
            let lacking = kinds.iter().map(|id| self.kinds.get(*id)).find(|kind| kind.attribute(needed).is_none());
            if let Some(kind) = lacking {
                let message = format!("`{}` reads `{needed}`, which kind `{}` does not have", function.name, kind.name);
                return Err(Mistake::new(expr.at, message).help(function.doc));
            }
        }
        Ok(expr)
    }

    fn fold(
        &self,
        node: &Node,
        fold: Fold,
        range: &Node,
        variable: &Node,
        body: &Node,
        scope: &mut Scope,
    ) -> Result<Expr, Mistake> {
        let range = self.expr(range, scope)?;
        let element = match &range.ty {
            Type::List(element) => (**element).clone(),
            Type::Map(_) => Type::String,
            Type::Any => Type::Any,
            other => {
                let message = format!("{} has no elements", noun(other));
                return Err(Mistake::new(range.at, message));
            }
        };
        let Syntax::Name(name) = &variable.syntax else {
            return Err(Mistake::new(variable.at.clone(), "a plain name for each element is wanted here"));
        };
        scope.push((name.clone(), element, range.edge));
        let body = self.expr(body, scope);
        scope.pop();
        let body = body?;
        let (ty, edge) = match fold {
            Fold::Map => (Type::List(Box::new(body.ty.clone())), body.edge),
            Fold::Filter if matches!(range.ty, Type::Map(_)) => (Type::List(Box::new(Type::String)), None),
            Fold::Filter => (range.ty.clone(), range.edge),
            Fold::All | Fold::Exists | Fold::ExistsOne => (Type::Bool, None),
        };
        if fold != Fold::Map {
            require(&body, &Type::Bool)?;
        }
        let checked = Checked::Each(fold, Box::new(range), Box::new(body));
        Ok(Expr { at: node.at.clone(), ty, money: false, edge, node: checked })
    }
}

/// Whether an expression names an attribute that kinds declare.
fn is_attribute(of: &Expr) -> bool {
    let declared = |(_, member): &(_, Member)| matches!(member, Member::Attribute(_));
    matches!(&of.node, Checked::Member(_, places) if places.iter().all(declared))
}

/// `x == null` asks whether x is absent.
fn absence(node: &Node, op: Op, args: Vec<Expr>) -> Expr {
    let plain = |checked| Expr { at: node.at.clone(), ty: Type::Bool, money: false, edge: None, node: checked };
    let asked = args.into_iter().find(|arg| !matches!(arg.node, Checked::Absent));
    let has = match asked {
        Some(asked) => plain(Checked::Has(Box::new(asked))),
        None => plain(Checked::Literal(Datum::Bool(false))),
    };
    if op == Op::Unequal { has } else { plain(Checked::Operator(Op::Not, vec![has])) }
}
