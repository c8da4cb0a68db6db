//! What calls do: change collections, run functions of the program, make data and objects, or something of a library.
//!
//! Part of the walk in `run`. What a library's call makes is for `resource` to say.

use super::evaluate::with_all;
use super::names::Names;
use super::run::{Callee, Run, dotted};
use super::syntax::{Argument, Expr, Function, Kind};
use super::tables;
use super::thing::{Object, Thing, opened};
use crate::input::calls::programs;
use crate::model::made::Made;
use crate::model::value::{Attr, List, Map, Value, Via, Why, WhyCode};
use crate::source::Span;
use std::rc::Rc;
use std::sync::Arc;

impl Run<'_> {
    /// What a call answers.
    pub(super) fn called(&mut self, expr: &Expr, function: &Expr, arguments: &[Argument]) -> Thing {
        let callee = match &function.kind {
            Kind::Attribute(object, name) => match self.eval(object) {
                Thing::Path(path) => Callee::Path(format!("{path}.{name}")),
                Thing::Module(names) => match names.get(name) {
                    Some(Thing::Function(function, None)) => {
                        return self.call_own(&Rc::clone(function), Some(&names), arguments, expr.span);
                    }
                    Some(Thing::Path(path)) => Callee::Path(path.clone()),
                    _ => Callee::Method(Thing::Unknown, name.clone()),
                },
                Thing::Own(class) if self.method_of(&class, name).is_some() => {
                    let (positional, keywords) = self.arguments(arguments, expr.span);
                    let method = self.method_of(&class, name);
                    return method
                        .map_or(Thing::Unknown, |method| self.method(&class, &method, &positional, &keywords));
                }
                receiver => {
                    if let Some(changed) = self.mutated(object, name, arguments) {
                        return changed;
                    }
                    Callee::Method(receiver, name.clone())
                }
            },
            Kind::Name(name) => match self.lookup(name) {
                Some(Thing::Path(path)) => Callee::Path(path),
                Some(Thing::Function(function, globals)) => {
                    return self.call_own(&function, globals.as_ref(), arguments, expr.span);
                }
                Some(Thing::Own(class)) => return self.object(&class, arguments, expr.span),
                Some(_) => Callee::Method(Thing::Unknown, name.clone()),
                None => Callee::Path(name.clone()),
            },
            _ => Callee::Method(self.eval(function), String::new()),
        };
        let (positional, keywords) = self.arguments(arguments, expr.span);
        let made = self.made(&callee, &positional, &keywords, expr.span);
        self.note(callee, positional, keywords, function.span);
        made
    }

    fn call_own(
        &mut self,
        function: &Rc<Function>,
        globals: Option<&Rc<Names>>,
        arguments: &[Argument],
        at: Span,
    ) -> Thing {
        let (positional, keywords) = self.arguments(arguments, at);
        let answer = self.call(function, globals, &positional, &keywords);
        self.keep_changes(function, arguments);
        answer
    }

    /// Methods that change the collection they are called on.
    fn mutated(&mut self, object: &Expr, name: &str, arguments: &[Argument]) -> Option<Thing> {
        let target = dotted(object)?;
        let Some(Thing::Data(Attr { value: Value::Map(_) | Value::List(_), .. })) = self.names.get(&target) else {
            return None;
        };
        if !matches!(
            name,
            "update" | "append" | "extend" | "insert" | "pop" | "remove" | "clear" | "setdefault" | "popitem"
        ) {
            return None;
        }
        let (positional, keywords) = self.arguments(arguments, object.span);
        let Some(Thing::Data(attr)) = self.names.get(&target) else { return None };
        let why = Why::new(WhyCode::NotEvaluated, format!("{target}.{name}"), object.span);
        let changed = match (name, positional.first(), &attr.value) {
            ("update", more, Value::Map(_)) => {
                let updated = more.map_or_else(|| attr.clone(), |more| with_all(attr.clone(), more, &why));
                with_all(updated, &keywords, &why)
            }
            ("append", Some(more), Value::List(list)) => {
                let items = list.items.iter().chain([more]).cloned().collect();
                Attr { value: Value::List(List { items, open: list.open.clone(), kind: list.kind }), ..attr.clone() }
            }
            ("extend" | "setdefault", ..) => opened(attr, &why),
            _ => Attr { value: Value::unknown(why), ..attr.clone() },
        };
        self.names.set(&target, Thing::Data(changed));
        Some(Thing::Unknown)
    }

    /// What a call answers, where that is plain.
    fn made(&mut self, callee: &Callee, positional: &[Attr], keywords: &Attr, at: Span) -> Thing {
        let given = |name: &str| given(keywords, name);
        let first = positional.first();
        if let Callee::Path(path) = callee
            && let Some(value) = tables::value(path, positional, at)
        {
            return Thing::Data(value);
        }
        let name = match callee {
            Callee::Path(path) => path.as_str(),
            Callee::Method(_, name) => name.as_str(),
        };
        match name.rsplit('.').next().unwrap_or_default() {
            "client" | "resource" => client(positional, keywords),
            "getenv" | "get" if matches!(name, "os.getenv" | "os.environ.get" | "getenv" | "environ.get") => {
                match positional.get(1).cloned().or_else(|| given("default")) {
                    Some(default) => Thing::Data(default.passed(Via::VariableDefault, at)),
                    None => Thing::Unknown,
                }
            }
            "get" => match callee {
                Callee::Method(Thing::Data(Attr { value: Value::Map(map), .. }), _) => entry(map, positional),
                _ => Thing::Unknown,
            },
            "parse_args" | "parse_known_args" => Thing::Arguments,
            "add_argument" => self.option(positional, keywords),
            "strip" | "lstrip" | "rstrip" | "lower" | "upper" if positional.is_empty() => match callee {
                Callee::Method(Thing::Data(attr), method) => attr.value.as_str().map_or(Thing::Unknown, |text| {
                    let value = match method.as_str() {
                        "lower" => text.to_lowercase(),
                        "upper" => text.to_uppercase(),
                        _ => text.trim().to_owned(),
                    };
                    Thing::Data(Attr { value: Value::string(value.as_str()), ..attr.clone() })
                }),
                _ => Thing::Unknown,
            },
            "dict" if name == "dict" && positional.is_empty() => Thing::Data(keywords.clone()),
            "str" | "int" | "float" | "bool" | "list" | "deepcopy" if first.is_some() => {
                first.cloned().map_or(Thing::Unknown, Thing::Data)
            }
            "dumps" => match first {
                Some(attr) if matches!(attr.value, Value::Number(_)) => Thing::Data(attr.clone()),
                // Whoever takes the text for a document reads what was printed.
                Some(attr) if matches!(attr.value, Value::Map(_) | Value::List(_)) => {
                    let text = Attr::unknown(Why::new(WhyCode::NotEvaluated, name, at), at);
                    Thing::Data(Attr { made: Some(Arc::new(Made::Printed(attr.clone()))), ..text })
                }
                _ => Thing::Unknown,
            },
            "copy" => match callee {
                Callee::Method(Thing::Data(attr), _) => Thing::Data(attr.clone()),
                _ => first.cloned().map_or(Thing::Unknown, Thing::Data),
            },
            last => match callee {
                Callee::Path(path) if path.contains('.') && last.starts_with(char::is_uppercase) => {
                    let parameter = programs().iter().find_map(|program| program.parameters.get(last));
                    if let Some(default) = parameter.and_then(|keyword| given(keyword)) {
                        return Thing::Data(default.passed(Via::VariableDefault, at));
                    }
                    let name = tables::resource_name(path, positional);
                    let arguments = tables::named(path, positional, keywords);
                    Thing::Made(Rc::new(Object { path: path.clone(), arguments, name }))
                }
                Callee::Path(path) if tables::package(path).is_some() => Thing::Answer(path.clone()),
                _ => Thing::Unknown,
            },
        }
    }

    /// Remembers the default of an option of the command line.
    fn option(&mut self, positional: &[Attr], keywords: &Attr) -> Thing {
        let mut flags = positional.iter().filter_map(|attr| attr.value.as_str());
        let flag = flags.find(|flag| flag.starts_with("--") || !flag.starts_with('-'));
        let dest = given(keywords, "dest").and_then(|dest| dest.value.as_str().map(str::to_owned));
        let dest = dest.or_else(|| flag.map(|flag| flag.trim_start_matches('-').replace('-', "_")));
        if let Some((dest, default)) = dest.zip(given(keywords, "default")) {
            self.options.insert(dest, default.passed(Via::VariableDefault, default.at));
        }
        Thing::Unknown
    }
}

fn given(keywords: &Attr, name: &str) -> Option<Attr> {
    match &keywords.value {
        Value::Map(map) => map.get(name).cloned(),
        _ => None,
    }
}

/// `map.get(key, default)`
fn entry(map: &Map, positional: &[Attr]) -> Thing {
    let Some(key) = positional.first().and_then(|key| key.value.as_str()) else { return Thing::Unknown };
    let default = positional.get(1).filter(|_| map.open.is_none());
    map.get(key).or(default).cloned().map_or(Thing::Unknown, Thing::Data)
}

/// A client of a service, unless it is one of a stand-in.
fn client(positional: &[Attr], keywords: &Attr) -> Thing {
    let service = positional.first().cloned().or_else(|| given(keywords, "service_name"));
    let endpoint = given(keywords, "endpoint_url");
    if endpoint.as_ref().and_then(|url| url.value.as_str()).is_some_and(is_local) {
        return Thing::Path("local".to_owned());
    }
    match service.as_ref().and_then(|service| service.value.as_str()) {
        Some(service) => {
            let region = given(keywords, "region_name").or_else(|| positional.get(1).cloned());
            Thing::Client(service.to_owned(), region)
        }
        None => Thing::Unknown,
    }
}

/// Whether a service is stood in for on the machine at hand.
fn is_local(url: &str) -> bool {
    programs().iter().any(|program| program.local.iter().any(|local| local.contains("://") && url.contains(local)))
}
