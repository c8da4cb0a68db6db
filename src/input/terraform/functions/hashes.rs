//! Hashes of texts and files, and names made from them.

use super::Param::{Rest, Text};
use super::{Call, Function, INVALID, Outcome, file, known, unknown};
use crate::base64;
use crate::model::value::Value;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

pub(super) const FUNCTIONS: &[Function] = &[
    known("md5", &[Text], |call| Ok(hex(&Md5::digest(call.text(0)?.as_bytes())))),
    known("sha1", &[Text], |call| Ok(hex(&Sha1::digest(call.text(0)?.as_bytes())))),
    known("sha256", &[Text], |call| Ok(hex(&Sha256::digest(call.text(0)?.as_bytes())))),
    known("sha512", &[Text], |call| Ok(hex(&Sha512::digest(call.text(0)?.as_bytes())))),
    known("base64sha256", &[Text], |call| Ok(base64_of(&Sha256::digest(call.text(0)?.as_bytes())))),
    known("base64sha512", &[Text], |call| Ok(base64_of(&Sha512::digest(call.text(0)?.as_bytes())))),
    known("filemd5", &[Text], |call| Ok(hex(&Md5::digest(file::bytes(call)?)))),
    known("filesha1", &[Text], |call| Ok(hex(&Sha1::digest(file::bytes(call)?)))),
    known("filesha256", &[Text], |call| Ok(hex(&Sha256::digest(file::bytes(call)?)))),
    known("filesha512", &[Text], |call| Ok(hex(&Sha512::digest(file::bytes(call)?)))),
    known("filebase64sha256", &[Text], |call| Ok(base64_of(&Sha256::digest(file::bytes(call)?)))),
    known("filebase64sha512", &[Text], |call| Ok(base64_of(&Sha512::digest(file::bytes(call)?)))),
    known("uuidv5", &[Text, Text], uuid_v5),
    unknown("uuid", &[]),
    unknown("bcrypt", &[Text, Rest(&super::Param::Number)]),
    // What it gives back is a secret, which is no help here.
    unknown("rsadecrypt", &[Text, Text]),
];

fn hex(bytes: &[u8]) -> Value {
    Value::string(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn base64_of(bytes: &[u8]) -> Value {
    Value::string(base64::encode(bytes))
}

/// The namespace names that have a UUID of their own; they differ in one digit.
const NAMESPACES: &[(&str, u128)] = &[("dns", 0), ("url", 1), ("oid", 2), ("x500", 4)];
const NAMESPACE_DNS: u128 = 0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8;

fn uuid_v5(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    let (namespace, name) = (call.text(0)?, call.text(1)?);
    let named = NAMESPACES.iter().find(|(known, _)| *known == &*namespace);
    let space = match named {
        Some((_, digit)) => NAMESPACE_DNS + (digit << 96),
        None => parse_uuid(&namespace).ok_or(INVALID)?,
    };
    let hash = Sha1::new().chain_update(space.to_be_bytes()).chain_update(name.as_bytes()).finalize();
    let first = hash.iter().take(16).fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    let (version, variant) = (0xf << 76, 0x3 << 62);
    let uuid = first & !version & !variant | 5 << 76 | 2 << 62;
    let digits = format!("{uuid:032x}");
    let group = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    let groups = [group(0, 8), group(8, 12), group(12, 16), group(16, 20), group(20, 32)];
    Ok(Value::string(groups.join("-")))
}

/// A UUID with dashes, in braces, after `urn:uuid:` or as plain digits.
fn parse_uuid(text: &str) -> Option<u128> {
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let plain = inner.or_else(|| text.strip_prefix("urn:uuid:")).unwrap_or(text);
    let digits = match plain.len() {
        36 => {
            let groups: Vec<usize> = plain.split('-').map(str::len).collect();
            (groups == [8, 4, 4, 4, 12]).then(|| plain.replace('-', ""))?
        }
        32 if plain.len() == text.len() => plain.to_owned(),
        _ => return None,
    };
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u128::from_str_radix(&digits, 16).ok()).flatten()
}
