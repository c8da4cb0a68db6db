//! The intrinsic functions that make lists or look into them, and `Fn::ToJsonString`.
//!
//! Called by `intrinsic`. Of several alternatives each is taken by itself.

use super::evaluate::{Call, Evaluator};
use super::written;
use crate::input::tree::Node;
use crate::model::made::Made;
use crate::model::number::Number;
use crate::model::value::{Attr, List, Piece, Unknown, Value, Why, WhyCode};
use crate::source::Span;
use std::net::IpAddr;
use std::sync::Arc;

/// Blocks that `Fn::Cidr` may be asked for.
const MAX_BLOCKS: usize = 256;

impl Evaluator<'_> {
    /// `Fn::Join: [delimiter, list]`.
    pub fn join(&self, delimiter: &Node, list: &Node, call: &Call<'_>) -> Option<Attr> {
        let Some(delimiter) = self.text_of(delimiter) else { return Some(self.invalid(call)) };
        each(self.value(list)?, call.at, |list| match &list.value {
            Value::List(List { items, open: None, .. }) => {
                let between = || Attr::new(Value::String(delimiter.clone()), call.at);
                let parts = items.iter().enumerate().flat_map(|(at, item)| {
                    let gap = (at > 0).then(between);
                    gap.into_iter().chain(std::iter::once(item.clone()))
                });
                let parts: Vec<Attr> = parts.collect();
                let made = parts.iter().any(|part| part.made.is_some()).then(|| written::joined(&parts)).flatten();
                let joined = self.concat(parts, call.at);
                Some(Attr { origin: list.origin.join(&joined.origin), made, ..joined })
            }
            _ => Some(self.unclear(list, call)),
        })
    }

    /// `Fn::Select: [index, list]`.
    pub fn select(&self, index: &Node, list: &Node, call: &Call<'_>) -> Option<Attr> {
        let index = self.text_of(index).and_then(|index| index.parse::<usize>().ok());
        let Some(index) = index else { return Some(self.invalid(call)) };
        each(self.value(list)?, call.at, |list| match &list.value {
            Value::List(List { items, open: None, .. }) => match items.get(index) {
                Some(item) => {
                    let origin = list.origin.join(&item.origin);
                    Some(Attr { at: call.at, origin, sensitive: list.sensitive | item.sensitive, ..item.clone() })
                }
                None => Some(self.invalid(call)),
            },
            _ => Some(self.unclear(list, call)),
        })
    }

    /// `Fn::Split: [delimiter, text]`.
    pub fn split(&self, delimiter: &Node, text: &Node, call: &Call<'_>) -> Option<Attr> {
        let delimiter = self.text_of(delimiter).filter(|delimiter| !delimiter.is_empty());
        let Some(delimiter) = delimiter else { return Some(self.invalid(call)) };
        each(self.value(text)?, call.at, |text| match text.value.scalar_text() {
            Some(whole) => {
                self.run.spend(whole.len() * 8);
                let items = whole.split(&*delimiter).map(|part| Attr::new(Value::string(part), text.at)).collect();
                Some(Attr { value: Value::List(List { items, ..List::default() }), at: call.at, ..text.clone() })
            }
            None => Some(self.unclear(text, call)),
        })
    }

    /// `Fn::Length` of a list, or of the entries of a map.
    pub fn length(&self, call: &Call<'_>) -> Option<Attr> {
        let Some(argument) = self.argument(call) else { return Some(self.invalid(call)) };
        each(argument, call.at, |attr| match &attr.value {
            Value::List(List { items, open: None, .. }) => {
                let length = Value::number(Number::from(items.len() as i64));
                Some(Attr { value: length, at: call.at, ..attr.clone() })
            }
            _ => Some(self.unclear(attr, call)),
        })
    }

    /// `Fn::Cidr: [block, count, bits]`: the first blocks of a network, each with `bits` bits for hosts.
    pub fn cidr(&self, block: &Node, count: &Node, bits: Option<&Node>, call: &Call<'_>) -> Option<Attr> {
        let number = |node: &Node| self.text_of(node)?.parse::<usize>().ok();
        let count = number(count).filter(|count| (1..=MAX_BLOCKS).contains(count));
        each(self.value(block)?, call.at, |block| {
            let Some(text) = block.value.scalar_text() else { return Some(self.unclear(block, call)) };
            let bits = bits.map_or_else(|| Some(if text.contains(':') { 64 } else { 8 }), number);
            let blocks = count.zip(bits).and_then(|(count, bits)| subnets(&text, count, u32::try_from(bits).ok()?));
            let Some(blocks) = blocks else { return Some(self.invalid(call)) };
            let items = blocks.into_iter().map(|block| Attr::new(Value::string(block), call.at)).collect();
            Some(Attr { value: Value::List(List { items, ..List::default() }), at: call.at, ..block.clone() })
        })
    }

    /// `Fn::ToJsonString`: what is not known leaves holes in the text.
    pub fn to_json(&self, call: &Call<'_>) -> Option<Attr> {
        let argument = self.argument(call)?;
        let mut parts = Vec::new();
        let text = match json_parts(&argument, &mut parts) {
            true => self.concat(parts, call.at),
            false => Attr::unknown(Why::new(WhyCode::NotEvaluated, "Fn::ToJsonString", call.at), call.at),
        };
        Some(Attr { made: Some(Arc::new(Made::Printed(argument))), ..text })
    }

    /// The result of a function over something it cannot look into; it links nowhere.
    fn unclear(&self, operand: &Attr, call: &Call<'_>) -> Attr {
        match &operand.value {
            Value::Unknown(inner) => {
                let unknown = Unknown { refers_to: None, ..inner.clone() };
                Attr { value: Value::Unknown(unknown), at: call.at, ..operand.clone() }
            }
            Value::Text(_) | Value::List(_) => {
                Attr::unknown(Why::new(WhyCode::NotEvaluated, format!("Fn::{}", call.name), call.at), call.at)
            }
            _ => self.invalid(call),
        }
    }
}

/// Applies a function to a value, or to each of its alternatives.
pub(super) fn each(attr: Attr, at: Span, apply: impl Fn(&Attr) -> Option<Attr>) -> Option<Attr> {
    let Value::OneOf(choices) = &attr.value else { return apply(&attr) };
    let why = Why::new(WhyCode::UnknownCondition, "alternatives", at);
    let results = choices.iter().map(|choice| choice.as_ref().and_then(&apply));
    Some(Attr { value: Value::one_of(results, why), at, ..attr.clone() })
}

/// The first `count` blocks of a network that leave `bits` bits for hosts.
fn subnets(block: &str, count: usize, bits: u32) -> Option<Vec<String>> {
    let (address, prefix) = block.split_once('/')?;
    let (address, width) = match address.parse().ok()? {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    let prefix = prefix.parse::<u32>().ok().filter(|prefix| *prefix <= width)?;
    let length = width.checked_sub(bits).filter(|length| *length >= prefix && bits < 128)?;
    let room = width - prefix;
    let network = if room >= 128 { 0 } else { address >> room << room };
    let fits = length - prefix >= usize::BITS || count <= 1usize.checked_shl(length - prefix).unwrap_or(usize::MAX);
    let subnet = |at: usize| {
        let start = network + ((at as u128) << bits);
        let address = match width {
            32 => IpAddr::V4(u32::try_from(start).ok()?.into()),
            _ => IpAddr::V6(start.into()),
        };
        Some(format!("{address}/{length}"))
    };
    fits.then(|| (0..count).map(subnet).collect()).flatten()
}

/// The parts of a value's JSON; false where its shape is not known.
fn json_parts(attr: &Attr, parts: &mut Vec<Attr>) -> bool {
    let literal = |text: String| Attr::new(Value::string(text), attr.at);
    match &attr.value {
        Value::List(List { open: Some(_), .. }) => return false,
        Value::Map(map) if map.open.is_some() => return false,
        Value::List(list) => {
            for (at, item) in list.items.iter().enumerate() {
                parts.push(literal(if at == 0 { "[" } else { "," }.to_owned()));
                if !json_parts(item, parts) {
                    return false;
                }
            }
            parts.push(literal(if list.items.is_empty() { "[]" } else { "]" }.to_owned()));
        }
        Value::Map(map) => {
            for (at, (key, value)) in map.entries.iter().enumerate() {
                parts.push(literal(format!("{}{}:", if at == 0 { '{' } else { ',' }, quoted(key))));
                if !json_parts(value, parts) {
                    return false;
                }
            }
            parts.push(literal(if map.entries.is_empty() { "{}" } else { "}" }.to_owned()));
        }
        Value::Text(pieces) => {
            let escaped = pieces.iter().map(|piece| match piece {
                Piece::Known(text) => {
                    let text = quoted(text);
                    let inner = text.get(1..text.len() - 1).unwrap_or_default();
                    Piece::Known(inner.into())
                }
                hole @ Piece::Hole(_) => hole.clone(),
            });
            let inner = Attr { value: Value::from_pieces(escaped), ..attr.clone() };
            parts.extend([literal("\"".into()), inner, literal("\"".into())]);
        }
        Value::Unknown(_) => parts.extend([literal("\"".into()), attr.clone(), literal("\"".into())]),
        Value::OneOf(_) => return false,
        Value::String(text) => parts.push(Attr { value: Value::string(quoted(text)), ..attr.clone() }),
        Value::Null => parts.push(literal("null".into())),
        scalar => parts.extend(scalar.scalar_text().map(|text| literal(text.to_string()))),
    }
    true
}

/// A text as JSON writes it, with its quotes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
