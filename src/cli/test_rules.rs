//! `mlcost-lint test-rules DIR`: checks rules of the user's own and judges their examples.

use super::{Failure, exit, project, stdout};
use crate::config::Config;
use crate::files::Disk;
use crate::input::discover::relative;
use crate::rules::set::{Rule, RuleSet};
use crate::source::SourceMap;
use crate::{builtin, engine, examples};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Tests the rule files in a folder and the folders below it. Exit code 1 if a rule fails; a file that does not load
/// is an error.
pub fn run(folder: &Path) -> Result<u8, Failure> {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let here = here.map_err(|error| Failure(format!("no working directory: {error}")))?;
    let bad = |reason: String| Failure(format!("{}: {reason}", folder.display()));
    let full = here.join(folder).canonicalize().map_err(|error| bad(error.kind().to_string()))?;
    if !full.is_dir() {
        return Err(bad("not a folder".into()));
    }
    // The folder itself names the lever of the rules directly in it, so the root lies above.
    let root = if full.starts_with(&here) && full != here { &here } else { full.parent().unwrap_or(&full) };
    let inner = relative(root, &full);
    // Places count from the root; people want them as they named the folder.
    let placed = |problem: String| match problem.strip_prefix(&inner) {
        Some(rest) => format!("{}{rest}", folder.display().to_string().trim_end_matches('/')),
        None => problem,
    };
    let failure =
        |problems: Vec<String>| Failure(problems.into_iter().map(placed).collect::<Vec<_>>().join("\nerror: "));
    let config = Config { rule_folders: vec![inner.clone()], ..Config::default() };
    let texts = engine::own_rules(&Disk::new(root), &config).map_err(failure)?;
    if texts.is_empty() {
        return Err(bad("no rule files".into()));
    }
    let sources = SourceMap::new();
    let kinds = project::kinds(&sources)?;
    let built_in = builtin::rules().map(|(path, text)| (path.into(), text.into()));
    let (rules, errors) = RuleSet::load(&sources, &kinds, built_in.chain(texts.iter().cloned()));
    if !errors.is_empty() {
        return Err(failure(errors.iter().map(|error| engine::describe(error, &sources)).collect()));
    }
    let mut wrong = BTreeMap::new();
    for error in rules.check_all(&kinds) {
        wrong.insert(sources.path(error.span), placed(engine::describe(&error, &sources)));
    }
    let own: BTreeMap<&str, &Arc<str>> = texts.iter().map(|(path, text)| (&**path, text)).collect();
    let mut verdicts = Vec::new();
    for rule in &rules.rules {
        let path = Arc::clone(&sources.get(rule.source).path);
        if let Some(text) = own.get(&*path) {
            let problems = match wrong.remove(&path) {
                Some(mistake) => vec![mistake],
                None => examples::problems(&rule.file, &[(path.to_string(), Arc::clone(text))]),
            };
            let problems = problems.into_iter().map(placed).collect();
            verdicts.push((rule, problems));
        }
    }
    report(&verdicts)
}

fn report(verdicts: &[(&Rule, Vec<String>)]) -> Result<u8, Failure> {
    let failed = verdicts.iter().filter(|(_, problems)| !problems.is_empty()).count();
    stdout::print(|out| {
        for (rule, problems) in verdicts {
            let name = &rule.file.name;
            let word = if problems.is_empty() { "ok" } else { "FAILED" };
            match rule.file.examples.len() {
                0 => writeln!(out, "{word:<6}  {name} (no examples)")?,
                1 => writeln!(out, "{word:<6}  {name} (1 example)")?,
                many => writeln!(out, "{word:<6}  {name} ({many} examples)")?,
            }
            problems.iter().try_for_each(|problem| writeln!(out, "        {problem}"))?;
        }
        writeln!(out, "{} ok, {failed} failed", verdicts.len() - failed)
    })?;
    Ok(if failed == 0 { exit::CLEAN } else { exit::FINDINGS })
}
