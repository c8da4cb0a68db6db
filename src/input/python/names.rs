//! What names stand for as a program goes on, and what becomes of them where it takes one of several ways.
//!
//! Used by `run`. Changes are logged while somebody may want them undone, so that a branch or a call costs what it
//! changes, not what there is. It must not know what things are.

use super::thing::{Thing, either};
use crate::model::value::Why;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Variables by name; attributes of `self` and of classes by their dotted names.
#[derive(Default)]
pub(super) struct Names {
    things: HashMap<Rc<str>, Thing>,
    /// The names of the module that a function is from.
    below: Option<Rc<Names>>,
    /// What changed names stood for before, while there are marks.
    log: Vec<(Rc<str>, Option<Thing>)>,
    marks: usize,
}

/// A moment that names can be taken back to.
pub(super) struct Mark(usize);

/// What names stood for when they were taken back.
pub(super) type Changes = BTreeMap<Rc<str>, Thing>;

impl Names {
    /// Names of a function of another module.
    pub fn above(module: &Rc<Names>) -> Names {
        Names { below: Some(Rc::clone(module)), ..Names::default() }
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<&Thing> {
        self.things.get(name).or_else(|| self.below.as_ref()?.get(name))
    }

    /// Makes a name stand for something.
    pub fn set(&mut self, name: &str, thing: Thing) {
        let known = self.things.get_key_value(name).map(|(name, _)| Rc::clone(name));
        let name = known.unwrap_or_else(|| name.into());
        let before = self.things.insert(Rc::clone(&name), thing);
        if self.marks > 0 {
            self.log.push((name, before));
        }
    }

    /// From here on changes can be taken back. Each mark is taken back, the last one first.
    pub fn mark(&mut self) -> Mark {
        self.marks += 1;
        Mark(self.log.len())
    }

    /// Undoes what was done since, and says what it was.
    pub fn take_back(&mut self, mark: Mark) -> Changes {
        let mut changes = Changes::new();
        for (name, before) in self.log.drain(mark.0..).rev() {
            let after = match before {
                Some(before) => self.things.insert(Rc::clone(&name), before),
                None => self.things.remove(&name),
            };
            // The last change of a name is the first to be undone.
            if let Some(after) = after {
                changes.entry(name).or_insert(after);
            }
        }
        self.marks -= 1;
        changes
    }

    /// Goes on after one of several ways, which `why` tells apart; without `exhaustive` none of them may have been taken.
    pub fn merge(&mut self, ways: &[Changes], exhaustive: bool, why: &Why) {
        for name in ways.iter().flat_map(Changes::keys) {
            let base = self.get(name);
            let mut things: Vec<Option<&Thing>> = ways.iter().map(|way| way.get(name).or(base)).collect();
            if !exhaustive {
                things.push(base);
            }
            let thing = either(&things, why);
            self.set(name, thing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::{Attr, Value, WhyCode};
    use crate::source::{SourceMap, Span};

    fn data(text: &str) -> Thing {
        Thing::Data(Attr::new(Value::String(text.into()), Span::new(SourceMap::new().add("x", text), 0..1)))
    }

    fn shown(names: &Names, name: &str) -> String {
        match names.get(name) {
            Some(Thing::Data(attr)) => match &attr.value {
                Value::OneOf(all) => {
                    all.iter().flatten().filter_map(|one| one.value.as_str()).collect::<Vec<_>>().join("|")
                }
                value => value.as_str().unwrap_or("?").to_owned(),
            },
            Some(_) => "?".to_owned(),
            None => "absent".to_owned(),
        }
    }

    #[test]
    fn what_was_changed_is_taken_back_in_order_also_from_inside_another_mark() {
        let mut names = Names::default();
        names.set("a", data("before"));
        let outer = names.mark();
        names.set("a", data("outer"));
        let inner = names.mark();
        names.set("a", data("inner"));
        names.set("a", data("last"));
        names.set("b", data("new"));
        let changes = names.take_back(inner);
        assert!(matches!(&changes["a"], Thing::Data(attr) if attr.value.as_str() == Some("last")));
        assert_eq!((shown(&names, "a"), shown(&names, "b")), ("outer".into(), "absent".into()));
        names.take_back(outer);
        assert_eq!(shown(&names, "a"), "before");
    }

    #[test]
    fn after_branches_a_name_is_one_of_what_they_left() {
        let why = Why::new(WhyCode::UnknownCondition, "c", None);
        let mut names = Names::default();
        names.set("a", data("base"));
        let mut ways = Vec::new();
        for way in ["x", "y"] {
            let mark = names.mark();
            names.set(way, data(way));
            if way == "x" {
                names.set("a", data("changed"));
            }
            ways.push(names.take_back(mark));
        }
        names.merge(&ways, true, &why);
        assert_eq!(shown(&names, "a"), "changed|base");
        assert_eq!((shown(&names, "x"), shown(&names, "y")), ("x".into(), "y".into()));
        let mark = names.mark();
        names.set("x", data("again"));
        let once = names.take_back(mark);
        names.merge(&[once], false, &why);
        assert_eq!(shown(&names, "x"), "again|x");
    }
}
