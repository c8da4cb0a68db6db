//! `--output json`: one document with everything, as [`super::data`] shapes it.

use super::data::{ErrorShape, FindingShape, Head, Shapes, SkippedShape, SummaryShape, UnknownShape};
use super::{Emit, Run, View};
use crate::source::SourceMap;
use serde::Serialize;
use std::io::{self, Write};

/// The JSON document.
pub struct Json;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    findings: Vec<FindingShape<'a>>,
    unknown: Vec<UnknownShape<'a>>,
    errors: Vec<ErrorShape<'a>>,
    skipped: Vec<SkippedShape<'a>>,
    summary: SummaryShape<'a>,
}

impl Emit for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn emit(&self, run: &Run, sources: &SourceMap, view: &View, out: &mut dyn Write) -> io::Result<()> {
        let shapes = Shapes { run, sources, view };
        let document = Document {
            head: shapes.head(),
            findings: shapes.findings().collect(),
            unknown: shapes.unknown().collect(),
            errors: shapes.errors().collect(),
            skipped: shapes.skipped().collect(),
            summary: shapes.summary(),
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{ProjectPaths, fixture};

    #[test]
    fn the_whole_document() {
        let (run, sources) = fixture::run();
        insta::assert_snapshot!(fixture::emitted(&Json, &run, &sources, &View::default()));
    }

    #[test]
    fn ranges_are_those_of_the_file_on_disk() {
        let (run, sources) = fixture::run();
        let project = ProjectPaths { inside: "modules/train".into(), prefix: String::new() };
        let view = View { project, ..View::default() };
        let document: serde_json::Value =
            serde_json::from_str(&fixture::emitted(&Json, &run, &sources, &view)).unwrap();
        for (finding, shape) in run.findings.iter().zip(document["findings"].as_array().unwrap()) {
            let offset = |end: &str| shape["range"][end]["offset"].as_u64().unwrap() as usize;
            let file = sources.get(sources.in_file(finding.primary.span).source);
            assert_eq!(file.text[offset("start")..offset("end")], sources.text(finding.primary.span));
        }
        assert_eq!(document["findings"][0]["path"], "main.tf");
        assert_eq!(document["findings"][0]["labels"][1]["path"], "variables.tf");
        assert_eq!(document["findings"][2]["path"], "../../network.tf");
    }
}
