//! Words that say what a resource is for: the lists, which are data, and how they match.
//!
//! Called by `functions::purpose`; the lists come from `rules/words.yaml` and may be extended by the user's config. It must
//! not know resources.

use serde::Deserialize;

/// The lists that [`Words::extend`] adds to.
pub const LISTS: [&str; 8] =
    ["development", "production", "serving", "dev_box", "distribution", "large_models", "relevance", "other_purpose"];

/// The word lists.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What names an environment.
    pub environment: Environments,
    /// What serves requests.
    pub serving: Vec<String>,
    /// Machines that people work on.
    pub dev_box: Vec<String>,
    /// Launchers and settings that spread a training over several accelerators.
    pub distribution: Vec<String>,
    /// Containers that serve models which need several accelerators.
    pub large_models: Vec<String>,
    /// Words of machine learning; two different ones are needed.
    pub relevance: Vec<String>,
    /// Words of buckets that hold something else.
    pub other_purpose: Vec<String>,
    /// Words of expressions whose value holds no words: random ids, numbers of accounts.
    pub wordless: Vec<String>,
    /// Words in keys of tags that are about something else.
    pub other_keys: Vec<String>,
    /// Kinds that are machine learning by themselves.
    pub ml_kinds: Vec<String>,
}

/// Words by environment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environments {
    /// Words in the key of a tag that is about the environment.
    pub keys: Vec<String>,
    /// Where nothing must always run.
    pub development: Vec<String>,
    /// Where customers are.
    pub production: Vec<String>,
}

impl Words {
    /// The lists that come with the program.
    pub fn built_in() -> Result<Words, String> {
        serde_json::from_str(crate::builtin::words()).map_err(|error| error.to_string())
    }

    /// Adds words to a list by its name in the file; the environments by `development` and `production`.
    pub fn extend(&mut self, list: &str, words: &[String]) -> Result<(), String> {
        let own = match list {
            "development" => &mut self.environment.development,
            "production" => &mut self.environment.production,
            "serving" => &mut self.serving,
            "dev_box" => &mut self.dev_box,
            "distribution" => &mut self.distribution,
            "large_models" => &mut self.large_models,
            "relevance" => &mut self.relevance,
            "other_purpose" => &mut self.other_purpose,
            _ => {
                return Err(format!("words: no list `{list}`; there are {}", LISTS.join(", ")));
            }
        };
        own.extend(words.iter().map(|word| word.to_lowercase()));
        Ok(())
    }
}

/// The whole tokens of a text, lower-cased. `after_hole` and `before_hole` say that the text goes on unseen there:
/// the token that touches the edge may be longer than it looks and is left out.
pub fn tokens(text: &str, after_hole: bool, before_hole: bool) -> Vec<String> {
    let mut parts = Vec::new();
    let (mut start, mut before) = (0, None::<char>);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, after)| *after);
        let hump = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || (before.is_uppercase() && after.is_some_and(char::is_lowercase))
            });
        let separator = matches!(c, '-' | '_' | '.' | '/' | ':' | ' ');
        if hump || separator {
            parts.push(&text[start..at]);
            start = at + usize::from(separator);
        }
        before = Some(c);
    }
    parts.push(&text[start..]);
    let seen = usize::from(after_hole)..parts.len() - usize::from(before_hole);
    let seen = parts.get(seen).unwrap_or_default().iter();
    seen.filter(|token| !token.is_empty()).map(|token| token.to_lowercase()).collect()
}

/// Whether a word, or several joined by `-`, stands in a row among the tokens. Words are lower-case, as tokens are.
pub fn has(tokens: &[String], word: &str) -> bool {
    position(tokens, word, |token, part| token == part)
}

/// Whether any of some words does.
pub fn has_any(tokens: &[String], words: &[String]) -> bool {
    words.iter().any(|word| has(tokens, word))
}

/// The same as [`has`], taking plurals for the word.
pub fn has_or_plural(tokens: &[String], word: &str) -> bool {
    position(tokens, word, |token, part| token == part || singular(token) == part)
}

fn position(tokens: &[String], word: &str, same: impl Fn(&str, &str) -> bool) -> bool {
    if !word.contains('-') {
        return tokens.iter().any(|token| same(token, word));
    }
    let parts: Vec<&str> = word.split('-').collect();
    tokens.windows(parts.len()).any(|window| window.iter().zip(&parts).all(|(token, part)| same(token, part)))
}

fn singular(token: &str) -> &str {
    token.strip_suffix('s').unwrap_or(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_can_be_extended() {
        let mut words = Words::built_in().unwrap();
        assert!(LISTS.iter().all(|list| words.extend(list, &["x".to_owned()]).is_ok()));
        assert!(words.extend("nothing", &[]).unwrap_err().contains("dev_box"));
    }

    #[test]
    fn tokens_are_split_on_separators_and_humps() {
        let split = |text: &str| tokens(text, false, false).join(" ");
        assert_eq!(split("my-ML_trainingJob.v2/prod:x y"), "my ml training job v2 prod x y");
        assert_eq!(split("MLJobAPI"), "ml job api");
        assert_eq!(split("products"), "products", "`prod` is no substring match");
        assert_eq!(tokens("dev-data-", true, true), ["data"]);
        assert_eq!(tokens("devdata", true, true), Vec::<String>::new());
    }

    #[test]
    fn words_match_whole_tokens_in_a_row() {
        let tokens = tokens("Feature-Store-models", false, false);
        assert!(has(&tokens, "feature-store") && !has(&tokens, "model") && has_or_plural(&tokens, "model"));
        assert!(!has(&tokens, "store-feature"));
    }

    #[test]
    fn built_in_lists_read() {
        assert!(Words::built_in().unwrap().environment.production.contains(&"prod".to_owned()));
    }
}
