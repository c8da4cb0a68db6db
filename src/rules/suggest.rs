//! What to suggest in place of a mistyped name: the nearest one, or all there are.
//!
//! Called wherever people write names in rules: conditions, keys, parameters. It knows nothing about either.

use crate::suggest::closest;

/// Names above which a list of all of them helps nobody.
const MAX_LISTED: usize = 24;

/// A suggestion for people; empty where nothing helps.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match closest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() || known.len() > MAX_LISTED => String::new(),
        None => format!("there are {}", known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_short_lists_shown() {
        assert_eq!(did_you_mean("hourley", ["hourly", "monthly"]), "did you mean `hourly`?");
        assert_eq!(did_you_mean("xyz", ["a", "b"]), "there are `a`, `b`");
    }
}
