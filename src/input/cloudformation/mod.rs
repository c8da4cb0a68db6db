//! CloudFormation and SAM templates, YAML and JSON.
//!
//! ```text
//! claim ── tree ── templates (which nests which) ── stack (resources, ForEach) ── evaluate (values, conditions) ──► natives
//! ```
//!
//! Called through [`Frontend`]. It must not know what any resource type means.

mod conditions;
mod evaluate;
mod expand;
mod given;
mod intrinsic;
mod lists;
mod mappings;
mod metadata;
mod parameters;
mod run;
mod sam;
mod signals;
mod stack;
mod templates;
#[cfg(test)]
mod tests;
mod text;
mod written;

use super::tree::{self, Node};
use super::{Claim, ClaimedFile, Context, Frontend, InputError, Reading, Skipped};
use crate::files;
use crate::source::Span;
use evaluate::Evaluator;
use given::Given;
use rayon::prelude::*;
use run::Run;
use std::sync::Arc;
use templates::{Template, Templates};

/// The CloudFormation frontend.
pub struct CloudFormation;

impl Frontend for CloudFormation {
    fn name(&self) -> &'static str {
        "cloudformation"
    }

    fn example_path(&self) -> &'static str {
        "template.yaml"
    }

    fn may_read(&self, path: &str) -> bool {
        matches!(files::extension(path).as_deref(), Some("yaml" | "yml" | "json" | "template"))
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        let typed = || has_key(text, "Type", true, |value| value.trim_start_matches(['"', '\'']).starts_with("AWS::"));
        match () {
            () if !self.may_read(path) => Claim::No,
            () if has_key(text, "AWSTemplateFormatVersion", false, |_| true) => Claim::Surely,
            () if has_key(text, "Resources", false, |_| true) && typed() => Claim::Surely,
            () if text.contains("Resources") && text.contains("AWS::") => Claim::Perhaps,
            () => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        let outcomes: Vec<Outcome> = files.par_iter().map(|file| parse_file(context, file)).collect();
        let mut reading = Reading::default();
        let mut templates = Vec::new();
        for outcome in outcomes {
            match outcome {
                Outcome::Read(read) => templates.extend(read),
                Outcome::Failed(error) => reading.errors.push(error),
                Outcome::Skipped(skipped) => reading.skipped.push(skipped),
            }
        }
        reading.skipped_parts = templates.iter().flat_map(|template| repeated_keys(context, template)).collect();
        reading.suppressions = templates.iter().flat_map(|template| metadata::suppressions(&template.root)).collect();
        let (given, errors) = Given::read(context);
        reading.errors.extend(errors);
        let templates = Templates::new(templates);
        let read_root = |root: &&Template| {
            let run = Run::new(context, &templates, &given, root.path.clone());
            stack::read(&Evaluator::new(&run, root, None))
        };
        reading.groups = templates.roots().par_iter().map(read_root).collect();
        reading
    }
}

enum Outcome {
    Read(Vec<Template>),
    Failed(InputError),
    Skipped(Skipped),
}

fn parse_file(context: &Context<'_>, file: &ClaimedFile) -> Outcome {
    let skipped = |reason: String| Outcome::Skipped(Skipped { path: Arc::clone(&file.path), reason });
    let roots = match tree::parse(context.sources, file.source) {
        Ok(roots) => roots,
        Err(error) => {
            let text = Arc::clone(&context.sources.get(file.source).text);
            return match file.claim {
                _ if is_generated(&text, error.span) => skipped("a template of another language".into()),
                Claim::Surely => Outcome::Failed(InputError {
                    path: Arc::clone(&file.path),
                    span: Some(error.span),
                    code: "syntax-error",
                    message: error.message,
                }),
                _ => skipped(format!("does not parse: {}", error.message)),
            };
        }
    };
    let documents = roots.iter().filter(|root| is_template(root)).zip(1..).map(|(root, number)| {
        let path = if number == 1 { Arc::clone(&file.path) } else { format!("{}#{number}", file.path).into() };
        Template::new(context, path, root)
    });
    match documents.collect::<Vec<_>>() {
        none if none.is_empty() => skipped("not a CloudFormation template".into()),
        templates => Outcome::Read(templates),
    }
}

/// Keys of a template that do not count: what CloudFormation makes of them is not defined, what people mean neither.
fn repeated_keys(context: &Context<'_>, template: &Template) -> Vec<Skipped> {
    let repeated = template.root.duplicate_keys().into_iter().map(|(key, counts)| {
        let line = |node: &Node| {
            let span = node.span();
            context.sources.get(span.source).position(span.start).line
        };
        let (name, here, there) = (key.as_str().unwrap_or_default(), line(key), line(counts));
        let reason = format!("line {here}: `{name}` is set again in line {there}, which counts");
        Skipped { path: context.sources.path(key.span()), reason }
    });
    repeated.collect()
}

/// Whether a text that does not parse is one of a language that makes templates (Jinja and its like): whether it has
/// marks of theirs up to the line of the error. Dynamic references have such braces as well.
fn is_generated(text: &str, error: Span) -> bool {
    let error = error.range().start.min(text.len());
    let end = text.get(error..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| error + length);
    let before = text.get(..end).unwrap_or(text);
    let mut braces = before.match_indices("{{");
    before.contains("{%") || braces.any(|(at, _)| !before.get(at..).unwrap_or_default().starts_with("{{resolve:"))
}

/// Whether a document has resources of CloudFormation's shape.
fn is_template(root: &Node) -> bool {
    let Some(resources) = root.get("Resources") else { return false };
    let typed = |body: &Node| body.get("Type").and_then(Node::as_str).is_some_and(|name| name.contains("::"));
    let looped = |key: &Node| key.as_str().is_some_and(|key| key.starts_with("Fn::"));
    resources.pairs().iter().any(|(key, body)| typed(body) || looped(key))
}

/// Whether a text has this word as a key before a value that `accept`s. The key is quoted, or stands at the start of
/// a line, or, if `nested`, anywhere in a line.
fn has_key(text: &str, key: &str, nested: bool, accept: impl Fn(&str) -> bool) -> bool {
    text.match_indices(key).any(|(at, _)| {
        let before = text.as_bytes().get(at.wrapping_sub(1)).copied();
        let after = text.get(at + key.len()..).unwrap_or_default();
        let quoted = before.filter(|byte| matches!(byte, b'"' | b'\'')).map(char::from);
        let value = match (quoted, before) {
            (Some(quote), _) => after.strip_prefix(quote),
            (_, None | Some(b'\n' | b'\r')) => Some(after),
            (_, Some(b' ' | b'\t' | b'{' | b',')) if nested => Some(after),
            (_, Some(0xbf)) if at == '\u{feff}'.len_utf8() => Some(after),
            _ => None,
        };
        value.and_then(|value| value.trim_start().strip_prefix(':')).is_some_and(|value| accept(value.trim_start()))
    })
}
