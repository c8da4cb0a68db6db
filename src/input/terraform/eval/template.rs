//! Templates: quoted strings with interpolation, heredocs, `templatefile`.
//!
//! Unknown parts leave holes in the text. Called by `expr` and by the function `templatefile`.

use super::{Env, Frame, built, operators, over_alternatives};
use crate::input::terraform::eval::for_expr::{Elements, elements};
use crate::input::terraform::run::MAX_STRING;
use crate::model::made::{Made, Part, Written};
use crate::model::value::{Attr, Piece, Unknown, Value, WhyCode};
use crate::source::Span;
use hcl_edit::template::{Directive, Element, ForDirective, IfDirective, Strip, Template};
use std::sync::Arc;

/// What a template has produced so far.
struct Output {
    pieces: Vec<Piece>,
    written: Vec<Part>,
    parts: Vec<Attr>,
    bytes: usize,
    /// How its literal text is written.
    literal: Written,
}

/// The value of a template. A single interpolation alone is the value itself, of any type.
pub fn eval(env: &Env<'_, '_>, template: &Template, here: Span) -> Attr {
    if let Some(Element::Interpolation(only)) = template.as_single_element() {
        let inner = env.eval(&only.expr);
        return Attr { at: here, ..inner };
    }
    let literal = if env.text.slice(here).starts_with('"') { Written::Escaped } else { Written::Plain };
    let mut output = Output { pieces: Vec::new(), written: Vec::new(), parts: Vec::new(), bytes: 0, literal };
    render(env, template, &mut output);
    env.run.charge(output.bytes / 64);
    if output.bytes > MAX_STRING {
        return built(here, env.unknown(WhyCode::LimitReached, here), &output.parts);
    }
    let value = text_of(env, output.pieces, &output.parts, here);
    Attr { made: document(output.written), ..built(here, value, &output.parts) }
}

/// What the text was made of, if it may be a document.
fn document(written: Vec<Part>) -> Option<Arc<Made>> {
    let may_be = |part: &Part| matches!(&part.piece, Piece::Known(text) if text.contains(['\n', '{']));
    written.iter().any(may_be).then(|| Arc::new(Made::Joined(written.into())))
}

/// The text of the pieces; where exactly one part is one of several, one of several texts.
fn text_of(env: &Env<'_, '_>, pieces: Vec<Piece>, parts: &[Attr], here: Span) -> Value {
    let mut choices = parts.iter().filter(|part| matches!(part.value, Value::OneOf(_)));
    let (Some(choice), None) = (choices.next(), choices.next()) else { return Value::from_pieces(pieces) };
    let why = env.why(WhyCode::UnknownCondition, here);
    let is_choice = |piece: &Piece| matches!(piece, Piece::Hole(hole) if hole.why.at == Some(choice.at));
    over_alternatives(std::slice::from_ref(choice), here, &why, &mut |chosen| {
        let chosen = chosen.first().map(|one| &one.value);
        Value::from_pieces(pieces.iter().flat_map(|piece| match chosen {
            Some(value) if is_choice(piece) => pieces_of(env, value, choice.at),
            _ => vec![piece.clone()],
        }))
    })
}

fn render(env: &Env<'_, '_>, template: &Template, output: &mut Output) {
    let elements: Vec<&Element> = template.iter().collect();
    for (at, element) in elements.iter().enumerate() {
        if output.bytes > MAX_STRING {
            return;
        }
        match element {
            Element::Literal(literal) => {
                let before = at.checked_sub(1).and_then(|before| elements.get(before)).map(|e| strips(e).1);
                let after = elements.get(at + 1).map(|e| strips(e).0);
                let mut text = literal.value().as_str();
                if before == Some(true) {
                    text = text.trim_start();
                }
                if after == Some(true) {
                    text = text.trim_end();
                }
                output.text(text, env.span(literal));
            }
            Element::Interpolation(inner) => {
                let part = env.eval(&inner.expr);
                output.value(env, part);
            }
            Element::Directive(directive) => match &**directive {
                Directive::If(choice) => if_directive(env, choice, output),
                Directive::For(each) => for_directive(env, each, output),
            },
        }
    }
}

/// Whether an element strips the space before and after itself.
fn strips(element: &Element) -> (bool, bool) {
    let outer = |first: Strip, last: Strip| (first.strip_start(), last.strip_end());
    match element {
        Element::Literal(_) => (false, false),
        Element::Interpolation(inner) => outer(inner.strip, inner.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(choice) => outer(choice.if_expr.strip, choice.endif_expr.strip),
            Directive::For(each) => outer(each.for_expr.strip, each.endfor_expr.strip),
        },
    }
}

fn if_directive(env: &Env<'_, '_>, choice: &IfDirective, output: &mut Output) {
    let condition = env.eval(&choice.if_expr.cond_expr);
    match operators::truth(&condition.value) {
        Some(true) => render(env, &choice.if_expr.template, output),
        Some(false) => choice.else_expr.iter().for_each(|other| render(env, &other.template, output)),
        None => output.hole(env, WhyCode::UnknownCondition, condition.at),
    }
    output.parts.push(condition);
}

fn for_directive(env: &Env<'_, '_>, each: &ForDirective, output: &mut Output) {
    let intro = &each.for_expr;
    let collection = env.eval(&intro.collection_expr);
    let Some(Elements { items, open }) = elements(&collection) else {
        return output.hole(env, WhyCode::UnknownCondition, collection.at);
    };
    for (key, value) in items {
        let Some(_level) = env.run.enter() else {
            return output.hole(env, WhyCode::LimitReached, collection.at);
        };
        let outer = env.frame;
        let key_frame = intro.key_var.as_ref().map(|name| Frame { name: name.as_str(), value: key, up: outer });
        let frame = Frame { name: intro.value_var.as_str(), value, up: key_frame.as_ref().or(outer) };
        render(&env.with(&frame), &intro.template, output);
        if output.bytes > MAX_STRING {
            return;
        }
    }
    if open.is_some() {
        output.hole(env, WhyCode::UnknownCondition, collection.at);
    }
}

impl Output {
    fn text(&mut self, text: &str, at: Span) {
        self.bytes += text.len();
        let piece = Piece::Known(text.into());
        self.pieces.push(piece.clone());
        self.written.push(Part { piece, at, how: self.literal.clone() });
    }

    fn hole(&mut self, env: &Env<'_, '_>, code: WhyCode, at: Span) {
        let inserted = Attr::new(env.unknown(code, at), at);
        let unknown = Unknown { why: env.why(code, at), may_be_absent: false, refers_to: None };
        self.pieces.push(Piece::Hole(unknown.clone()));
        self.written.push(Part { piece: Piece::Hole(unknown), at, how: Written::Inserted(inserted) });
    }

    fn value(&mut self, env: &Env<'_, '_>, part: Attr) {
        let pieces = pieces_of(env, &part.value, part.at);
        let size = |piece: &Piece| if let Piece::Known(text) = piece { text.len() } else { 1 };
        self.bytes += pieces.iter().map(size).sum::<usize>();
        // Whoever reads the document takes what was printed, which is one part, however much of it is known.
        let is_printed = matches!(part.made.as_deref(), Some(Made::Printed(_)));
        let shown = if is_printed { pieces.get(..1).unwrap_or_default() } else { &pieces };
        for piece in shown {
            self.written.push(Part { piece: piece.clone(), at: part.at, how: Written::Inserted(part.clone()) });
        }
        self.pieces.extend(pieces);
        self.parts.push(part);
    }
}

/// A value as part of a text. A collection cannot be one.
pub fn pieces_of(env: &Env<'_, '_>, value: &Value, at: Span) -> Vec<Piece> {
    let hole = |code| Unknown { why: env.why(code, at), may_be_absent: false, refers_to: None };
    match value {
        Value::Text(pieces) => pieces.to_vec(),
        Value::Unknown(unknown) => vec![Piece::Hole(Unknown { may_be_absent: false, ..unknown.clone() })],
        Value::OneOf(_) => vec![Piece::Hole(hole(WhyCode::UnknownCondition))],
        Value::Null | Value::List(_) | Value::Map(_) => vec![Piece::Hole(hole(WhyCode::InvalidExpression))],
        scalar => vec![Piece::Known(scalar.scalar_text().unwrap_or_default())],
    }
}
