//! Base64, as start-up scripts are passed to clouds.
//!
//! Called by the functions of frontends and of rules. It must not know what the bytes stand for.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text of bytes, padded.
pub fn encode(bytes: &[u8]) -> String {
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

/// The bytes a padded text spells; `None` where it is not base64.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let symbols = text.trim_end_matches('=');
    if text.len() - symbols.len() > 2 {
        return None;
    }
    let (mut bits, mut have, mut bytes) = (0u32, 0u32, Vec::with_capacity(symbols.len() * 3 / 4));
    for symbol in symbols.bytes() {
        let value = ALPHABET.iter().position(|known| *known == symbol)? as u32;
        bits = (bits << 6 | value) & 0xff_ffff;
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_and_other_text_does_not() {
        for text in ["", "a", "ab", "abc", "#!/bin/bash\nshutdown"] {
            assert_eq!(decode(&encode(text.as_bytes())).unwrap(), text.as_bytes());
        }
        assert_eq!((decode("abc"), decode("a b="), decode("a===")), (None, None, None));
    }
}
