//! A small world for the tests of rules: one kind with everything in it, a few machines, literal values.

use super::check::Checker;
use super::checked::Expr;
use super::eval::outcome::{Datum, Outcome};
use super::eval::{Evaluator, World};
use super::expr;
use super::functions::catalogue::{Catalogue, Machine, Offer, Price, Spot};
use super::settings::{Hours, Settings};
use super::words::Words;
use crate::catalog::{Holding, Load, Weights};
use crate::model::kinds::{Attribute, Kind, KindId, KindSet, Link, LinkId, Type};
use crate::model::native::{Arguments, Exists, Group, Native};
use crate::model::number::Number;
use crate::model::resource::{Inventory, Partner, Partners, Resource, ResourceId};
use crate::model::value::{Attr, List, Map, Piece, Value, Why, WhyCode};
use crate::report::money::Currency;
use crate::source::{SourceMap, Span};
use std::collections::HashMap;
use std::sync::Arc;

pub fn at() -> Span {
    Span::new(SourceMap::new().add("x.tf", "x"), 0..1)
}

pub fn why() -> Why {
    Why::new(WhyCode::VariableWithoutDefault, "var.x", at())
}

pub fn unknown() -> Value {
    Value::unknown(why())
}

pub fn attr(value: Value) -> Attr {
    Attr::new(value, at())
}

pub fn number(n: i64) -> Value {
    Value::number(Number::from(n))
}

pub fn text(text: &str) -> Value {
    Value::string(text)
}

/// `"a${}b"`: a hole between known pieces.
pub fn partly(before: &str, after: &str) -> Value {
    let hole = crate::model::value::Unknown { why: why(), may_be_absent: false, refers_to: None };
    Value::from_pieces([Piece::Known(before.into()), Piece::Hole(hole), Piece::Known(after.into())])
}

pub fn one_of(alternatives: impl IntoIterator<Item = Option<Value>>) -> Value {
    Value::one_of(alternatives.into_iter().map(|value| value.map(attr)), why())
}

pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::list(items.into_iter().map(attr))
}

pub fn open_list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(List { items: items.into_iter().map(attr).collect(), open: Some(why()), ..List::default() })
}

pub fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::map(entries.into_iter().map(|(key, value)| (key.into(), attr(value))))
}

pub fn open_map<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (key.into(), attr(value))).collect();
    Value::Map(Map { entries, open: Some(why()), ..Map::default() })
}

pub fn instance(machine: Value, count: i64) -> Value {
    map([("type", machine), ("count", number(count))])
}

pub fn kinds() -> KindSet {
    let attribute = |name: &str, ty: Type| Attribute { name: name.into(), ty, doc: "".into() };
    let instance = Type::Record(
        "instance".into(),
        vec![
            ("type".into(), Type::String),
            ("count".into(), Type::Number),
            ("accelerator".into(), Type::String),
            ("accelerator_count".into(), Type::Number),
        ],
    );
    let numbers = Type::List(Box::new(Type::Number));
    let words = ["on", "off", "mixed"].map(Into::into).to_vec();
    let job = Kind {
        name: "job".into(),
        doc: "".into(),
        attributes: vec![
            attribute("n", Type::Number),
            attribute("m", Type::Number),
            attribute("t", Type::String),
            attribute("u", Type::String),
            attribute("flag", Type::Bool),
            attribute("spot", Type::Enum(words)),
            attribute("list", numbers),
            attribute("tags", Type::Map(Box::new(Type::String))),
            attribute("instances", Type::List(Box::new(instance))),
            attribute("name", Type::String),
            attribute("max_run", Type::Number),
        ],
        links: vec![
            Link { name: "queues".into(), to: KindId(1), many: true, edge: vec![("order".into(), Type::Number)] },
            Link { name: "owner".into(), to: KindId(1), many: false, edge: Vec::new() },
        ],
        costs: Vec::new(),
    };
    let attributes = vec![attribute("state", Type::String), attribute("n", Type::Number)];
    let queue = Kind { name: "queue".into(), doc: "".into(), attributes, links: Vec::new(), costs: Vec::new() };
    KindSet { kinds: vec![job, queue], ..KindSet::default() }
}

/// A job with these attributes, and queues in these states.
pub struct Fixture {
    pub inventory: Inventory,
    pub settings: Settings,
    pub partners: Arc<Partners>,
    pub params: Vec<Datum>,
}

pub const JOB: ResourceId = ResourceId(0);

impl Fixture {
    pub fn new(attributes: &[(&str, Value)]) -> Fixture {
        Fixture::with_queues(attributes, &[])
    }

    pub fn with_queues(attributes: &[(&str, Value)], states: &[Value]) -> Fixture {
        let kinds = Arc::new(kinds());
        let mut resources = vec![resource(&kinds, 0, attributes)];
        resources.extend(states.iter().map(|state| resource(&kinds, 1, &[("state", state.clone())])));
        let group = Group { signals: Vec::new(), ..Group::of_file(&"g".into(), "", Vec::new()) };
        let partner =
            |at: usize| Partner { resource: ResourceId(at as u32), edge: vec![Some(attr(number(at as i64)))].into() };
        let partners = Partners { resources: (1..=states.len()).map(partner).collect(), open: None };
        let words = Arc::new(Words::built_in().unwrap());
        Fixture {
            inventory: Inventory::new(kinds, vec![group], resources),
            settings: Settings {
                catalogue: Arc::new(Prices),
                words,
                hours: Hours::default(),
                currency: Currency::default(),
                usage: HashMap::default(),
                scripts: HashMap::new(),
            },
            partners: Arc::new(partners),
            params: vec![Datum::Number(Number::from(1))],
        }
    }

    pub fn with<T>(&self, look: impl FnOnce(&Evaluator<'_>) -> T) -> T {
        let partners = |_: ResourceId, _: LinkId| Arc::clone(&self.partners);
        let world = World { inventory: &self.inventory, settings: &self.settings, partners: &partners };
        look(&Evaluator::new(&world, JOB, &self.params))
    }

    /// `true`, `false`, `unknown` or `broken`.
    pub fn verdict(&self, condition: &str) -> &'static str {
        let condition = checked(condition, &Type::Bool).unwrap_or_else(|mistake| panic!("{condition}: {mistake:?}"));
        self.with(|evaluator| match evaluator.verdict(&condition) {
            Ok(Ok(true)) => "true",
            Ok(Ok(false)) => "false",
            Ok(Err(_)) => "unknown",
            Err(_) => "broken",
        })
    }

    /// Every distinct number or text an expression comes to.
    pub fn values(&self, expression: &str) -> Vec<String> {
        let expr = checked(expression, &Type::Any).unwrap_or_else(|mistake| panic!("{expression}: {mistake:?}"));
        let mut found = Vec::new();
        self.with(|evaluator| {
            evaluator.outcomes(&expr, |outcome| {
                found.push(match outcome {
                    Outcome::Known(Datum::Number(number)) => number.to_string(),
                    Outcome::Known(Datum::String(text)) => text.to_string(),
                    Outcome::Known(other) => format!("{other:?}"),
                    Outcome::Absent => "absent".into(),
                    Outcome::Unknown(_) => "unknown".into(),
                    Outcome::Broken(mistake) => mistake.message,
                });
                Ok(())
            })
        })
        .unwrap();
        found
    }
}

pub fn checked(text: &str, wanted: &Type) -> Result<Expr, expr::Mistake> {
    let kinds = kinds();
    let params = [("min_hourly_usd".into(), Type::Number)];
    Checker { kinds: &kinds, judged: &[KindId(0)], params: &params }.check(&expr::parse(text)?, wanted)
}

fn resource(kinds: &KindSet, kind: u16, attributes: &[(&str, Value)]) -> Resource {
    let declared = kinds.get(KindId(kind));
    let value = |name: &str| attributes.iter().find(|(given, _)| *given == name).map(|(_, value)| attr(value.clone()));
    let native = Native {
        native_type: "x_job".into(),
        scope: "g".into(),
        address: "x_job.a".into(),
        instance: None,
        head: at(),
        body: at(),
        tree: attr(map([])),
        provider: "x".into(),
        region: value("region").unwrap_or_else(|| attr(unknown())),
        default_tags: None,
        calls: Arc::from([]),
        exists: Exists::Yes,
        count: attr(number(1)),
        arguments: Arguments::Keys,
    };
    Resource {
        kind: KindId(kind),
        group: 0,
        native: Arc::new(native),
        head: at(),
        body: at(),
        index: 0,
        attributes: declared.attributes.iter().map(|attribute| value(&attribute.name).map(Box::new)).collect(),
    }
}

/// `big` has 8 accelerators at 32.5 USD (12.25 on spot, 20 in `eu`), `small` one at 4, `cpu` none at 0.5; `new` is
/// known without a price.
pub struct Prices;

impl Catalogue for Prices {
    fn machine(&self, name: &str) -> Option<Machine> {
        let (accelerator, accelerator_count) = match name {
            "big" => (Some("V100".to_owned()), 8.0),
            "small" | "new" => (Some("T4".to_owned()), 1.0),
            "cpu" => (None, 0.0),
            _ => return None,
        };
        Some(Machine { accelerator, accelerator_count, vcpus: None, nvme: name == "new" })
    }

    fn family(&self, name: &str) -> Option<Option<String>> {
        (name == "big.*").then(|| Some("V100".to_owned()))
    }

    fn on_demand(&self, name: &str, region: Option<&str>) -> Option<Price> {
        let usd = match (name, region) {
            ("big", Some("eu")) => 20.0,
            ("big", _) => 32.5,
            ("small", _) => 4.0,
            ("cpu", _) => 0.5,
            _ => return None,
        };
        Some(Price { usd, region: region.unwrap_or("us").into(), estimated: false, as_of: "2026-01-01".into() })
    }

    fn spot(&self, name: &str, _region: Option<&str>) -> Option<Spot> {
        (name == "big").then(|| Spot {
            usd: 12.25,
            low: 10.0,
            high: 15.0,
            estimated: false,
            as_of: "2025-06-01".into(),
        })
    }

    fn storage(&self, class: &str, _region: Option<&str>) -> Option<Price> {
        let price = Price { usd: 0.1, region: "us".into(), estimated: false, as_of: "2026-01-01".into() };
        (class == "ssd").then_some(price)
    }

    fn fee(&self, _: &str, _: Option<&str>) -> Option<Price> {
        None
    }

    fn in_a_block(&self, name: &str) -> Option<(f64, String)> {
        (name == "big").then(|| (10.0, "2026-01-01".to_owned()))
    }

    fn accelerator_name(&self, alias: &str) -> Option<String> {
        (alias == "nvidia-tesla-t4").then(|| "T4".to_owned())
    }

    fn attached(&self, accelerator: &str, _region: Option<&str>) -> Option<Price> {
        let price = Price { usd: 0.35, region: "us".into(), estimated: false, as_of: "2026-01-01".into() };
        (accelerator == "nvidia-tesla-t4").then_some(price)
    }

    fn attached_spot(&self, _accelerator: &str, _region: Option<&str>) -> Option<Spot> {
        None
    }

    fn cheaper_attached(&self, _: (&str, u32), machine: &str, _: Option<&str>, _: bool) -> Option<Offer> {
        Some(Offer { name: format!("{machine} with L4"), usd: 0.75 })
    }

    fn cheaper_equal(&self, name: &str, _region: Option<&str>, spot: bool) -> Option<Offer> {
        (name == "big" && !spot).then(|| Offer { name: "small".into(), usd: 4.0 })
    }

    fn smaller_host(&self, _name: &str, _region: Option<&str>) -> Option<Offer> {
        None
    }

    fn weights(&self, _: &str, _: Option<&str>, _: Option<&str>) -> Option<Weights> {
        None
    }

    fn memory_of(&self, _: &str) -> Option<f64> {
        None
    }

    fn accelerator_memory(&self, _: &str) -> Option<f64> {
        None
    }

    fn fitting(&self, _: &str, _: f64, _: f64, _: Option<&str>, _: bool) -> Option<Holding> {
        None
    }

    fn holding(&self, _: &str, _: &Load, _: f64, _: Option<&str>, _: bool) -> Option<Holding> {
        None
    }

    fn replaced(&self, name: &str) -> bool {
        name == "big"
    }

    fn elsewhere(&self, place: &str, region: &str) -> bool {
        place != region
    }

    fn smallest_like(&self, name: &str, _region: Option<&str>, spot: bool) -> Option<Offer> {
        (name == "big" && !spot).then(|| Offer { name: "small".into(), usd: 4.0 })
    }

    fn algorithm_accelerators(&self, image: &str) -> Option<u8> {
        image.starts_with("built-in").then_some(1)
    }

    fn checkpoints(&self, image: &str) -> bool {
        image.starts_with("built-in")
    }

    fn retired(&self, _name: &str) -> bool {
        false
    }

    fn fewest_accelerators(&self, accelerator: &str, _machine: &str) -> Option<f64> {
        (accelerator == "V100").then_some(8.0)
    }

    fn is_region(&self, text: &str) -> bool {
        matches!(text, "us" | "eu" | "us-east-1")
    }

    fn as_of(&self) -> String {
        "2026-01-01".into()
    }
}
