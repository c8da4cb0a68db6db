//! The machine type somebody may have meant.
//!
//! Called where a type is not in the catalogue. It must not know what the types are.

use super::table::columns::machines;

/// Names longer than this are no machine types.
const LONGEST: usize = 64;

/// The machine type closest to a name that is none: at most two letters added, dropped, changed or swapped.
pub fn similar(name: &str) -> Option<&'static str> {
    if name.len() > LONGEST {
        return None;
    }
    let limit = 2.min(name.len() / 4);
    let name = name.to_ascii_lowercase();
    let names = machines::TABLE.all().filter_map(|row| row.text(machines::NAME));
    names
        .filter(|known| known.len().abs_diff(name.len()) <= limit)
        .map(|known| (distance(name.as_bytes(), known.to_ascii_lowercase().as_bytes()), known))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Edits between two names; swapping neighbours is one.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, j + 1) + 1).min(at(&row, j) + 1).min(at(&last, j) + usize::from(from != to));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_keyboard_are_recognized() {
        assert_eq!(similar("ml.g5.2xlareg"), Some("ml.g5.2xlarge"));
        assert_eq!(similar("p3.2xlage"), Some("p3.2xlarge"));
        assert_eq!(similar("standard_nc24ads_a100v4"), Some("Standard_NC24ads_A100_v4"));
        assert_eq!(similar("something-else-entirely"), None);
        assert_eq!(similar(""), None);
        assert_eq!(similar(&"x".repeat(10_000)), None);
    }
}
