//! How people write an attribute of a kind where a resource is declared: `capacity_type = "SPOT"`,
//! `StoppingCondition.MaxRuntimeInSeconds`, `use_spot_instances=True`, `--spot`.
//!
//! Called by the functions `key` and `setting` of messages. It reads rows backwards, and must not know any format.

use super::KindSet;
use super::eval::{Scope, eval};
use super::grammar::{Path, Root};
use super::plan::PlannedRow;
use super::row::{Literal, Source, Spec};
use crate::model::native::{Arguments, Native, Paths};
use crate::model::resource::Resource;
use crate::model::spelling::same_name;
use crate::model::value::Value;

/// How keys of several words are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Snake,
    Camel,
    Pascal,
}

impl KindSet {
    /// The key or argument that sets an attribute of a resource, where a single one does: of several the one whose
    /// blocks are written already.
    pub fn key(&self, resource: &Resource, attribute: usize) -> Option<String> {
        let native = &resource.native;
        let (row, scope) = self.home(resource)?;
        let mut best = Best::default();
        each_source(spec(row, attribute)?, &scope, &mut |path, _| {
            best.offer(present(&scope, path), written(native, path));
        });
        best.text()
    }

    /// What is written for an attribute to have a value: where several keys could, the one that may also have said what
    /// it is now.
    pub fn setting(&self, resource: &Resource, attribute: usize, value: &str) -> Option<String> {
        let native = &resource.native;
        let now = resource.attributes.get(attribute)?.as_ref().and_then(|attr| attr.value.scalar_text());
        let (row, scope) = self.home(resource)?;
        let mut best = Best::default();
        each_source(spec(row, attribute)?, &scope, &mut |path, spec| {
            let told = now.as_deref().is_some_and(|now| word_for(spec, now).is_some());
            let text = word_for(spec, value).and_then(|word| assigned(native, path, word));
            best.offer((told, present(&scope, path)), text);
        });
        best.text()
    }

    /// The row that made the resource, and what its paths start from.
    fn home<'a>(&self, resource: &'a Resource) -> Option<(&PlannedRow, Scope<'a>)> {
        let rows = self.plan.by_type.get(&resource.native.native_type)?;
        let mut rows = rows.iter().filter_map(|row| self.plan.rows.get(*row)).filter(|row| row.kind == resource.kind);
        rows.find_map(|row| Some((row, element(resource, row)?)))
    }
}

fn spec(row: &PlannedRow, attribute: usize) -> Option<&Spec> {
    row.set.get(attribute)?.as_ref().map(|planned| &planned.spec)
}

/// The native, or the element of it that the resource is; `None` where the row makes another one.
fn element<'a>(resource: &'a Resource, row: &PlannedRow) -> Option<Scope<'a>> {
    let whole = Scope::of(&resource.native);
    if row.each.is_empty() {
        return Some(whole);
    }
    let mut found = None;
    whole.elements(&row.each, &mut |inner| {
        let element = inner.element.clone();
        if inner.head() == resource.head && inner.index == resource.index as usize {
            found = Some(inner);
        }
        Some(element)
    });
    found
}

/// The text of the highest rank, the first of those offered.
#[derive(Default)]
struct Best<R>(Option<(R, String)>);

impl<R: PartialOrd> Best<R> {
    fn offer(&mut self, rank: R, text: Option<String>) {
        let Some(text) = text else { return };
        if self.0.as_ref().is_none_or(|(best, _)| rank > *best) {
            self.0 = Some((rank, text));
        }
    }

    fn text(self) -> Option<String> {
        self.0.map(|(_, text)| text)
    }
}

/// How many keys of a path, from its first, are there in the resource.
fn present(scope: &Scope<'_>, path: &Path) -> usize {
    let Some((from, _)) = scope.start(path) else { return 0 };
    let mut value = &from.value;
    let is_there = |key: &&&str| {
        let map = match value {
            Value::List(list) => list.items.first().map(|item| &item.value),
            other => Some(other),
        };
        let Some(Value::Map(map)) = map else { return false };
        let found = map.entries.iter().find(|(name, _)| same_name(name, key));
        found.inspect(|(_, attr)| value = &attr.value).is_some()
    };
    keys(path).unwrap_or_default().iter().take_while(is_there).count()
}

/// Calls `visit` with each path of which one alone makes the value, and the spec that reads it. What holds under a
/// condition only counts where that holds.
fn each_source(spec: &Spec, scope: &Scope<'_>, visit: &mut dyn FnMut(&Path, &Spec)) {
    match &spec.source {
        Source::Path(path) => visit(path, spec),
        Source::First(specs) if spec.map.is_empty() => specs.iter().for_each(|inner| each_source(inner, scope, visit)),
        // The map is that of all of them.
        Source::First(specs) => {
            specs.iter().for_each(|inner| each_source(inner, scope, &mut |path, _| visit(path, spec)));
        }
        Source::Derive(derivation, of) if derivation.name == "given" && eval(spec, scope).is_some() => {
            of.iter().skip(2).for_each(|inner| each_source(inner, scope, visit));
        }
        _ => {}
    }
}

/// The word that means `value`; the value itself where there is no table.
fn word_for<'a>(spec: &'a Spec, value: &'a str) -> Option<&'a str> {
    if spec.map.is_empty() {
        return spec.unit.is_none().then_some(value);
    }
    let means = |to: &Literal| matches!(to, Literal::Scalar(to) if to.scalar_text().as_deref() == Some(value));
    spec.map.iter().find(|(word, to)| &**word != "_" && means(to)).map(|(word, _)| &**word)
}

/// The keys of a path from the nearest element, where it consists of keys.
fn keys(path: &Path) -> Option<Vec<&str>> {
    if !matches!(path.root, Root::Element | Root::Parent(_)) {
        return None;
    }
    let keys = path.text.split(['.', '[', ']', '^']).map(|key| key.trim_matches('"'));
    let keys: Vec<&str> = keys.filter(|key| !matches!(*key, "" | "*")).collect();
    let is_key = |key: &&str| key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    (!keys.is_empty() && keys.iter().all(is_key)).then_some(keys)
}

fn written(native: &Native, path: &Path) -> Option<String> {
    let keys = keys(path)?;
    match native.arguments {
        Arguments::Keys => {
            let case = case(native);
            Some(keys.iter().map(|key| case.write(key)).collect::<Vec<_>>().join("."))
        }
        Arguments::Options(table) => Some(match argument(table, &keys.join("."), None) {
            Some(name) => format!("--{name}"),
            None => format!("--{}", keys.first()?.replace('_', "-")),
        }),
        Arguments::Keywords(table) => argument(table, &keys.join("."), None),
    }
}

/// A key with its value, as the language of the keys assigns it.
fn assigned(native: &Native, path: &Path, word: &str) -> Option<String> {
    let plain = matches!(word, "true" | "false") || word.parse::<f64>().is_ok();
    match native.arguments {
        Arguments::Keys if case(native) == Case::Snake && plain => Some(format!("{} = {word}", written(native, path)?)),
        Arguments::Keys if case(native) == Case::Snake => Some(format!("{} = \"{word}\"", written(native, path)?)),
        Arguments::Keys => Some(format!("{}: {word}", written(native, path)?)),
        Arguments::Options(table) => match argument(table, &keys(path)?.join("."), Some(word)) {
            Some(flag) => Some(format!("--{flag}")),
            None if word == "true" => written(native, path),
            None => Some(format!("{} {word}", written(native, path)?)),
        },
        Arguments::Keywords(_) => Some(match word {
            "true" => format!("{}=True", written(native, path)?),
            "false" => format!("{}=False", written(native, path)?),
            _ if plain => format!("{}={word}", written(native, path)?),
            _ => format!("{}=\"{word}\"", written(native, path)?),
        }),
    }
}

/// The argument that sets a path, or the block around it; the shortest, as the longer ones are those of older versions.
/// With a value: the one that stands for just this value.
fn argument(table: &Paths, path: &str, value: Option<&str>) -> Option<String> {
    let sets = |target: &str| match (target.split_once('='), value) {
        (Some((own, stands_for)), Some(value)) => (same_name(own, path) && same_name(stands_for, value)).then_some(""),
        (None, None) if same_name(target, path) => Some(""),
        (None, None) => path.strip_prefix(target).filter(|rest| rest.starts_with('.')),
        _ => None,
    };
    let found = table.iter().filter_map(|(name, target)| Some((name, sets(target)?)));
    found.min_by_key(|(name, rest)| (rest.len(), name.len())).map(|(name, rest)| format!("{name}{rest}"))
}

/// How the keys of a resource are written, as far as it has any that show it.
fn case(native: &Native) -> Case {
    fn shown(value: &Value, depth: u8) -> Option<Case> {
        let Value::Map(map) = value else { return None };
        let of_key = |key: &str| match key.chars().next()? {
            first if first.is_ascii_uppercase() => Some(Case::Pascal),
            _ if key.contains('_') => Some(Case::Snake),
            _ if key.chars().any(|c| c.is_ascii_uppercase()) => Some(Case::Camel),
            _ => None,
        };
        let own = map.entries.iter().find_map(|(key, _)| of_key(key));
        own.or_else(|| map.entries.iter().filter(|_| depth > 0).find_map(|(_, attr)| shown(&attr.value, depth - 1)))
    }
    shown(&native.tree.value, 2).unwrap_or(Case::Snake)
}

impl Case {
    /// A key of a row, which is written in snake case or as the API has it.
    fn write(self, key: &str) -> String {
        let mut words = key.split('_').filter(|word| !word.is_empty());
        let capitalized = |word: &str| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
        };
        match self {
            Case::Snake => key.to_owned(),
            Case::Pascal => words.map(capitalized).collect(),
            Case::Camel => words.next().into_iter().map(str::to_owned).chain(words.map(capitalized)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{inventory, native, of_kind, shipped};
    use super::*;
    use crate::input::calls::programs;
    use serde_json::{Value as Json, json};

    /// The key of the run limit and the setting for spot of a training job, as they are written there.
    fn written(native_type: &str, tree: Json, arguments: Arguments) -> [Option<String>; 2] {
        let native = Native { arguments, ..native(native_type, "a.b", tree) };
        let inventory = inventory(shipped(), vec![native]);
        let resource = inventory.resource(of_kind(&inventory, "training_job")[0]);
        let attribute = |name| inventory.kinds.get(resource.kind).attribute(name).unwrap();
        let kinds = &inventory.kinds;
        [kinds.key(resource, attribute("max_run")), kinds.setting(resource, attribute("spot"), "on")]
    }

    #[test]
    fn attributes_are_written_as_their_format_has_them() {
        let texts = |written: [Option<String>; 2]| written.map(Option::unwrap);
        let request = "sagemaker:CreateTrainingJob";
        assert_eq!(
            texts(written("aws_sagemaker_training_job", json!({"training_job_name": "a"}), Arguments::Keys)),
            ["stopping_condition.max_runtime_in_seconds", "enable_managed_spot_training = true"]
        );
        assert_eq!(
            texts(written(request, json!({"TrainingJobName": "a"}), Arguments::Keys)),
            ["StoppingCondition.MaxRuntimeInSeconds", "EnableManagedSpotTraining: true"]
        );
        assert_eq!(
            texts(written(request, json!({"trainingJobName": "a"}), Arguments::Keys)),
            ["stoppingCondition.maxRuntimeInSeconds", "enableManagedSpotTraining: true"]
        );
        let aws = programs().iter().find(|program| program.program == "aws").unwrap();
        let command = aws.commands.iter().find(|command| command.native == request).unwrap();
        assert_eq!(
            texts(written(request, json!({"training-job-name": "a"}), Arguments::Options(&command.options))),
            ["--stopping-condition", "--enable-managed-spot-training"]
        );
        let sdk = programs().iter().find(|program| program.program == "sagemaker").unwrap();
        let estimator = sdk.calls.iter().find(|call| call.names.iter().any(|name| name == "PyTorch")).unwrap();
        assert_eq!(
            texts(written(request, json!({}), Arguments::Keywords(&estimator.keywords))),
            ["max_run", "use_spot_instances=True"]
        );
        let trainer = sdk.calls.iter().find(|call| call.names.iter().any(|name| name == "ModelTrainer")).unwrap();
        assert_eq!(
            texts(written(request, json!({}), Arguments::Keywords(&trainer.keywords))),
            ["stopping_condition.max_runtime_in_seconds", "compute.enable_managed_spot_training=True"]
        );
    }

    #[test]
    fn of_several_keys_the_one_whose_block_is_there_is_meant() {
        let tuning = |tree: Json| {
            let inventory = inventory(shipped(), vec![native("aws_sagemaker_hyper_parameter_tuning_job", "a.b", tree)]);
            let resource = inventory.resource(of_kind(&inventory, "tuning_job")[0]);
            let attribute = inventory.kinds.get(resource.kind).attribute("early_stopping").unwrap();
            inventory.kinds.setting(resource, attribute, "on").unwrap()
        };
        assert_eq!(
            tuning(json!({"config": [{"strategy": "Random"}]})),
            "config.training_job_early_stopping_type = \"Auto\""
        );
        assert_eq!(
            tuning(json!({"hyper_parameter_tuning_job_config": {"strategy": "Random"}})),
            "hyper_parameter_tuning_job_config.training_job_early_stopping_type = \"Auto\""
        );
    }

    #[test]
    fn keys_are_looked_for_in_the_element_that_the_resource_is() {
        let groups = json!({"cpu": {}, "gpu": {"min_size": 1, "instance_types": ["g5.xlarge"]}});
        let tree = json!({"eks_managed_node_groups": groups, "eks_managed_node_group_defaults": {"disk_size": 100}});
        let inventory = inventory(shipped(), vec![native("module:terraform-aws-modules/eks/aws", "module.a", tree)]);
        let keys = of_kind(&inventory, "node_pool").iter().map(|id| {
            let resource = inventory.resource(*id);
            let attribute = inventory.kinds.get(resource.kind).attribute("floor").unwrap();
            inventory.kinds.key(resource, attribute).unwrap()
        });
        assert_eq!(keys.collect::<Vec<_>>(), ["eks_managed_node_group_defaults.min_size", "min_size"]);
    }

    #[test]
    fn a_key_that_counts_under_a_condition_is_meant_where_that_holds() {
        let floor = |tree: Json| {
            let pools = json!({ "node_pools": [tree] });
            let module = native("module:terraform-google-modules/kubernetes-engine/google", "module.a", pools);
            let inventory = inventory(shipped(), vec![module]);
            let resource = inventory.resource(of_kind(&inventory, "node_pool")[0]);
            let attribute = inventory.kinds.get(resource.kind).attribute("floor").unwrap();
            inventory.kinds.key(resource, attribute).unwrap()
        };
        assert_eq!(floor(json!({"min_count": 2})), "min_count");
        assert_eq!(floor(json!({"autoscaling": false, "node_count": 2})), "node_count");
    }

    #[test]
    fn what_has_no_key_is_not_written() {
        // No kind's file says how a queued resource would ask for spot capacity.
        let tree = json!({"tpu": {"node_spec": {"node_id": "a"}}});
        assert_eq!(written("google_tpu_v2_queued_resource", tree, Arguments::Keys), [None, None]);
    }
}
