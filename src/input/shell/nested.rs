//! Commands inside commands: what `sudo`, `bash -c`, `ssh` and `python -c` are given to run.
//!
//! Called by `run` for each command. It must not know what any command makes.

use super::text::Text;
use crate::input::calls::Program;

/// Programs that run the rest of their words, options of their own left out.
const WRAPPERS: &[&str] = &[
    "sudo",
    "doas",
    "time",
    "exec",
    "nohup",
    "command",
    "env",
    "timeout",
    "nice",
    "ionice",
    "stdbuf",
    "setsid",
    "xargs",
    "aws-vault",
    "uv",
    "poetry",
    "pipenv",
    "conda",
];
/// Programs that run a script.
const SHELLS: &[&str] = &["bash", "sh", "zsh", "dash", "ksh", "su"];
/// Options of `ssh` that take a value.
const SSH_VALUES: &str = "BbcDEeFIiJLlmOopQRSWw";

/// What a command is given to run.
pub(super) enum Inner {
    /// A shell script.
    Script(Text),
    /// A Python program.
    Python(Text),
}

/// The words from the program that does something, and its name without folders.
pub(super) fn started<'w>(programs: &[Program], words: &'w [Option<Text>]) -> Option<(String, &'w [Option<Text>])> {
    let known = |word: &Option<Text>| word.as_ref().and_then(Text::known).map(base).map(str::to_owned);
    let first = words.iter().position(|word| !known(word).is_some_and(|name| name.contains('=')))?;
    let name = known(words.get(first)?)?;
    if !WRAPPERS.contains(&name.as_str()) {
        return Some((name, words.get(first..)?));
    }
    let runs = |name: &str| {
        programs.iter().any(|program| program.program == name)
            || SHELLS.contains(&name)
            || is_python(name)
            || name == "ssh"
    };
    let rest = words.get(first + 1..)?;
    // `command -v` asks where a program is.
    let asked = rest.first().and_then(known).is_some_and(|option| option.eq_ignore_ascii_case("-v"));
    if name == "command" && asked {
        return None;
    }
    let (at, name) =
        rest.iter().enumerate().find_map(|(at, word)| Some((at, known(word).filter(|name| runs(name))?)))?;
    Some((name, rest.get(at..)?))
}

fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn is_python(name: &str) -> bool {
    name.strip_prefix("python").is_some_and(|version| version.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()))
}

/// What a command is given to run; `input` is its here-document.
pub(super) fn inner(name: &str, words: &[Option<Text>], input: Option<Text>) -> Option<Inner> {
    let words: Vec<&Text> = words.iter().skip(1).map_while(Option::as_ref).collect();
    let is_code =
        |word: &&&Text| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c');
    let code = || {
        let at = words.iter().position(|word| is_code(&word))?;
        words.get(at + 1).map(|word| (*word).clone())
    };
    match name {
        "eval" => joined(&words).map(Inner::Script),
        "ssh" => joined(remote(&words)).or(input).map(Inner::Script),
        name if SHELLS.contains(&name) => code().or(input).map(Inner::Script),
        name if is_python(name) => code().or(input).map(Inner::Python),
        _ => None,
    }
}

/// The words behind the host.
fn remote<'t, 'w>(words: &'t [&'w Text]) -> &'t [&'w Text] {
    let mut at = 0;
    while let Some(option) = words.get(at).and_then(|word| word.text.strip_prefix('-')) {
        let takes = option.len() == 1 && option.chars().all(|letter| SSH_VALUES.contains(letter));
        at += if takes { 2 } else { 1 };
    }
    words.get(at + 1..).unwrap_or_default()
}

/// Words as one text, with a space between any two.
fn joined(words: &[&Text]) -> Option<Text> {
    let (first, rest) = words.split_first()?;
    Some(rest.iter().fold((*first).clone(), |whole, word| whole.joined(word)))
}
