//! From an expanded command to the resources it makes, by the tables of `rules/calls/`.
//!
//! Called by the frontend. It must not name any command or option itself.

use super::run::Expanded;
use super::shorthand::Documents;
use super::text::Text;
use crate::input::calls::{Command, Program};
use crate::model::spelling::same_name;
use crate::model::value::{Attr, Map, Str, Value, Why, WhyCode};
use crate::source::Span;

/// What a command makes.
pub(super) struct Made<'p> {
    /// The table it stands in.
    pub program: &'p Program,
    /// Its row.
    pub command: &'p Command,
    /// The request, under the keys of the native.
    pub tree: Attr,
    /// The region, where it says one.
    pub region: Option<Attr>,
}

/// Words of a command: those without an option, and options with the words behind them.
#[derive(Default)]
struct Split<'w> {
    plain: Vec<&'w Text>,
    options: Vec<(&'w Text, String, Vec<Text>)>,
    open: bool,
}

fn split<'w>(program: &Program, command: Option<&Command>, words: &'w [Option<Text>]) -> Split<'w> {
    let mut split = Split::default();
    let takes_none = |name: &str| {
        let mut flags = program.other_flags.iter().chain(command.iter().flat_map(|command| &command.flags));
        flags.any(|flag| flag == name) || name.starts_with("no-")
    };
    let one_each = !program.lists || command.is_some_and(|command| command.positional.is_some());
    for word in words {
        let Some(word) = word else {
            split.open = true;
            continue;
        };
        let option =
            word.text.strip_prefix("--").or_else(|| word.text.strip_prefix('-').filter(|rest| rest.len() == 1));
        if let Some(option) = option {
            let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
            let value = value.map(|value| word.part(word.text.len() - value.len()..word.text.len()));
            split.options.push((word, name.to_owned(), value.into_iter().collect()));
            continue;
        }
        let last = split.options.last_mut().filter(|(own, name, values)| {
            let joined = own.text.len() > name.len() + 2;
            !takes_none(name) && !joined && (values.is_empty() || !one_each)
        });
        match last {
            // A further word that is not known at all may be any options.
            Some((.., values)) if !values.is_empty() && is_unknown(word) => split.open = true,
            Some((.., values)) => values.push(word.clone()),
            None if is_unknown(word) && !one_each => split.open = true,
            None => split.plain.push(word),
        }
    }
    split
}

fn is_unknown(word: &Text) -> bool {
    matches!(word.attr(0..word.text.len(), &[]).value, Value::Unknown(_))
}

/// The command that the words name, options left out, and how many they are. Of two by the same words the one that
/// applies a document counts where that is asked for and an option names one that is no file of the project.
fn named<'p>(program: &'p Program, split: &Split<'_>, applying: bool) -> Option<(&'p Command, usize)> {
    // Options before the command are of every command: their values are known not to be words of it.
    let words = split.plain.iter().map(|word| &*word.text);
    let words: Vec<&str> = words.skip_while(|word| program.prefixes.iter().any(|prefix| prefix == word)).collect();
    let skipped = split.plain.len() - words.len();
    let fits = |command: &&Command| {
        (command.input.is_none()
            || (applying && split.options.iter().any(|(_, name, _)| command.documents.contains(name))))
            && command.words.iter().eq(words.iter().take(command.words.len()))
    };
    let command =
        program.commands.iter().filter(fits).max_by_key(|command| (command.words.len(), command.input.is_some()))?;
    Some((command, skipped + command.words.len()))
}

/// Whether a command starts with these words, options left out.
pub(super) fn is(expanded: &Expanded, command: &str) -> bool {
    let mut words = expanded.words.iter().skip(1).flatten().filter_map(Text::known);
    let mut wanted = command.split(' ');
    wanted.next() == Some(&expanded.program) && wanted.all(|wanted| words.any(|word| word == wanted))
}

/// The resources that a command makes.
pub(super) fn made<'p>(programs: &'p [Program], expanded: &Expanded, documents: &Documents<'_>) -> Vec<Made<'p>> {
    let Some(program) = programs.iter().find(|program| program.program == expanded.program) else { return Vec::new() };
    let globals = hoisted(program, expanded.words.get(1..).unwrap_or_default());
    let Some((command, _)) = named(program, &split(program, None, &globals), true) else { return Vec::new() };
    if let Some(key) = &command.input {
        return applied(program, command, key, expanded, documents).into_iter().collect();
    }
    let split = split(program, Some(command), &globals);
    let Some((_, taken)) = named(program, &split, false) else { return Vec::new() };
    let is_local = |word: &Text| program.local.iter().any(|local| word.text.contains(local));
    let is_void = |name: &String, values: &[Text]| program.void.contains(name) || values.iter().any(is_local);
    if split.options.iter().any(|(_, name, values)| is_void(name, values)) {
        return Vec::new();
    }
    let named: Vec<&Text> = split.plain.get(taken..).into_iter().flatten().copied().collect();
    let mut request = Request { program, command, entries: Vec::new(), open: None, region: None };
    for (key, value) in &command.defaults {
        insert(&mut request.entries, key, Attr::new(Value::string(value.as_str()), expanded.span));
    }
    let of_options = split.options.iter().filter(|(_, name, _)| request.is_document(name));
    let is_file = |word: &&Text| [".yaml", ".yml", ".json"].iter().any(|ending| word.text.ends_with(ending));
    let of_word = named.first().copied().filter(|word| request.is_document("_") && is_file(word));
    let words: Vec<&Text> = of_options.filter_map(|(_, _, values)| values.first()).chain(of_word).collect();
    words.into_iter().for_each(|word| request.document(documents.members(word)));
    for (option, name, values) in &split.options {
        request.option(name, value(command, name, option, values, documents));
    }
    if split.open {
        request.open = Some(Why::new(WhyCode::NotEvaluated, "arguments", expanded.span));
    }
    match (&command.positional, named.is_empty()) {
        (Some(key), false) => named.into_iter().map(|word| request.made(expanded.span, Some((key, word)))).collect(),
        _ => vec![request.made(expanded.span, None)],
    }
}

/// A document that a command reads from a here-document, or from a file that the script has written.
fn applied<'p>(
    program: &'p Program,
    command: &'p Command,
    key: &str,
    expanded: &Expanded,
    documents: &Documents<'_>,
) -> Option<Made<'p>> {
    let written = || {
        let words = expanded.words.iter().flatten().filter_map(Text::known);
        words.into_iter().find_map(|word| documents.written.get(word))
    };
    let document = expanded.input.as_ref().or_else(written)?.whole_document();
    let tree = Attr::new(Value::map([(key.into(), document)]), expanded.span);
    Some(Made { program, command, tree, region: expanded.region.clone() })
}

/// A request while its options are gone through.
struct Request<'p> {
    program: &'p Program,
    command: &'p Command,
    entries: Vec<(Str, Attr)>,
    open: Option<Why>,
    region: Option<Attr>,
}

impl<'p> Request<'p> {
    fn is_document(&self, option: &str) -> bool {
        self.program.documents.iter().chain(&self.command.documents).any(|name| name == option)
    }

    /// The members in a file; options count more.
    fn document(&mut self, document: Attr) {
        match document.value {
            Value::Map(map) => {
                self.open = self.open.take().or(map.open);
                map.entries.iter().for_each(|(key, attr)| insert(&mut self.entries, key, attr.clone()));
            }
            Value::Unknown(unknown) => self.open = Some(unknown.why),
            _ => {}
        }
    }

    fn option(&mut self, name: &str, attr: Attr) {
        let program = self.program;
        if program.region.options.iter().any(|option| option == name) {
            self.region = self.region.take().or(Some(attr.clone()));
        }
        let other = program.other_values.iter().chain(&program.other_flags).any(|other| other == name);
        if other || self.is_document(name) {
            return;
        }
        let negated = name.strip_prefix("no-").filter(|_| matches!(attr.value, Value::Bool(true)));
        let (name, attr) = match negated {
            Some(name) => (name, Attr { value: Value::Bool(false), ..attr }),
            None => (name, attr),
        };
        let repeated = self.command.repeated.iter().any(|repeated| repeated == name);
        let target = self.command.options.get(name).map_or(name, String::as_str);
        match target.split_once('=') {
            Some((key, set)) => insert(&mut self.entries, key, Attr { value: Value::string(set), ..attr }),
            None if repeated => append(&mut self.entries, target, attr),
            None => insert(&mut self.entries, target, attr),
        }
    }

    /// The resource, with the word without an option.
    fn made(&self, span: Span, word: Option<(&String, &Text)>) -> Made<'p> {
        let mut entries = self.entries.clone();
        if let Some((key, word)) = word {
            let strip = self.command.strip.as_ref().filter(|strip| word.text.starts_with(strip.as_str()));
            insert(&mut entries, key, word.attr(strip.map_or(0, String::len)..word.text.len(), &[]));
        }
        let tree = Value::Map(Map { entries: entries.into(), open: self.open.clone(), ..Map::default() });
        let (program, command, region) = (self.program, self.command, self.region.clone());
        Made { program, command, tree: Attr::new(tree, span), region }
    }
}

/// Options that stand before the command, with their values, put behind it.
fn hoisted(program: &Program, words: &[Option<Text>]) -> Vec<Option<Text>> {
    let (mut before, mut at) = (Vec::new(), 0);
    while let Some(Some(word)) = words.get(at) {
        let Some(option) = word.text.strip_prefix("--") else { break };
        let flag = option.contains('=') || program.other_flags.iter().any(|flag| flag == option);
        let taken = if flag { 1 } else { 2 };
        before.extend(words.iter().skip(at).take(taken).cloned());
        at += taken;
    }
    words.iter().skip(at).cloned().chain(before).collect()
}

fn value(command: &Command, name: &str, option: &Text, values: &[Text], documents: &Documents<'_>) -> Attr {
    let read = |word: &Text| match command.plain.iter().any(|plain| plain == name) && !word.text.starts_with("file") {
        true => word.attr(0..word.text.len(), &[]),
        false => documents.value(word),
    };
    let key = Some(option.span);
    match values {
        [] => Attr { key, ..Attr::new(Value::Bool(true), option.span) },
        [only] => Attr { key, ..read(only) },
        [first, ..] => {
            let items: Vec<Attr> = values.iter().map(read).collect();
            let at = items.iter().fold(first.span, |at, item| at.to(item.at));
            Attr { key, ..Attr::new(merged(items), at) }
        }
    }
}

/// Several words: the pairs of one map where each has only a pair, else a list.
fn merged(items: Vec<Attr>) -> Value {
    let pair = |attr: &Attr| match &attr.value {
        Value::Map(map) if map.entries.len() == 1 => map.entries.first().cloned(),
        _ => None,
    };
    match items.iter().map(pair).collect::<Option<Vec<_>>>() {
        Some(pairs) if distinct(&pairs) => Value::map(pairs),
        _ => Value::list(items),
    }
}

fn distinct(pairs: &[(Str, Attr)]) -> bool {
    pairs.iter().enumerate().all(|(at, (key, _))| pairs.iter().skip(at + 1).all(|(other, _)| other != key))
}

/// Adds an element to the list under a key.
fn append(entries: &mut Vec<(Str, Attr)>, key: &str, attr: Attr) {
    let before = entries.iter().find(|(name, _)| same_name(name, key)).map(|(_, list)| &list.value);
    let before = if let Some(Value::List(list)) = before { list.items.to_vec() } else { Vec::new() };
    let list = Attr { key: attr.key, ..Attr::new(Value::list(before.into_iter().chain([attr.clone()])), attr.at) };
    insert(entries, key, list);
}

/// Puts a value under a path of keys.
fn insert(entries: &mut Vec<(Str, Attr)>, path: &str, attr: Attr) {
    let Some((key, rest)) = path.split_once('.') else {
        match entries.iter_mut().find(|(name, _)| same_name(name, path)) {
            // Of an option given twice the last counts, and options count more than documents.
            Some((_, have)) => *have = attr,
            None => entries.push((path.into(), attr)),
        }
        return;
    };
    let at = entries.iter().position(|(name, _)| same_name(name, key));
    let mut inner = match at.map(|at| entries.remove(at).1.value) {
        Some(Value::Map(map)) => map.entries.to_vec(),
        _ => Vec::new(),
    };
    let (place, origin) = (attr.at, attr.key);
    insert(&mut inner, rest, attr);
    entries.push((key.into(), Attr { key: origin, ..Attr::new(Value::map(inner), place) }));
}

/// The name of what is made: the value of the option that ends in `name` and is first to do so.
pub(super) fn name(made: &Made<'_>) -> Option<Str> {
    let Value::Map(map) = &made.tree.value else { return None };
    let noun = made.command.words.last()?.split_once('-').map_or("", |(_, noun)| noun);
    let own = format!("{noun}-name");
    let named = |(key, attr): &(Str, Attr)| {
        let own = **key == *own
            || matches!(&**key, "name" | "display-name")
            || made.command.positional.as_deref() == Some(&**key);
        attr.value.as_str().filter(|_| own && !attr.sensitive).map(Str::from)
    };
    map.entries.iter().find_map(named)
}
