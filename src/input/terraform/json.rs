//! The JSON syntax of the language, written as HCL so that everything else sees one syntax.
//!
//! Called by `parse` for files that end in `.json`. Which properties are blocks follows from the language itself; the
//! blocks of a resource become lists of objects, which have the same value. It must not evaluate anything.

use super::assembled::Assembled;
use crate::input::InputError;
use crate::input::tree::{self, Kind, Node, Style};
use crate::source::{SourceId, SourceMap, Span};
use std::ops::Range;
use std::sync::Arc;

/// Keys that hold a comment.
const COMMENT: &str = "//";

/// How strings are read.
#[derive(Clone, Copy)]
struct Strings<'t> {
    /// The file's text.
    file: &'t str,
    /// As templates; otherwise as they are: defaults of variables, variables files.
    are_templates: bool,
}

impl Strings<'_> {
    fn literal(self) -> Self {
        Strings { are_templates: false, ..self }
    }
}

/// Writes a JSON file as HCL.
pub fn to_hcl(sources: &SourceMap, source: SourceId, path: &Arc<str>) -> Result<Assembled, InputError> {
    let root = tree::parse_json(sources, source).map_err(|error| InputError {
        path: Arc::clone(path),
        span: Some(error.span),
        code: "syntax-error",
        message: format!("not valid JSON: {}", error.message),
    })?;
    let text = Arc::clone(&sources.get(source).text);
    let strings = Strings { file: &text, are_templates: true };
    let mut out = Assembled::default();
    if path.ends_with(".tfvars.json") {
        attributes(&mut out, &root, strings.literal());
        return Ok(out);
    }
    for (key, content) in one_or_many(&root).into_iter().flat_map(Node::entries) {
        let kind = key.as_str().unwrap_or_default();
        let labels = match kind {
            "locals" => 0,
            "variable" | "output" | "module" | "provider" => 1,
            "resource" | "data" | "ephemeral" => 2,
            // The rest speaks to Terraform itself.
            _ => continue,
        };
        blocks(&mut out, strings, (kind, labels), (key, content), &mut Vec::new());
    }
    Ok(out)
}

/// The node, or the elements of a list: JSON may repeat a block by listing its bodies.
fn one_or_many(node: &Node) -> Vec<&Node> {
    match node.kind() {
        Kind::Sequence(items) => items.iter().collect(),
        _ => vec![node],
    }
}

/// Blocks of one type below `content`, which nests one object for each label that is left.
fn blocks<'n>(
    out: &mut Assembled,
    strings: Strings<'_>,
    (kind, labels): (&str, usize),
    (key, content): (&'n Node, &'n Node),
    names: &mut Vec<&'n str>,
) {
    for node in one_or_many(content) {
        if labels == 0 {
            out.push_part(key.span().to(node.span()), |out| {
                out.push_part(key.span(), |out| header(out, kind, names));
                out.push(" {\n");
                block_body(out, strings, kind, node);
                out.push("}");
            });
            out.push("\n");
            continue;
        }
        for (label, inner) in node.entries() {
            let Some(name) = label.as_str().filter(|name| *name != COMMENT) else { continue };
            names.push(name);
            blocks(out, strings, (kind, labels - 1), (label, inner), names);
            names.pop();
        }
    }
}

fn header(out: &mut Assembled, kind: &str, names: &[&str]) {
    out.push(kind);
    for name in names {
        out.push(" \"");
        name.chars().for_each(|character| literal(out, character));
        out.push("\"");
    }
}

fn block_body(out: &mut Assembled, strings: Strings<'_>, kind: &str, body: &Node) {
    if kind != "variable" {
        return attributes(out, body, strings);
    }
    for (key, value) in body.entries() {
        match (key.as_str(), value.as_str()) {
            // A type is an expression in a string.
            (Some("type"), Some(written)) => attribute(out, key, |out| {
                out.push_part(value.span(), |out| out.push(written));
            }),
            (Some("default" | "nullable" | "sensitive" | "ephemeral"), _) => {
                attribute(out, key, |out| expression(out, value, strings.literal()));
            }
            _ => {}
        }
    }
}

/// The properties of a body as attributes; generated blocks as blocks.
fn attributes(out: &mut Assembled, body: &Node, strings: Strings<'_>) {
    for (key, value) in one_or_many(body).into_iter().flat_map(Node::entries) {
        match key.as_str() {
            Some("dynamic") if strings.are_templates && value.is_mapping() => dynamic(out, strings, value),
            Some(name) if is_identifier(name) => attribute(out, key, |out| expression(out, value, strings)),
            _ => {}
        }
    }
}

fn attribute(out: &mut Assembled, key: &Node, value: impl FnOnce(&mut Assembled)) {
    out.push_part(key.span(), |out| out.push(key.as_str().unwrap_or_default()));
    out.push(" = ");
    value(out);
    out.push("\n");
}

fn dynamic(out: &mut Assembled, strings: Strings<'_>, generated: &Node) {
    for (name, content) in generated.entries() {
        for node in one_or_many(content) {
            out.push_part(name.span().to(node.span()), |out| {
                out.push_part(name.span(), |out| header(out, "dynamic", &[name.as_str().unwrap_or_default()]));
                out.push(" {\n");
                for (key, value) in node.entries() {
                    match (key.as_str(), value.as_str()) {
                        (Some("content"), _) => {
                            out.push("content {\n");
                            attributes(out, value, strings);
                            out.push("}\n");
                        }
                        (Some("iterator"), Some(written)) => attribute(out, key, |out| out.push(written)),
                        (Some("for_each"), _) => attribute(out, key, |out| expression(out, value, strings)),
                        _ => {}
                    }
                }
                out.push("}");
            });
            out.push("\n");
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

fn expression(out: &mut Assembled, node: &Node, strings: Strings<'_>) {
    out.push_part(node.span(), |out| match node.kind() {
        Kind::Scalar(scalar) if scalar.style == Style::Plain => out.push(&scalar.text),
        Kind::Scalar(scalar) => string(out, node, &scalar.text, strings),
        Kind::Sequence(items) => {
            out.push("[");
            for item in items {
                expression(out, item, strings);
                out.push(", ");
            }
            out.push("]");
        }
        Kind::Mapping(_) => {
            out.push("{");
            for (key, value) in node.entries().into_iter().filter(|(key, _)| key.as_str() != Some(COMMENT)) {
                expression(out, key, strings);
                out.push(" = ");
                expression(out, value, strings);
                out.push(", ");
            }
            out.push("}");
        }
    });
}

/// A string as a quoted template. What stands unescaped inside an interpolation keeps its exact place.
fn string(out: &mut Assembled, node: &Node, text: &str, strings: Strings<'_>) {
    let span = node.content();
    let raw = strings.file.get(span.range()).unwrap_or_default();
    let places = places(text, raw);
    out.push("\"");
    let mut at = 0;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let opens = rest.starts_with("${") || rest.starts_with("%{");
        match opens {
            true if strings.are_templates => {
                let end = at + interpolation(rest);
                interpolated(out, text, &places, at..end, span);
                at = end;
                continue;
            }
            true => out.push(if character == '$' { "$$" } else { "%%" }),
            false => literal(out, character),
        }
        at += character.len_utf8();
    }
    out.push("\"");
}

/// The byte in `raw`, a quoted string, at which each byte of its text stands.
fn places(text: &str, raw: &str) -> Vec<usize> {
    let mut places = Vec::with_capacity(text.len());
    let mut at = 1;
    for character in text.chars() {
        places.extend((0..character.len_utf8()).map(|byte| at + byte));
        at += match (raw.as_bytes().get(at), raw.as_bytes().get(at + 1)) {
            (Some(b'\\'), Some(b'u')) if character.len_utf16() == 2 => 12,
            (Some(b'\\'), Some(b'u')) => 6,
            (Some(b'\\'), _) => 2,
            _ => character.len_utf8(),
        };
    }
    places
}

/// Copies an interpolation in runs that stand unescaped in the file.
fn interpolated(out: &mut Assembled, text: &str, places: &[usize], range: Range<usize>, string: Span) {
    let place = |at: usize| places.get(at).copied().unwrap_or_default();
    let mut start = range.start;
    for at in range.start + 1..=range.end {
        let is_run = at < range.end && place(at) == place(at - 1) + 1;
        if is_run || !text.is_char_boundary(at) {
            continue;
        }
        let outer = string.range().start + place(start);
        let run = text.get(start..at).unwrap_or_default();
        out.push_verbatim(run, Span::new(string.source, outer..outer + run.len()));
        start = at;
    }
}

/// Bytes of the interpolation or directive a text begins with.
fn interpolation(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    text.len()
}

fn literal(out: &mut Assembled, character: char) {
    match character {
        '"' => out.push("\\\""),
        '\\' => out.push("\\\\"),
        '\n' => out.push("\\n"),
        '\r' => out.push("\\r"),
        '\t' => out.push("\\t"),
        other => out.push(other.encode_utf8(&mut [0; 4])),
    }
}
