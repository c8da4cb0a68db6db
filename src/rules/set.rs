//! All rules in force, by name and by kind.
//!
//! Made once from embedded and the user's files; asked by `engine` for every resource. A rule's condition is
//! parsed when the first resource of its kinds is judged, the rest when it first fires; `check_all` does it at once.

use super::check::Checker;
use super::checked::Expr;
use super::compiled::{self, Claim, Misplaced};
use super::eval::outcome::{Datum, Outcome, Sequence};
use super::eval::{Evaluator, World};
use super::expr::Mistake;
use super::file::{Param, RuleFile};
use super::judge::{self, Fired};
use super::load::{self, RuleError};
use super::settings::Settings;
use super::spans;
use super::suggest::did_you_mean;
use crate::model::kinds::{KindId, KindSet, LinkId, Type};
use crate::model::number::Number;
use crate::model::resource::{Inventory, ResourceId};
use crate::model::value::{Str, Why};
use crate::source::{SourceId, SourceMap, Span};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Index of a rule in its [`RuleSet`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct RuleId(pub u16);

/// The rules in force.
pub struct RuleSet {
    /// By name; indexed by `RuleId`.
    pub rules: Vec<Rule>,
    /// The rules that judge a kind, indexed by `KindId`.
    pub by_kind: Vec<Vec<RuleId>>,
}

/// One rule.
pub struct Rule {
    /// As written.
    pub file: RuleFile,
    /// The folder it stands in.
    pub lever: Str,
    /// Its file's text.
    pub source: SourceId,
    kinds: Vec<KindId>,
    params: Vec<(Str, Type, Datum)>,
    text: Arc<str>,
    condition: OnceLock<Result<Expr, RuleError>>,
    claim: OnceLock<Result<Claim, RuleError>>,
}

/// What a rule says about a resource.
#[derive(Debug)]
pub enum Judgement {
    /// A finding.
    Fire(Box<Fired>),
    /// Nothing.
    Pass,
    /// It could not be told, and why.
    Unknown(Why),
    /// The rule is wrong.
    Broken(RuleError),
}

impl RuleSet {
    /// Reads rule files, in any order. Files that are wrong are left out and reported; of two rules of one name the
    /// first is kept.
    pub fn load(
        sources: &SourceMap,
        kinds: &KindSet,
        files: impl IntoIterator<Item = (Str, Arc<str>)>,
    ) -> (RuleSet, Vec<RuleError>) {
        let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
        let mut errors = Vec::new();
        let files: Vec<(Str, Arc<str>)> = files.into_iter().collect();
        let read: Vec<Result<Rule, RuleError>> = files
            .into_par_iter()
            .map(|(path, text)| Rule::read(sources.add(Arc::clone(&path), Arc::clone(&text)), kinds, &path, text))
            .collect();
        for rule in read {
            match rule {
                Ok(rule) if rules.contains_key(&rule.file.name) => {
                    let message = format!("there is a rule `{}` already", rule.file.name);
                    errors.push(RuleError::at(rule.source, &rule.text, "name", message));
                }
                Ok(rule) => {
                    rules.insert(rule.file.name.clone(), rule);
                }
                Err(error) => errors.push(error),
            }
        }
        let rules: Vec<Rule> = rules.into_values().collect();
        let mut set = RuleSet { rules, by_kind: vec![Vec::new(); kinds.kinds.len()] };
        set.index();
        (set, errors)
    }

    /// Leaves only the rules that `keep` says yes to, by name and lever.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &str) -> bool) {
        for rules in &mut self.by_kind {
            rules.clear();
        }
        self.rules.retain(|rule| keep(&rule.file.name, &rule.lever));
        self.index();
    }

    fn index(&mut self) {
        for (at, rule) in self.rules.iter().enumerate() {
            for kind in &rule.kinds {
                if let Some(rules) = self.by_kind.get_mut(usize::from(kind.0)) {
                    rules.push(RuleId(at as u16));
                }
            }
        }
    }

    /// A rule by identity.
    pub fn get(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }

    /// A rule by name.
    pub fn find(&self, name: &str) -> Option<RuleId> {
        self.rules.binary_search_by(|rule| rule.file.name.as_str().cmp(name)).ok().map(|at| RuleId(at as u16))
    }

    /// Sets a parameter from the user's config. `Err` says what is wrong, for people.
    pub fn set_param(&mut self, rule: &str, name: &str, value: &Param) -> Result<(), String> {
        let names: Vec<String> = self.rules.iter().map(|rule| rule.file.name.clone()).collect();
        let found = self
            .rules
            .iter_mut()
            .find(|known| known.file.name == rule)
            .ok_or_else(|| format!("no rule `{rule}`; {}", did_you_mean(rule, names.iter().map(String::as_str))))?;
        let params: Vec<Str> = found.params.iter().map(|(name, ..)| Arc::clone(name)).collect();
        let Some((_, ty, datum)) = found.params.iter_mut().find(|(known, ..)| **known == *name) else {
            let help = did_you_mean(name, params.iter().map(|name| &**name));
            return Err(format!("rule `{rule}` has no parameter `{name}`; {help}"));
        };
        match param(value) {
            Some((given, value)) if given == *ty => *datum = value,
            _ => return Err(format!("`{name}` of rule `{rule}` must be {}", super::operands::noun(ty))),
        }
        Ok(())
    }

    /// Parses and checks every expression of every rule.
    pub fn check_all(&self, kinds: &KindSet) -> Vec<RuleError> {
        let mistake = |rule: &Rule| rule.condition(kinds).err().or_else(|| rule.claim(kinds).err()).cloned();
        self.rules.iter().filter_map(mistake).collect()
    }

    /// Judges a resource by a rule for its kind.
    pub fn judge(&self, rule: RuleId, inventory: &Inventory, id: ResourceId, settings: &Settings) -> Judgement {
        let rule = self.get(rule);
        let when = match rule.condition(&inventory.kinds) {
            Ok(when) => when,
            Err(error) => return Judgement::Broken(error.clone()),
        };
        let partners = |id: ResourceId, link: LinkId| inventory.partners(id, link);
        let world = World { inventory, settings, partners: &partners };
        let params: Vec<Datum> = rule.params.iter().map(|(.., datum)| datum.clone()).collect();
        let mut evaluator = Evaluator::new(&world, id, &params);
        match evaluator.verdict(when) {
            Ok(Ok(false)) => return Judgement::Pass,
            Ok(Err(unknown)) => return Judgement::Unknown(unknown.why),
            Err(mistake) => return Judgement::Broken(rule.error("when", &rule.file.when, mistake)),
            Ok(Ok(true)) => {}
        }
        let claim = match rule.claim(&inventory.kinds) {
            Ok(claim) => claim,
            Err(error) => return Judgement::Broken(error.clone()),
        };
        let mut fired = judge::fire(when, claim, &mut evaluator);
        if claim.help.is_none() {
            fired.help = rule.file.fix.trim().split("\n\n").next().unwrap_or_default().to_owned();
        }
        Judgement::Fire(Box::new(fired))
    }
}

impl Rule {
    /// What it finds, in one sentence: the first one of `why`.
    pub fn summary(&self) -> &str {
        let why = self.file.why.trim();
        why.find(". ").map_or(why, |end| &why[..=end])
    }

    /// Its documentation page.
    pub fn url(&self) -> String {
        format!("{}/blob/main/docs/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), self.file.name)
    }

    fn read(source: SourceId, kinds: &KindSet, path: &str, text: Arc<str>) -> Result<Rule, RuleError> {
        let file = load::read(source, path, &text)?;
        let mut judged = Vec::new();
        for (at, name) in file.kinds.iter().enumerate() {
            let Some(kind) = kinds.id(name) else {
                let mut error =
                    RuleError::at(source, &text, &format!("kinds.{at}"), format!("there is no kind `{name}`"));
                error.help = did_you_mean(name, kinds.kinds.iter().map(|kind| &*kind.name));
                return Err(error);
            };
            judged.push(kind);
        }
        let mut params = Vec::new();
        for (name, value) in &file.params {
            let Some((ty, datum)) = param(value) else {
                return Err(RuleError::at(source, &text, &format!("params.{name}"), "not a number"));
            };
            params.push((name.as_str().into(), ty, datum));
        }
        let lever = load::lever(path).into();
        Ok(Rule {
            file,
            lever,
            source,
            kinds: judged,
            params,
            text,
            condition: OnceLock::new(),
            claim: OnceLock::new(),
        })
    }

    fn condition(&self, kinds: &KindSet) -> Result<&Expr, &RuleError> {
        self.condition.get_or_init(|| self.checked(kinds, compiled::condition)).as_ref()
    }

    fn claim(&self, kinds: &KindSet) -> Result<&Claim, &RuleError> {
        self.claim.get_or_init(|| self.checked(kinds, compiled::claim)).as_ref()
    }

    fn checked<T>(
        &self,
        kinds: &KindSet,
        compile: fn(&RuleFile, &Checker<'_>) -> Result<T, Box<Misplaced>>,
    ) -> Result<T, RuleError> {
        let params: Vec<(Str, Type)> = self.params.iter().map(|(name, ty, _)| (Arc::clone(name), ty.clone())).collect();
        let checker = Checker { kinds, judged: &self.kinds, params: &params };
        compile(&self.file, &checker).map_err(|misplaced| {
            let Misplaced { path, text, mistake } = *misplaced;
            self.error(&path, &text, mistake)
        })
    }

    fn error(&self, path: &str, text: &str, mistake: Mistake) -> RuleError {
        let span = Span::new(self.source, spans::inside(&self.text, path, text, &mistake.at));
        RuleError { span, message: mistake.message, help: mistake.help }
    }
}

fn param(value: &Param) -> Option<(Type, Datum)> {
    Some(match value {
        Param::Bool(truth) => (Type::Bool, Datum::Bool(*truth)),
        Param::Number(number) => (Type::Number, Datum::Number(Number::from_f64(*number)?)),
        Param::Text(text) => (Type::String, Datum::String(text.as_str().into())),
        Param::Texts(texts) => {
            let items = texts.iter().map(|text| Outcome::from(text.as_str())).collect();
            (Type::List(Box::new(Type::String)), Datum::List(Arc::new(Sequence { items, open: None })))
        }
    })
}

#[cfg(test)]
#[path = "set_tests.rs"]
mod tests;
