//! Encodings: JSON, YAML, base64, URLs.

use super::{Function, INVALID, json, known, prints, reads, yaml};
use crate::base64;
use crate::model::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    prints("jsonencode", json::pieces),
    prints("yamlencode", yaml::pieces),
    reads("jsondecode", |call| json::parsed(&call.text(0)?, call.here)),
    reads("yamldecode", |call| yaml::parsed(&call.text(0)?, call.here)),
    known("base64encode", |call| Ok(Value::string(base64::encode(call.text(0)?.as_bytes())))),
    known("base64decode", |call| {
        let bytes = base64::decode(&call.text(0)?).ok_or(INVALID)?;
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
