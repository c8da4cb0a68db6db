//! 'Did you mean': the one place that compares misspelt names.
//!
//! Used for config keys, rule names, kinds' attributes, functions and catalogue types.

/// The known name nearest to a wrong one, if any is near enough to be meant.
pub fn closest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.into_iter().map(|name| (strsim::jaro_winkler(wrong, name), name));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn only_near_names_are_offered() {
        assert_eq!(closest("trainig-without-spot", ["training-without-spot", "bucket"]), Some("training-without-spot"));
        assert_eq!(closest("frobnicate", ["select", "ignore"]), None);
    }
}
