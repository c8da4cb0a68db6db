//! The config file: `mlcost-lint.toml`, or `[tool.mlcost-lint]` in `pyproject.toml`, at the project root.
//!
//! Read by `cli`, which lays the command line over it. It must not know any rule; names are checked by `engine`.

use crate::files::{Files, MAX_FILE, ReadError};
use crate::finding::{Confidence, Severity};
use crate::input::discover::CONFIG_FILE;
use crate::report::money::Currency;
use crate::suggest::unknown_field;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Everything a project can set. All keys are optional.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
pub struct Config {
    /// Rules or levers to judge; empty means all.
    pub select: Vec<String>,
    /// Rules or levers to leave out; wins over `select`.
    pub ignore: Vec<String>,
    /// Globs of files and folders that are not read, relative to the project root.
    pub exclude: Vec<String>,
    /// Formats that are not read: `python`, `notebook`, `shell`.
    pub skip_formats: Vec<String>,
    /// Folders with rules of the project's own, relative to the project root.
    pub rule_folders: Vec<String>,
    /// Severity from which findings fail the run.
    pub fail_on: FailOn,
    /// Savings below which a warning is only a note.
    pub min_saving: MinSaving,
    /// Region where the code states none.
    pub region: Option<String>,
    /// Files larger than this many bytes are skipped.
    pub max_file_size: Option<u64>,
    /// Settings by rule: severity, confidence and the rule's own parameters.
    pub rules: BTreeMap<String, RuleConfig>,
    /// What the project pays instead of the list prices.
    pub prices: PriceConfig,
    /// What a change may add.
    pub cost: CostConfig,
    /// What was measured.
    pub usage: UsageConfig,
    /// Further words that tell environments, relevance and serving.
    pub words: BTreeMap<String, Vec<String>>,
}

/// Settings of one rule.
#[derive(Clone, Debug, Deserialize, PartialEq, Default)]
pub struct RuleConfig {
    /// Replaces the rule's severity.
    pub severity: Option<Severity>,
    /// Replaces the rule's confidence.
    pub confidence: Option<Confidence>,
    /// The rule's parameters, by name.
    #[serde(flatten)]
    pub params: BTreeMap<String, toml::Value>,
}

/// Severity from which a run fails.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Default, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Any finding fails.
    Note,
    /// Warnings and errors fail.
    #[default]
    Warning,
    /// Errors fail.
    Error,
    /// Findings never fail.
    Never,
}

impl FailOn {
    /// Whether a finding of this severity fails the run.
    pub fn fails(self, severity: Severity) -> bool {
        match self {
            FailOn::Note => true,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Error => severity >= Severity::Error,
            FailOn::Never => false,
        }
    }
}

/// Savings below which a warning is only a note, in the currency of `prices`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct MinSaving {
    /// For what always runs, a month.
    pub per_month: f64,
    /// For jobs, a run.
    pub per_run: f64,
}

impl Default for MinSaving {
    fn default() -> MinSaving {
        MinSaving { per_month: 20.0, per_run: 5.0 }
    }
}

/// What the project pays instead of the list prices.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PriceConfig {
    /// The share of the on-demand price that spot capacity saves where no spot price is known.
    pub spot_saving: f64,
    /// Shares off the list price by machine type, pattern (`ml.*`), family or provider.
    pub discounts: BTreeMap<String, f64>,
    /// The price of an hour by machine type or accelerator.
    pub fixed: BTreeMap<String, f64>,
    /// Price lists made by `mlcost-lint catalog import`, relative to the project root; later ones win.
    pub lists: Vec<String>,
    /// Hours a month that what always runs is counted with, by kind or environment.
    pub hours: BTreeMap<String, f64>,
    /// The currency of texts, and of all amounts in the config and on the command line: its ISO 4217 code.
    pub currency: String,
    /// What one US dollar is in it.
    pub rate: Option<f64>,
}

/// What a change may add, for `cost --compare`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CostConfig {
    /// What a month, or at worst a run, may cost more; above it a comparison fails.
    pub max_increase: Option<f64>,
}

/// What was measured of what runs already.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct UsageConfig {
    /// The file with it, relative to the project root.
    pub file: Option<String>,
}

impl Default for PriceConfig {
    fn default() -> PriceConfig {
        PriceConfig {
            spot_saving: crate::catalog::SPOT_SAVING,
            discounts: BTreeMap::new(),
            fixed: BTreeMap::new(),
            lists: Vec::new(),
            hours: BTreeMap::new(),
            currency: Currency::default().code,
            rate: None,
        }
    }
}

impl PriceConfig {
    /// The currency; a code that is none and a missing rate are for `engine` to refuse.
    pub fn currency(&self) -> Currency {
        Currency { code: self.currency.to_ascii_uppercase(), per_usd: self.rate.unwrap_or(1.0) }
    }
}

/// A config file that cannot be used: exit code 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Project-relative path, with the line where it is known: `mlcost-lint.toml:3`.
    pub place: String,
    /// What is wrong, with a suggestion where there is one.
    pub message: String,
}

/// The project's config; the default where it has none.
pub fn load(files: &dyn Files) -> Result<Config, ConfigError> {
    if let Some(text) = read(files, CONFIG_FILE)? {
        return parse(CONFIG_FILE, &text, &[]);
    }
    const PYPROJECT: &str = "pyproject.toml";
    match read(files, PYPROJECT)? {
        Some(text) if text.contains("mlcost-lint") => parse(PYPROJECT, &text, &["tool", "mlcost-lint"]),
        _ => Ok(Config::default()),
    }
}

/// The config in a file named on the command line.
pub fn load_file(files: &dyn Files, path: &str) -> Result<Config, ConfigError> {
    let missing = || ConfigError { place: path.to_owned(), message: ReadError::Missing.to_string() };
    parse(path, &read(files, path)?.ok_or_else(missing)?, &[])
}

fn read(files: &dyn Files, path: &str) -> Result<Option<String>, ConfigError> {
    match files.read(path, MAX_FILE) {
        Ok(text) => Ok(Some(text.trim_start_matches('\u{feff}').to_owned())),
        Err(ReadError::Missing) => Ok(None),
        Err(error) => Err(ConfigError { place: path.to_owned(), message: format!("cannot be read: {error}") }),
    }
}

fn parse(path: &str, text: &str, table: &[&str]) -> Result<Config, ConfigError> {
    let error = |error: toml::de::Error| {
        let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        let place = line.map_or(path.to_owned(), |line| format!("{path}:{line}"));
        ConfigError { place, message: unknown_field(error.message()) }
    };
    if table.is_empty() {
        return toml::from_str(text).map_err(error);
    }
    // Only the inner table is ours: the rest of the file may hold anything.
    #[derive(Deserialize, Default)]
    struct Pyproject {
        #[serde(default)]
        tool: Tool,
    }
    #[derive(Deserialize, Default)]
    struct Tool {
        #[serde(rename = "mlcost-lint", default)]
        own: Config,
    }
    toml::from_str::<Pyproject>(text).map(|file| file.tool.own).map_err(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{Nothing, Overlay};

    fn project(path: &str, text: &str) -> Overlay<Nothing> {
        Overlay::new(Nothing, [(path.to_owned(), text.into())])
    }

    #[test]
    fn both_places_are_read() {
        let own = load(&project("mlcost-lint.toml", "ignore = ['spot']\n[rules.x]\nseverity = 'error'\nmax = 3"));
        let own = own.unwrap();
        assert_eq!(own.ignore, ["spot"]);
        assert_eq!(own.rules["x"].severity, Some(Severity::Error));
        assert_eq!(own.rules["x"].params["max"].as_integer(), Some(3));
        let python = load(&project("pyproject.toml", "[project]\nname='p'\n[tool.mlcost-lint]\nfail-on = 'never'"));
        assert_eq!(python.unwrap().fail_on, FailOn::Never);
        assert_eq!(load(&Nothing), Ok(Config::default()));
    }

    #[test]
    fn unknown_keys_are_refused_with_place_and_suggestion() {
        let error = load(&project("mlcost-lint.toml", "select = []\nignroe = []\n")).unwrap_err();
        assert_eq!(error.place, "mlcost-lint.toml:2");
        assert_eq!(error.message, "unknown key `ignroe`; did you mean `ignore`?");
    }
}
