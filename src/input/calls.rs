//! The tables of `rules/calls/`: which commands and calls make resources, and under which name and keys.
//!
//! Used by the frontends of code. A table serves a program (`aws`); an operation of an API is named once and serves
//! every way of calling it. It must not know any kind.

use crate::builtin;
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A command-line program with the API behind it, or a package of a language.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// The name it is called or imported by.
    pub program: String,
    /// `aws`, `google`, `azure`.
    pub provider: String,
    /// Words that may stand before a command and change nothing: `beta`.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// Whether an option takes all words up to the next one.
    #[serde(default)]
    pub lists: bool,
    /// Options of every command that take a value and are no part of the resource.
    #[serde(default)]
    pub other_values: Vec<String>,
    /// Options of every command without a value that are no part of the resource.
    #[serde(default)]
    pub other_flags: Vec<String>,
    /// Options that name a file with further members of the request.
    #[serde(default)]
    pub documents: Vec<String>,
    /// Options with which nothing is made.
    #[serde(default)]
    pub void: Vec<String>,
    /// Where the region is said.
    #[serde(default)]
    pub region: Place,
    /// Operations of the API by service, as the program writes them: the options are the members of the request.
    #[serde(default)]
    pub requests: BTreeMap<String, Vec<String>>,
    /// Commands that are not simply an operation.
    #[serde(default)]
    pub commands: Vec<Command>,
    /// Modules that the package is imported by; its name where none is said.
    #[serde(default)]
    pub modules: Vec<String>,
    /// Texts that tell of the package where nothing brings it.
    #[serde(default)]
    pub signs: Vec<String>,
    /// Functions, classes and methods of the package.
    #[serde(default)]
    pub calls: Vec<Callable>,
    /// Classes that are resources under a name of their own in another language.
    #[serde(default)]
    pub types: Vec<Types>,
    /// Position of the argument that names a resource of such a class.
    #[serde(default)]
    pub named_by: usize,
    /// Whether lists stand under the plural of the key that they have in that language.
    #[serde(default)]
    pub plurals: bool,
    /// Calls that answer with a value made from their arguments: `{0}.{1}`.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Members of enumerations that stand for another text than their name.
    #[serde(default)]
    pub members: BTreeMap<String, BTreeMap<String, String>>,
    /// Classes whose objects stand for a value that may be set later, and the keyword of its default.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Values of arguments, or for a program parts of its options' values, with which nothing is rented.
    #[serde(default)]
    pub local: Vec<String>,
    /// Native types, and the commands that undo them: what a script also deletes does not always run.
    #[serde(default)]
    pub undone: BTreeMap<String, Vec<String>>,
}

/// Where a command says its region.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields, default)]
pub struct Place {
    /// Options.
    pub options: Vec<String>,
    /// Environment variables.
    pub variables: Vec<String>,
    /// Inputs of a pipeline's actions that set it up.
    pub inputs: Vec<String>,
}

/// One command.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields, default)]
pub struct Command {
    /// The words after the program.
    pub words: Vec<String>,
    /// The native type that it makes.
    pub native: String,
    /// Options under another key than their own name: a path of keys, or `path=value` for an option without a value.
    pub options: BTreeMap<String, String>,
    /// Options without a value.
    pub flags: Vec<String>,
    /// Options that name a file with the members of the resource; `_` for the word without an option.
    pub documents: Vec<String>,
    /// The key of the document that the command applies, from its input or one of `documents`.
    pub input: Option<String>,
    /// Options that may be given several times: each time an element.
    pub repeated: Vec<String>,
    /// Options whose value is plain text, whatever it looks like.
    pub plain: Vec<String>,
    /// The key of the word without an option; several such words make several resources.
    pub positional: Option<String>,
    /// What the word without an option starts with and its value does not.
    pub strip: Option<String>,
    /// What the command sets where no option does.
    pub defaults: BTreeMap<String, String>,
}

/// Classes of a package and what they are called elsewhere; `{}` stands for any word, in any spelling.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Types {
    /// The dotted name of the class, without the package.
    pub class: String,
    /// The native type; it may leave out words of the class.
    pub native: String,
}

/// Functions and classes, or methods, of a package that take the same arguments.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Callable {
    /// Their names, without the module.
    pub names: Vec<String>,
    /// Whether they are methods.
    #[serde(default)]
    pub method: bool,
    /// The native type that a call makes; none for one that makes part of something.
    #[serde(default)]
    pub native: Option<String>,
    /// Keywords, or paths into their values, and the path of keys that each becomes.
    pub keywords: BTreeMap<String, String>,
    /// Of a method: keywords with which its object was made, and the path of keys that each becomes.
    #[serde(default)]
    pub of: BTreeMap<String, String>,
    /// The keywords of arguments without one.
    #[serde(default)]
    pub positional: Vec<String>,
    /// Keywords by which a method is known where its object is not; `positional` where none is said.
    #[serde(default)]
    pub telling: Vec<String>,
    /// What it sets where no keyword does, by path of keys.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// Keywords whose object becomes part of this one and is not made by itself.
    #[serde(default)]
    pub takes: Vec<String>,
    /// Methods of the object that start it, whose keywords are its own too.
    #[serde(default)]
    pub starts: Vec<String>,
}

/// Every table.
pub fn programs() -> &'static [Program] {
    static PROGRAMS: LazyLock<Vec<Program>> = LazyLock::new(|| {
        // A test holds that all of them can be read.
        let read = |(_, text): &(&str, &str)| serde_json::from_str(text).ok();
        builtin::calls().iter().filter_map(read).map(Program::complete).collect()
    });
    &PROGRAMS
}

/// Whether a text of a programming language has the name of an operation or of something of a package beside what
/// brings it.
pub fn any_called_in(text: &str) -> bool {
    static OPERATIONS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let operations = programs().iter().flat_map(|program| {
            let of_service = |words: &[String]| match words {
                [service, operation] => program.requests.contains_key(service).then(|| operation.replace('-', "_")),
                _ => None,
            };
            program.commands.iter().filter_map(move |command| of_service(&command.words))
        });
        called(operations)
    });
    static PACKAGES: LazyLock<Vec<(&Program, Option<Regex>)>> = LazyLock::new(|| {
        let packages = programs().iter().filter(|program| program.is_package());
        packages.map(|program| (program, called(program.calls.iter().flat_map(|call| call.names.clone())))).collect()
    });
    let has = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
    let client = ["boto", "client", "session"].iter().any(|word| text.contains(word));
    (client && has(&OPERATIONS))
        || PACKAGES
            .iter()
            .any(|(program, names)| program.is_imported_in(text) && (!program.types.is_empty() || has(names)))
}

/// A search for any of these names with a bracket behind it.
fn called(names: impl Iterator<Item = String>) -> Option<Regex> {
    let names: Vec<String> = names.map(|name| regex::escape(&name)).collect();
    Regex::new(&format!(r"(?:{})\(", names.join("|"))).ok()
}

impl Program {
    /// The same table with a command for each operation.
    fn complete(mut self) -> Program {
        for (service, operations) in &self.requests {
            for operation in operations {
                let words = vec![service.clone(), operation.clone()];
                let native = request(service, operation);
                match self.commands.iter_mut().find(|command| command.words == words) {
                    Some(command) => command.native = native,
                    None => self.commands.push(Command { words, native, ..Command::default() }),
                }
            }
        }
        self
    }

    /// Whether it is a package of a programming language.
    pub fn is_package(&self) -> bool {
        !self.calls.is_empty() || !self.types.is_empty()
    }

    /// The modules it is imported by.
    pub fn modules(&self) -> impl Iterator<Item = &str> {
        let own = self.modules.is_empty().then_some(self.program.as_str());
        self.modules.iter().map(String::as_str).chain(own)
    }

    /// Whether a text has the names of one of its modules, as `a.b` or as `from a import b`.
    fn is_imported_in(&self, text: &str) -> bool {
        let sign = self.signs.iter().any(|sign| text.contains(sign.as_str()));
        sign || self.modules().any(|module| match module.rsplit_once('.') {
            Some((parent, last)) => text.contains(parent) && text.contains(last),
            None => text.contains(module),
        })
    }

    /// Whether a text has the words of any command at all.
    pub fn occurs_in(&self, text: &str) -> bool {
        let last = |command: &Command| command.words.iter().all(|word| text.contains(word.as_str()));
        text.contains(&self.program) && self.commands.iter().any(last)
    }
}

/// The native type of an operation: `sagemaker:CreateTrainingJob` for `sagemaker create-training-job`.
pub fn request(service: &str, operation: &str) -> String {
    let capitalized = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
    };
    format!("{service}:{}", operation.split(['-', '_']).map(capitalized).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;
    use crate::source::SourceMap;

    #[test]
    fn every_table_can_be_read_and_names_natives_of_some_kind() {
        assert_eq!(programs().len(), builtin::calls().len());
        let kinds = engine::kinds(&SourceMap::new()).unwrap();
        let known = kinds.native_types();
        let commands = programs().iter().flat_map(|program| &program.commands).map(|command| &command.native);
        let calls = programs().iter().flat_map(|program| &program.calls).filter_map(|call| call.native.as_ref());
        for native in commands.chain(calls) {
            assert!(known.contains(native.as_str()), "{native}");
        }
    }
}
