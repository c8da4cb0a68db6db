//! From a project to a run: reads, lifts, joins, judges, settles.
//!
//! Called by `cli`, the bench and the tests. It must not know any output format.

mod fingerprint;
mod judge;
mod prices;
mod select;
mod settle;
mod unlisted;

use crate::builtin;
use crate::catalog::{self, Prices};
use crate::config::Config;
use crate::cost;
use crate::files::Files;
use crate::finding::Finding;
use crate::input::discover::{self, Claims, Found, Project};
use crate::input::{Context, FRONTENDS, Frontend, InputError, Options, Reading, Skipped, Under, held, plan};
use crate::model::kinds::KindSet;
use crate::model::native::Group;
use crate::model::resource::{Inventory, Resource};
use crate::report::{RuleInfo, Run};
use crate::rules::settings::Settings as RuleSettings;
use crate::scripts;
use crate::source::{SourceId, SourceMap};
use crate::suggest;
use crate::suppress::{self, Date, Suppression};
use crate::usage::{self, Usage};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

pub use prices::{MAX_HOURS, prices, usage as usage_file};
pub use select::{describe, own_rules, rules, whole_rules};

/// What a run depends on besides the project's files.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The config with the command line laid over it.
    pub config: Config,
    /// What the project pays.
    pub prices: Arc<Prices>,
    /// What was measured.
    pub usage: Usage,
    /// Report findings of low confidence too.
    pub pedantic: bool,
    /// Settings of reading.
    pub reading: Options,
}

impl Settings {
    /// With the price lists and the usage file that the config names, as they are now, whatever is judged or priced.
    /// `Err` lists what is wrong with them, for people.
    pub fn new(config: Config, files: &dyn Files) -> Result<Settings, Vec<String>> {
        formats_exist(&config.skip_formats)?;
        let prices = Arc::new(prices(files, &config)?);
        let usage = config.usage.file.as_deref().map(|path| prices::usage(files, path)).transpose()?;
        Ok(Settings { prices, usage: usage.unwrap_or_default(), ..Settings::from(config) })
    }
}

fn formats_exist(names: &[String]) -> Result<(), Vec<String>> {
    let known = || FRONTENDS.iter().map(|frontend| frontend.name());
    let wrong: Vec<String> = names
        .iter()
        .filter(|name| known().all(|known| known != *name))
        .map(|name| {
            let meant = match suggest::closest(name, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known formats: {}", known().collect::<Vec<_>>().join(", ")),
            };
            format!("skip-formats: unknown format `{name}`; {meant}")
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// At list prices, nothing measured.
impl From<Config> for Settings {
    fn from(config: Config) -> Settings {
        let mut reading = Options { region: config.region.clone(), ..Options::default() };
        reading.skip_formats.clone_from(&config.skip_formats);
        reading.max_file_size = config.max_file_size.unwrap_or(reading.max_file_size);
        Settings { config, reading, ..Settings::default() }
    }
}

/// A finished run.
pub struct Analysis {
    /// What is reported.
    pub run: Run,
    /// The texts that its places lie in.
    pub sources: SourceMap,
    /// Project-relative paths of the files that were analysed.
    pub read: Vec<Arc<str>>,
    /// What the usage file names and the project does not have.
    pub unmeasured: Vec<String>,
    resources: Inventory,
    under: cost::Files,
    settings: RuleSettings,
}

impl Analysis {
    /// What everything costs that was judged.
    pub fn costs(&self) -> Result<cost::Inventory, String> {
        cost::price(&self.resources, &self.under, &self.settings, &self.sources)
    }
}

/// Judges the files found in a project. `progress` is called once for every file that is done. `Err` lists what is
/// wrong with the config or the rules, for people.
pub fn analyse(
    project: &Project,
    files: &dyn Files,
    found: &[Found],
    settings: &Settings,
    progress: &(dyn Fn() + Sync),
) -> Result<Analysis, Vec<String>> {
    let sources = SourceMap::new();
    let load = || {
        let kinds = kinds(&sources)?;
        rules(&sources, &kinds, files, &settings.config).map(|rules| (Arc::new(kinds), rules))
    };
    let options = Options { named: project.targets.clone(), ..settings.reading.clone() };
    let (loaded, claims) = rayon::join(load, || discover::claim(files, &sources, &options, found, progress));
    let (kinds, rules) = loaded?;
    let wanted = wanted(&kinds, settings);
    let unread: Vec<Arc<str>> = claims.unread().cloned().collect();
    let context = Context { files, sources: &sources, wanted: &wanted, options: &options, unread: &unread };
    let (input, inventory) = lift(&context, kinds, claims, progress);
    let (rule_settings, unmeasured) = rule_settings(settings, &inventory)?;
    let rule_settings = RuleSettings { scripts: scripts::assign(&context, &inventory), ..rule_settings };
    let judged = judge::all(&rules, &inventory, &rule_settings, &input.under);
    if !judged.broken.is_empty() {
        return Err(judged.broken.iter().map(|error| describe(error, &sources)).collect());
    }
    let unlisted = unlisted::notes(&inventory, &*rule_settings.catalogue);
    let unlisted = unlisted.into_iter().filter(|one| select::is_selected(&one.rule, &one.lever, &settings.config));
    let mut findings = judged.findings;
    findings.extend(unlisted);
    let mut findings = settle::settle(findings, &settings.config, &sources, &totals(&inventory, &input.under));
    let suppressions = suppressions(&input.read, &sources, input.suppressions);
    let about_suppressions = suppress::apply(&mut findings, &sources, &suppressions, Date::today());
    findings.extend(about_suppressions.into_iter().filter(|finding| select::is_wanted(finding, &settings.config)));
    let is_planned = |finding: &Finding| input.planned.contains(&finding.subject.group);
    findings.retain(|finding| settle::is_shown(finding, settings.pedantic, project, &sources, is_planned(finding)));
    settle::sort(&mut findings, &sources);
    fingerprint::assign(&mut findings);
    let run = Run {
        findings,
        rules: rules.rules.iter().map(rule_info).collect(),
        unknown: judged.unknown.into_iter().filter(|one| project.reports(&sources.path(one.span))).collect(),
        errors: input.errors.into_iter().filter(|error| project.reports(&error.path)).collect(),
        skipped: input.skipped.into_iter().filter(|skipped| project.reports(&skipped.path)).collect(),
        files: input.read.len(),
        resources: distinct(&inventory),
        catalog_as_of: catalog::as_of().to_owned(),
        currency: rule_settings.currency.clone(),
    };
    let read = input.read.into_iter().map(|(path, _)| path).collect();
    Ok(Analysis { run, sources, read, unmeasured, resources: inventory, under: input.under, settings: rule_settings })
}

/// What was read, before it is judged.
pub struct Resolved {
    /// Resources in their own words, values resolved.
    pub groups: Vec<Group>,
    /// The variables file of a group, by scope, where a unit was read under each of several.
    pub under: BTreeMap<Arc<str>, Under>,
    /// The texts that the places lie in.
    pub sources: SourceMap,
}

/// Reads the files found in a project: the types that rules judge, and those of `types`.
pub fn resolve(
    files: &dyn Files,
    found: &[Found],
    settings: &Settings,
    types: impl IntoIterator<Item = Arc<str>>,
) -> Result<Resolved, Vec<String>> {
    let sources = SourceMap::new();
    let mut wanted = kinds(&sources)?.native_types();
    wanted.extend(types);
    let claims = discover::claim(files, &sources, &settings.reading, found, &|| {});
    let unread: Vec<Arc<str>> = claims.unread().cloned().collect();
    let context = Context { files, sources: &sources, wanted: &wanted, options: &settings.reading, unread: &unread };
    let Input { groups, under, .. } = read(&context, claims, &|| {});
    Ok(Resolved { groups, under, sources })
}

/// Prices the files found in a project. `Err` lists what is wrong with the config, for people.
pub fn costs(
    project: &Project,
    files: &dyn Files,
    found: &[Found],
    settings: &Settings,
    progress: &(dyn Fn() + Sync),
) -> Result<cost::Inventory, Vec<String>> {
    let sources = SourceMap::new();
    let kinds = Arc::new(kinds(&sources)?);
    let wanted = wanted(&kinds, settings);
    let options = Options { named: project.targets.clone(), ..settings.reading.clone() };
    let claims = discover::claim(files, &sources, &options, found, progress);
    let unread: Vec<Arc<str>> = claims.unread().cloned().collect();
    let context = Context { files, sources: &sources, wanted: &wanted, options: &options, unread: &unread };
    let (input, resources) = lift(&context, kinds, claims, progress);
    let (rule_settings, unmeasured) = rule_settings(settings, &resources)?;
    let mut inventory =
        cost::price(&resources, &input.under, &rule_settings, &sources).map_err(|problem| vec![problem])?;
    inventory
        .lines
        .retain(|line| project.reports(line.subject.path()) || input.planned.contains(line.subject.group.as_str()));
    inventory.unmeasured = unmeasured;
    inventory.errors = input.errors.into_iter().filter(|error| project.reports(&error.path)).collect();
    Ok(inventory)
}

/// The native types to read: guesses only where somebody wants them.
fn wanted(kinds: &KindSet, settings: &Settings) -> HashSet<Arc<str>> {
    let mut wanted = kinds.native_types();
    wanted.retain(|native_type| settings.pedantic || !kinds.is_guess(native_type));
    wanted
}

/// The built-in kinds.
pub fn kinds(sources: &SourceMap) -> Result<KindSet, Vec<String>> {
    KindSet::load(sources, builtin::kinds().iter().copied())
        .map_err(|errors| errors.iter().map(|error| format!("{}: {}", error.path, error.message)).collect())
}

/// What judging depends on, and what was measured of nothing that is there.
fn rule_settings(settings: &Settings, inventory: &Inventory) -> Result<(RuleSettings, Vec<String>), Vec<String>> {
    let config = &settings.config;
    let hours = prices::hours(config, &inventory.kinds)?;
    let prices = Arc::clone(&settings.prices);
    let made = RuleSettings::new(prices, hours, config.prices.currency(), &config.words);
    let (usage, unmeasured) = usage::assign(&settings.usage, inventory);
    Ok((RuleSettings { usage, ..made.map_err(|message| vec![message])? }, unmeasured))
}

fn rule_info(rule: &crate::rules::set::Rule) -> RuleInfo {
    RuleInfo {
        name: rule.file.name.as_str().into(),
        lever: Arc::clone(&rule.lever),
        severity: rule.file.severity.0.iter().map(|case| case.is).max().unwrap_or(crate::finding::Severity::Note),
        summary: rule.summary().to_owned(),
        help: format!("{}\n\n{}", rule.file.why.trim(), rule.file.fix.trim()),
        url: rule.url(),
    }
}

/// Everything that reading found.
struct Input {
    groups: Vec<Group>,
    errors: Vec<InputError>,
    skipped: Vec<Skipped>,
    under: BTreeMap<Arc<str>, Under>,
    /// Groups that a plan was laid over.
    planned: HashSet<Arc<str>>,
    suppressions: Vec<Suppression>,
    read: Vec<(Arc<str>, SourceId)>,
}

/// Reads what is claimed and lifts it into resources; the groups of the input have moved into them.
fn lift(
    context: &Context<'_>,
    kinds: Arc<KindSet>,
    claims: Claims,
    progress: &(dyn Fn() + Sync),
) -> (Input, Inventory) {
    let plans: BTreeSet<Arc<str>> = claims.paths_of(plan::Plan.name()).cloned().collect();
    let mut input = read(context, claims, progress);
    let source = context.options.plan_source.as_deref();
    input.planned = plan::sources::lay(&mut input.groups, &mut input.under, &plans, source);
    held::expand(context, &kinds, &mut input.groups);
    let inventory = Inventory::build(kinds, std::mem::take(&mut input.groups));
    (input, inventory)
}

fn read(context: &Context<'_>, claims: Claims, progress: &(dyn Fn() + Sync)) -> Input {
    let Claims { by_frontend, errors, skipped } = claims;
    let readings: Vec<Reading> = FRONTENDS
        .par_iter()
        .zip(&by_frontend)
        .filter(|(_, files)| !files.is_empty())
        .map(|(frontend, files)| {
            let reading = frontend.read(context, files);
            files.iter().for_each(|_| progress());
            reading
        })
        .collect();
    let read = by_frontend.iter().flatten().map(|file| (Arc::clone(&file.path), file.source)).collect();
    let mut parts = Vec::new();
    let mut input = Input {
        groups: Vec::new(),
        errors,
        skipped,
        under: BTreeMap::new(),
        planned: HashSet::new(),
        suppressions: Vec::new(),
        read,
    };
    for reading in readings {
        parts.extend(reading.skipped_parts);
        input.groups.extend(reading.groups);
        input.errors.extend(reading.errors);
        input.skipped.extend(reading.skipped);
        input.under.extend(reading.under);
        input.suppressions.extend(reading.suppressions);
    }
    input.groups.sort_by(|a, b| a.scope.cmp(&b.scope));
    input.errors.sort_by(|a, b| a.path.cmp(&b.path));
    input.skipped.sort();
    input.read.retain(|(path, _)| input.skipped.binary_search_by(|skipped| skipped.path.cmp(path)).is_err());
    input.skipped.extend(parts);
    input.skipped.sort();
    input.read.sort();
    input
}

/// How many resources there are, one that is judged under several variables files counted once.
fn distinct(inventory: &Inventory) -> usize {
    let identity = |resource: &Resource| {
        let native = &resource.native;
        let group = &inventory.group_of(resource).name;
        (
            Arc::clone(group),
            Arc::clone(&native.address),
            native.instance.clone(),
            native.head,
            resource.kind,
            resource.index,
        )
    };
    inventory.resources.iter().map(identity).collect::<HashSet<_>>().len()
}

/// How many variables files each unit was judged under, by the name of its groups.
fn totals(inventory: &Inventory, under: &BTreeMap<Arc<str>, Under>) -> BTreeMap<Arc<str>, usize> {
    let of = |group: &Group| Some((Arc::clone(&group.name), under.get(&group.scope)?.of));
    inventory.groups.iter().filter_map(of).collect()
}

/// Comments that ignore findings in what was read, and what the formats have of their own for it.
fn suppressions(read: &[(Arc<str>, SourceId)], sources: &SourceMap, own: Vec<Suppression>) -> Vec<Suppression> {
    let mut files: Vec<SourceId> = read.iter().map(|(_, source)| *source).collect();
    files.sort();
    files.dedup();
    let comments = files.into_iter().flat_map(|source| suppress::scan_comments(&sources.get(source)));
    comments.chain(own).collect()
}
