//! The rule file as it is written: keys, types, defaults.
//!
//! Read by `load`; whether the expressions in it make sense is for `check`.

use crate::finding::{Confidence, Severity};
use serde::de::value::{SeqAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// One rule file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// kebab-case, equal to the file name; names the problem.
    pub name: String,
    /// How bad it is, or by cases.
    pub severity: Cases<Severity>,
    /// How sure it is, or by cases.
    pub confidence: Cases<Confidence>,
    /// The version of the program that first had it.
    pub since: String,
    /// The kinds it judges.
    pub kinds: Vec<String>,
    /// What users may set, with defaults.
    #[serde(default)]
    pub params: BTreeMap<String, Param>,
    /// When it fires.
    pub when: String,
    /// One sentence with placeholders.
    pub message: String,
    /// The attribute to point at.
    pub label: String,
    /// What it costs.
    #[serde(default)]
    pub saving: Savings,
    /// What to do, as a message with placeholders; the first paragraph of `fix` where it is left out.
    pub help: Option<String>,
    /// Why it matters, Markdown.
    pub why: String,
    /// How to repair it, Markdown.
    pub fix: String,
    /// What it cannot see, Markdown.
    #[serde(default)]
    pub blind_spots: String,
    /// Sources.
    #[serde(default)]
    pub references: Vec<String>,
    /// Checks of other tools that ask for the opposite.
    #[serde(default)]
    pub conflicts: Vec<Conflict>,
    /// Code it fires on and code it does not.
    #[serde(default)]
    pub examples: Vec<Example>,
}

/// Expressions in USD; each may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Savings {
    /// Of what always runs: for 730 hours.
    pub per_month: Option<String>,
    /// Of what runs now and then: for each hour it runs.
    pub per_hour: Option<String>,
    /// Of a bounded run: if it reaches its limit.
    pub worst_case: Option<String>,
}

/// A check of another tool that asks for what this rule advises against.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// The tool: `Checkov`.
    pub tool: String,
    /// The identity of the check there.
    pub check: String,
    /// What it asks for, as the end of a sentence: `a copy in another region`.
    pub asks: String,
    /// How to have both, or how to decide: sentences.
    pub both: String,
}

/// A value of a parameter, as default or as set by a user.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Param {
    /// `true`.
    Bool(bool),
    /// `1.5`.
    Number(f64),
    /// `text`.
    Text(String),
    /// `[a, b]`.
    Texts(Vec<String>),
}

/// One example. It is judged by its own rule alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// A frontend's name.
    pub format: String,
    /// Code the rule fires on, at each line that ends in `# expect`.
    pub bad: Option<String>,
    /// Code it says nothing about.
    pub good: Option<String>,
    /// Further files of the project by path; where there is no `bad`, the bad example itself.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Expected places, where the format has no comments.
    #[serde(default)]
    pub expect: Vec<Expected>,
}

/// An expected place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// From 1.
    pub line: u32,
    /// Among `files`; the example itself where it is left out.
    pub file: Option<String>,
}

/// One value, or the first that holds of several.
#[derive(Clone, Debug, PartialEq)]
pub struct Cases<T>(pub Vec<Case<T>>);

/// A value with its condition; the last of several has none.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case<T> {
    /// When it applies.
    pub when: Option<String>,
    /// The value.
    pub is: T,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Cases<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Cases<T>, D::Error> {
        deserializer.deserialize_any(CasesVisitor(PhantomData))
    }
}

struct CasesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for CasesVisitor<T> {
    type Value = Cases<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a word, or a list of `{{when: …, is: …}}`")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Cases<T>, E> {
        let is = T::deserialize(StrDeserializer::new(word))?;
        Ok(Cases(vec![Case { when: None, is }]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, cases: A) -> Result<Cases<T>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(cases)).map(Cases)
    }
}
