//! Functions that look for words: environment, serving, dev boxes, machine-learning relevance.
//!
//! Signals come in levels: the resource's tags and labels, its name, then strong words about its group (variables,
//! workspace), then weak ones (folder). The first level that says anything decides; within one, production wins.

use super::script;
use crate::model::kinds::{Link, LinkId, Type};
use crate::model::resource::ResourceId;
use crate::model::value::Unknown;
use crate::rules::eval::outcome::{Datum, Outcome, Truth};
use crate::rules::eval::text::{self, Part};
use crate::rules::eval::{Evaluator, logic, open};
use crate::rules::words::{has_any, has_or_plural, tokens};

/// Attributes that carry free words about a resource, where its kind has them.
const TAGS: &[&str] = &["tags", "labels"];
const NAME: &str = "name";
/// Further attributes that show what a workload is for.
const PLACEMENT: &[&str] = &["group", "namespace", "taints"];
/// Attributes that people write whatever they like into.
pub const FREE_TEXTS: &[&str] = &["tags", "labels", "name"];
/// A tag of this key is a name.
const NAME_TAG: &str = "name";

/// The attribute that says whether settings of their own spread a training.
const SPREAD: &str = "spread";

/// One text about a resource: where it stands, and its tokens as far as they are known.
struct Signal {
    source: String,
    tokens: Vec<String>,
    hole: Option<Unknown>,
}

impl Signal {
    fn of(evaluator: &Evaluator<'_>, source: impl Into<String>, outcome: &Outcome) -> Option<Signal> {
        let source = source.into();
        match outcome {
            Outcome::Known(datum) => {
                let parts = text::pieces(datum)?;
                let last = parts.len().saturating_sub(1);
                let known = parts.iter().enumerate().filter_map(|(at, part)| match part {
                    Part::Known(text) => Some(tokens(text, at > 0, at < last)),
                    Part::Hole(_) => None,
                });
                let hole = parts.iter().find_map(|part| match part {
                    Part::Hole(unknown) if speaks(evaluator, unknown) => Some((*unknown).clone()),
                    _ => None,
                });
                Some(Signal { source, tokens: known.flatten().collect(), hole })
            }
            Outcome::Unknown(unknown) => Some(Signal { source, tokens: Vec::new(), hole: Some(unknown.clone()) }),
            Outcome::Absent | Outcome::Broken(_) => None,
        }
    }

    fn text(source: &str, text: &str) -> Signal {
        Signal { source: source.to_owned(), tokens: tokens(text, false, false), hole: None }
    }

    /// The key of the entry it is, if it is one.
    fn key(&self) -> Option<&str> {
        self.source.split_once(' ').map(|(_, key)| key)
    }

    fn has_any(&self, words: &[String]) -> Truth {
        match &self.hole {
            _ if has_any(&self.tokens, words) => Ok(true),
            Some(unknown) => Err(unknown.clone()),
            None => Ok(false),
        }
    }
}

/// Whether what is not known may hold words: random ids, numbers of accounts and regions do not.
fn speaks(evaluator: &Evaluator<'_>, unknown: &Unknown) -> bool {
    !has_any(&tokens(&unknown.why.what, false, false), &evaluator.world.settings.words.wordless)
}

/// The judged resource of a call.
pub(super) fn subject(args: &[Outcome]) -> Result<ResourceId, Outcome> {
    match args {
        [Outcome::Known(Datum::Resource(handle))] => Ok(handle.id),
        [Outcome::Known(other)] => Err(Outcome::broken(format!("{} is not a resource", other.noun()))),
        [other] => Err(other.clone()),
        _ => Err(Outcome::Absent),
    }
}

/// Signals of attributes that hold texts, lists or maps of texts.
fn signals(evaluator: &Evaluator<'_>, id: ResourceId, names: &[&str]) -> Vec<Signal> {
    names
        .iter()
        .flat_map(|name| match evaluator.read_named(id, name) {
            Outcome::Known(datum) => entries(evaluator, name, &datum),
            other => Signal::of(evaluator, *name, &other).into_iter().collect(),
        })
        .collect()
}

fn entries(evaluator: &Evaluator<'_>, name: &str, datum: &Datum) -> Vec<Signal> {
    match datum {
        Datum::Map(map) => {
            let other = &evaluator.world.settings.words.other_keys;
            let counted = map.entries.iter().filter(|(key, _)| !has_any(&tokens(key, false, false), other));
            let values = counted.filter_map(|(key, attr)| {
                Signal::of(evaluator, format!("{} {key}", singular(name)), &evaluator.lift(attr, &Type::String))
            });
            let more =
                map.open.iter().filter_map(|why| Signal::of(evaluator, name, &Outcome::Unknown(open(why.clone()))));
            values.chain(more).collect()
        }
        Datum::List(list) => {
            let more = list.open.iter().filter_map(|why| Signal::of(evaluator, name, &Outcome::Unknown(why.clone())));
            list.items.iter().filter_map(|item| Signal::of(evaluator, name, item)).chain(more).collect()
        }
        _ => Signal::of(evaluator, name, &Outcome::Known(datum.clone())).into_iter().collect(),
    }
}

fn singular(name: &str) -> &str {
    name.strip_suffix('s').unwrap_or(name)
}

/// The environment of the judged resource, where something says it.
pub fn environment_of(evaluator: &Evaluator<'_>) -> Option<&'static str> {
    environment_by(evaluator, evaluator.judged).ok().flatten().map(|(name, ..)| name)
}

fn found_environment(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Result<Option<Environment>, Outcome> {
    environment_by(evaluator, subject(args)?)
}

/// Its name, how sure it is, and what says so.
type Environment = (&'static str, &'static str, String);

/// The environment of a resource; `Ok(None)` where nothing says it.
fn environment_by(evaluator: &Evaluator<'_>, id: ResourceId) -> Result<Option<Environment>, Outcome> {
    let inventory = evaluator.world.inventory;
    let group = inventory.group_of(inventory.resource(id));
    let of_group = |strong: bool| {
        let signals = group.signals.iter().filter(move |signal| signal.strong == strong);
        signals.map(|signal| Signal::text(&signal.source, &signal.text)).collect::<Vec<_>>()
    };
    let words = &evaluator.world.settings.words.environment;
    let (named, tagged): (Vec<Signal>, Vec<Signal>) = signals(evaluator, id, TAGS)
        .into_iter()
        .partition(|signal| signal.key().is_some_and(|key| key.eq_ignore_ascii_case(NAME_TAG)));
    let about = |signal: &Signal| signal.key().is_some_and(|key| has_any(&tokens(key, false, false), &words.keys));
    let (stated, tagged): (Vec<Signal>, Vec<Signal>) = tagged.into_iter().partition(about);
    let mut names = signals(evaluator, id, &[NAME]);
    names.extend(named);
    let levels =
        [(stated, "high"), (tagged, "high"), (names, "low"), (of_group(true), "high"), (of_group(false), "low")];
    for (signals, confidence) in levels {
        for (name, words) in [("production", &words.production), ("development", &words.development)] {
            if let Some(signal) = signals.iter().find(|signal| matches!(signal.has_any(words), Ok(true))) {
                return Ok(Some((name, confidence, signal.source.clone())));
            }
            if let Some(unknown) = signals.iter().find_map(|signal| signal.hole.clone()) {
                return Err(Outcome::Unknown(unknown));
            }
        }
    }
    Ok(None)
}

fn environment_part(evaluator: &Evaluator<'_>, args: &[Outcome], part: impl Fn(Environment) -> Outcome) -> Outcome {
    match found_environment(evaluator, args) {
        Ok(found) => found.map_or(Outcome::Absent, part),
        Err(outcome) => outcome,
    }
}

pub(super) fn environment(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    environment_part(evaluator, args, |(name, ..)| name.into())
}

pub(super) fn environment_confidence(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    environment_part(evaluator, args, |(_, confidence, _)| confidence.into())
}

pub(super) fn environment_signal(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    environment_part(evaluator, args, |(.., source)| source.as_str().into())
}

fn any_has(signals: &[Signal], words: &[String]) -> Truth {
    signals.iter().map(|signal| signal.has_any(words)).fold(Ok(false), logic::or)
}

pub(super) fn serving(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match subject(args) {
        Ok(id) => {
            let mut all = signals(evaluator, id, &[NAME]);
            all.extend(signals(evaluator, id, TAGS));
            all.extend(signals(evaluator, id, PLACEMENT));
            // A name is taken at its word: a prefix or a tag that comes from a variable hides no other purpose.
            let names = |signal: &Signal| {
                signal.source == NAME || signal.key().is_some_and(|key| key.eq_ignore_ascii_case(NAME_TAG))
            };
            if all.iter().any(|signal| names(signal) && !signal.tokens.is_empty()) {
                all.iter_mut().for_each(|signal| signal.hole = None);
            }
            any_has(&all, &evaluator.world.settings.words.serving).into()
        }
        Err(outcome) => outcome,
    }
}

pub(super) fn dev_box(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let id = match subject(args) {
        Ok(id) => id,
        Err(outcome) => return outcome,
    };
    let mut all = signals(evaluator, id, &[NAME]);
    all.extend(signals(evaluator, id, TAGS));
    let named = any_has(&all, &evaluator.world.settings.words.dev_box);
    let in_development = match found_environment(evaluator, args) {
        Ok(found) => Ok(found.is_some_and(|(name, confidence, _)| name == "development" && confidence == "high")),
        Err(Outcome::Unknown(unknown)) => Err(unknown),
        Err(outcome) => return outcome,
    };
    logic::or(named, in_development).into()
}

/// What a program is told: its command, and its settings, of which names count as much as values
/// (`sagemaker_torch_distributed_enabled`, `NUM_GPUS`).
fn orders(evaluator: &Evaluator<'_>, id: ResourceId) -> Vec<Signal> {
    let settings = signals(evaluator, id, &["hyperparameters", "environment_variables"]);
    let names: Vec<Signal> = settings.iter().map(|signal| Signal::text(&signal.source, &signal.source)).collect();
    signals(evaluator, id, &["command"]).into_iter().chain(settings).chain(names).collect()
}

pub(super) fn told(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match (subject(args.get(..1).unwrap_or_default()), args.get(1).and_then(words)) {
        (Ok(id), Some(words)) => any_has(&orders(evaluator, id), &words).into(),
        (Err(outcome), _) => outcome,
        _ => Outcome::Absent,
    }
}

pub(super) fn distribution(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let id = match subject(args) {
        Ok(id) => id,
        Err(outcome) => return outcome,
    };
    let all = orders(evaluator, id);
    let stated = matches!(evaluator.read_named(id, SPREAD), Outcome::Known(Datum::Bool(true)));
    let shows = |fact: &str| script::shows(evaluator, &[args.to_vec(), vec![fact.into()]].concat());
    match any_has(&all, &evaluator.world.settings.words.distribution) {
        _ if stated => "shown".into(),
        _ if matches!(shows("one_accelerator"), Outcome::Known(Datum::Bool(true))) => "not shown".into(),
        Ok(true) => "shown".into(),
        Ok(false) => match shows("distribution") {
            Outcome::Known(Datum::Bool(true)) => "shown".into(),
            Outcome::Absent => Outcome::Absent,
            Outcome::Unknown(unknown) => Outcome::Unknown(unknown),
            _ => "not shown".into(),
        },
        Err(unknown) => Outcome::Unknown(unknown),
    }
}

/// Words of the address count too, and known ones suffice: a name that is computed hides no other purpose that its
/// known parts do not show.
pub(super) fn other_purpose(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match subject(args) {
        Ok(id) => has_other_purpose(evaluator, &named(evaluator, id)).into(),
        Err(outcome) => outcome,
    }
}

/// By known words, as above.
pub(super) fn called(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let [of, Outcome::Known(Datum::List(wanted))] = args else { return Outcome::Absent };
    match subject(std::slice::from_ref(of)) {
        Ok(id) => {
            let named = named(evaluator, id);
            let is = |word: &str| named.iter().any(|signal| has_or_plural(&signal.tokens, word));
            wanted.items.iter().filter_map(Outcome::as_str).any(is).into()
        }
        Err(outcome) => outcome,
    }
}

fn named(evaluator: &Evaluator<'_>, id: ResourceId) -> Vec<Signal> {
    let mut named = signals(evaluator, id, &[NAME]);
    named.push(Signal::text("address", &evaluator.world.inventory.resource(id).native.address));
    named
}

fn has_other_purpose(evaluator: &Evaluator<'_>, named: &[Signal]) -> bool {
    let words = &evaluator.world.settings.words.other_purpose;
    named.iter().any(|signal| words.iter().any(|word| has_or_plural(&signal.tokens, word)))
}

/// A bucket of another purpose is not ML-related, whatever else it is called.
pub(super) fn ml_related(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let id = match subject(args) {
        Ok(id) => id,
        Err(outcome) => return outcome,
    };
    let words = &evaluator.world.settings.words;
    let resource = evaluator.world.inventory.resource(id);
    let mut own = named(evaluator, id);
    if has_other_purpose(evaluator, &own) {
        return false.into();
    }
    own.extend(signals(evaluator, id, TAGS));
    own.push(Signal::text("folder", &evaluator.world.inventory.group_of(resource).name));
    let said = |word: &&String| own.iter().any(|signal| has_or_plural(&signal.tokens, word));
    let by_words = match own.iter().find_map(|signal| signal.hole.clone()) {
        _ if words.relevance.iter().filter(said).count() >= 2 => Ok(true),
        Some(unknown) => Err(unknown),
        None => Ok(false),
    };
    logic::or(by_words, linked(evaluator, id)).into()
}

/// Whether a machine-learning resource of the project is linked to this one.
fn linked(evaluator: &Evaluator<'_>, id: ResourceId) -> Truth {
    let kinds = &evaluator.world.inventory.kinds;
    let ml_kinds = &evaluator.world.settings.words.ml_kinds;
    any_partner(evaluator, id, |link| ml_kinds.iter().any(|name| **name == *kinds.get(link.to).name))
}

/// Whether any of some links has a partner.
fn any_partner(evaluator: &Evaluator<'_>, id: ResourceId, counts: impl Fn(&Link) -> bool) -> Truth {
    let inventory = evaluator.world.inventory;
    let links = &inventory.kinds.get(inventory.resource(id).kind).links;
    let counted = links.iter().enumerate().filter(|(_, link)| counts(link));
    counted
        .map(|(at, _)| {
            let partners = (evaluator.world.partners)(id, LinkId(at as u16));
            match &partners.open {
                _ if !partners.resources.is_empty() => Ok(true),
                Some(why) => Err(open(why.clone())),
                None => Ok(false),
            }
        })
        .fold(Ok(false), logic::or)
}

/// Links that answer several partners are those by which others point here.
pub(super) fn used(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match subject(args) {
        Ok(id) => any_partner(evaluator, id, |link| link.many).into(),
        Err(outcome) => outcome,
    }
}

/// A list of words, in lower case.
fn words(list: &Outcome) -> Option<Vec<String>> {
    let Outcome::Known(Datum::List(list)) = list else { return None };
    Some(list.items.iter().filter_map(|word| word.as_str().map(str::to_lowercase)).collect())
}

pub(super) fn has_word(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let (of, Some(words)) = (args.first().unwrap_or(&Outcome::Absent), args.get(1).and_then(words)) else {
        let unknown = args.iter().find(|arg| matches!(arg, Outcome::Unknown(_)));
        return unknown.cloned().unwrap_or(Outcome::Absent);
    };
    match of {
        Outcome::Known(datum) => any_has(&entries(evaluator, "text", datum), &words).into(),
        Outcome::Absent => false.into(),
        other => other.clone(),
    }
}
