//! Functions over text.

use super::Param::{Number, Rest, Text, Texts};
use super::{Call, Function, INVALID, Outcome, known, partial, unknown};
use crate::input::terraform::eval::template::pieces_of;
use crate::input::terraform::run::MAX_STRING;
use crate::model::made::{Made, Part, Written};
use crate::model::value::{Attr, Piece, Unknown, Value, Why, WhyCode};
use crate::source::Span;
use std::sync::Arc;
use unicode_segmentation::UnicodeSegmentation;

pub(super) const FUNCTIONS: &[Function] = &[
    known("upper", &[Text], |call| {
        mapped(call, |text| {
            // Letters whose capital is two letters stay.
            text.chars().map(|c| single(c.to_uppercase()).unwrap_or(c)).collect()
        })
    }),
    known("lower", &[Text], |call| {
        mapped(call, |text| text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect())
    }),
    known("title", &[Text], |call| mapped(call, title)),
    known("strrev", &[Text], |call| mapped(call, |text| text.graphemes(true).rev().collect())),
    known("trimspace", &[Text], |call| mapped(call, |text| text.trim().to_owned())),
    known("chomp", &[Text], |call| mapped(call, |text| text.trim_end_matches(['\n', '\r']).to_owned())),
    known("trim", &[Text, Text], |call| {
        let cut: Vec<char> = call.text(1)?.chars().collect();
        mapped(call, |text| text.trim_matches(|c| cut.contains(&c)).to_owned())
    }),
    known("trimprefix", &[Text, Text], |call| {
        let cut = call.text(1)?;
        mapped(call, |text| text.strip_prefix(&*cut).unwrap_or(text).to_owned())
    }),
    known("trimsuffix", &[Text, Text], |call| {
        let cut = call.text(1)?;
        mapped(call, |text| text.strip_suffix(&*cut).unwrap_or(text).to_owned())
    }),
    known("startswith", &[Text, Text], |call| Ok(Value::Bool(call.text(0)?.starts_with(&*call.text(1)?)))),
    known("endswith", &[Text, Text], |call| Ok(Value::Bool(call.text(0)?.ends_with(&*call.text(1)?)))),
    known("strcontains", &[Text, Text], |call| Ok(Value::Bool(call.text(0)?.contains(&*call.text(1)?)))),
    known("split", &[Text, Text], |call| {
        let (separator, text) = (call.text(0)?, call.text(1)?);
        let parts: Vec<Value> = match (separator.is_empty(), text.is_empty()) {
            (false, true) => vec![Value::string("")],
            (true, _) => text.chars().map(|c| Value::string(c.to_string())).collect(),
            _ => text.split(&*separator).map(Value::string).collect(),
        };
        Ok(call.list_of(parts))
    }),
    known("substr", &[Text, Number, Number], substr),
    known("replace", &[Text, Text, Text], replace),
    known("indent", &[Number, Text], indent),
    known("basename", &[Text], |call| mapped(call, |path| parts(path).1.to_owned())),
    known("dirname", &[Text], |call| mapped(call, |path| cleaned(parts(path).0))),
    // These depend on the machine, unless nothing is to be done.
    unknown("abspath", &[Text]),
    known("pathexpand", &[Text], |call| match &*call.text(0)? {
        home if home.starts_with('~') => Err(WhyCode::NotEvaluated),
        path => Ok(Value::string(path)),
    }),
    partial("join", &[Text, Rest(&Texts)], join),
];

fn mapped(call: &Call<'_, '_, '_>, f: impl Fn(&str) -> String) -> Outcome<Value> {
    Ok(Value::string(f(&call.text(0)?)))
}

fn single<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}

/// Folder with its slash, and name; the name of nothing is `.`.
fn parts(path: &str) -> (&str, &str) {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ("", "."),
        "" => ("/", "/"),
        plain => {
            let name = plain.rsplit('/').next().unwrap_or(plain);
            // A slash at the end makes all of it the folder.
            let folder = if plain.len() < path.len() { path } else { plain.strip_suffix(name).unwrap_or_default() };
            (folder, name)
        }
    }
}

/// The shortest path that means the same.
fn cleaned(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let is_absolute = path.starts_with('/');
    for part in path.split('/') {
        match (part, kept.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                kept.pop();
            }
            ("..", None) if is_absolute => {}
            _ => kept.push(part),
        }
    }
    match (is_absolute, kept.is_empty()) {
        (true, _) => format!("/{}", kept.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => kept.join("/"),
    }
}

fn title(text: &str) -> String {
    let mut start = true;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if start {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        start = !c.is_alphanumeric() && c != '_';
    }
    out
}

/// Offsets and lengths count what a reader takes for one character.
fn substr(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    let text = call.text(0)?;
    let all: Vec<&str> = text.graphemes(true).collect();
    let (offset, length) = (call.int(1)?, call.int(2)?);
    let count = all.len() as i64;
    let start = if offset < 0 { (count + offset).max(0) } else { offset.min(count) };
    let end = if length < 0 { count } else { start.saturating_add(length).min(count) };
    let range = usize::try_from(start).map_err(|_| INVALID)?..usize::try_from(end).map_err(|_| INVALID)?;
    Ok(Value::string(all.get(range).unwrap_or_default().concat()))
}

/// Plain text, or a regular expression between slashes.
fn replace(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    let (text, pattern, with) = (call.text(0)?, call.text(1)?, call.text(2)?);
    if text.len().saturating_add(1).saturating_mul(with.len() + 1) > MAX_STRING * 4 {
        return Err(WhyCode::LimitReached);
    }
    let slashed = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    match slashed {
        Some(pattern) => {
            let pattern = super::regular::compile(pattern)?;
            // `$1` is followed by anything in Terraform, and names extend as far as they can in both.
            Ok(Value::string(pattern.replace_all(&text, &*with).into_owned()))
        }
        None => Ok(Value::string(text.replace(&*pattern, &with))),
    }
}

fn indent(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    let spaces = usize::try_from(call.int(0)?).map_err(|_| INVALID)?;
    let text = call.text(1)?;
    let lines = text.bytes().filter(|b| *b == b'\n').count();
    if spaces.saturating_mul(lines) > MAX_STRING {
        return Err(WhyCode::LimitReached);
    }
    Ok(Value::string(text.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

/// A text while it is put together.
#[derive(Default)]
struct Joined {
    pieces: Vec<Piece>,
    written: Vec<Part>,
    bytes: usize,
}

impl Joined {
    fn push(&mut self, call: &Call<'_, '_, '_>, part: &Attr) -> Outcome<()> {
        let added = pieces_of(call.env, &part.value, part.at);
        let size = |piece: &Piece| if let Piece::Known(text) = piece { text.len() } else { 1 };
        self.bytes += added.iter().map(size).sum::<usize>();
        if self.bytes > MAX_STRING {
            return Err(WhyCode::LimitReached);
        }
        self.written.extend(Part::of(part, &added));
        self.pieces.extend(added);
        Ok(())
    }

    fn hole(&mut self, unknown: Unknown, at: Span) {
        let piece = Piece::Hole(Unknown { may_be_absent: false, ..unknown.clone() });
        self.written.extend(Part::of(&Attr::new(Value::Unknown(unknown), at), std::slice::from_ref(&piece)));
        self.pieces.push(piece);
    }

    /// What it was made of, where that may be a program or a document.
    fn made(&mut self, separator: &Value) -> Option<Arc<Made>> {
        let may_be = separator.as_str().is_some_and(|text| text.contains('\n'))
            || self.written.iter().any(|part| !matches!(part.how, Written::Inserted(_)));
        may_be.then(|| Arc::new(Made::Joined(std::mem::take(&mut self.written).into())))
    }
}

/// Known elements, with holes between them where there are others.
fn join(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let separator = Attr { at: call.here, ..call.arg(0)?.clone() };
    call.arg(1)?;
    let mut joined = Joined::default();
    // A hole for elements stands for the separators around them too.
    let mut is_apart = true;
    let mut sensitive = false;
    let hole = |why: &Why| Unknown { why: why.clone(), may_be_absent: false, refers_to: None };
    for arg in call.args.iter().skip(1) {
        let list = match &arg.value {
            Value::List(list) => list,
            // One list known by nothing but its resource is still that resource's attribute.
            Value::Unknown(unknown) if call.args.len() == 2 => {
                let unknown = Unknown { may_be_absent: false, ..unknown.clone() };
                return Ok(call.made(Value::Unknown(unknown)));
            }
            Value::Unknown(unknown) => {
                joined.hole(unknown.clone(), arg.at);
                is_apart = true;
                continue;
            }
            _ => return Err(INVALID),
        };
        for item in list.items.iter() {
            sensitive |= item.sensitive;
            match &list.open {
                _ if matches!(item.value, Value::Null) => return Err(INVALID),
                // There may be others anywhere between.
                Some(why) => joined.hole(hole(why), arg.at),
                None if !is_apart => joined.push(call, &separator)?,
                None => {}
            }
            is_apart = false;
            // An empty element still takes its place between separators.
            joined.push(call, item)?;
        }
        if let Some(why) = &list.open {
            joined.hole(hole(why), arg.at);
            is_apart = true;
        }
    }
    let made = joined.made(&separator.value);
    let text = call.made(Value::from_pieces(joined.pieces));
    Ok(Attr { made, sensitive: text.sensitive || sensitive, ..text })
}
