//! Rules from file to judgement.

use super::*;
use crate::builtin;
use crate::files::Nothing;
use crate::finding::{Confidence, Severity};
use crate::input::terraform::Terraform;
use crate::input::{Claim, ClaimedFile, Context, Frontend, Options};
use crate::report::money::Currency;
use crate::rules::functions::listed::Listed;
use crate::rules::settings::Hours;
use crate::rules::testing::{Fixture, JOB, instance, kinds, list, one_of, text, unknown};
use crate::rules::words::Words;
use std::collections::HashMap;

const RULE: &str = r#"name: job-without-spot
severity:
  - {when: hourly(r) > 30, is: error}
  - {is: warning}
confidence: high
since: 0.1.0
kinds: [job]
params: {min_hourly_usd: 1.0}
when: |
  r.spot == "off" &&
    (!has_price(r) || hourly(r) >= params.min_hourly_usd)
message: "{r.instances} trains on demand{ for {hourly(r)} an hour?}"
label: r.spot
saving: {per_hour: hourly(r) - hourly_spot(r)}
why: Spot is cheaper.
fix: |
  Turn it on.

  ```hcl
  spot { on = true }
  ```
"#;

fn load(text: &str) -> (SourceMap, RuleSet, Vec<RuleError>) {
    let sources = SourceMap::new();
    let files = [(Str::from("rules/spot/job-without-spot.yaml"), Arc::from(text))];
    let (set, errors) = RuleSet::load(&sources, &kinds(), files);
    (sources, set, errors)
}

fn judge(set: &RuleSet, fixture: &Fixture) -> Judgement {
    set.judge(RuleId(0), &fixture.inventory, JOB, &fixture.settings)
}

fn job(spot: &str, machine: &str) -> Fixture {
    Fixture::new(&[("spot", text(spot)), ("instances", list([instance(text(machine), 2)]))])
}

#[test]
fn a_name_that_says_nothing_to_the_contrary_has_not_decided() {
    let decided = |when: &str| {
        let (_, set, errors) = load(&RULE.replace("r.spot == \"off\" &&", when));
        assert!(errors.is_empty(), "{errors:?}");
        let named = [("name", text("train-x")), ("spot", text("off")), ("instances", list([instance(text("big"), 2)]))];
        let Judgement::Fire(fired) = judge(&set, &Fixture::new(&named)) else { panic!("fires") };
        fired.decisive.iter().filter(|attr| attr.value.as_str() == Some("train-x")).count()
    };
    assert_eq!(decided("r.spot == \"off\" && !serving(r) &&"), 0);
    assert_eq!(decided("has_word(r.name, [\"train\"]) &&"), 1);
}

#[test]
fn a_rule_fires_with_everything_a_finding_says() {
    let (_, set, errors) = load(RULE);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(set.by_kind, [vec![RuleId(0)], vec![]]);
    assert_eq!((set.find("job-without-spot"), set.find("x"), &*set.rules[0].lever), (Some(RuleId(0)), None, "spot"));
    let Judgement::Fire(fired) = judge(&set, &job("off", "big")) else { panic!("fires") };
    assert_eq!((fired.severity, fired.confidence), (Severity::Error, Confidence::High));
    assert_eq!(fired.message, "2 × big trains on demand for $65 an hour");
    assert_eq!(fired.help, "Turn it on.");
    assert_eq!(fired.label.as_ref().and_then(|label| label.value.as_str()), Some("off"));
    assert_eq!(fired.decisive.len(), 2, "spot and instances; the region is not known anyway");
    let saving = fired.saving.as_ref().unwrap();
    assert_eq!((saving.usd_per_hour, saving.low, saving.high), (Some(40.5), Some(35.0), Some(45.0)));
    assert_eq!((saving.multiplier, saving.as_of.as_str()), (1, "2025-06-01"));
    assert_eq!(saving.basis, "big $32.50 an hour in us, region not stated; big on spot typically $12.25 an hour");
}

#[test]
fn a_saving_names_the_parameters_it_is_calculated_with() {
    let rule = RULE.replace("hourly(r) - hourly_spot(r)", "hourly(r) * params.min_hourly_usd");
    let (_, set, errors) = load(&rule);
    assert!(errors.is_empty(), "{errors:?}");
    let Judgement::Fire(fired) = judge(&set, &job("off", "big")) else { panic!("fires") };
    assert_eq!(fired.saving.unwrap().basis, "big $32.50 an hour in us, region not stated; min_hourly_usd = 1");
}

#[test]
fn it_passes_stays_unknown_and_fires_without_a_price() {
    let (_, set, _) = load(RULE);
    assert!(matches!(judge(&set, &job("on", "big")), Judgement::Pass));
    assert!(matches!(judge(&set, &job("off", "cpu")), Judgement::Fire(fired) if fired.severity == Severity::Warning));
    let Judgement::Fire(fired) = judge(&set, &job("off", "new")) else { panic!("fires") };
    assert_eq!((fired.message.as_str(), fired.saving), ("2 × new trains on demand", None));
    let undecided = Fixture::new(&[("spot", unknown()), ("instances", list([instance(text("big"), 1)]))]);
    assert!(matches!(judge(&set, &undecided), Judgement::Unknown(why) if &*why.what == "var.x"));
    let either = one_of([Some(text("big")), Some(text("small"))]);
    let Judgement::Fire(fired) =
        judge(&set, &Fixture::new(&[("spot", text("off")), ("instances", list([instance(either, 1)]))]))
    else {
        panic!("fires")
    };
    assert_eq!(fired.message, "big or small trains on demand for $32.50 or $4 an hour");
    assert_eq!(fired.saving, None, "no spot price for one of them");
}

#[test]
fn parameters_are_set_with_their_types() {
    let (_, mut set, _) = load(RULE);
    set.set_param("job-without-spot", "min_hourly_usd", &Param::Number(100.0)).unwrap();
    assert!(matches!(judge(&set, &job("off", "big")), Judgement::Pass));
    let mut wrong = |rule: &str, name: &str, value| set.set_param(rule, name, &value).unwrap_err();
    assert!(wrong("job-without-spo", "x", Param::Bool(true)).contains("did you mean `job-without-spot`?"));
    assert!(wrong("job-without-spot", "min_hourly", Param::Bool(true)).contains("`min_hourly_usd`"));
    assert!(wrong("job-without-spot", "min_hourly_usd", Param::Bool(true)).contains("a number"));
}

/// Replaces a text of the rule and returns what is marked, the message and the help.
fn mistake(from: &str, to: &str) -> (String, String, String) {
    assert!(RULE.contains(from), "{from}");
    let (sources, set, mut errors) = load(&RULE.replace(from, to));
    errors.extend(set.check_all(&kinds()));
    let error = errors.first().unwrap_or_else(|| panic!("no mistake in {to}"));
    (sources.text(error.span), error.message.clone(), error.help.clone())
}

#[test]
fn mistakes_point_at_the_sub_expression() {
    for (from, to, at, part) in [
        ("r.spot ==", "r.sopt ==", "sopt", "did you mean `spot`?"),
        ("\"off\" &&", "\"of\" &&", "\"of\"", "one of on, off, mixed"),
        ("!has_price(r)", "!has_prize(r)", "has_prize(r)", "did you mean `has_price`?"),
        ("!has_price(r)", "!has_price(r, 1)", "has_price(r, 1)", "has_price(r)"),
        ("!has_price(r)", "!has_price(r.n)", "r.n", "has_price(r)"),
        ("hourly(r) >= params.min_hourly_usd", "hourly(r) >= params.min_usd", "min_usd", "min_hourly_usd"),
        ("hourly(r) >= params", "r.t >= params", "r.t", ""),
        ("!has_price(r)", "!r.queues.exists(q, q.stat == \"x\")", "stat", "did you mean `state`?"),
        ("!has_price(r)", "has_price(r.owner)", "r.owner", ""),
        ("!has_price(r)", "r.n", "r.n", ""),
        ("!has_price(r)", "r.tags == r.tags", "r.tags", ""),
        ("!has_price(r)", "r.n == \"1\"", "r.n == \"1\"", ""),
        ("!has_price(r)", "r.list.n == 1", "n", ".exists(x, …)"),
        ("!has_price(r)", "r.t.matches(\"(\")", "\"(\"", ""),
        ("(!has_price(r)", "(= has_price(r)", "=", ""),
        ("{when: hourly(r) > 30", "{when: hourly(q) > 30", "q", ""),
        ("{hourly(r)} an hour", "{hourli(r)} an hour", "hourli(r)", "hourly"),
        ("hourly(r) - hourly_spot(r)", "r.t", "r.t", ""),
        ("label: r.spot", "label: r.sport", "sport", "did you mean `spot`?"),
        ("kinds: [job]", "kinds: [jobb]", "jobb", "did you mean `job`?"),
        ("kinds: [job]", "kinds: [job, queue]", "spot", ""),
    ] {
        let (marked, message, help) = mistake(from, to);
        assert_eq!(marked, at, "{to}: {message}");
        assert!(help.contains(part), "{to}: {message}: {help}");
        assert!(!message.is_empty());
    }
}

#[test]
fn a_broken_rule_says_where_and_names_are_unique() {
    let (sources, set, _) = load(&RULE.replace("!has_price(r)", "[1, \"a\"].exists(x, x > 0)"));
    let Judgement::Broken(error) = judge(&set, &job("off", "big")) else { panic!("broken") };
    assert_eq!(sources.text(error.span), "x > 0");
    let file = || (Str::from("a/job-without-spot.yaml"), Arc::from(RULE));
    let (set, errors) = RuleSet::load(&SourceMap::new(), &kinds(), [file(), file()]);
    assert_eq!((set.rules.len(), errors.len()), (1, 1));
}

#[test]
fn built_in_kinds_and_prices_carry_a_rule_from_code_to_finding() {
    let code = r#"
        variable "spot" {
          default = false
        }
        provider "aws" {
          region = "us-east-1"
        }
        resource "aws_sagemaker_training_job" "bert" {
          training_job_name            = "bert"
          enable_managed_spot_training = var.spot
          resource_config {
            instance_type  = "ml.p3.16xlarge"
            instance_count = 2
          }
          stopping_condition {
            max_runtime_in_seconds = 7200
          }
        }
    "#;
    let rule = RULE
        .replace("kinds: [job]", "kinds: [training_job]")
        .replace("saving: {", "saving: {worst_case: worst_case(r), ")
        .replace("on demand{", "on {accelerator(r)} on demand{");
    let sources = SourceMap::new();
    let kinds = Arc::new(KindSet::load(&sources, builtin::kinds().iter().copied()).unwrap_or_else(|e| panic!("{e:?}")));
    let files = [(Str::from("rules/spot/job-without-spot.yaml"), Arc::from(rule))];
    let (set, errors) = RuleSet::load(&sources, &kinds, files);
    assert!(errors.is_empty() && set.check_all(&kinds).is_empty(), "{errors:?} {:?}", set.check_all(&kinds));
    let context = Context {
        files: &Nothing,
        sources: &sources,
        wanted: &kinds.native_types(),
        options: &Options::default(),
        unread: &[],
    };
    let file = ClaimedFile { path: "main.tf".into(), source: sources.add("main.tf", code), claim: Claim::Surely };
    let groups = Terraform.read(&context, &[file]).groups;
    let inventory = Inventory::build(Arc::clone(&kinds), groups);
    let id = *inventory.of_kind(kinds.id("training_job").unwrap()).first().unwrap();
    let words = Arc::new(Words::built_in().unwrap());
    let settings = Settings {
        catalogue: Arc::new(Listed::default()),
        words,
        hours: Hours::default(),
        currency: Currency::default(),
        usage: HashMap::new(),
        scripts: HashMap::new(),
    };
    let Judgement::Fire(fired) = set.judge(RuleId(0), &inventory, id, &settings) else { panic!("fires") };
    assert!(fired.message.starts_with("2 × ml.p3.16xlarge trains on V100 on demand for $"), "{}", fired.message);
    assert_eq!(sources.text(fired.label.as_ref().unwrap().at), "var.spot");
    let decided: Vec<String> = fired.decisive.iter().map(|attr| sources.text(attr.decided_at())).collect();
    assert_eq!(decided.first().map(String::as_str), Some("false"), "{decided:?}");
    let saving = fired.saving.unwrap();
    assert!(saving.usd_worst_case.unwrap() > 4.0 * 20.0, "{saving:?}");
    assert!(saving.basis.contains("ml.p3.16xlarge") && saving.basis.contains("us-east-1"), "{}", saving.basis);
}
