//! Strings put together from values that may be known only in part.
//!
//! Called by `intrinsic` and `evaluate`.

use crate::model::value::{Attr, MAX_ALTERNATIVES, Origin, Piece, Str, Unknown, Value, Why, WhyCode};
use crate::source::Span;

/// A part of the text of `Fn::Sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SubPart<'t> {
    /// Text that stays.
    Text(&'t str),
    /// `${Name}`.
    Name(&'t str),
    /// `${!Name}`, which yields `${Name}`.
    Literal(&'t str),
}

/// Splits the text of `Fn::Sub`; what is never closed stays as it is.
pub(super) fn split_sub(text: &str) -> Vec<SubPart<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("${") {
        let Some((name, after)) = from.split_once('}') else { break };
        parts.push(SubPart::Text(before));
        parts.push(match name.strip_prefix('!') {
            Some(literal) => SubPart::Literal(literal),
            None => SubPart::Name(name.trim()),
        });
        rest = after;
    }
    parts.push(SubPart::Text(rest));
    parts
}

/// One string from several values: alternatives multiply, what is unknown leaves a hole.
pub(super) fn concat(parts: impl IntoIterator<Item = Attr>, at: Span) -> Attr {
    let mut alternatives = vec![Partial::default()];
    let mut whole = Attr::new(Value::Null, at);
    let mut why = Why::new(WhyCode::UnknownCondition, "alternatives", at);
    for part in parts {
        whole.origin = whole.origin.join(&origin_of(&part));
        whole.sensitive |= part.sensitive;
        let choices: Vec<&Attr> = match &part.value {
            Value::OneOf(choices) => choices.iter().flatten().collect(),
            _ => vec![&part],
        };
        if let [only] = choices.as_slice() {
            alternatives.iter_mut().for_each(|partial| partial.push(&only.value, only.at));
        } else if choices.len() * alternatives.len() > MAX_ALTERNATIVES {
            why.at = Some(part.at);
            alternatives.iter_mut().for_each(|partial| partial.push_piece(hole(why.clone())));
        } else {
            let extend = |partial: &Partial, choice: &Attr| {
                let mut extended = partial.clone();
                extended.push(&choice.value, choice.at);
                extended
            };
            let all = alternatives.iter().flat_map(|partial| choices.iter().map(move |choice| extend(partial, choice)));
            alternatives = all.collect();
        }
    }
    let values = alternatives.into_iter().map(|partial| Some(Attr::new(partial.finish(), at)));
    whole.value = Value::one_of(values, why);
    whole
}

/// A string under construction.
#[derive(Clone, Default)]
struct Partial {
    pieces: Vec<Piece>,
    tail: String,
}

impl Partial {
    fn push(&mut self, value: &Value, at: Span) {
        match value {
            Value::Text(pieces) => pieces.iter().for_each(|piece| self.push_piece(piece.clone())),
            Value::Unknown(unknown) => self.push_piece(Piece::Hole(unknown.clone())),
            other => self.push_piece(match other.scalar_text() {
                Some(text) => Piece::Known(text),
                None => hole(Why::new(WhyCode::InvalidExpression, "a list or map inside a string", at)),
            }),
        }
    }

    fn push_piece(&mut self, piece: Piece) {
        match piece {
            Piece::Known(text) => self.tail.push_str(&text),
            Piece::Hole(_) => {
                self.flush();
                self.pieces.push(piece);
            }
        }
    }

    fn flush(&mut self) {
        self.pieces.push(Piece::Known(std::mem::take(&mut self.tail).into()));
    }

    fn finish(mut self) -> Value {
        self.flush();
        Value::from_pieces(self.pieces)
    }
}

/// Where a part of a string comes from; a literal inside the expression adds no place of its own.
fn origin_of(part: &Attr) -> Origin {
    match &part.value {
        Value::OneOf(choices) => {
            choices.iter().flatten().fold(part.origin.clone(), |origin, choice| origin.join(&choice.origin))
        }
        _ => part.origin.clone(),
    }
}

fn hole(why: Why) -> Piece {
    Piece::Hole(Unknown { why, may_be_absent: false, refers_to: None })
}

/// A literal in which `{{resolve:ssm:…}}` and its like are holes.
pub(super) fn with_dynamic_references(text: Str, at: Span) -> Value {
    if !text.contains("{{resolve:") {
        return Value::String(text);
    }
    let mut found = Vec::new();
    let mut rest = &*text;
    while let Some((before, (name, after))) =
        rest.split_once("{{resolve:").and_then(|(before, from)| Some((before, from.split_once("}}")?)))
    {
        found.push(Piece::Known(before.into()));
        found.push(hole(Why::new(WhyCode::LookedUpAtDeployment, format!("{{{{resolve:{name}}}}}"), at)));
        rest = after;
    }
    found.push(Piece::Known(rest.into()));
    Value::from_pieces(found)
}
