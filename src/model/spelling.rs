//! Names in the spellings of several formats: `volume_size_in_gb`, `VolumeSizeInGB`, `--volume-size-in-gb` are one.
//!
//! Called by `kinds` for keys and words, and by frontends that tell a document by its keys.

/// Lower case without `_` and `-`.
pub fn normalized(key: &str) -> Box<str> {
    let mut normalized = String::with_capacity(key.len());
    normalized.extend(key.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()));
    normalized.into()
}

/// Whether a key equals a normalized one, without allocating.
pub fn same_key(normalized: &str, key: &str) -> bool {
    plain(key).eq(normalized.bytes())
}

/// Whether two names are one, in any spelling of each.
pub fn same_name(one: &str, other: &str) -> bool {
    plain(one).eq(plain(other))
}

fn plain(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|b| !matches!(b, b'_' | b'-')).map(|b| b.to_ascii_lowercase())
}
