//! Templates: quoted strings with interpolation, heredocs, `templatefile`.
//!
//! Unknown parts leave holes in the text. Called by `expr` and by the function `templatefile`.

use super::literals::{Form, Literals};
use super::{Env, Frame, built, first_why, is_refused, operators, over_alternatives};
use crate::input::terraform::eval::for_expr::{Elements, elements};
use crate::input::terraform::run::MAX_STRING;
use crate::model::made::{Made, Part, Written};
use crate::model::value::{Attr, Piece, Unknown, Value, WhyCode};
use crate::source::Span;
use hcl_edit::repr::Spanned;
use hcl_edit::template::{Directive, Element, ForDirective, IfDirective, Template};
use std::sync::Arc;

/// What a template has produced so far.
struct Output {
    literals: Literals,
    pieces: Vec<Piece>,
    written: Vec<Part>,
    parts: Vec<Attr>,
    bytes: usize,
    /// How its literal text is written.
    literal: Written,
}

/// The value of a template. A single interpolation alone is the value itself, of any type.
pub fn eval(env: &Env<'_, '_>, template: &Template, form: Form, here: Span) -> Attr {
    if let Some(Element::Interpolation(only)) = template.as_single_element() {
        let inner = env.eval(&only.expr);
        return Attr { at: here, ..inner };
    }
    let literals = Literals::of(env, template, form);
    let literal = if form == Form::Quoted { Written::Escaped } else { Written::Plain };
    let mut output = Output { literals, pieces: Vec::new(), written: Vec::new(), parts: Vec::new(), bytes: 0, literal };
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
    let may_be = |part: &Part| matches!(&part.piece, Piece::Known(text) if text.contains(['\n', '{', ' ']));
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
    for element in template.iter() {
        if output.bytes > MAX_STRING {
            return;
        }
        match element {
            Element::Literal(literal) => output.literal(literal, env.span(literal)),
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

fn if_directive(env: &Env<'_, '_>, choice: &IfDirective, output: &mut Output) {
    let condition = env.eval(&choice.if_expr.cond_expr);
    match operators::condition(&condition.value) {
        Ok(true) => render(env, &choice.if_expr.template, output),
        Ok(false) => choice.else_expr.iter().for_each(|other| render(env, &other.template, output)),
        Err(code) => output.hole(env, code, condition.at),
    }
    output.parts.push(condition);
}

fn for_directive(env: &Env<'_, '_>, each: &ForDirective, output: &mut Output) {
    let intro = &each.for_expr;
    let collection = env.eval(&intro.collection_expr);
    let Some(Elements { items, open }) = elements(&collection) else {
        let is_known = first_why(&collection.value).is_none() || is_refused(&collection.value);
        let code = if is_known { WhyCode::InvalidExpression } else { WhyCode::UnknownCondition };
        return output.hole(env, code, collection.at);
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
    fn literal(&mut self, literal: &Spanned<String>, at: Span) {
        let text = self.literals.text(literal);
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
        self.written.extend(Part::of(&part, &pieces));
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
