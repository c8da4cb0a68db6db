//! `--output jsonl`: one object a line, as [`super::data`] shapes it, for streams and `grep`.

use super::data::{Head, Shapes, SummaryShape};
use super::{Emit, Run, View};
use crate::source::SourceMap;
use serde::Serialize;
use std::io::{self, Write};

/// The JSON lines.
pub struct JsonLines;

#[derive(Serialize)]
struct Line<T> {
    r#type: &'static str,
    #[serde(flatten)]
    shape: T,
}

#[derive(Serialize)]
struct Last<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    summary: SummaryShape<'a>,
}

impl Emit for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn emit(&self, run: &Run, sources: &SourceMap, view: &View, out: &mut dyn Write) -> io::Result<()> {
        let shapes = Shapes { run, sources, view };
        write_all("finding", shapes.findings(), out)?;
        write_all("unknown", shapes.unknown(), out)?;
        write_all("error", shapes.errors(), out)?;
        write_all("summary", [Last { head: shapes.head(), summary: shapes.summary() }], out)
    }
}

fn write_all<T: Serialize>(
    r#type: &'static str,
    shapes: impl IntoIterator<Item = T>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for shape in shapes {
        serde_json::to_writer(&mut *out, &Line { r#type, shape })?;
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::report::json::Json;

    #[test]
    fn lines_are_the_document_taken_apart() {
        let (run, sources) = fixture::run();
        let view = View::default();
        let document: serde_json::Value =
            serde_json::from_str(&fixture::emitted(&Json, &run, &sources, &view)).unwrap();
        let lines = fixture::emitted(&JsonLines, &run, &sources, &view);
        let mut types = Vec::new();
        for line in lines.lines() {
            let mut object: serde_json::Map<_, _> = serde_json::from_str(line).unwrap();
            let kind = object.shift_remove("type").unwrap();
            let object = serde_json::Value::Object(object);
            match kind.as_str().unwrap() {
                "finding" => assert!(document["findings"].as_array().unwrap().contains(&object)),
                "unknown" => assert!(document["unknown"].as_array().unwrap().contains(&object)),
                "error" => assert!(document["errors"].as_array().unwrap().contains(&object)),
                _ => assert_eq!(object["by_lever"], document["summary"]["by_lever"]),
            }
            types.push(kind);
        }
        types.dedup();
        assert_eq!(types, ["finding", "unknown", "error", "summary"]);
    }
}
