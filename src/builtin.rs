//! The rule, kind and word files embedded by `build.rs`, as JSON.
//!
//! Called by the loaders of rules and kinds. It must not know what any of these files says.

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// What it takes to judge of the rule files as (path, JSON), sorted by path: `rules/spot/training-without-spot.yaml`.
pub fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    RULES.iter().map(|(path, judged, _)| (*path, *judged))
}

/// The rule files with what only people read, examples above all, as (path, JSON).
pub fn whole_rules() -> impl Iterator<Item = (&'static str, String)> {
    RULES.iter().map(|(path, judged, told)| {
        let halves = judged.strip_suffix('}').zip(told.strip_prefix('{'));
        (*path, halves.map_or_else(|| (*judged).to_owned(), |(head, tail)| format!("{head},{tail}")))
    })
}

/// The kind files as (path, JSON), sorted by path: `rules/kinds/bucket.yaml`.
pub fn kinds() -> &'static [(&'static str, &'static str)] {
    KINDS
}

/// The tables of commands and calls as (path, JSON), sorted by path: `rules/calls/aws.yaml`.
pub fn calls() -> &'static [(&'static str, &'static str)] {
    CALLS
}

/// `rules/words.yaml`, as JSON.
pub fn words() -> &'static str {
    WORDS
}

/// `rules/scripts.yaml`, as JSON.
pub fn scripts() -> &'static str {
    SCRIPTS
}

/// `rules/settings.yaml`, as JSON.
pub fn settings() -> &'static str {
    SETTINGS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_files_are_sorted_and_stand_in_their_folders() {
        assert!(rules().is_sorted() && whole_rules().is_sorted() && kinds().is_sorted());
        assert!(kinds().iter().all(|(path, _)| path.starts_with("rules/kinds/") && path.ends_with(".yaml")));
        let misplaced = |path: &str| {
            ["rules/kinds/", "rules/calls/", "rules/catalog/"].iter().any(|folder| path.starts_with(folder))
        };
        assert!(rules().all(|(path, _)| !misplaced(path)));
    }
}
