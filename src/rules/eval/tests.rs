//! What conditions come to, point by point, and properties that hold for all of them.

use crate::model::value::Value;
use crate::rules::testing::*;
use proptest::prelude::*;

fn all(fixture: &Fixture, expected: &[(&str, &str)]) {
    for (condition, verdict) in expected {
        assert_eq!(fixture.verdict(condition), *verdict, "{condition}");
    }
}

#[test]
fn absent_equals_nothing_and_orders_to_nothing() {
    all(
        &Fixture::new(&[("n", number(3))]),
        &[
            ("r.t == \"a\"", "false"),
            ("r.t != \"a\"", "true"),
            ("r.m < 1", "false"),
            ("!(r.m < 1)", "true"),
            ("r.m + 1 > 0", "false"),
            ("r.flag", "false"),
            ("!r.flag", "true"),
            ("has(r.n) && !has(r.m)", "true"),
            ("r.m == null && r.n != null", "true"),
            ("r.t in [\"a\"]", "false"),
            ("r.list.exists(x, x > 0) || r.list.all(x, x > 0)", "false"),
            ("r.n / (r.n - 3) > 0", "false"),
            ("r.tags.team == \"x\"", "false"),
        ],
    );
}

#[test]
fn unknown_neither_fires_nor_hides() {
    all(
        &Fixture::new(&[("n", unknown()), ("flag", unknown()), ("m", number(3))]),
        &[
            ("r.n == 1", "unknown"),
            ("r.n != 1", "unknown"),
            ("r.n > 1 || r.m == 3", "true"),
            ("r.n > 1 && r.m != 3", "false"),
            ("r.flag && r.m == 3", "unknown"),
            ("(r.flag ? r.m : 3) == 3", "true"),
            ("(r.flag ? r.m : 4) == 3", "unknown"),
            ("has(r.n)", "unknown"),
            ("r.n in [1, 2]", "unknown"),
            ("r.m in [r.n, 3]", "true"),
            ("r.m in [r.n, 4]", "unknown"),
            ("size([r.n, 1]) == 2", "true"),
            ("[1, 5].exists(x, x > r.n || x == 5)", "true"),
            ("[1, 5].filter(x, x > r.n).size() < 3", "unknown"),
            ("[1, 5].filter(x, x > r.n || x > 0).size() == 2", "true"),
            ("[1, 5].exists_one(x, x > 2)", "true"),
            ("r.t == \"a\" && r.n == 1", "false"),
        ],
    );
}

#[test]
fn open_collections_decide_only_by_what_is_known() {
    let tags = open_map([("team", text("ml"))]);
    all(
        &Fixture::new(&[("list", open_list([number(1), number(5)])), ("tags", tags)]),
        &[
            ("size(r.list) >= 2", "true"),
            ("size(r.list) > 2", "unknown"),
            ("size(r.list) < 2", "false"),
            ("size(r.list) == 1", "false"),
            ("size(r.list) == 2", "unknown"),
            ("2 <= size(r.list)", "true"),
            ("5 in r.list", "true"),
            ("6 in r.list", "unknown"),
            ("r.list.exists(x, x == 5)", "true"),
            ("r.list.all(x, x > 0)", "unknown"),
            ("r.list.all(x, x > 1)", "false"),
            ("r.list[0] == 1", "unknown"),
            ("r.tags.team == \"ml\"", "true"),
            ("r.tags.owner == \"ml\"", "unknown"),
            ("\"team\" in r.tags", "true"),
            ("\"owner\" in r.tags", "unknown"),
            ("r.tags.exists(k, r.tags[k] == \"ml\")", "true"),
        ],
    );
}

#[test]
fn alternatives_hold_if_all_hold() {
    let either = one_of([Some(text("on")), Some(text("off"))]);
    let machine = instance(one_of([Some(text("big")), Some(text("small"))]), 2);
    all(
        &Fixture::new(&[
            ("t", either.clone()),
            ("u", either),
            ("n", one_of([Some(number(1)), None])),
            ("instances", list([machine])),
        ]),
        &[
            ("r.t == \"on\"", "unknown"),
            ("r.t == \"on\" || r.t == \"off\"", "true"),
            ("r.t == \"x\"", "false"),
            ("r.t == r.u", "true"),
            ("has(r.n)", "unknown"),
            ("r.n < 2", "unknown"),
            ("!(r.n > 2)", "true"),
            ("accelerated(r)", "true"),
            ("hourly(r) >= 8", "true"),
            ("hourly(r) >= 9", "unknown"),
        ],
    );
    assert_eq!(Fixture::new(&[("n", one_of([Some(number(1)), None]))]).values("r.n"), ["1", "absent"]);
}

#[test]
fn too_many_alternatives_are_unknown() {
    let eight = || one_of((0..8).map(|n| Some(number(n))));
    let fixture = Fixture::new(&[("n", eight()), ("m", eight()), ("max_run", eight())]);
    assert_eq!(fixture.verdict("r.n + r.m >= 0"), "true");
    assert_eq!(fixture.verdict("r.n + r.m + r.max_run >= 0"), "unknown");
}

#[test]
fn a_function_that_says_the_same_of_all_alternatives_multiplies_nothing() {
    let eight = || one_of((0..8).map(|n| Some(number(n))));
    let machine = instance(one_of([Some(text("big")), Some(text("small"))]), 2);
    let fixture = Fixture::new(&[("n", eight()), ("m", eight()), ("instances", list([machine]))]);
    assert_eq!(fixture.verdict("accelerated(r) && r.n + r.m >= 0"), "true");
    assert_eq!(fixture.verdict("hourly(r) > 0 && r.n + r.m >= 0"), "unknown");
}

#[test]
fn texts_known_in_part_are_refuted_by_what_is_known() {
    all(
        &Fixture::new(&[("t", partly("s3://", "/models")), ("u", partly("img-", ""))]),
        &[
            ("r.t == \"gs://x/models\"", "false"),
            ("r.t == \"s3://x/models\"", "unknown"),
            ("r.t != \"gs://x\"", "true"),
            ("r.t.startsWith(\"s3://\") && r.t.endsWith(\"models\")", "true"),
            ("r.t.contains(\"models\") && !r.t.startsWith(\"gs\")", "true"),
            ("r.t.matches(\"^s3\")", "unknown"),
            ("(r.u + \"x\").endsWith(\"x\")", "true"),
            ("has(r.t)", "true"),
            ("size(r.t) > 5", "true"),
            ("r.t in [\"gs://a\", \"b\"]", "false"),
        ],
    );
}

#[test]
fn numbers_are_one_exact_type() {
    all(
        &Fixture::new(&[
            ("n", number(3)),
            ("m", Value::number(crate::model::number::Number::parse("0.3").unwrap())),
            ("t", text("7")),
        ]),
        &[
            ("r.n == 3.0 && 0.1 + 0.2 == r.m", "true"),
            ("number(r.t) == 7", "true"),
            ("7 % 4 == r.n && -r.n == -3", "true"),
            ("int(\"2.9\") == 2", "true"),
        ],
    );
    assert_eq!(Fixture::new(&[("n", text("abc"))]).verdict("r.n > 1"), "unknown", "not the rule's mistake");
}

#[test]
fn broken_is_never_absorbed() {
    let broken = "[1, \"a\"].exists(x, x > 0 || true)";
    assert_eq!(Fixture::new(&[]).verdict(broken), "broken");
    assert_eq!(Fixture::new(&[]).verdict(&format!("true || {broken}")), "broken");
}

#[test]
fn long_chains_evaluate_and_much_work_is_bounded() {
    let chain = vec!["1"; 60].join(" + ");
    assert_eq!(Fixture::new(&[]).verdict(&format!("{chain} == 60")), "true");
    let long = Fixture::new(&[("list", list((0..200).map(number)))]);
    assert_eq!(long.verdict("r.list.all(a, r.list.all(b, r.list.all(c, a + b + c >= 0)))"), "unknown");
    assert_eq!(long.verdict("r.list.all(a, r.list.all(b, a + b >= 0))"), "true");
}

#[test]
fn links_lead_to_partners_and_their_edges() {
    let fixture = Fixture::with_queues(&[], &[text("on"), unknown()]);
    all(
        &fixture,
        &[
            ("r.queues.exists(q, q.state == \"on\" && q.order == 1)", "true"),
            ("r.queues.all(q, q.state == \"on\")", "unknown"),
            ("size(r.queues) == 2 && r.queues[1].order == 2", "true"),
            ("r.owner.state == \"on\"", "true"),
        ],
    );
    let mut undecided = Fixture::new(&[]);
    undecided.partners =
        std::sync::Arc::new(crate::model::resource::Partners { resources: Vec::new(), open: Some(why()) });
    all(&undecided, &[("size(r.queues) == 0", "unknown"), ("r.owner == null", "unknown")]);
    assert_eq!(Fixture::new(&[]).verdict("r.owner == null"), "true");
}

#[test]
fn decisive_attributes_are_those_that_carry_the_verdict() {
    let fixture = Fixture::new(&[("t", text("a")), ("n", number(1)), ("m", number(5)), ("flag", unknown())]);
    let condition =
        checked("(r.n == 1 || r.m == 5) && r.t == \"a\" && !(r.flag && r.n > 3)", &crate::model::kinds::Type::Bool);
    let decisive = fixture.with(|evaluator| {
        let condition = condition.unwrap();
        assert!(matches!(evaluator.verdict(&condition), Ok(Ok(true))));
        evaluator.decisive(&condition)
    });
    let texts: Vec<_> = decisive.iter().filter_map(|attr| attr.value.scalar_text()).collect();
    assert_eq!(
        texts.iter().map(|text| &**text).collect::<Vec<_>>(),
        ["1", "a"],
        "either of n and m would do, but flag needs n"
    );
}

#[test]
fn money_needs_types_and_prices() {
    let job = |machine: Value| Fixture::new(&[("instances", list([instance(machine, 2)])), ("max_run", number(7200))]);
    all(
        &job(text("big")),
        &[
            ("hourly(r) == 65 && monthly(r) == 47450 && worst_case(r) == 130", "true"),
            ("hourly(r) - hourly_spot(r) == 40.5 && accelerators(r) == 8", "true"),
            ("accelerator(r) == \"V100\" && replaced(r) && !has_nvme(r)", "true"),
            ("cheaper_equal(r).type == \"small\" && cheaper_equal(r).hourly < hourly(r)", "true"),
            ("smaller_host(r) == null", "true"),
        ],
    );
    all(
        &job(text("new")),
        &[("has_price(r)", "false"), ("hourly(r) > 0", "false"), ("accelerated(r)", "true"), ("!has_price(r)", "true")],
    );
    all(&job(text("who")), &[("accelerated(r)", "unknown"), ("has_price(r)", "false")]);
    all(&job(unknown()), &[("has_price(r)", "unknown"), ("accelerated(r)", "unknown"), ("hourly(r) > 1", "unknown")]);
    let attached =
        map([("type", text("cpu")), ("accelerator", text("nvidia-tesla-t4")), ("accelerator_count", number(2))]);
    let fixture = Fixture::new(&[("instances", list([attached, instance(text("cpu"), 1)]))]);
    all(&fixture, &[("accelerated(r) && accelerators(r) == 2 && hourly(r) == 1.7", "true")]);
    let eu = Fixture::new(&[("instances", list([instance(text("big"), 1)])), ("region", text("eu"))]);
    assert_eq!(eu.verdict("hourly(r) == 20 && r.region == \"eu\""), "true");
}

#[test]
fn words_name_environments_and_purposes() {
    let job = |name: Value, tags: Value| Fixture::new(&[("name", name), ("tags", tags)]);
    let tagged = |value: &str| map([("Environment", text(value))]);
    let dev = job(text("prod-mirror"), tagged("dev"));
    assert_eq!(dev.values("environment(r)"), ["development"], "tags outweigh names");
    assert_eq!(dev.values("environment_confidence(r)"), ["high"]);
    assert_eq!(dev.values("environment_signal(r)"), ["tag Environment"]);
    assert_eq!(job(text("bert-staging"), map([])).values("environment_confidence(r)"), ["low"]);
    assert_eq!(job(text("products"), map([])).values("environment(r)"), ["absent"]);
    assert_eq!(job(text("x"), map([("a", text("dev")), ("b", text("prod"))])).values("environment(r)"), ["production"]);
    assert_eq!(job(text("dev"), open_map([])).values("environment(r)"), ["unknown"]);
    assert_eq!(job(partly("dev-", "-x"), map([])).values("environment(r)"), ["unknown"], "the hole may say prod");
    assert_eq!(job(partly("prod-", ""), map([])).values("environment(r)"), ["production"]);
    all(
        &job(text("team-training-datasets"), map([])),
        &[
            ("ml_related(r) && !serving(r)", "true"),
            ("has_word(r.name, [\"team\"])", "true"),
            ("has_word(r.tags, [\"team\"])", "false"),
            ("called(r, [\"dataset\"]) && !called(r, [\"data\"])", "true"),
        ],
    );
    all(&job(partly("tests-", "-x"), map([])), &[("called(r, [\"test\"])", "true"), ("called(r, [\"x\"])", "true")]);
    all(&job(text("model-models"), map([])), &[("ml_related(r)", "false")]);
    all(&job(text("training-models-logs"), map([])), &[("ml_related(r)", "false")]);
    all(
        &job(unknown(), map([])),
        &[("ml_related(r)", "unknown"), ("serving(r)", "unknown"), ("dev_box(r)", "unknown")],
    );
    let owned = |name: Value| job(name, map([("env", text("dev")), ("Owner", unknown()), ("b", unknown())]));
    assert_eq!(owned(text("x")).values("environment(r)"), ["development"], "the tag about it decides");
    assert_eq!(job(text("x"), map([("Owner", text("prod"))])).values("environment(r)"), ["absent"]);
    all(&job(partly("gpu-training-", ""), map([])), &[("serving(r)", "false")]);
    all(&job(partly("gpu-training-", "-api-x"), map([])), &[("serving(r)", "true")]);
    all(&owned(text("gpu-training")), &[("serving(r)", "false")]);
    all(&owned(unknown()), &[("serving(r)", "unknown")]);
    all(&job(text("x"), map([("Team", unknown())])), &[("serving(r)", "false")]);
    let image = |name: Value, answer: &str| all(&job(name, map([])), &[("checkpoints_itself(r.name)", answer)]);
    image(partly("built-in.ecr.", ".com/kmeans:1"), "true");
    image(partly("built-in.ecr.com/", ":1"), "unknown");
    image(partly("", ".ecr.com/kmeans:1"), "unknown");
    all(&job(text("my-jupyter"), map([])), &[("dev_box(r)", "true")]);
    assert_eq!(dev.values("region_of(\"s3://sagemaker-us-east-1-1\")"), ["us-east-1"]);
    assert_eq!(dev.values("registry_region(\"1.dkr.ecr.eu.amazonaws.com/us:1\")"), ["eu"]);
}

/// Conditions over every attribute, some true, some false, for any values.
fn condition() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        Just("r.n".to_owned()),
        Just("r.m".to_owned()),
        Just("size(r.list)".to_owned()),
        Just("r.list[0]".to_owned()),
        (0..4i64).prop_map(|n| n.to_string()),
    ];
    let number = number.prop_recursive(2, 6, 2, |inner| {
        (inner.clone(), "[-+*/%]", inner).prop_map(|(a, op, b)| format!("({a} {op} {b})"))
    });
    let leaf = prop_oneof![
        (
            number.clone(),
            prop_oneof![Just("<"), Just("<="), Just(">"), Just(">="), Just("=="), Just("!=")],
            number.clone()
        )
            .prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (0..3usize).prop_map(|n| format!("r.t == \"{}\"", ["a", "ab", "b"][n])),
        Just("r.t.startsWith(\"a\")".to_owned()),
        Just("r.t.contains(\"b\")".to_owned()),
        Just("r.t != r.u".to_owned()),
        Just("r.u in [\"a\", \"b\", r.t]".to_owned()),
        Just("r.flag".to_owned()),
        Just("has(r.n)".to_owned()),
        Just("r.u == null".to_owned()),
        number.clone().prop_map(|n| format!("{n} in r.list")),
        number.clone().prop_map(|n| format!("r.list.exists(x, x > {n})")),
        number.clone().prop_map(|n| format!("r.list.all(x, x > {n})")),
        number.clone().prop_map(|n| format!("r.list.exists_one(x, x == {n})")),
        (number.clone(), number).prop_map(|(a, b)| format!("r.list.filter(x, x > {a}).map(x, x + 1).size() >= {b}")),
        Just("r.list.map(x, x * 2) == [2, 4]".to_owned()),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
        ]
    })
}

const NAMES: [&str; 6] = ["n", "m", "t", "u", "flag", "list"];

/// A value for each attribute; `None` is absent.
fn values() -> impl Strategy<Value = Vec<Option<Value>>> {
    let number_ = || prop::option::weighted(0.8, (0..4i64).prop_map(number));
    let text_ = || prop::option::weighted(0.8, prop_oneof![Just("a"), Just("ab"), Just("b")].prop_map(text));
    let flag = prop::option::weighted(0.8, any::<bool>().prop_map(Value::Bool));
    let numbers = prop::option::weighted(0.8, prop::collection::vec((0..4i64).prop_map(number), 0..3).prop_map(list));
    (number_(), number_(), text_(), text_(), flag, numbers)
        .prop_map(|(n, m, t, u, flag, list)| vec![n, m, t, u, flag, list])
}

fn fixture(values: &[Option<Value>]) -> Fixture {
    let given: Vec<(&str, Value)> =
        NAMES.iter().zip(values).filter_map(|(name, value)| Some((*name, value.clone()?))).collect();
    Fixture::new(&given)
}

/// Ways of knowing less about a value that is really `value`.
fn blurred(value: &Option<Value>, how: usize) -> Value {
    match (how % 4, value) {
        (1, Some(Value::String(text))) => {
            let at = text.len() / 2;
            partly(&text[..at], &text[at..])
        }
        (1, Some(Value::List(list))) => open_list(list.items.iter().take(1).map(|item| item.value.clone())),
        (2, _) => one_of([value.clone(), Some(unknown())]),
        (3, Some(Value::String(_)) | None) => one_of([value.clone(), Some(text("zz"))]),
        _ => unknown(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn knowing_less_never_turns_a_verdict(condition in condition(), values in values(), which in 0..NAMES.len(), how in 0..4usize) {
        let before = fixture(&values).verdict(&condition);
        let mut less = values.clone();
        less[which] = Some(blurred(&values[which], how));
        let after = fixture(&less).verdict(&condition);
        prop_assert!(after == before || after == "unknown", "{before} became {after}");
    }

    #[test]
    fn all_known_is_never_unknown(condition in condition(), values in values()) {
        prop_assert!(matches!(fixture(&values).verdict(&condition), "true" | "false"));
    }

    #[test]
    fn known_truths_combine_as_in_two_valued_logic(a in condition(), b in condition(), values in values()) {
        let fixture = fixture(&values);
        let holds = |condition: &str| fixture.verdict(condition) == "true";
        prop_assert_eq!(holds(&format!("({a}) && ({b})")), holds(&a) && holds(&b));
        prop_assert_eq!(holds(&format!("({a}) || ({b})")), holds(&a) || holds(&b));
        prop_assert_eq!(holds(&format!("!({a})")), !holds(&a));
    }
}
