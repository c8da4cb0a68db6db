//! 'Did you mean': the known word nearest to a mistyped one.
//!
//! Called wherever people write names: conditions, keys of rule files. It knows nothing about either.

/// A suggestion for people, or the list of what there is where it is short; empty where nothing helps.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let limit = (word.chars().count() / 3).max(1);
    let near = known.iter().map(|known| (distance(word, known), *known)).filter(|(far, _)| *far <= limit).min();
    match near {
        Some((_, known)) => format!("did you mean `{known}`?"),
        None if known.is_empty() || known.len() > 24 => String::new(),
        None => format!("there are {}", known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")),
    }
}

/// Edits (insert, delete, replace) between two words; neighbours that change places count as two.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&b) {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_short_lists_shown() {
        assert_eq!(did_you_mean("hourley", ["hourly", "monthly"]), "did you mean `hourly`?");
        assert_eq!(did_you_mean("xyz", ["a", "b"]), "there are `a`, `b`");
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
