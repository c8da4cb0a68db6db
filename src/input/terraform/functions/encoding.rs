//! Encodings: JSON, YAML, CSV, base64, character sets, URLs.

use super::Param::Text;
use super::{Call, Function, INVALID, Outcome, encodes, json, known, list, prints, reads, yaml};
use crate::base64;
use crate::input::tree::{self, TreeError};
use crate::model::value::{Attr, Str, Value, WhyCode};
use crate::source::SourceMap;

pub(super) const FUNCTIONS: &[Function] = &[
    prints("jsonencode", json::pieces),
    prints("yamlencode", yaml::pieces),
    reads("jsondecode", &[Text], |call| {
        serde_json::from_str::<serde::de::IgnoredAny>(&call.text(0)?).map_err(|_| INVALID)?;
        yaml::parsed(call, &tree::parse_json, yaml::json_scalar)
    }),
    reads("yamldecode", &[Text], |call| {
        let only = |sources: &SourceMap, source| match tree::parse_yaml(sources, source)?.as_slice() {
            [document] => Ok(document.clone()),
            _ => Err(TreeError { message: "not one document".to_owned(), span: call.here }),
        };
        yaml::parsed(call, &only, yaml::yaml_scalar)
    }),
    known("csvdecode", &[Text], csv_decode),
    encodes("base64encode", |call| Ok(Value::string(base64::encode(call.text(0)?.as_bytes())))),
    known("base64decode", &[Text], |call| Ok(Value::string(String::from_utf8(decoded(call)?).map_err(|_| INVALID)?))),
    // The bytes depend on who compresses.
    encodes("base64gzip", |_| Err(WhyCode::NotEvaluated)),
    known("textencodebase64", &[Text, Text], |call| {
        let text = call.text(0)?;
        let bytes: Vec<u8> = match Charset::named(&call.text(1)?)? {
            Charset::Utf8 => text.as_bytes().to_vec(),
            Charset::Utf16 { little } => text.encode_utf16().flat_map(|unit| pair(unit, little)).collect(),
            Charset::Latin1 => {
                text.chars().map(|c| u8::try_from(u32::from(c)).map_err(|_| INVALID)).collect::<Outcome<_>>()?
            }
        };
        Ok(Value::string(base64::encode(&bytes)))
    }),
    known("textdecodebase64", &[Text, Text], |call| {
        let charset = Charset::named(&call.text(1)?)?;
        let bytes = decoded(call)?;
        Ok(Value::string(match charset {
            Charset::Utf8 => String::from_utf8(bytes).map_err(|_| INVALID)?,
            Charset::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Charset::Utf16 { little } => {
                let unit = |pair: &[u8]| match (pair, little) {
                    ([a, b], true) => u16::from_le_bytes([*a, *b]),
                    ([a, b], false) => u16::from_be_bytes([*a, *b]),
                    _ => 0xfffd,
                };
                let units: Vec<u16> = bytes.chunks(2).map(unit).collect();
                if bytes.len() % 2 == 1 {
                    return Err(INVALID);
                }
                String::from_utf16_lossy(&units)
            }
        }))
    }),
    known("urlencode", &[Text], |call| {
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

fn decoded(call: &Call<'_, '_, '_>) -> Outcome<Vec<u8>> {
    let text = call.text(0)?.replace(['\n', '\r'], "");
    base64::decode(&text).filter(|_| text.len() % 4 == 0).ok_or(INVALID)
}

fn pair(unit: u16, little: bool) -> [u8; 2] {
    if little { unit.to_le_bytes() } else { unit.to_be_bytes() }
}

/// The character sets that are read and written; the many others are not evaluated.
enum Charset {
    Utf8,
    Utf16 { little: bool },
    Latin1,
}

impl Charset {
    fn named(name: &str) -> Outcome<Charset> {
        match name.to_ascii_uppercase().as_str() {
            "UTF-8" => Ok(Charset::Utf8),
            "UTF-16LE" => Ok(Charset::Utf16 { little: true }),
            "UTF-16BE" => Ok(Charset::Utf16 { little: false }),
            "ISO-8859-1" => Ok(Charset::Latin1),
            _ => Err(WhyCode::NotEvaluated),
        }
    }
}

/// A list of objects with the names in the first row.
fn csv_decode(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    let text = call.text(0)?;
    is_well_quoted(&text).then_some(()).ok_or(INVALID)?;
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let names: Vec<Str> = reader.headers().map_err(|_| INVALID)?.iter().map(Str::from).collect();
    let mut sorted = names.clone();
    sorted.sort();
    sorted.dedup();
    if names.is_empty() || sorted.len() < names.len() {
        return Err(INVALID);
    }
    let mut rows: Vec<Attr> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| INVALID)?;
        let cells = record.iter().map(|cell| call.part(Value::string(cell)));
        rows.push(call.part(Value::map(names.iter().cloned().zip(cells).collect::<Vec<_>>())));
    }
    Ok(list(rows))
}

/// Whether quotes enclose whole fields; the reader is more lenient than Terraform.
fn is_well_quoted(text: &str) -> bool {
    let (mut inside, mut at_start) = (false, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, inside) {
            ('"', true) if chars.next_if_eq(&'"').is_some() => {}
            ('"', true) => {
                inside = false;
                if !matches!(chars.peek(), None | Some(',' | '\n' | '\r')) {
                    return false;
                }
            }
            ('"', false) if !at_start => return false,
            ('"', false) => inside = true,
            _ => {}
        }
        at_start = !inside && matches!(c, ',' | '\n');
    }
    !inside
}
