//! Functions that read files of the project. Outside it nothing is read, and nothing is known.

use super::Param::{Any, Text};
use super::{Call, Function, INVALID, Outcome, glob, known, lazy, partial};
use crate::base64;
use crate::files::ReadError;
use crate::input::terraform::eval::literals::Form;
use crate::input::terraform::eval::{Env, Frame, built, first_why, template};
use crate::input::terraform::parse;
use crate::model::made::{Made, Part, Written};
use crate::model::value::{Attr, List, ListKind, Map, Value, WhyCode};
use crate::source::{EmbeddedKind, SourceId, Span};
use hcl_edit::expr::Expression;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    partial("file", &[Text], file),
    partial("filebase64", &[Text], |call| {
        if let Some(unknown) = call.args.iter().find_map(super::unknown_as_a_whole) {
            return Ok(call.made(unknown));
        }
        // What is no text stays what it is.
        let made = file(call).ok().map(|text| Arc::new(Made::Encoded(text)));
        Ok(Attr { made, ..call.made(Value::string(base64::encode(&bytes(call)?))) })
    }),
    known("fileexists", &[Text], |call| {
        let (files, path) = (call.env.run.context.files, path(call)?);
        let is_folder = files.exists(&path) && (path.is_empty() || !files.list(&path).is_empty());
        if is_folder { Err(INVALID) } else { Ok(Value::Bool(files.exists(&path))) }
    }),
    known("fileset", &[Text, Text], |call| {
        let found = glob::files_below(call.env.run.context.files, &path(call)?, &call.text(1)?)?;
        call.env.run.charge(found.len());
        let items = found.into_iter().map(|name| call.part(Value::string(name))).collect();
        Ok(Value::List(List { items, open: None, kind: ListKind::Set }))
    }),
    partial("templatefile", &[Text, Any], template_file),
    lazy("templatestring", template_string),
];

fn file(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    if let Some(unknown) = call.args.iter().find_map(super::unknown_as_a_whole) {
        return Ok(call.made(unknown));
    }
    let (source, text) = call.env.run.context.load(&path(call)?).map_err(|error| refusal(call, &error))?;
    // A mark at the start is text to Terraform, though not to whoever reads the text as a document.
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let content = if mark == 0 { Arc::clone(&text) } else { text.get(mark..).unwrap_or_default().into() };
    let part = Part::plain(content, Span::new(source, mark..text.len()));
    Ok(Attr { made: Made::of(part), ..call.made(Value::String(text)) })
}

/// Names that a template may be given: each takes a level of the stack.
const MAX_NAMES: usize = 500;

/// A file that is missing may be made by a step before Terraform, so it is not read rather than refused. Nothing runs
/// before Terragrunt's own files are evaluated.
fn refusal(call: &Call<'_, '_, '_>, error: &ReadError) -> WhyCode {
    match error {
        ReadError::NotUtf8(_) => INVALID,
        ReadError::Missing if call.env.run.terragrunt.is_some() => INVALID,
        _ => WhyCode::SourceNotRead,
    }
}

/// The file named by the first argument: paths are relative to the root's folder.
fn path(call: &Call<'_, '_, '_>) -> Outcome<String> {
    call.env.run.path(&call.text(0)?).ok_or(WhyCode::SourceNotRead)
}

/// The bytes of the file named by the first argument.
pub(super) fn bytes(call: &Call<'_, '_, '_>) -> Outcome<Vec<u8>> {
    let context = call.env.run.context;
    context.files.bytes(&path(call)?, context.options.max_file_size).map_err(|error| refusal(call, &error))
}

fn template_file(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    if first_why(&call.arg(0)?.value).is_some() {
        return Err(WhyCode::UnknownCondition);
    }
    let path = path(call)?;
    let (source, text) = call.env.run.context.load(&path).map_err(|error| refusal(call, &error))?;
    let (text, parsed) = parse::parse_template(path.into(), source, text).map_err(|_| INVALID)?;
    let env = Env { text: &text, frame: None, ..*call.env };
    let rendered =
        with_names(&env, &call.arg(1)?.value, &mut |env| template::eval(env, &parsed, Form::Bare, text.start()))?;
    Ok(Attr { at: call.here, origin: call.made(Value::Null).origin.join(&rendered.origin), ..rendered })
}

/// A template in a value: it must be referred to, and may refer to nothing but its names.
fn template_string(env: &Env<'_, '_>, args: &[&Expression], here: Span) -> Outcome<Attr> {
    let [template @ Expression::Traversal(_), names] = args else { return Err(INVALID) };
    rendered(env, &env.eval(template), &env.eval(names), here)
}

/// The text that a template in a value makes with these names.
pub fn rendered(env: &Env<'_, '_>, template: &Attr, names: &Attr, here: Span) -> Outcome<Attr> {
    if let Some(why) = first_why(&template.value) {
        return Ok(built(here, Value::unknown(why), [template, names]));
    }
    let Value::String(source_text) = &template.value else { return Err(INVALID) };
    env.run.charge(source_text.len() / 64);
    let sources = env.run.context.sources;
    let source = whole_file(env, template)
        .unwrap_or_else(|| sources.embed(here, EmbeddedKind::Document, source_text.clone(), Vec::new()));
    let (text, parsed) = parse::parse_template("template".into(), source, source_text.clone()).map_err(|_| INVALID)?;
    let inner = Env { text: &text, frame: None, ..*env };
    let rendered = with_names(&inner, &names.value, &mut |env| template::eval(env, &parsed, Form::Bare, text.start()))?;
    let whole = built(here, rendered.value, [template, names]);
    Ok(Attr { sensitive: rendered.sensitive || whole.sensitive, made: rendered.made, ..whole })
}

/// The file that a text is all of.
fn whole_file(env: &Env<'_, '_>, text: &Attr) -> Option<SourceId> {
    let Some(Made::Joined(parts)) = text.made.as_deref() else { return None };
    let [Part { at, how: Written::Plain, .. }] = &**parts else { return None };
    let source = env.run.context.sources.get(at.source);
    (at.range() == (0..source.text.len()) && text.value.as_str() == Some(&source.text)).then_some(at.source)
}

/// Evaluates with the entries of a map as the only names there are.
fn with_names(env: &Env<'_, '_>, names: &Value, f: &mut dyn FnMut(&Env<'_, '_>) -> Attr) -> Outcome<Attr> {
    let names: &Map = match names {
        Value::Map(names) => names,
        Value::Unknown(_) | Value::OneOf(_) => return Err(WhyCode::UnknownCondition),
        _ => return Err(INVALID),
    };
    if names.entries.len() > MAX_NAMES {
        return Err(WhyCode::LimitReached);
    }
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    };
    if !names.entries.iter().all(|(name, _)| is_name(name)) {
        return Err(INVALID);
    }
    let frames: Vec<(&str, &Attr)> = names.entries.iter().map(|(name, value)| (&**name, value)).collect();
    let here = Attr::new(Value::Null, env.text.start());
    let sealed = match &names.open {
        Some(why) => Attr::unknown(why.clone(), here.at),
        None => here,
    };
    Ok(within(&env.with(&env.bind(Frame::SEAL, sealed)), &frames, f))
}

/// Evaluates with all these names bound.
fn within(env: &Env<'_, '_>, names: &[(&str, &Attr)], f: &mut dyn FnMut(&Env<'_, '_>) -> Attr) -> Attr {
    let Some(((name, value), rest)) = names.split_first() else { return f(env) };
    let frame = Frame { name, value: (*value).clone(), up: env.frame };
    within(&env.with(&frame), rest, f)
}
