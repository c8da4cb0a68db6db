//! Placeholders that people leave in documents for a script, a template engine or a state machine to fill in.
//!
//! Called by the frontends of such documents for every node. It must not know what a document means.

use crate::input::tree::Node;
use crate::model::value::{Piece, Unknown, Value, Why, WhyCode};
use crate::source::Span;

/// Bytes a placeholder may take.
const MAX_PLACEHOLDER: usize = 200;

/// The value of a node with placeholders: `{{ name }}`, `{% expression %}`, `${name}`, `$NAME`, `<your-role>`. `None`
/// for any other node.
pub fn read(node: &Node) -> Option<Value> {
    let at = node.span();
    // An unquoted `{{ name }}` is a mapping with a mapping for a key to YAML.
    if let [(key, value)] = node.pairs() {
        return (key.is_mapping() && value.is_null()).then(|| Value::unknown(why("{{ … }}", at)));
    }
    in_text(node.as_str()?, at)
}

/// The value of a text with placeholders; `None` for any other text.
pub fn in_text(text: &str, at: Span) -> Option<Value> {
    let mut pieces = Vec::new();
    let (mut copied, mut at_byte) = (0, 0);
    while let Some(found) = text.get(at_byte..).and_then(|rest| rest.find(['{', '$', '<'])) {
        let start = at_byte + found;
        let Some(placeholder) = placeholder_at(text, start) else {
            at_byte = start + 1;
            continue;
        };
        pieces.push(Piece::Known(text.get(copied..start)?.into()));
        let why = why(placeholder, at);
        pieces.push(Piece::Hole(Unknown { why, may_be_absent: false, refers_to: None }));
        at_byte = start + placeholder.len();
        copied = at_byte;
    }
    pieces.push(Piece::Known(text.get(copied..)?.into()));
    (pieces.len() > 1).then(|| Value::from_pieces(pieces))
}

fn why(what: &str, at: Span) -> Why {
    Why::new(WhyCode::NotEvaluated, what, at)
}

/// The placeholder that begins at a byte, if one does.
fn placeholder_at(text: &str, start: usize) -> Option<&str> {
    let rest = text.get(start..)?;
    let pairs = [("{{", "}}"), ("{%", "%}"), ("${", "}"), ("<", ">")];
    let Some((open, close)) = pairs.into_iter().find(|(open, _)| rest.starts_with(open)) else {
        return shell_variable(rest);
    };
    let window = rest.as_bytes().get(open.len()..rest.len().min(MAX_PLACEHOLDER))?;
    let inner = window.windows(close.len()).position(|bytes| bytes == close.as_bytes())?;
    let name = rest.get(open.len()..open.len() + inner)?;
    // `(?<name>…)` is a group of a regular expression.
    let group = start.checked_sub(1).and_then(|before| text.as_bytes().get(before)) == Some(&b'?');
    let meant = open != "<" || (is_name(name) && !group);
    rest.get(..open.len() + inner + close.len()).filter(|_| meant)
}

/// `$BUCKET_NAME`: the upper case of a script's variables, since `$` ends regular expressions and begins paths.
fn shell_variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix('$').filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))?;
    let end = name.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).unwrap_or(name.len());
    text.get(..=end).filter(|_| end > 1)
}

/// Whether what stands in angle brackets is a name rather than a comparison or markup.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic()) && text.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c))
}
