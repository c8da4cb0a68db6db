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

/// Edits between two words: insert, delete, replace, or swap two neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (row[j] + usize::from(x != y)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && b[j - 1] == *x {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
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
        assert_eq!(distance("sopt", "spot"), 1);
    }
}
