//! What only examples and tests show is less sure; what real code uses too is not.

use crate::support::json;
use std::fs;

const MODULE: &str = "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"acme-training-dataset\"\n}\n";
const CALL: &str = "module \"data\" {\n  source = \"../../modules/data\"\n}\n";

/// Confidence of the one finding in a module that some folders call.
fn confidence(callers: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let files = [("modules/data", MODULE)].into_iter().chain(callers.iter().map(|caller| (*caller, CALL)));
    for (path, text) in files {
        fs::create_dir_all(folder.path().join(path)).unwrap();
        fs::write(folder.path().join(path).join("main.tf"), text).unwrap();
    }
    let (_, report) = json(folder.path(), &["."]);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{report:#}");
    findings[0]["confidence"].as_str().unwrap().to_owned()
}

#[test]
fn a_module_is_as_sure_as_its_surest_caller() {
    assert_eq!(confidence(&["examples/basic"]), "medium");
    assert_eq!(confidence(&["live/eu"]), "high");
    assert_eq!(confidence(&["examples/basic", "live/eu"]), "high");
}
