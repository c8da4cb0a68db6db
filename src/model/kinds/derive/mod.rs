//! The named derivations of kind files, each a small pure function of values.
//!
//! `file` looks them up by name, `eval` calls them. A derivation is mechanism: keys and words of a cloud reach it as
//! arguments from the kind file.

mod family;
mod json;
mod logic;
mod tags;
mod terms;
mod text;

use super::eval::Scope;
use crate::model::value::Attr;

/// A derivation.
#[derive(Clone, Copy, Debug)]
pub struct Derivation {
    /// The name in kind files.
    pub name: &'static str,
    /// How many values it takes.
    pub arity: (usize, usize),
    /// The function; `None` is absent, for arguments and for the result.
    pub make: fn(&[Option<Attr>], &Scope<'_>) -> Option<Attr>,
}

/// Every derivation.
const ALL: &[Derivation] = &[
    Derivation { name: "concat", arity: (1, 9), make: logic::concat },
    Derivation { name: "contains", arity: (2, 2), make: logic::contains },
    Derivation { name: "entry", arity: (2, 2), make: tags::entry },
    Derivation { name: "given", arity: (3, 3), make: logic::given },
    Derivation { name: "member", arity: (2, 2), make: json::member },
    Derivation { name: "members", arity: (1, 1), make: family::members },
    Derivation { name: "option", arity: (2, 9), make: text::option },
    Derivation { name: "part", arity: (3, 3), make: text::part },
    Derivation { name: "pick", arity: (4, 4), make: json::pick },
    Derivation { name: "present", arity: (1, 1), make: logic::present },
    Derivation { name: "product", arity: (1, 9), make: text::product },
    Derivation { name: "purchase_mix", arity: (2, 2), make: terms::purchase_mix },
    Derivation { name: "requirement", arity: (2, 2), make: terms::requirement },
    Derivation { name: "tag_map", arity: (1, 9), make: tags::tag_map },
    Derivation { name: "without", arity: (2, 9), make: logic::without },
];

/// The names of all.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|derivation| derivation.name).collect()
}

/// A derivation by name.
pub fn find(name: &str) -> Option<Derivation> {
    ALL.iter().find(|derivation| derivation.name == name).copied()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{attr, native, shown};
    use super::*;
    use serde_json::{Value as Json, json};

    fn derive(name: &str, arguments: &[Json]) -> String {
        let native = native("x", "x", json!({}));
        let arguments: Vec<_> = arguments.iter().map(|one| (!one.is_null()).then(|| attr(one.clone()))).collect();
        shown((find(name).unwrap().make)(&arguments, &Scope::of(&native)).as_ref())
    }

    #[test]
    fn parts_of_a_text_known_in_part() {
        let part = |text: &str, at: i64| derive("part", &[json!(text), json!("/"), json!(at)]);
        assert_eq!(part("endpoint/e/variant/v", 3), "v");
        assert_eq!(part("endpoint/${x.name}/variant/${y}-b", 1), "?x.name");
        assert_eq!(part("endpoint/${x.name}/variant/${y}-b", 3), "${y}-b");
        assert_eq!(part("table/t", 3), "absent");
        assert_eq!(part("?var.id", 3), "?var.id");
    }

    #[test]
    fn options_of_a_command() {
        let option = |words: Json| derive("option", &[words, json!("--model"), json!("serve")]);
        assert_eq!(option(json!(["python3", "-m", "server", "--model=a/b", "--port", 80])), "a/b");
        assert_eq!(option(json!(["--model", "a/b"])), "a/b");
        assert_eq!(option(json!(["bash", "-c", "pip install x && vllm serve a/b \\\n --port 80"])), "a/b");
        assert_eq!(option(json!("vllm serve 'a/b'")), "a/b");
        assert_eq!(option(json!(["--model", "?var.m"])), "?var.m");
        assert_eq!(option(json!(["--port", "80", "--models", "x", "--model"])), "absent");
        assert_eq!(option(json!(["--port", ".."])), "?dynamic");
        assert!(option(json!(["--port", "?var.p"])).starts_with('?'));
        assert!(option(json!(["vllm serve a & vllm serve b"])).starts_with('?'));
        assert_eq!(option(json!(null)), "absent");
    }

    #[test]
    fn tags_of_every_spelling() {
        assert_eq!(derive("tag_map", &[json!([{"Key": "a", "Value": "b"}, {"key": "c", "value": 1}])]), "{a: b, c: 1}");
        assert_eq!(derive("tag_map", &[json!({"a": "b"}), json!({"c": "d"})]), "{a: b, c: d}");
        assert_eq!(derive("tag_map", &[json!([{"Key": "${x}", "Value": "b"}])]), "{..}");
        assert_eq!(derive("tag_map", &[json!([{"a": "b"}, {"c": "d"}])]), "{a: b, c: d}");
        assert_eq!(derive("tag_map", &[json!("?var.tags")]), "?var.tags");
        assert_eq!(derive("tag_map", &[json!(null)]), "absent");
    }

    #[test]
    fn conditions_keep_what_is_not_known() {
        let given = |value: Json| derive("given", &[value, json!("Delete"), json!(30)]);
        assert_eq!(given(json!("Delete")), "30");
        assert_eq!(given(json!("Keep")), "absent");
        assert_eq!(given(json!(null)), "absent");
        assert_eq!(given(json!("?var.a")), "?var.a");
        assert_eq!(given(json!({"|": ["Delete", "Keep"]})), "30|absent");
        let without = |value: Json| derive("without", &[value, json!("system"), json!("none")]);
        assert_eq!(without(json!("system")), "absent");
        assert_eq!(without(json!("?var.a")), "?var.a");
        assert_eq!(without(json!(["a", "none"])), "[a]");
        assert_eq!(without(json!({"|": ["a", "none"]})), "a|absent");
        let present = |value: Json| derive("present", &[value]);
        assert_eq!(present(json!([{}])), "true");
        assert_eq!(present(json!([])), "false");
        assert_eq!(present(json!([".."])), "?dynamic");
        assert_eq!(present(json!("?var.a")), "?var.a");
        assert_eq!(present(json!("?x->a.b")), "true");
        assert_eq!(derive("entry", &[json!({"Name": "n"}), json!("Name")]), "n");
        assert_eq!(derive("entry", &[json!({"a": "n", "..": 1}), json!("Name")]), "?dynamic");
    }

    #[test]
    fn structures_and_the_texts_that_spell_them() {
        let member = |of: Json| derive("member", &[of, json!("resource_requirements")]);
        let text = |value: &str| json!(format!(r#"{{"image":"{value}","resourceRequirements":[{{"type":"GPU"}}]}}"#));
        assert_eq!(member(json!({"resourceRequirements": 1})), "1");
        assert_eq!(member(text("a")), "[{type: GPU}]");
        assert_eq!(member(text("${var.repo}:1")), "[{type: GPU}]");
        assert_eq!(member(json!(r#"{"resourceRequirements":[{"value":"${x}-b"},${y}]}"#)), "[{value: ${x}-b}, ?y]");
        assert_eq!(member(json!("file.json")), "?a text that is not JSON");
        assert_eq!(member(json!("?var.text")), "?var.text");
        assert_eq!(member(json!({"|": [{"ResourceRequirements": 1}, {}]})), "1|absent");
        let pick = |of: Json| derive("pick", &[of, json!("type"), json!("GPU"), json!("value")]);
        assert_eq!(pick(json!([{"type": "VCPU", "value": 2}, {"Type": "GPU", "Value": 4}])), "4");
        assert_eq!(pick(json!([{"type": "VCPU", "value": 2}])), "absent");
        assert_eq!(pick(json!([{"type": "?var.t", "value": 2}])), "?an element known in part");
        assert_eq!(pick(json!([{"type": "VCPU"}, ".."])), "?dynamic");
        assert_eq!(pick(json!("?var.list")), "?var.list");
    }

    #[test]
    fn purchase_options() {
        let mix = |above: Json, base: Json| derive("purchase_mix", &[above, base]);
        assert_eq!(mix(json!(100), json!(null)), "off");
        assert_eq!(mix(json!(0), json!(0)), "on");
        assert_eq!(mix(json!(0), json!(2)), "mixed");
        assert_eq!(mix(json!(50), json!(null)), "mixed");
        assert_eq!(mix(json!("?var.p"), json!(0)), "?var.p");
        assert_eq!(mix(json!({"|": [100, 0]}), json!(0)), "off|on");
        let requirement =
            json!([{"key": "k", "operator": "In", "values": ["a", "b"]}, {"key": "n", "operator": "NotIn"}]);
        assert_eq!(derive("requirement", &[requirement.clone(), json!("k")]), "[a, b]");
        assert_eq!(derive("requirement", &[requirement.clone(), json!("n")]), "?NotIn");
        assert_eq!(derive("requirement", &[requirement, json!("z")]), "absent");
        assert_eq!(derive("contains", &[json!(["a", "?x"]), json!("a")]), "true");
        assert_eq!(derive("contains", &[json!(["a", "?x"]), json!("b")]), "?x");
        assert_eq!(derive("product", &[json!(["g5", "g6"]), json!("."), json!(["xlarge"])]), "g5.xlarge|g6.xlarge");
        assert_eq!(derive("product", &[json!(["g5"]), json!("."), json!(null)]), "g5.${*}");
    }

    #[test]
    fn families_stand_for_their_members() {
        let members = |families: Json| derive("members", &[families]);
        assert_eq!(members(json!(["trn1"])), "trn1.2xlarge|trn1.32xlarge");
        assert_eq!(members(json!(["trn1", "inf1"])).split('|').count(), 6);
        // Too many, none, and not known.
        for families in [json!(["g5", "g6"]), json!(["m5"]), json!(["trn1", "?x"]), json!(["trn1", ".."]), json!([])] {
            assert_eq!(members(families.clone()), "absent", "{families}");
        }
    }
}
