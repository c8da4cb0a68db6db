//! Functions that read files of the project.

use super::{Call, Function, INVALID, Outcome, known, partial};
use crate::files::{self, ReadError};
use crate::input::terraform::eval::{Env, Frame, template};
use crate::input::terraform::parse;
use crate::model::made::{Made, Part};
use crate::model::value::{Attr, Value, WhyCode};
use crate::source::Span;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    partial("file", file),
    known("fileexists", |call| match path(call) {
        Ok(path) => Ok(Value::Bool(call.env.run.context.files.exists(&path))),
        Err(code) => Err(code),
    }),
    partial("templatefile", template_file),
];

fn file(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    if let Some(unknown) = call.args.iter().find_map(super::unknown_as_a_whole) {
        return Ok(call.made(unknown));
    }
    let (source, text) = call.env.run.context.load(&path(call)?).map_err(refusal)?;
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let content = if mark == 0 { Arc::clone(&text) } else { text.get(mark..).unwrap_or_default().into() };
    let part = Part::plain(Arc::clone(&content), Span::new(source, mark..text.len()));
    Ok(Attr { made: Made::of(part), ..call.made(Value::String(content)) })
}

/// Names that a template may be given: each takes a level of the stack.
const MAX_NAMES: usize = 500;

/// A file that is missing may be made by a step before Terraform, so it is not read rather than refused.
fn refusal(_error: ReadError) -> WhyCode {
    WhyCode::SourceNotRead
}

/// The file named by the first argument: paths are relative to the root's folder.
fn path(call: &Call<'_, '_, '_>) -> Outcome<String> {
    files::resolve(&call.env.run.scope, &call.text(0)?).ok_or(WhyCode::SourceNotRead)
}

fn template_file(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    if crate::input::terraform::eval::first_why(&call.arg(0)?.value).is_some() {
        return Err(WhyCode::UnknownCondition);
    }
    let path = path(call)?;
    let context = call.env.run.context;
    let (source, text) = context.load(&path).map_err(refusal)?;
    let (text, parsed) = parse::parse_template(path.into(), source, text).map_err(|_| INVALID)?;
    let variables = match &call.arg(1)?.value {
        Value::Map(map) => map.clone(),
        _ => return Err(WhyCode::UnknownCondition),
    };
    if variables.entries.len() > MAX_NAMES {
        return Err(WhyCode::LimitReached);
    }
    let frames: Vec<(&str, &Attr)> = variables.entries.iter().map(|(name, value)| (&**name, value)).collect();
    let env = Env { text: &text, frame: None, ..*call.env };
    let rendered = within(&env, &frames, &mut |env| template::eval(env, &parsed, text.start()));
    Ok(Attr { at: call.here, origin: call.made(Value::Null).origin.join(&rendered.origin), ..rendered })
}

/// Evaluates with all these names bound.
fn within(env: &Env<'_, '_>, names: &[(&str, &Attr)], f: &mut dyn FnMut(&Env<'_, '_>) -> Attr) -> Attr {
    let Some(((name, value), rest)) = names.split_first() else { return f(env) };
    let frame = Frame { name, value: (*value).clone(), up: env.frame };
    within(&env.with(&frame), rest, f)
}
