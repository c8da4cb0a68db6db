//! The literal text of templates: strip markers, the indentation of heredocs, escapes.
//!
//! Called by `template` before it renders. A template is looked at as a flat row of tokens, directives and what is
//! inside them alike, because that is how the language defines it. It must not evaluate anything.

use super::Env;
use crate::model::value::Str;
use hcl_edit::Span as _;
use hcl_edit::template::{Directive, Element, Strip, Template};
use std::collections::HashMap;

/// How a template is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In quotes, with escapes.
    Quoted,
    /// A heredoc; `<<-` takes the common indentation away.
    Heredoc {
        /// `<<-`.
        flush: bool,
    },
    /// A text of its own.
    Bare,
}

/// What each literal of a template really says, by where it starts.
pub struct Literals(HashMap<usize, Str>);

enum Token {
    /// Part of a literal: one line of it, except in quotes.
    Text { start: usize, text: String },
    /// An interpolation or a directive, with its strip markers.
    Mark(Strip),
}

impl Literals {
    /// The literals of a template in this form.
    pub fn of(env: &Env<'_, '_>, template: &Template, form: Form) -> Literals {
        if let Some(Element::Literal(_)) = template.as_single_element() {
            return Literals(HashMap::new());
        }
        let mut tokens = Vec::new();
        collect(env, template, form, true, &mut tokens);
        strip(&mut tokens);
        if form == (Form::Heredoc { flush: true }) {
            flush(&mut tokens);
        }
        let mut texts: HashMap<usize, String> = HashMap::new();
        for token in tokens {
            if let Token::Text { start, text } = token {
                texts.entry(start).or_default().push_str(&text);
            }
        }
        Literals(texts.into_iter().map(|(start, text)| (start, text.into())).collect())
    }

    /// What a literal says.
    pub fn text<'l>(&'l self, literal: &'l hcl_edit::repr::Spanned<String>) -> &'l str {
        let start = literal.span().map_or(0, |span| span.start);
        self.0.get(&start).map_or(literal.value().as_str(), |text| text)
    }
}

fn collect(env: &Env<'_, '_>, template: &Template, form: Form, is_outermost: bool, out: &mut Vec<Token>) {
    for element in template.iter() {
        match element {
            Element::Literal(literal) => {
                let start = literal.span().map_or(0, |span| span.start);
                let raw = || env.text.slice(env.span(literal)).replace("$${", "${").replace("%%{", "%{");
                match form {
                    Form::Quoted if is_outermost => out.push(Token::Text { start, text: literal.value().clone() }),
                    Form::Quoted => out.push(Token::Text { start, text: unescaped(literal.value()) }),
                    // Of each line its own token, with the line's end.
                    _ => out.extend(raw().split_inclusive('\n').map(|line| Token::Text { start, text: line.into() })),
                }
            }
            Element::Interpolation(inner) => out.push(Token::Mark(inner.strip)),
            Element::Directive(directive) => match &**directive {
                Directive::If(choice) => {
                    out.push(Token::Mark(choice.if_expr.strip));
                    collect(env, &choice.if_expr.template, form, false, out);
                    if let Some(other) = &choice.else_expr {
                        out.push(Token::Mark(other.strip));
                        collect(env, &other.template, form, false, out);
                    }
                    out.push(Token::Mark(choice.endif_expr.strip));
                }
                Directive::For(each) => {
                    out.push(Token::Mark(each.for_expr.strip));
                    collect(env, &each.for_expr.template, form, false, out);
                    out.push(Token::Mark(each.endfor_expr.strip));
                }
            },
        }
    }
}

/// A marker strips the space of the token next to it.
fn strip(tokens: &mut [Token]) {
    for at in 0..tokens.len() {
        let Some(Token::Mark(strip)) = tokens.get(at) else { continue };
        let (before, after) = (strip.strip_start(), strip.strip_end());
        if let (true, Some(Token::Text { text, .. })) = (before, at.checked_sub(1).and_then(|at| tokens.get_mut(at))) {
            text.truncate(text.trim_end().len());
        }
        if let (true, Some(Token::Text { text, .. })) = (after, tokens.get_mut(at + 1)) {
            *text = text.trim_start().to_owned();
        }
    }
}

/// Takes away the indentation that all lines share. Blank lines do not count.
fn flush(tokens: &mut [Token]) {
    let spaces = |text: &str| text.chars().take_while(|c| c.is_whitespace()).count();
    let mut shared = usize::MAX;
    let mut starts = Vec::new();
    let mut is_start = true;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Text { text, .. } => {
                if is_start && !(text.trim().is_empty() && text.ends_with('\n')) {
                    shared = shared.min(spaces(text));
                    starts.push(at);
                }
                is_start = text.ends_with('\n');
            }
            Token::Mark(_) if is_start => {
                shared = 0;
                is_start = false;
            }
            Token::Mark(_) => {}
        }
    }
    for at in starts {
        if let Some(Token::Text { text, .. }) = tokens.get_mut(at) {
            *text = text.chars().skip(shared).collect();
        }
    }
}

/// Text with its escapes resolved; the parser resolves them outside directives only.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let escape = chars.next();
        let digits = match escape {
            Some('u') => 4,
            Some('U') => 8,
            _ => 0,
        };
        let hex: String = chars.by_ref().take(digits).collect();
        match escape {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u' | 'U') => out.extend(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32)),
            other => out.extend(other),
        }
    }
    out
}
