//! Goes through a script in the order it would be done in, and keeps what variables hold.
//!
//! Called by the frontend; every command of which all words have been expanded is handed to `command`. Branches are
//! all gone through; after them a variable is one of what they left. Nothing is executed.

use super::Script;
use super::nested::{self, Inner};
use super::script::{Assignment, Command, Part, Statement, Word};
use super::state::{State, appended, assigned, element, merged};
use super::text::Text;
use crate::files;
use crate::input::Context;
use crate::input::calls::programs;
use crate::input::view::View;
use crate::model::native::Exists;
use crate::model::value::{Attr, List, Unknown, Value, Via, Why, WhyCode};
use crate::source::Span;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Calls and sourced files inside each other.
const MAX_CALLS: u32 = 8;
/// Commands a script may come to, calls counted each time.
const MAX_COMMANDS: u32 = 20_000;

/// A command with its words expanded.
pub(super) struct Expanded {
    /// The program that does it, without folders.
    pub program: String,
    /// The program and its arguments; an unknown that may be any number of words is `None`.
    pub words: Vec<Option<Text>>,
    /// The here-document that it reads.
    pub input: Option<Text>,
    /// The region that the environment sets for it.
    pub region: Option<Attr>,
    /// The command as written.
    pub span: Span,
    /// Whether it is certainly done.
    pub exists: Exists,
}

/// A walk over one script.
pub(super) struct Run<'a> {
    pub context: &'a Context<'a>,
    /// The script's folder.
    folder: String,
    state: State,
    functions: HashMap<String, Rc<Vec<Statement>>>,
    called: Vec<String>,
    /// Files that the script writes, by their name as written.
    pub written: HashMap<String, Text>,
    exists: Exists,
    depth: u32,
    commands: u32,
    /// What the commands were, in order.
    pub found: Vec<Expanded>,
    /// Python programs that commands are given.
    pub programs: Vec<View>,
}

impl<'a> Run<'a> {
    /// A walk over a script in a folder.
    pub fn new(context: &'a Context<'a>, folder: &str) -> Run<'a> {
        Run {
            context,
            folder: folder.to_owned(),
            state: State::default(),
            functions: HashMap::new(),
            called: Vec::new(),
            written: HashMap::new(),
            exists: Exists::Yes,
            depth: 0,
            commands: 0,
            found: Vec::new(),
            programs: Vec::new(),
        }
    }

    /// Does a script from its start; functions that nothing calls are done last.
    pub fn script(&mut self, script: &Script) {
        self.state = State { variables: script.variables.iter().cloned().collect() };
        self.exists = script.exists.clone();
        self.functions.clear();
        self.called.clear();
        script.texts.iter().for_each(|text| self.block(&super::parse::parse(text)));
        let mut left: Vec<_> = self.functions.iter().map(|(name, body)| (name.clone(), Rc::clone(body))).collect();
        left.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, body) in left {
            if !self.called.contains(&name) {
                self.block(&body);
            }
        }
    }

    fn block(&mut self, statements: &[Statement]) {
        for statement in statements {
            match statement {
                Statement::Assign(assignment) => self.assign(assignment),
                Statement::Command(command) => self.command(command),
                Statement::Branches { condition, arms, exhaustive } => self.branches(*condition, arms, *exhaustive),
                Statement::Loop { variable, body } => self.repeat(variable.as_ref(), body),
                Statement::Function { name, body } => {
                    self.functions.insert(name.clone(), Rc::clone(body));
                }
            }
        }
    }

    fn assign(&mut self, assignment: &Assignment) {
        let mut items: Vec<Attr> = Vec::new();
        let mut open = None;
        for word in &assignment.words {
            if assignment.array {
                for text in self.expand(word) {
                    match text {
                        Some(text) => items.push(text.attr(0..text.text.len(), &[])),
                        None => open = Some(Why::new(WhyCode::NotEvaluated, self.written_as(word.span), word.span)),
                    }
                }
            } else {
                let text = self.text(word);
                items.push(text.attr(0..text.text.len(), &[]));
            }
        }
        let Some(at) = assignment.words.first().map(|word| word.span) else { return };
        let value = match (assignment.array, items.as_slice()) {
            (false, [only]) => only.clone(),
            _ => Attr::new(Value::List(List { items: items.into(), open, ..List::default() }), at),
        };
        let value = match self.state.variables.get(&assignment.name).filter(|_| assignment.append) {
            Some(before) => appended(before, &value),
            None => value,
        };
        self.state.variables.insert(assignment.name.clone(), value);
    }

    fn command(&mut self, command: &Command) {
        self.commands += 1;
        if self.commands > MAX_COMMANDS {
            return;
        }
        let words: Vec<Option<Text>> = command.words.iter().flat_map(|word| self.expand(word)).collect();
        let name = words.first().and_then(|word| word.as_ref()?.known().map(str::to_owned));
        match name.as_deref() {
            Some("source" | ".") => self.source(words.get(1)),
            Some("read" | "unset" | "mapfile" | "readarray" | "getopts") => {
                for name in words.iter().skip(1).flatten().filter_map(Text::known) {
                    let why = Why::new(WhyCode::NotEvaluated, format!("${name}"), command.span);
                    self.state.variables.insert(name.to_owned(), Attr::unknown(why, command.span));
                }
            }
            Some("cat" | "tee" | "echo" | "printf") => self.write(command, name.as_deref(), &words),
            Some(name) if self.functions.contains_key(name) => self.call(name, words),
            _ => self.program(command, &words),
        }
    }

    /// A program, and what it is given to run.
    fn program(&mut self, command: &Command, words: &[Option<Text>]) {
        let (program, words) = nested::started(programs(), words).unwrap_or_else(|| (String::new(), words));
        let input = command.input.as_ref().map(|document| self.text(document));
        match nested::inner(&program, words, input.clone()) {
            Some(Inner::Script(text)) if self.depth < MAX_CALLS => {
                let outside = self.state.clone();
                self.depth += 1;
                self.block(&super::parse::parse(&text.script(self.context.sources)));
                self.depth -= 1;
                self.state = outside;
            }
            Some(Inner::Python(text)) if text.known().is_some() => {
                self.programs.push(text.script(self.context.sources));
            }
            _ => {}
        }
        let table = programs().iter().find(|table| table.program == program);
        let variables = table.into_iter().flat_map(|table| &table.region.variables);
        let region = variables.into_iter().find_map(|name| self.state.variables.get(name)).cloned();
        let (words, exists) = (words.to_vec(), self.exists.clone());
        self.found.push(Expanded { program, words, input, region, span: command.span, exists });
    }

    /// `cat > FILE <<END`, `tee FILE <<END`, `echo TEXT > FILE`.
    fn write(&mut self, command: &Command, name: Option<&str>, words: &[Option<Text>]) {
        let output = command.output.as_ref().map(|word| self.text(word));
        let target = output.or_else(|| words.get(1).cloned().flatten().filter(|_| name == Some("tee")));
        let content = match &command.input {
            Some(document) => Some(self.text(document)),
            None => words.get(1).cloned().flatten().filter(|_| name == Some("echo") && words.len() == 2),
        };
        if let (Some(target), Some(content)) = (target, content) {
            self.written.insert(target.text, content);
        }
    }

    fn call(&mut self, name: &str, words: Vec<Option<Text>>) {
        let Some(body) = self.functions.get(name).cloned().filter(|_| self.depth < MAX_CALLS) else { return };
        self.called.push(name.to_owned());
        let positional = |state: &State| -> BTreeMap<String, Attr> {
            let is_positional = |name: &&String| *name == "@" || name.bytes().all(|byte| byte.is_ascii_digit());
            let own = state.variables.keys().filter(is_positional).cloned();
            own.filter_map(|name| Some((name.clone(), state.variables.get(&name)?.clone()))).collect()
        };
        let outer = positional(&self.state);
        outer.keys().for_each(|name| {
            self.state.variables.remove(name);
        });
        let known: Option<Vec<Attr>> =
            words.iter().skip(1).map(|word| word.as_ref().map(|text| text.attr(0..text.text.len(), &[]))).collect();
        if let Some((known, at)) = known.and_then(|known| Some((known, words.first()?.as_ref()?.span))) {
            for (index, attr) in known.iter().enumerate() {
                self.state.variables.insert((index + 1).to_string(), attr.clone());
            }
            self.state.variables.insert("@".to_owned(), Attr::new(Value::list(known), at));
        }
        self.depth += 1;
        self.block(&body);
        self.depth -= 1;
        positional(&self.state).keys().for_each(|name| {
            self.state.variables.remove(name);
        });
        self.state.variables.extend(outer);
    }

    /// Another script of the project, done in place.
    fn source(&mut self, path: Option<&Option<Text>>) {
        let Some(path) = path.and_then(|word| word.as_ref()?.known()) else { return };
        let folders = [self.folder.as_str(), ""];
        let found = folders
            .iter()
            .filter_map(|folder| files::resolve(folder, path))
            .find(|path| self.context.files.exists(path));
        let loaded = found.filter(|_| self.depth < MAX_CALLS).and_then(|path| self.context.load(&path).ok());
        if let Some((source, text)) = loaded {
            self.depth += 1;
            self.block(&super::parse::parse(&View::overlaid(source, text.to_string())));
            self.depth -= 1;
        }
    }

    fn branches(&mut self, condition: Span, arms: &[Vec<Statement>], exhaustive: bool) {
        let before = self.state.clone();
        let why = Why::new(WhyCode::UnknownCondition, self.written_as(condition), condition);
        let outside = std::mem::replace(&mut self.exists, Exists::Unless(why.clone()));
        let mut after: Vec<State> = Vec::new();
        for arm in arms {
            self.state = before.clone();
            self.block(arm);
            after.push(std::mem::take(&mut self.state));
        }
        self.exists = outside;
        if !exhaustive {
            after.push(before);
        }
        self.state = merged(&after, &why);
    }

    fn repeat(&mut self, variable: Option<&(String, Vec<Word>)>, body: &[Statement]) {
        let before = self.state.clone();
        let at = |attr: &Attr| Why::new(WhyCode::NotEvaluated, "a loop", attr.at);
        for name in assigned(body) {
            if let Some(attr) = self.state.variables.get_mut(name) {
                *attr = Attr::unknown(at(attr), attr.at);
            }
        }
        if let Some((name, words)) = variable {
            let expanded: Vec<Option<Text>> = words.iter().flat_map(|word| self.expand(word)).collect();
            let span = words.first().map(|word| word.span);
            let values: Option<Vec<_>> = expanded
                .iter()
                .map(|word| word.as_ref().map(|text| Some(text.attr(0..text.text.len(), &[]))))
                .collect();
            if let Some(span) = span {
                let why = Why::new(WhyCode::NotEvaluated, format!("${name}"), span);
                let value =
                    values.map_or_else(|| Value::unknown(why.clone()), |values| Value::one_of(values, why.clone()));
                self.state.variables.insert(name.clone(), Attr::new(value, span));
            }
        }
        self.block(body);
        let after = std::mem::take(&mut self.state);
        let why = Why::new(WhyCode::UnknownCondition, "a loop", None);
        self.state = merged(&[before, after], &why);
    }

    /// The words that a word becomes: usually itself; `None` for any number of unknown ones.
    fn expand(&self, word: &Word) -> Vec<Option<Text>> {
        if let [Part::Words(words, _)] = word.parts.as_slice() {
            return words.iter().flat_map(|word| self.expand(word)).collect();
        }
        let [Part::Variable { name, default, all, key, quoted, span }] = word.parts.as_slice() else {
            return vec![Some(self.text(word))];
        };
        let attr = self.lookup(name, key.as_ref(), default.as_ref(), *span);
        match &attr.value {
            Value::List(list) if *all => {
                let items = list.items.iter().map(|item| Some(Text::of(item, *span)));
                items.chain(list.open.iter().map(|_| None)).collect()
            }
            Value::Unknown(_) | Value::Text(_) | Value::OneOf(_) if *all => vec![None],
            Value::String(text) if !quoted && text.contains(char::is_whitespace) => {
                let whole = Text::of(&attr, *span);
                let words = text.split_whitespace().map(|part| {
                    let start = part.as_ptr() as usize - text.as_ptr() as usize;
                    Some(whole.part(start..start + part.len()))
                });
                words.collect()
            }
            Value::String(text) if !quoted && text.is_empty() => Vec::new(),
            _ => vec![Some(Text::of(&attr, *span))],
        }
    }

    /// A word as one text.
    fn text(&self, word: &Word) -> Text {
        let mut text = Text::new(word.span);
        for part in &word.parts {
            match part {
                Part::Text(known, at) => text.push(known, *at),
                Part::Value(value, at) => text.push_value(value, *at),
                Part::Variable { name, default, key, span, .. } => {
                    text.push_value(&self.lookup(name, key.as_ref(), default.as_ref(), *span), *span);
                }
                Part::Words(_, span) | Part::Other(span) => {
                    let why = Why::new(WhyCode::NotEvaluated, self.written_as(*span), *span);
                    text.push_value(&Attr::unknown(why, *span), *span);
                }
            }
        }
        text
    }

    fn lookup(&self, name: &str, key: Option<&Word>, default: Option<&Word>, at: Span) -> Attr {
        let variable = self.state.variables.get(name);
        if let (Some(array), Some(key)) = (variable, key) {
            let found = self.text(key).known().and_then(|key| element(array, key));
            return found
                .unwrap_or_else(|| Attr::unknown(Why::new(WhyCode::NotEvaluated, self.written_as(at), at), at));
        }
        match (variable, default) {
            (Some(attr), _) => attr.clone(),
            (None, Some(default)) => {
                let text = self.text(default);
                text.attr(0..text.text.len(), &[]).passed(Via::VariableDefault, at)
            }
            (None, None) => {
                let why = Why::new(WhyCode::VariableWithoutDefault, format!("${name}"), at);
                Attr::new(Value::Unknown(Unknown { why, may_be_absent: true, refers_to: None }), at)
            }
        }
    }

    fn written_as(&self, span: Span) -> String {
        let text = self.context.sources.text(span);
        text.lines().next().unwrap_or_default().to_owned()
    }
}
