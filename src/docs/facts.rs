//! What a rule file says, in words for people.
//!
//! Called by the pages and the commands that print rules. It must not know where the words go.

use crate::finding::{Confidence, Severity};
use crate::input::FRONTENDS;
use crate::model::kinds::Type;
use crate::rules::file::{Cases, Param, RuleFile};

/// `warning`, or ``error where `r.spot == "on"`, else note``.
pub fn severity(rule: &RuleFile) -> String {
    cases(&rule.severity, Severity::name)
}

/// `high`, or by cases as for severity.
pub fn confidence(rule: &RuleFile) -> String {
    cases(&rule.confidence, Confidence::name)
}

fn cases<T: Copy>(cases: &Cases<T>, name: impl Fn(T) -> &'static str) -> String {
    let words: Vec<String> = cases
        .0
        .iter()
        .map(|case| match &case.when {
            Some(when) => format!("{} where `{}`", name(case.is), one_line(when)),
            None => name(case.is).to_owned(),
        })
        .collect();
    match words.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{}, else {last}", first.join(", else ")),
        _ => words.concat(),
    }
}

/// The possible values without their conditions, highest first: `warning, note`.
pub fn names<T: Copy + Ord>(cases: &Cases<T>, name: impl Fn(T) -> &'static str) -> String {
    let mut values: Vec<T> = cases.0.iter().map(|case| case.is).collect();
    values.sort();
    values.dedup();
    values.into_iter().rev().map(name).collect::<Vec<_>>().join(", ")
}

/// The formats that the examples of a rule are written in, in the order of the program.
pub fn formats(rule: &RuleFile) -> Vec<&'static str> {
    let names = FRONTENDS.iter().map(|frontend| frontend.name());
    names.filter(|name| rule.examples.iter().any(|example| example.format == *name)).collect()
}

/// What the saving of a finding means, one sentence for each figure stated.
pub fn money(rule: &RuleFile) -> String {
    let saving = &rule.saving;
    let figures = [
        (&saving.per_month, "USD a month, for 730 hours of running."),
        (&saving.per_hour, "USD for each hour it runs."),
        (&saving.worst_case, "USD for one run that goes on until its limit."),
    ];
    let stated: Vec<String> = figures
        .iter()
        .filter_map(|(expression, words)| Some(format!("{words} `{}`", one_line(expression.as_deref()?))))
        .collect();
    match stated.is_empty() {
        true => "Not stated: what it saves depends on what the code does not say.".to_owned(),
        false => stated.join("\n"),
    }
}

/// What other tools ask for instead, a paragraph each.
pub fn conflicts(rule: &RuleFile) -> String {
    let each = rule.conflicts.iter();
    let lines = each.map(|one| format!("{} {} asks for {}. {}", one.tool, one.check, one.asks, one_line(&one.both)));
    lines.collect::<Vec<_>>().join("\n\n")
}

/// The default of a parameter as TOML.
pub fn param(value: &Param) -> String {
    match value {
        Param::Bool(truth) => truth.to_string(),
        Param::Number(number) => number.to_string(),
        Param::Text(text) => toml::Value::from(text.as_str()).to_string(),
        Param::Texts(texts) => toml::Value::from(texts.clone()).to_string(),
    }
}

/// A type as kind files write it: `list<instance>`, `on | off`.
pub fn type_name(ty: &Type) -> String {
    match ty {
        Type::Any => "any".to_owned(),
        Type::String => "string".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Enum(words) => words.join(" | "),
        Type::List(element) => format!("list<{}>", type_name(element)),
        Type::Map(element) => format!("map<{}>", type_name(element)),
        Type::Record(name, _) | Type::Resource(name) => name.to_string(),
    }
}

/// A text without its line breaks and doubled spaces.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::file::Case;

    #[test]
    fn cases_read_as_a_sentence() {
        let two = Cases(vec![
            Case { when: Some("r.a &&\n  r.b".into()), is: Severity::Warning },
            Case { when: None, is: Severity::Note },
        ]);
        assert_eq!(cases(&two, Severity::name), "warning where `r.a && r.b`, else note");
        assert_eq!(names(&two, Severity::name), "warning, note");
        assert_eq!(cases(&Cases(vec![Case { when: None, is: Severity::Error }]), Severity::name), "error");
    }

    #[test]
    fn types_and_defaults_read_as_they_are_written() {
        assert_eq!(type_name(&Type::List(Box::new(Type::Record("instance".into(), Vec::new())))), "list<instance>");
        assert_eq!(param(&Param::Number(5.0)), "5");
        assert_eq!(param(&Param::Texts(vec!["a".into()])), "[\"a\"]");
    }
}
