//! The words of `rules/settings.yaml`: which keys name machines, and what each is for.
//!
//! Called by the frontend. It must not know what a native type means.

use crate::builtin;
use crate::model::spelling::{normalized, same_name};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The table, checked. `None` never happens: a test reads it.
pub(super) fn roles() -> Option<&'static Roles> {
    static ROLES: LazyLock<Option<Roles>> = LazyLock::new(|| Roles::load(builtin::settings()).ok());
    ROLES.as_ref()
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    machine: Key,
    roles: BTreeMap<String, Vec<String>>,
    beside: BTreeMap<String, Vec<String>>,
    other: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    key: String,
    values: Vec<String>,
}

/// What tells machines and their uses.
pub(super) struct Roles {
    file: File,
    machine: Box<str>,
    text: Regex,
}

impl Roles {
    pub fn load(text: &str) -> Result<Roles, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let key = file.machine.key.replace('_', "[_-]?");
        let values: Vec<String> = file.machine.values.iter().map(|value| regex::escape(value)).collect();
        // An anchor may stand before the value.
        let pattern = format!(r#"(?i-u:{key})["']?\s*[:=]\s*(?:&\S+\s+)?["']?(?:{})"#, values.join("|"));
        let text = Regex::new(&pattern).map_err(|error| error.to_string())?;
        Ok(Roles { machine: normalized(&file.machine.key), file, text })
    }

    /// Whether a text names a machine at all.
    pub fn occur_in(&self, text: &str) -> bool {
        self.text.is_match(text)
    }

    /// The native types it makes.
    pub fn natives(&self) -> impl Iterator<Item = &str> {
        self.file.roles.keys().map(String::as_str)
    }

    /// What a key says of the machine it names, `""` where nothing; `None` for a key of something else.
    pub fn prefix<'k>(&self, key: &'k str, value: &str) -> Option<&'k str> {
        let ends: Vec<usize> = key.char_indices().map(|(at, _)| at).collect();
        let is_machine = self.file.machine.values.iter().any(|start| value.starts_with(start.as_str()));
        let start =
            ends.into_iter().rev().find(|at| key.get(*at..).is_some_and(|end| *normalized(end) == *self.machine))?;
        key.get(..start).filter(|_| is_machine)
    }

    /// What the words of a key mean; the last that means anything counts.
    pub fn meaning(&self, key: &str) -> Option<&str> {
        let means = |word: &String| {
            let role = self.file.roles.iter().find(|(_, words)| words.contains(word));
            role.map(|(native, _)| native.as_str())
        };
        words(key).iter().rev().find_map(means)
    }

    /// What keys beside a machine mean, where they agree.
    pub fn meaning_of_all<'k>(&self, keys: impl Iterator<Item = &'k str>) -> Option<&str> {
        let beside = |key: &str| {
            let is = |word: &String| same_name(word, key) || words(key).contains(word);
            let role = self.file.beside.iter().find(|(_, words)| words.iter().any(is));
            role.map(|(native, _)| native.as_str())
        };
        let mut found = keys.filter_map(|key| self.meaning(key).or_else(|| beside(key)));
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// Whether a document with these keys at its top is something else.
    pub fn is_other<'k>(&self, mut keys: impl Iterator<Item = &'k str>) -> bool {
        keys.any(|key| self.file.other.iter().any(|other| other == key))
    }
}

/// The words of a key in lower case, of whatever spelling.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in key.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            last.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}
