//! Identity of a finding across commits: no line numbers, so that code above it may change.
//!
//! Called by `engine` once the order of findings is final.

use crate::finding::Finding;
use std::collections::HashMap;

/// Fills in the fingerprints. The hash covers rule, kind, group, address without instance keys, and label; findings
/// equal in all of them are told apart by their order.
pub fn assign(findings: &mut [Finding]) {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    for finding in findings {
        let subject = &finding.subject;
        let address = without_keys(&subject.address);
        let parts = [&*finding.rule, &*subject.kind, &*subject.group, &*address, &*finding.label_path];
        let base = fnv(parts.iter().flat_map(|part| part.bytes().chain([0])));
        let ordinal = seen.entry(base).or_default();
        finding.fingerprint = format!("v1:{:016x}", fnv(base.to_le_bytes().into_iter().chain(ordinal.to_le_bytes())));
        *ordinal += 1;
    }
}

/// `module.a["x"].b[0]` → `module.a.b`.
fn without_keys(address: &str) -> String {
    let mut depth = 0_u32;
    let outside = address.chars().filter(|c| {
        match c {
            '[' => depth += 1,
            ']' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    });
    outside.collect()
}

/// FNV-1a: fixed for all versions and machines, which the standard library's hasher does not promise.
fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_not_count() {
        assert_eq!(without_keys(r#"module.a["x.y"].aws_x.b[0]"#), "module.a.aws_x.b");
        assert_eq!(without_keys("a]b"), "ab");
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv("foobar".bytes()), 0x8594_4171_f739_67e8);
    }
}
