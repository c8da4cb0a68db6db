//! Embeds `rules/` into the binary: rule, kind and word files as text, the catalogue as a compact table.
//!
//! Cargo runs it before `src/builtin.rs` and `src/catalog/table.rs`, which include what it writes to `OUT_DIR`. It
//! fails on a catalogue row it cannot encode; whether rules and facts make sense is for tests to say.
#![expect(clippy::disallowed_methods, reason = "a build script reads its own package")]

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// One CSV of `rules/catalog/`. The leading `keys` columns identify a row; `numbers` are encoded as numbers.
struct Schema {
    name: &'static str,
    keys: usize,
    numbers: &'static [&'static str],
}

const fn schema(name: &'static str, keys: usize, numbers: &'static [&'static str]) -> Schema {
    Schema { name, keys, numbers }
}

const SCHEMAS: &[Schema] = &[
    schema("accelerators", 1, &["memory_gib", "fp16_tflops", "bandwidth_gbs", "year"]),
    schema("algorithms", 1, &[]),
    schema("blocks", 1, &["usd_per_hour"]),
    schema("fees", 2, &["usd_per_hour"]),
    schema("attached", 2, &["on_demand", "spot"]),
    schema("families", 2, &["replaced"]),
    schema("locations", 2, &[]),
    schema("machines", 1, &["accelerator_count", "vcpus", "memory_gib", "nvme", "arm"]),
    schema("markups", 1, &["markup"]),
    schema("models", 1, &["parameters"]),
    schema("precisions", 1, &["least", "most"]),
    schema("prices", 2, &["on_demand", "spot"]),
    schema("region_multipliers", 2, &["ratio"]),
    schema("regions", 1, &["home"]),
    schema("registries", 2, &[]),
    schema("skus", 1, &[]),
    schema("storage", 3, &["usd_per_gb_month"]),
    schema("tpus", 1, &["units_per_chip", "smallest", "priced_up_to"]),
    schema("transfer", 3, &["usd_per_gb"]),
];

/// Columns every table has; neither may be blank. `source` holds an id of `sources.csv` and becomes its text.
const PROVENANCE: [&str; 2] = ["source", "as_of"];

/// Keys of rule files that only people read.
const TOLD: [&str; 4] = ["blind_spots", "references", "conflicts", "examples"];

/// A cell without a value.
const BLANK: u16 = u16::MAX;

fn main() -> Outcome<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=rules");
    let rules = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("rules");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("builtin.rs"), embedded_files(&rules)?)?;
    let mut encoder = Encoder { sources: read_sources(&rules)?, ..Encoder::default() };
    for schema in SCHEMAS {
        encoder.table(&rules, schema).map_err(|error| format!("rules/catalog/{}.csv: {error}", schema.name))?;
    }
    encoder.write(&out)
}

/// Rust source of the tables of embedded files, sorted by path.
fn embedded_files(rules: &Path) -> Outcome<String> {
    let mut levers = Vec::new();
    let (mut kinds, mut calls) = (Vec::new(), Vec::new());
    for folder in entries(rules)?.into_iter().filter(|path| path.is_dir()) {
        let files = entries(&folder)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "yaml"));
        match folder.file_name().and_then(|name| name.to_str()) {
            Some("kinds") => kinds.extend(files),
            Some("calls") => calls.extend(files),
            _ => levers.extend(files),
        }
    }
    let mut code = String::new();
    for (name, file) in [("WORDS", "words.yaml"), ("SETTINGS", "settings.yaml"), ("SCRIPTS", "scripts.yaml")] {
        writeln!(code, "static {name}: &str = {:?};", as_json(&rules.join(file))?)?;
    }
    let shown = |file: &Path| -> Outcome<String> {
        Ok(Path::new("rules").join(file.strip_prefix(rules)?).to_string_lossy().replace('\\', "/"))
    };
    for (name, files) in [("KINDS", kinds), ("CALLS", calls)] {
        writeln!(code, "static {name}: &[(&str, &str)] = &[")?;
        for file in files {
            writeln!(code, "    ({:?}, {:?}),", shown(&file)?, as_json(&file)?)?;
        }
        code.push_str("];\n");
    }
    writeln!(code, "static RULES: &[(&str, &str, &str)] = &[")?;
    for file in levers {
        let (judged, told) = halves(&file)?;
        writeln!(code, "    ({:?}, {judged:?}, {told:?}),", shown(&file)?)?;
    }
    code.push_str("];\n");
    Ok(code)
}

/// A YAML file as JSON: its reader takes a fraction of the time that YAML's takes, at every start.
fn as_json(file: &Path) -> Outcome<String> {
    let text = fs::read_to_string(file)?;
    let value: serde_yaml::Value =
        serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_json::to_string(&value)?)
}

/// A rule file as two objects of JSON: what it takes to judge, and the longer part, which only people read.
fn halves(file: &Path) -> Outcome<(String, String)> {
    type Object = serde_json::Map<String, serde_json::Value>;
    let all: Object = serde_json::from_str(&as_json(file)?)?;
    let (told, judged): (Object, Object) = all.into_iter().partition(|(key, _)| TOLD.contains(&key.as_str()));
    Ok((serde_json::to_string(&judged)?, serde_json::to_string(&told)?))
}

/// What a folder holds, sorted; nothing where it does not exist.
fn entries(folder: &Path) -> Outcome<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Outcome<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn read_sources(rules: &Path) -> Outcome<HashMap<String, String>> {
    let mut sources = HashMap::new();
    for row in csv::Reader::from_path(rules.join("catalog/sources.csv"))?.into_deserialize() {
        let (id, text): (String, String) = row?;
        if let Some(before) = sources.insert(id.clone(), text) {
            return Err(format!("rules/catalog/sources.csv: `{id}` is there twice, first as `{before}`").into());
        }
    }
    Ok(sources)
}

/// All tables as rows of 16-bit cells, each the index of a distinct text or of a distinct number.
#[derive(Default)]
struct Encoder {
    sources: HashMap<String, String>,
    cells: Vec<u8>,
    texts: HashMap<String, u16>,
    text: String,
    offsets: Vec<u8>,
    numbers: HashMap<u64, u16>,
    number_bytes: Vec<u8>,
    code: String,
}

impl Encoder {
    fn table(&mut self, rules: &Path, schema: &Schema) -> Outcome<()> {
        let mut reader = csv::Reader::from_path(rules.join("catalog").join(schema.name).with_extension("csv"))?;
        let columns: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        for name in schema.numbers.iter().chain(&PROVENANCE) {
            columns.iter().position(|column| column == name).ok_or_else(|| format!("no column `{name}`"))?;
        }
        // The order `catalog::table` searches in: by key columns, case ignored.
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record?;
            let key: Vec<String> = record.iter().take(schema.keys).map(str::to_ascii_lowercase).collect();
            rows.push((key, record));
        }
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(format!("`{}` is there twice", pair[0].0.join(", ")).into());
        }
        self.declare(schema, &columns, rows.len())?;
        for (key, record) in &rows {
            for (index, (column, cell)) in columns.iter().zip(record).enumerate() {
                let required = index < schema.keys || PROVENANCE.contains(&column.as_str());
                let cell = self
                    .cell(column, cell, required, schema.numbers.contains(&column.as_str()))
                    .map_err(|error| format!("row `{}`, column `{column}`: {error}", key.join(", ")))?;
                self.cells.extend(cell.to_le_bytes());
            }
        }
        Ok(())
    }

    /// A module with the table's place and its typed columns.
    fn declare(&mut self, schema: &Schema, columns: &[String], rows: usize) -> Outcome<()> {
        let (start, width) = (self.cells.len() / 2, columns.len());
        let number = if schema.numbers.is_empty() { "" } else { "Number, " };
        writeln!(self.code, "pub mod {} {{\n    use super::super::{{{number}Table, Text}};", schema.name)?;
        writeln!(self.code, "    pub const TABLE: Table = Table {{ start: {start}, rows: {rows}, width: {width} }};")?;
        for (index, column) in columns.iter().enumerate() {
            let kind = if schema.numbers.contains(&column.as_str()) { "Number" } else { "Text" };
            writeln!(self.code, "    pub const {}: {kind} = {kind}({index});", column.to_ascii_uppercase())?;
        }
        self.code.push_str("}\n");
        Ok(())
    }

    fn cell(&mut self, column: &str, cell: &str, required: bool, number: bool) -> Outcome<u16> {
        match cell {
            "" if required => Err("is blank".into()),
            "" => Ok(BLANK),
            cell if number => self.number(cell),
            id if column == "source" => {
                let text = self.sources.get(id).ok_or_else(|| format!("`{id}` is not in sources.csv"))?.clone();
                self.text(&text)
            }
            cell => self.text(cell),
        }
    }

    fn number(&mut self, cell: &str) -> Outcome<u16> {
        let value: f64 = cell.parse().map_err(|_| format!("`{cell}` is not a number"))?;
        if !(value.is_finite() && value >= 0.0) {
            return Err(format!("`{cell}` is not a finite number from 0").into());
        }
        let next = id(self.numbers.len())?;
        Ok(*self.numbers.entry(value.to_bits()).or_insert_with(|| {
            self.number_bytes.extend(value.to_le_bytes());
            next
        }))
    }

    fn text(&mut self, cell: &str) -> Outcome<u16> {
        if let Some(known) = self.texts.get(cell) {
            return Ok(*known);
        }
        let next = id(self.texts.len())?;
        self.offsets.extend(u32::try_from(self.text.len())?.to_le_bytes());
        self.text.push_str(cell);
        self.texts.insert(cell.to_owned(), next);
        Ok(next)
    }

    fn write(mut self, out: &Path) -> Outcome<()> {
        self.offsets.extend(u32::try_from(self.text.len())?.to_le_bytes());
        fs::write(out.join("catalog.rs"), self.code)?;
        fs::write(out.join("catalog.cells"), self.cells)?;
        fs::write(out.join("catalog.numbers"), self.number_bytes)?;
        fs::write(out.join("catalog.offsets"), self.offsets)?;
        fs::write(out.join("catalog.texts"), self.text)?;
        Ok(())
    }
}

/// The index of the next distinct value, unless they no longer fit a cell.
fn id(len: usize) -> Outcome<u16> {
    u16::try_from(len).ok().filter(|id| *id != BLANK).ok_or_else(|| "more distinct values than a cell can name".into())
}
