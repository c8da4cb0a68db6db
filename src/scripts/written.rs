//! Files that a notebook writes: cells that begin with `%%writefile`.
//!
//! Called for each script that a resource in a notebook names. It must not know what is in them.

use crate::files;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

const MAGIC: &str = "%%writefile";

/// The files that a notebook at a path writes, by their path.
pub(super) fn by(path: &str, text: &str) -> HashMap<String, Arc<str>> {
    let mut found: HashMap<String, String> = HashMap::new();
    let notebook: Value = match path.ends_with(".ipynb") && text.contains(MAGIC) {
        true => serde_json::from_str(text).unwrap_or_default(),
        false => Value::Null,
    };
    for cell in notebook.get("cells").and_then(Value::as_array).into_iter().flatten() {
        let source = match cell.get("source") {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
            _ => continue,
        };
        let Some((first, rest)) = source.trim_start().split_once('\n') else { continue };
        let Some(arguments) = first.strip_prefix(MAGIC) else { continue };
        let Some(name) = arguments.split_whitespace().last() else { continue };
        let Some(target) = files::resolve(files::parent(path), name.trim_matches(['"', '\''])) else { continue };
        let file = found.entry(target).or_default();
        if !arguments.split_whitespace().any(|word| word == "-a" || word == "--append") {
            file.clear();
        }
        file.push_str(rest);
    }
    found.into_iter().map(|(path, text)| (path, Arc::from(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_write_files_are_found() {
        let text = r#"{"cells": [
            {"cell_type": "code", "source": ["%%writefile src/train.py\n", "import torch\n"]},
            {"cell_type": "code", "source": "%%writefile -a ./src/train.py\nimport json\n"},
            {"cell_type": "code", "source": "%%writefile other.py\n1\n"},
            {"cell_type": "code", "source": "%%writefile other.py\n2\n"},
            {"cell_type": "code", "source": "%%writefile ../../gone.py\n"},
            {"cell_type": "code", "source": "print('%%writefile no.py')\n"}]}"#;
        let found = by("lab/a.ipynb", text);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(&*found["lab/src/train.py"], "import torch\nimport json\n");
        assert_eq!(&*found["lab/other.py"], "2\n");
        assert!(by("a.ipynb", "%%writefile").is_empty() && by("a.py", text).is_empty());
    }
}
