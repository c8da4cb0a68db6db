//! YAML text from values and back, as Terraform writes and reads it.

use super::{Call, INVALID, Outcome, json};
use crate::input::terraform::eval::first_why;
use crate::input::terraform::eval::for_expr::by_key;
use crate::input::terraform::run::MAX_STRING;
use crate::input::tree::{Kind, Node, Schema, Style, TreeError};
use crate::model::value::{Attr, Piece, Str, Value, Why, WhyCode};
use crate::source::{EmbeddedKind, SourceId, SourceMap, Span};
use std::collections::HashMap;

/// The pieces of a value's YAML text; unknown parts are holes.
pub(super) fn pieces(value: &Value) -> Outcome<Vec<Piece>> {
    let mut out = Vec::new();
    write(value, 0, &mut out)?;
    if matches!(value, Value::Null | Value::Bool(_) | Value::Number(_)) {
        out.push(Piece::Known("...\n".into()));
    }
    Ok(out)
}

fn push(out: &mut Vec<Piece>, text: &str) -> Outcome<()> {
    // Each part is short, so counting parts bounds the whole.
    if out.len() > MAX_STRING / 16 {
        return Err(WhyCode::LimitReached);
    }
    out.push(Piece::Known(text.into()));
    Ok(())
}

/// What stands before an element: others that are not known, or the indentation of all but the first.
fn before<'p>(out: &mut Vec<Piece>, at: usize, pad: &'p str, open: Option<&Why>) -> &'p str {
    out.extend(open.cloned().map(Piece::hole));
    if at > 0 && open.is_none() { pad } else { "" }
}

/// Writes a value whose first line continues the current one.
fn write(value: &Value, indent: usize, out: &mut Vec<Piece>) -> Outcome<()> {
    let pad = " ".repeat(indent);
    match value {
        Value::List(list) if !list.items.is_empty() || list.open.is_some() => {
            for (at, item) in list.items.iter().enumerate() {
                let pad = before(out, at, &pad, list.open.as_ref());
                push(out, &format!("{pad}- "))?;
                write(&item.value, indent + 2, out)?;
            }
            out.extend(list.open.iter().cloned().map(Piece::hole));
            Ok(())
        }
        Value::Map(map) if !map.entries.is_empty() || map.open.is_some() => {
            for (at, (key, entry)) in by_key(map).into_iter().enumerate() {
                let start = before(out, at, &pad, map.open.as_ref());
                push(out, &format!("{start}{}:", quoted(key)))?;
                match &entry.value {
                    Value::Map(inner) if !inner.entries.is_empty() => {
                        push(out, &format!("\n{pad}  "))?;
                        write(&entry.value, indent + 2, out)?;
                    }
                    Value::List(inner) if !inner.items.is_empty() => {
                        push(out, &format!("\n{pad}"))?;
                        write(&entry.value, indent, out)?;
                    }
                    // A collection would start on the next line.
                    Value::Unknown(_) | Value::OneOf(_) => {
                        out.extend(first_why(&entry.value).map(Piece::hole));
                        push(out, "\n")?;
                    }
                    other => {
                        push(out, " ")?;
                        write(other, indent + 2, out)?;
                    }
                }
            }
            out.extend(map.open.iter().cloned().map(Piece::hole));
            Ok(())
        }
        Value::String(text) if is_block(text) => push(out, &block(text, indent.max(2))),
        Value::String(text) => push(out, &format!("{}\n", folded(&quoted(text), indent))),
        // How a text is written depends on all of it.
        Value::Text(_) => {
            out.extend(first_why(value).map(Piece::hole));
            push(out, "\n")
        }
        scalar => {
            out.extend(json::pieces(scalar)?);
            push(out, "\n")
        }
    }
}

/// Whether a text is written as a `|` block: several lines of what prints, none with space at its end.
fn is_block(text: &str) -> bool {
    let prints = text.chars().all(|c| c == '\n' || !needs_escape(c));
    text.contains('\n') && prints && !text.contains(" \n") && !text.ends_with(' ') && !text.starts_with("\n\n\n")
}

fn block(text: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let hint = if text.starts_with([' ', '\n']) { "2" } else { "" };
    let chomp = match text.strip_suffix('\n') {
        None => "-",
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => "+",
        Some(_) => "",
    };
    let mut out = format!("|{hint}{chomp}\n");
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            out.push_str(&pad);
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// A text in double quotes.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\u{1b}' => out.push_str("\\e"),
            '\u{85}' => out.push_str("\\N"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            c if !needs_escape(c) => out.push(c),
            c => out.push_str(&match u32::from(c) {
                code @ ..=0xff => format!("\\x{code:02X}"),
                code @ ..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            }),
        }
    }
    out + "\""
}

fn needs_escape(c: char) -> bool {
    !matches!(c, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// A quoted text broken at a space once its line has passed column 80.
fn folded(quoted: &str, indent: usize) -> String {
    const WIDTH: usize = 80;
    if quoted.len() <= WIDTH {
        return quoted.to_owned();
    }
    let (mut out, mut column) = (String::with_capacity(quoted.len()), indent);
    let chars: Vec<char> = quoted.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let inside = at > 1 && at + 2 < chars.len();
        if *c == ' ' && inside && column > WIDTH && chars.get(at + 1) != Some(&' ') {
            let indent = indent.max(2);
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else {
            out.push(*c);
            column += 1;
        }
    }
    out
}

/// How the text of a document is read.
type Parse<'a> = &'a dyn Fn(&SourceMap, SourceId) -> Result<Node, TreeError>;

/// The document that the first argument is, as a value whose parts all stand at the call.
pub(super) fn parsed(call: &Call<'_, '_, '_>, parse: Parse<'_>, plain: Plain) -> Outcome<Value> {
    let text = call.text(0)?;
    call.env.run.charge(text.len() / 64);
    let sources = call.env.run.context.sources;
    let source = sources.embed(call.here, EmbeddedKind::Document, text, Vec::new());
    let document = parse(sources, source).map_err(|_| INVALID)?;
    Reader { here: call.here, plain, shared: HashMap::new() }.value(&document)
}

/// What a scalar means.
type Plain = fn(&Node) -> Outcome<Value>;

struct Reader {
    here: Span,
    plain: Plain,
    /// Values of aliased nodes by identity.
    shared: HashMap<usize, Value>,
}

impl Reader {
    fn value(&mut self, node: &Node) -> Outcome<Value> {
        if let Some(value) = self.shared.get(&node.identity()).filter(|_| node.is_alias()) {
            return Ok(value.clone());
        }
        let value = match node.kind() {
            Kind::Scalar(_) => (self.plain)(node)?,
            Kind::Sequence(items) => {
                let items = items.iter().map(|item| Ok(Attr::new(self.value(item)?, self.here)));
                Value::list(items.collect::<Outcome<Vec<_>>>()?)
            }
            Kind::Mapping(_) => {
                let mut entries: Vec<(Str, Attr)> = Vec::new();
                for (key, value) in node.entries() {
                    let key = (self.plain)(key)?.scalar_text().ok_or(INVALID)?;
                    entries.push((key, Attr::new(self.value(value)?, self.here)));
                }
                Value::map(super::deduplicated(entries.into_iter()))
            }
        };
        if node.is_alias() {
            self.shared.insert(node.identity(), value.clone());
        }
        Ok(value)
    }
}

/// The value of a scalar in JSON.
pub(super) fn json_scalar(node: &Node) -> Outcome<Value> {
    Ok(match Schema::Core.read(node).ok_or(INVALID)? {
        // It prints as the number it is.
        Value::Number(number) => Value::number(number.number),
        other => other,
    })
}

/// The value of a scalar in YAML: numbers as YAML 1.2 has them, truths as 1.1 does.
pub(super) fn yaml_scalar(node: &Node) -> Outcome<Value> {
    let scalar = node.scalar().ok_or(INVALID)?;
    match node.tag() {
        None => {}
        Some("!!str" | "!!int" | "!!float" | "!!bool" | "!!binary" | "!!timestamp") => {
            return Ok(Value::String(Str::clone(&scalar.text)));
        }
        Some("!!null") => return Ok(Value::Null),
        Some(_) => return Err(INVALID),
    }
    if scalar.style != Style::Plain {
        return Ok(Value::String(Str::clone(&scalar.text)));
    }
    let text = &*scalar.text;
    Ok(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Err(INVALID),
        _ if is_date(text) => Value::string(format!("{text}T00:00:00Z")),
        _ => return json_scalar(node),
    })
}

fn is_date(text: &str) -> bool {
    let shape = |(at, c): (usize, char)| if matches!(at, 4 | 7) { c == '-' } else { c.is_ascii_digit() };
    text.len() == 10 && text.char_indices().all(shape)
}
