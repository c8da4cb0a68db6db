//! Encodings: JSON, YAML, base64, URLs.

use super::{Function, INVALID, Outcome, json, known, partial, yaml};
use crate::model::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    partial("jsonencode", |call| Ok(call.made(Value::from_pieces(json::pieces(&call.arg(0)?.value)?)))),
    partial("yamlencode", |call| Ok(call.made(Value::from_pieces(yaml::pieces(&call.arg(0)?.value)?)))),
    known("jsondecode", |call| json::parsed(&call.text(0)?, call.here)),
    known("yamldecode", |call| yaml::parsed(&call.text(0)?, call.here)),
    known("base64encode", |call| Ok(Value::string(to_base64(call.text(0)?.as_bytes())))),
    known("base64decode", |call| {
        let bytes = from_base64(&call.text(0)?)?;
        Ok(Value::string(String::from_utf8(bytes).map_err(|_| INVALID)?))
    }),
    known("urlencode", |call| {
        let mut encoded = String::new();
        for byte in call.text(0)?.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
                b' ' => encoded.push('+'),
                other => encoded.push_str(&format!("%{other:02X}")),
            }
        }
        Ok(Value::string(encoded))
    }),
];

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn to_base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let symbol = ALPHABET.get((bits >> (18 - 6 * at) & 63) as usize).copied().unwrap_or(b'=');
            text.push(if at <= chunk.len() { char::from(symbol) } else { '=' });
        }
    }
    text
}

fn from_base64(text: &str) -> Outcome<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return Err(INVALID);
    }
    let symbols = text.trim_end_matches('=');
    if text.len() - symbols.len() > 2 {
        return Err(INVALID);
    }
    let (mut bits, mut have, mut bytes) = (0u32, 0u32, Vec::with_capacity(symbols.len() * 3 / 4));
    for symbol in symbols.bytes() {
        let value = ALPHABET.iter().position(|known| *known == symbol).ok_or(INVALID)? as u32;
        bits = (bits << 6 | value) & 0xff_ffff;
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have & 0xff) as u8);
        }
    }
    Ok(bytes)
}
