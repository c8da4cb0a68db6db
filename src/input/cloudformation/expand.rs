//! Mappings as they are after their transforms: loops unrolled, included fragments in place.
//!
//! Called by `evaluate` for data, by `stack` for resources, and for every look-up in a section.

use super::evaluate::Evaluator;
use crate::input::tree::Node;
use crate::model::value::{Attr, Str, Value, Why, WhyCode};

/// Loops inside loops; CloudFormation allows 5.
const MAX_LOOPS: usize = 5;
/// Characters of a logical id that CloudFormation allows.
const MAX_ID: usize = 255;

/// The names bound by enclosing `Fn::ForEach` loops, innermost last.
pub(super) type Loops = Vec<(Str, Attr)>;

/// An entry of a section, with the loops it stands in.
#[derive(Clone)]
pub(super) struct Declared {
    /// The name it has.
    pub id: Str,
    /// The key as written.
    pub key: Node,
    /// What is declared.
    pub body: Node,
    /// The loops around it.
    pub loops: Loops,
}

impl Evaluator<'_> {
    /// An entry of one of the template's sections.
    pub fn entry(&self, section: &str, name: &str) -> Option<Declared> {
        let declared = |key: &Node, body: &Node, loops: &Loops| Declared {
            id: name.into(),
            key: key.clone(),
            body: body.clone(),
            loops: loops.clone(),
        };
        for section in self.template.sections(section) {
            if let Some((key, body)) = section.entry(name) {
                return Some(declared(key, body, &Loops::new()));
            }
            if section.pairs().iter().any(|(key, _)| is_special(key)) {
                let mut found = None;
                self.within(Loops::new(), || {
                    self.expand(section, &mut |id, key, body| {
                        if *id == *name {
                            found = Some(declared(key, body, &self.loops.borrow()));
                        }
                    })
                });
                return found;
            }
        }
        None
    }

    /// Runs a step inside these loops and no others.
    pub fn within<T>(&self, loops: Loops, step: impl FnOnce() -> T) -> T {
        let outer = self.loops.replace(loops);
        let result = step();
        self.loops.replace(outer);
        result
    }

    /// Visits the entries of a mapping with the name, key and value of each. Says why something was left out.
    pub fn expand(&self, mapping: &Node, visit: &mut dyn FnMut(Str, &Node, &Node)) -> Option<Why> {
        let mut gap = None;
        for (key, value) in mapping.entries() {
            let Some(scalar) = key.scalar() else { continue };
            let left_out = match &*scalar.text {
                "Fn::Transform" => self.include(key, value, visit),
                name if name.starts_with("Fn::ForEach::") => self.unroll(key, value, visit),
                _ => {
                    visit(self.in_loops(&scalar.text), key, value);
                    None
                }
            };
            gap = gap.or(left_out);
        }
        gap
    }

    /// `Fn::ForEach::Name: [Identifier, [a, b], {…}]`.
    fn unroll(&self, key: &Node, body: &Node, visit: &mut dyn FnMut(Str, &Node, &Node)) -> Option<Why> {
        let why = |code| Some(Why::new(code, key.as_str().unwrap_or_default(), key.span()));
        let [name, collection, fragment] = body.items() else { return why(WhyCode::InvalidExpression) };
        let values = match self.value(collection).map(|attr| attr.value) {
            Some(Value::List(list)) if list.open.is_none() => list.items,
            _ => return why(WhyCode::UnknownCondition),
        };
        let outer = self.loops.borrow().clone();
        let simple = |attr: &Attr| attr.value.scalar_text().is_some_and(|text| text.len() <= MAX_ID);
        let Some(name) = name.scalar().filter(|_| outer.len() < MAX_LOOPS && values.iter().all(simple)) else {
            return why(WhyCode::UnknownCondition);
        };
        let mut gap = None;
        for value in values.iter() {
            let mut inner = outer.clone();
            inner.push((name.text.clone(), value.clone()));
            let left_out = self.run.bounded(|| self.within(inner, || self.expand(fragment, visit)));
            gap = gap.or(left_out.unwrap_or_else(|| why(WhyCode::LimitReached)));
        }
        gap
    }

    fn include(&self, key: &Node, transform: &Node, visit: &mut dyn FnMut(Str, &Node, &Node)) -> Option<Why> {
        let limit = || Some(Why::new(WhyCode::LimitReached, "Fn::Transform", key.span()));
        match self.fragment(transform) {
            Ok(fragment) => self.run.bounded(|| self.expand(&fragment, visit)).unwrap_or_else(limit),
            Err(why) => Some(why),
        }
    }

    /// The fragment that a transform brings in: only `AWS::Include` of a file of the project can be seen here.
    pub fn fragment(&self, transform: &Node) -> Result<Node, Why> {
        let transform = if let [only] = transform.items() { only } else { transform };
        let name = transform.get("Name").and_then(Node::as_str).unwrap_or("Fn::Transform");
        let why = |code, what: &str| Why::new(code, what, transform.span());
        if name != "AWS::Include" {
            return Err(why(WhyCode::NotEvaluated, name));
        }
        let location = transform.get("Parameters").and_then(|parameters| parameters.get("Location"));
        let text = location.and_then(|location| self.value(location)?.value.scalar_text());
        let Some(text) = text else { return Err(why(WhyCode::SourceNotRead, name)) };
        self.run.document(&self.template.path, &text).ok_or_else(|| why(WhyCode::SourceNotRead, &text))
    }

    /// A key with the names of the enclosing loops filled in: `Bucket${Name}`, `Bucket&{Name}`.
    pub fn in_loops(&self, key: &Str) -> Str {
        let loops = self.loops.borrow();
        if loops.is_empty() || !key.contains('{') {
            return key.clone();
        }
        let mut filled = String::with_capacity(key.len());
        let mut rest: &str = key;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, from)| Some((before, from.split_once('}')?)))
        {
            let value = loops.iter().rev().find(|(bound, _)| **bound == *name);
            let value = value.and_then(|(_, attr)| attr.value.scalar_text());
            match (value, before.strip_suffix('$'), before.strip_suffix('&')) {
                (Some(value), Some(before), _) => filled.extend([before, &*value]),
                (Some(value), _, Some(before)) => {
                    filled.push_str(before);
                    filled.extend(value.chars().filter(char::is_ascii_alphanumeric));
                }
                _ => filled.extend([before, "{", name, "}"]),
            }
            rest = after;
        }
        filled.push_str(rest);
        filled.into()
    }
}

/// Whether a key stands for entries rather than being one.
pub(super) fn is_special(key: &Node) -> bool {
    key.as_str().is_some_and(|key| key == "Fn::Transform" || key.starts_with("Fn::ForEach::"))
}
