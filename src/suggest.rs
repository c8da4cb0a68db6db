//! 'Did you mean': the one place that compares misspelt names.
//!
//! Used for keys of the config and of usage files, rule names, kinds' attributes, functions and catalogue types.

/// Letters of the longest name that is compared.
const LONGEST: usize = 64;

/// The known name nearest to a wrong one, if any is near enough to be meant: a letter in four, two at most, may be
/// added, dropped, changed or swapped with its neighbour. Case does not count.
pub fn closest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = wrong.chars().count();
    if length > LONGEST {
        return None;
    }
    let limit = (length / 4).clamp(usize::from(length > 1), 2);
    let lower = wrong.to_lowercase();
    let near = known.into_iter().filter(|name| name.len().abs_diff(wrong.len()) <= limit);
    let scored = near.map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name));
    scored.filter(|(distance, _)| *distance <= limit).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// Turns serde's "unknown field `x`, expected one of `a`, `b`" into a suggestion; any other message stays.
pub fn unknown_field(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((wrong, known)) if message.starts_with("unknown field") => match closest(wrong, known.iter().copied()) {
            Some(near) => format!("unknown key `{wrong}`; did you mean `{near}`?"),
            None => format!("unknown key `{wrong}`; known keys: {}", known.join(", ")),
        },
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn only_near_names_are_offered() {
        assert_eq!(closest("trainig-without-spot", ["training-without-spot", "bucket"]), Some("training-without-spot"));
        assert_eq!(closest("frobnicate", ["select", "ignore"]), None);
        assert_eq!(closest("Ignroe", ["select", "ignore"]), Some("ignore"));
        assert_eq!(closest(&"x".repeat(10_000), ["x"]), None);
    }
}
