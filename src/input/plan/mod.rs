//! Terraform plans: the output of `terraform show -json`, told by its first keys.
//!
//! ```text
//! excerpt (of a large one) ── scan (ranges of the wanted resources) ── tree ── values (holes after apply, sensitive)
//!     ── sources ──► natives
//! ```
//!
//! A plan is read only where it is named: the plans that lie about in a repository say nothing about it. It tells
//! every value; the sources beside it, or in the folder that the user names, tell the places. Called through
//! [`Frontend`], and by `engine` to lay plans over their sources. It must not know any resource type.

mod excerpt;
mod scan;
pub mod sources;
#[cfg(test)]
mod tests;
mod values;

use super::terraform::{cloud_of, stated_place};
use super::tree::{self, Schema};
use super::{Claim, ClaimedFile, Context, Frontend, InputError, Reading};
use crate::files::ReadError;
use crate::model::native::{Arguments, Exists, Group, Native};
use crate::model::number::Number;
use crate::model::value::{Attr, Map, Str, Value};
use crate::source::{SourceId, Span};
use std::ops::Range;
use std::sync::Arc;

/// Bytes at the start of a file in which a plan says what it is.
const HEAD: usize = 4096;
/// Resources of one plan before the rest is left out.
const MAX_NATIVES: usize = 200_000;

/// The frontend of plans.
pub struct Plan;

impl Frontend for Plan {
    fn name(&self) -> &'static str {
        "plan"
    }

    fn example_path(&self) -> &'static str {
        "plan.json"
    }

    fn may_read(&self, path: &str) -> bool {
        path.ends_with(".json")
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        match self.may_read(path) && is_plan(text) {
            true => Claim::Surely,
            false => Claim::No,
        }
    }

    fn reads_large(&self) -> bool {
        true
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        let mut reading = Reading::default();
        for file in files.iter().filter(|file| context.options.named.iter().any(|named| **named == *file.path)) {
            match group(context, file) {
                Ok(group) => reading.groups.push(group),
                Err(error) => reading.errors.push(error),
            }
        }
        reading
    }
}

fn group(context: &Context<'_>, file: &ClaimedFile) -> Result<Group, InputError> {
    let claimed = context.sources.get(file.source);
    let source = if claimed.is_excerpt() { excerpt(context, &file.path)? } else { file.source };
    let text = Arc::clone(&context.sources.get(source).text);
    let group = Reader { context, path: &file.path, source, text: &text }.group();
    group.ok_or_else(|| InputError {
        span: Some(Span::new(source, text.len()..text.len())),
        code: "syntax-error",
        ..failed(&file.path, "a plan that ends too early: no whole `resource_changes`".into())
    })
}

/// What is wanted of a plan that is too large to be held.
fn excerpt(context: &Context<'_>, path: &Str) -> Result<SourceId, InputError> {
    let cannot = |error: ReadError| failed(path, format!("cannot be read: {error}"));
    let stream = context.files.stream(path).map_err(cannot)?;
    let excerpt = excerpt::read(stream, |native_type| context.wanted.contains(native_type))
        .map_err(|error| cannot(ReadError::Io(error.kind().to_string())))?;
    context.sources.add_excerpt(Arc::clone(path), excerpt).map_err(|at| cannot(ReadError::NotUtf8(at)))
}

fn failed(path: &Str, message: String) -> InputError {
    InputError { path: Arc::clone(path), span: None, code: "unreadable-input", message }
}

/// Whether a text begins as a plan does.
fn is_plan(text: &str) -> bool {
    let start = (0..=HEAD.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let head = text.get(..start).unwrap_or_default();
    let key = |name: &str| head.contains(&format!("\"{name}\""));
    head.trim_start().starts_with('{')
        && key("format_version")
        && key("terraform_version")
        && (key("planned_values") || key("variables") || key("resource_changes"))
}

struct Reader<'a> {
    context: &'a Context<'a>,
    path: &'a Str,
    source: SourceId,
    text: &'a str,
}

impl Reader<'_> {
    /// The resources that will be there once the plan is applied; `None` where the text is no whole JSON.
    fn group(&self) -> Option<Group> {
        let top: Vec<_> = scan::members(self.text, 0).collect();
        let of = |name: &str| top.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        if top.last().and_then(|(_, last)| self.text.get(last.end..)).is_none_or(|rest| rest.trim() != "}") {
            return None;
        }
        let defaults = Defaults { variables: of("variables"), configuration: of("configuration") };
        let changes = of("resource_changes").map(|changes| scan::elements(self.text, changes.start));
        let natives = changes.into_iter().flatten().filter_map(|change| self.native(change, &defaults));
        let natives = natives.take(MAX_NATIVES).collect();
        Some(Group { signals: Vec::new(), ..Group::of_file(self.path, "", natives) })
    }

    /// A string of one of the members.
    fn string(&self, value: &Range<usize>) -> Option<Str> {
        tree::parse_json_at(self.source, self.text, value.start).ok()?.as_str().map(Str::from)
    }

    fn native(&self, change: Range<usize>, defaults: &Defaults) -> Option<Native> {
        let (mut address, mut mode, mut kind, mut name) = (None, None, None, None);
        let (mut module, mut index, mut provider, mut planned) = (None, None, None, None);
        for (key, value) in scan::members(self.text, change.start) {
            match key {
                "address" => address = Some(value),
                "mode" => mode = Some(value),
                "type" => kind = Some(value),
                "name" => name = Some(value),
                "module_address" => module = Some(value),
                "index" => index = Some(value),
                "provider_name" => provider = Some(value),
                "change" => planned = Some(value),
                _ => {}
            }
        }
        let native_type = self.string(&kind?).filter(|kind| self.context.wanted.contains(kind))?;
        if mode.and_then(|mode| self.string(&mode)).as_deref() != Some("managed") {
            return None;
        }
        let body = Span::new(self.source, change);
        let head = Span::new(self.source, address?);
        let map = self.planned(head, &planned?)?;
        let prefix =
            module.and_then(|module| self.string(&module)).map_or(String::new(), |module| module.to_string() + ".");
        let provider = provider.and_then(|provider| self.string(&provider)).unwrap_or_default();
        let provider = provider.rsplit('/').next().unwrap_or_default();
        let region = stated_place(provider, &map).or_else(|| self.region(defaults, provider));
        let index = index.and_then(|index| tree::parse_json_at(self.source, self.text, index.start).ok());
        Some(Native {
            scope: Arc::clone(self.path),
            address: format!("{prefix}{native_type}.{}", self.string(&name?)?).into(),
            native_type,
            instance: index.as_ref().and_then(|index| index.as_str()).map(Str::from),
            head,
            body,
            tree: Attr { key: Some(head), ..Attr::new(Value::Map(map), body) },
            provider: cloud_of(provider).into(),
            region: region.unwrap_or_else(|| self.context.region(head)),
            default_tags: None,
            calls: Arc::from([]),
            exists: Exists::Yes,
            count: Attr::new(Value::number(Number::from(1)), head),
            arguments: Arguments::Keys,
        })
    }

    /// The attributes after the plan is applied; `None` for what it destroys or forgets.
    fn planned(&self, head: Span, change: &Range<usize>) -> Option<Map> {
        let part = |name: &str| {
            let value = scan::member(self.text, change.start, name)?;
            tree::parse_json_at(self.source, self.text, value.start).ok()
        };
        let after = part("after")?;
        let (unknown, sensitive) = (part("after_unknown"), part("after_sensitive"));
        let after = tree::attr(&after, Schema::Core);
        let attr = values::planned(head, &after, unknown.as_ref(), sensitive.as_ref());
        match attr.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The region of the provider's default configuration, written there or as a variable.
    fn region(&self, defaults: &Defaults, provider: &str) -> Option<Attr> {
        let down = |from: &Range<usize>, path: &[&str]| {
            path.iter().try_fold(from.clone(), |object, name| scan::member(self.text, object.start, name))
        };
        let at = |value: Range<usize>| tree::parse_json_at(self.source, self.text, value.start).ok();
        let region = down(defaults.configuration.as_ref()?, &["provider_config", provider, "expressions", "region"])?;
        let stated = down(&region, &["constant_value"]).or_else(|| {
            let references = at(down(&region, &["references"])?)?;
            let name = references.items().first()?.as_str()?.strip_prefix("var.")?.to_owned();
            down(defaults.variables.as_ref()?, &[&name, "value"])
        })?;
        Some(tree::attr(&at(stated)?, Schema::Core))
    }
}

/// Where a plan says what holds for all resources.
struct Defaults {
    variables: Option<Range<usize>>,
    configuration: Option<Range<usize>>,
}
