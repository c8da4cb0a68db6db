//! From a command to the scripts that it starts, through scripts of the shell.
//!
//! Called for each command that a resource names. What programs start others is data; it must not know any.

use super::facts::{Script, Sight, line_of};
use super::follow::Reader;
use super::named::{Named, What};
use super::programs;
use crate::files;
use crate::input::Context;
use crate::input::shell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Scripts of the shell that start each other.
const MAX_LEVELS: u32 = 8;
/// How the names of scripts end.
const PYTHON: &str = ".py";
const SHELL: &str = ".sh";
/// Programs that run a script of the shell.
const SHELLS: &[&str] = &["sh", "bash", "zsh", "dash", "ksh"];

/// What is run as a whole shows; `None` where nothing of it is in the project.
pub(super) fn read(context: &Context<'_>, named: &Named, written: &HashMap<String, Arc<str>>) -> Option<Script> {
    let mut launch = Launch {
        context,
        reader: Reader::new(context, written),
        folders: named.folders.clone(),
        sight: Sight::default(),
        followed: HashSet::new(),
        path: None,
        level: 0,
    };
    match &named.what {
        What::Words(words) => launch.command(words, (&named.written, named.line)),
        What::Line(line) => launch.shell((&named.written, named.line), line),
    }
    Some(launch.sight.script(&launch.path?))
}

/// A path, and a line of that file.
type Place<'p> = (&'p str, usize);

struct Launch<'a> {
    context: &'a Context<'a>,
    reader: Reader<'a>,
    /// Where paths may start.
    folders: Vec<String>,
    sight: Sight,
    /// Scripts of the shell that have been gone through.
    followed: HashSet<String>,
    /// The first script of the project: one in Python, if any.
    path: Option<String>,
    level: u32,
}

impl Launch<'_> {
    fn command(&mut self, words: &[Option<String>], at: Place<'_>) {
        let known = |word: &Option<String>| word.as_deref().map(base).map(str::to_owned);
        let Some(program) = words.first().and_then(known) else {
            return self.sight.unknown("a command");
        };
        if program == "cd" {
            return self.enter(words.get(1));
        }
        if SHELLS.contains(&program.as_str()) {
            return self.inner(words, at);
        }
        // `command -v` asks where a program is.
        let asks = program == "command"
            && words.get(1).is_some_and(|word| word.as_deref().is_some_and(|word| word.starts_with('-')));
        if asks || programs::is_plain(&program) {
            return;
        }
        // A file that is run itself, or one that a program starts, or programs that start each other.
        let is_start = |word: &Option<String>| {
            word.as_deref().is_some_and(|word| is_script(word) || programs::processes(base(word)).is_some())
        };
        let Some(first) = words.iter().position(is_start) else { return self.sight.unknown(&program) };
        let words = words.get(first..).unwrap_or_default();
        let launchers = words.iter().flatten().filter_map(|word| programs::processes(base(word)));
        for on_one in launchers.filter_map(|launcher| launcher.on_one(words)) {
            self.sight.started(on_one, &format!("{}:{}", at.0, at.1));
        }
        match target(words) {
            Some(Target::Script(name)) => self.file(name),
            Some(Target::Module(module)) => self.module(module, at),
            // Within a script of the shell, programs are known to it.
            Some(Target::Program(_)) if self.level > 0 => {}
            Some(Target::Program(program)) => self.program(&format!("{}{program}", line_ends(at.1)), at.0),
            None => self.sight.unknown(&program),
        }
    }

    fn enter(&mut self, folder: Option<&Option<String>>) {
        let entered = folder.and_then(Option::as_ref).map(|folder| {
            let folder = programs::inside(folder);
            self.folders.iter().filter_map(|start| files::resolve(start, folder)).collect::<Vec<_>>()
        });
        self.folders.splice(0..0, entered.unwrap_or_default());
    }

    /// What a shell is given: a script, or a line of it.
    fn inner(&mut self, words: &[Option<String>], at: Place<'_>) {
        let mut rest = words.iter().skip(1).map(Option::as_deref);
        match rest.find(|word| word.is_none_or(|word| !word.starts_with('-') || word.ends_with('c'))) {
            Some(Some(option)) if option.starts_with('-') => match rest.next() {
                // Within a script, its commands have been gone through.
                _ if self.level > 0 => {}
                Some(Some(line)) => self.shell(at, line),
                _ => self.sight.unknown("a command"),
            },
            Some(Some(name)) => self.file(name),
            Some(None) => self.sight.unknown("a script"),
            None => {}
        }
    }

    /// A script by the name it is started by.
    fn file(&mut self, name: &str) {
        match self.find(&[programs::inside(name)]) {
            Some(found) => self.found(found),
            None => self.sight.unknown(name),
        }
    }

    /// The first of some paths that is a file, in the likeliest folder: the folder, the path and its text.
    fn find(&mut self, names: &[&str]) -> Option<(String, String, Arc<str>)> {
        let reader = &self.reader;
        self.folders
            .iter()
            .find_map(|folder| {
                let paths = names.iter().filter_map(|name| files::resolve(folder, name));
                paths.into_iter().find_map(|path| Some((folder.clone(), reader.load(&path)?, path)))
            })
            .map(|(folder, text, path)| (folder, path, text))
    }

    fn found(&mut self, (folder, path, text): (String, String, Arc<str>)) {
        match path.ends_with(PYTHON) {
            true => {
                if self.path.as_ref().is_none_or(|path| !path.ends_with(PYTHON)) {
                    self.path = Some(path.clone());
                }
                self.reader.follow(&path, text, &folder, &mut self.sight);
            }
            false => {
                self.path.get_or_insert_with(|| path.clone());
                // Each once: scripts may start each other in as many ways as there are paths between them.
                if self.followed.insert(path.clone()) {
                    self.shell((&path, 1), &text);
                }
            }
        }
    }

    /// A script of the shell that begins at a place.
    fn shell(&mut self, (path, line): Place<'_>, text: &str) {
        if self.level >= MAX_LEVELS {
            return self.sight.unknown(path);
        }
        self.level += 1;
        let outside = self.folders.clone();
        let text = format!("{}{text}", line_ends(line));
        let started = shell::started(self.context, path, &text);
        for (at, words) in &started.commands {
            self.command(words, (path, line_of(&text, *at)));
        }
        for program in &started.programs {
            self.program(program, path);
        }
        self.sight.text(path, &text);
        self.folders = outside;
        self.level -= 1;
    }

    /// `python -m module`
    fn module(&mut self, module: &str, at: Place<'_>) {
        let path = module.replace('.', "/");
        match self.find(&[&format!("{path}{PYTHON}"), &format!("{path}/__main__{PYTHON}")]) {
            Some(found) => self.found(found),
            None => self.sight.import(&format!("{}:{}", at.0, at.1), module, &[]),
        }
    }

    /// A program that is handed to Python, behind as many line ends as stand before it in the file.
    fn program(&mut self, program: &str, path: &str) {
        let folder = self.folders.first().cloned().unwrap_or_default();
        self.reader.take_in(path, Arc::from(program), &folder, &mut self.sight);
    }
}

/// What the words behind a program start.
enum Target<'w> {
    Script(&'w str),
    Module(&'w str),
    Program(&'w str),
}

fn target(words: &[Option<String>]) -> Option<Target<'_>> {
    let mut words = words.iter().map(Option::as_deref);
    while let Some(word) = words.next() {
        let word = word.unwrap_or_default();
        match word {
            "-m" | "--module" => match words.next()? {
                // A module that starts others is followed by what it starts.
                Some(module) if programs::processes(module).is_some() => {}
                module => return module.map(Target::Module),
            },
            "-c" => return words.next()?.map(Target::Program),
            option if programs::takes_script(option) => {
                words.next();
            }
            word if is_script(word) => return Some(Target::Script(word)),
            _ => {}
        }
    }
    None
}

/// As many as stand before a line.
fn line_ends(line: usize) -> String {
    "\n".repeat(line.saturating_sub(1))
}

fn is_script(word: &str) -> bool {
    [PYTHON, SHELL].iter().any(|ending| word.ends_with(ending)) && !word.starts_with('-')
}

fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
