//! Which rules are in force: built in and the project's own, chosen and set by the config.
//!
//! Called by `engine` and the subcommands about rules.

use crate::builtin;
use crate::config::Config;
use crate::docs::ALWAYS_ON;
use crate::files::{Files, MAX_FILE};
use crate::finding::Finding;
use crate::model::kinds::KindSet;
use crate::rules::file::Param;
use crate::rules::load::RuleError;
use crate::rules::set::RuleSet;
use crate::source::SourceMap;
use crate::suggest::closest;
use std::sync::Arc;

/// Loads the rules in force, without what only people read of the built-in ones. `Err` lists what is wrong with them
/// or with the config, for people.
pub fn rules(sources: &SourceMap, kinds: &KindSet, files: &dyn Files, config: &Config) -> Result<RuleSet, Vec<String>> {
    let built_in = builtin::rules().map(|(path, text)| (path.into(), text.into()));
    load(sources, kinds, built_in, files, config)
}

/// Loads the rules in force with everything that is in their files.
pub fn whole_rules(
    sources: &SourceMap,
    kinds: &KindSet,
    files: &dyn Files,
    config: &Config,
) -> Result<RuleSet, Vec<String>> {
    let built_in = builtin::whole_rules().map(|(path, text)| (path.into(), text.into()));
    load(sources, kinds, built_in, files, config)
}

fn load(
    sources: &SourceMap,
    kinds: &KindSet,
    built_in: impl Iterator<Item = (Arc<str>, Arc<str>)>,
    files: &dyn Files,
    config: &Config,
) -> Result<RuleSet, Vec<String>> {
    let own = own_rules(files, config)?;
    let is_own = !own.is_empty();
    let (mut set, mut errors) = RuleSet::load(sources, kinds, built_in.chain(own));
    if is_own {
        // Built-in conditions are checked by our tests; those of the user before anything is judged.
        errors.extend(set.check_all(kinds));
    }
    if !errors.is_empty() {
        return Err(errors.iter().map(|error| describe(error, sources)).collect());
    }
    let mut problems = unknown_names(&set, config);
    problems.extend(apply_params(&mut set, config));
    if !problems.is_empty() {
        return Err(problems);
    }
    set.retain(|name, lever| is_selected(name, lever, config));
    Ok(set)
}

/// A rule error in one line, with its place.
pub fn describe(error: &RuleError, sources: &SourceMap) -> String {
    let source = sources.get(error.span.source);
    let at = source.position(error.span.start);
    let help = if error.help.is_empty() { String::new() } else { format!("; {}", error.help) };
    format!("{}:{}:{}: {}{help}", source.path, at.line, at.column, error.message)
}

/// Whether a finding that no rule file stands behind is wanted. With chosen rules only, a suppression of another rule
/// is not known to be unused.
pub fn is_wanted(finding: &Finding, config: &Config) -> bool {
    config.select.is_empty() && config.ignore.iter().all(|name| **name != *finding.rule)
}

/// Whether a rule of a lever is asked for.
pub fn is_selected(name: &str, lever: &str, config: &Config) -> bool {
    let names = |list: &[String]| list.iter().any(|wanted| wanted == name || wanted == lever);
    (config.select.is_empty() || names(&config.select)) && !names(&config.ignore)
}

/// Rule files by path.
pub type Texts = Vec<(Arc<str>, Arc<str>)>;

/// The rule files of the project's own. `Err` says which folder or file cannot be read, for people.
pub fn own_rules(files: &dyn Files, config: &Config) -> Result<Texts, Vec<String>> {
    let mut found = Vec::new();
    for folder in &config.rule_folders {
        let folder = folder.trim_end_matches('/');
        if !files.exists(folder) {
            return Err(vec![format!("rule-folders: no folder `{folder}` in the project")]);
        }
        collect(files, folder, &mut found)?;
    }
    Ok(found)
}

/// Rule files in a folder and the folders directly in it, which name their levers.
fn collect(files: &dyn Files, folder: &str, found: &mut Texts) -> Result<(), Vec<String>> {
    for name in files.list(folder) {
        let path = format!("{folder}/{}", name.trim_end_matches('/'));
        if name.ends_with('/') {
            collect(files, &path, found)?;
        } else if name.ends_with(".yaml") || name.ends_with(".yml") {
            let text = files.read(&path, MAX_FILE).map_err(|error| vec![format!("{path}: {error}")])?;
            found.push((path.into(), text));
        }
    }
    Ok(())
}

fn unknown_names(set: &RuleSet, config: &Config) -> Vec<String> {
    let mut known: Vec<&str> = set.rules.iter().flat_map(|rule| [rule.file.name.as_str(), &rule.lever]).collect();
    known.extend(ALWAYS_ON.map(|always| always.name));
    let named = config.select.iter().chain(&config.ignore).chain(config.rules.keys());
    named.filter(|name| !known.contains(&name.as_str())).map(|name| no_such(name, &known)).collect()
}

fn no_such(name: &str, known: &[&str]) -> String {
    match closest(name, known.iter().copied()) {
        Some(near) => format!("no rule or lever `{name}`; did you mean `{near}`?"),
        None => format!("no rule or lever `{name}`; `mlcost-lint rules` lists them"),
    }
}

fn apply_params(set: &mut RuleSet, config: &Config) -> Vec<String> {
    let mut problems = Vec::new();
    for (rule, own) in &config.rules {
        if set.find(rule).is_none() {
            continue;
        }
        for (name, value) in &own.params {
            let value =
                value.clone().try_into::<Param>().map_err(|_| format!("`{name}` of rule `{rule}`: not a value"));
            if let Err(problem) = value.and_then(|value| set.set_param(rule, name, &value)) {
                problems.push(problem);
            }
        }
    }
    problems
}
