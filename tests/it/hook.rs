//! The pre-commit hook as people install it: the real `pre-commit` refuses a commit that brings waste, and no other.
//!
//! The hook is this project's own `.pre-commit-hooks.yaml` with the built command in place of a build from source.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const RULE: &str = "[bucket-without-lifecycle]";
const SKIPPED: &[u8] = b"SKIPPED a test of the hook: `pre-commit` is not on the PATH\n";
const WASTE: &str = "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"acme-training-dataset\"\n}\n";
const CLEAN: &str = "variable \"region\" {\n  type = string\n}\n";
const LIFECYCLE: &str = "resource \"aws_s3_bucket_lifecycle_configuration\" \"data\" {
  bucket = aws_s3_bucket.data.id
  rule {
    id     = \"expire\"
    status = \"Enabled\"
    expiration { days = 30 }
  }
}
";
const HELM: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include \"chart.name\" . }}\n\
                    {{- if .Values.on }}\nspec: {}\n{{- end }}\n";

/// A git repository with the hook installed.
struct Repository(TempDir);

impl Repository {
    /// A repository with these files already committed; `None` without `pre-commit`, which it says.
    fn with(files: &[(&str, &str)]) -> Option<Self> {
        if Command::new("pre-commit").arg("--version").output().is_err() {
            // Not `eprintln!`, which the test harness would keep to itself.
            std::io::stderr().write_all(SKIPPED).unwrap();
            return None;
        }
        let repository = Self(tempfile::tempdir().unwrap());
        repository.must("git", &["init", "--quiet"]);
        for (key, value) in [("user.name", "Test"), ("user.email", "test@example.com"), ("commit.gpgsign", "false")] {
            repository.must("git", &["config", key, value]);
        }
        repository.write(".gitignore", "/.cache\n");
        repository.write(".pre-commit-config.yaml", &config());
        for (path, text) in files {
            repository.write(path, text);
        }
        repository.must("git", &["add", "."]);
        repository.must("git", &["commit", "--quiet", "--message", "Begin"]);
        repository.must("pre-commit", &["install"]);
        Some(repository)
    }

    fn write(&self, path: &str, text: &str) {
        let full = self.0.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }

    fn run(&self, program: &str, args: &[&str]) -> Output {
        let mut command = Command::new(program);
        command.args(args).current_dir(self.0.path());
        command.env("PRE_COMMIT_HOME", self.0.path().join(".cache"));
        // Where the tests run inside a git hook, git would speak of that repository.
        for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
            command.env_remove(variable);
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap()
    }

    fn must(&self, program: &str, args: &[&str]) {
        let output = self.run(program, args);
        assert!(output.status.success(), "{program} {args:?}: {}", said(&output));
    }

    /// Writes and commits files; whether the commit was made, and what was said.
    fn commit(&self, files: &[(&str, &str)]) -> (bool, String) {
        for (path, text) in files {
            self.write(path, text);
            self.must("git", &["add", "--", path]);
        }
        let output = self.run("git", &["commit", "--message", "Change"]);
        (output.status.success(), said(&output))
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// This project's hooks as a local repository of hooks.
fn config() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    let mut hooks: serde_json::Value = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let hook = &mut hooks[0];
    assert_eq!(hook["entry"], "mlcost-lint");
    hook["language"] = "system".into();
    hook["entry"] = format!("'{}'", env!("CARGO_BIN_EXE_mlcost-lint")).into();
    // JSON is YAML.
    serde_json::json!({ "repos": [{ "repo": "local", "hooks": hooks }] }).to_string()
}

#[test]
fn a_commit_that_brings_waste_is_refused() {
    let Some(repository) = Repository::with(&[]) else { return };
    let (made, said) = repository.commit(&[("infra/main.tf", WASTE)]);
    assert!(!made && said.contains(RULE) && said.contains("infra/main.tf"), "{said}");
}

#[test]
fn waste_in_a_path_with_spaces_is_found() {
    let Some(repository) = Repository::with(&[]) else { return };
    let (made, said) = repository.commit(&[("my infra/the bucket.tf", WASTE), ("notes.txt", "-\n")]);
    assert!(!made && said.contains(RULE) && said.contains("my infra/the bucket.tf"), "{said}");
}

#[test]
fn waste_that_was_there_before_does_not_refuse_a_commit() {
    let Some(repository) = Repository::with(&[("old/main.tf", WASTE)]) else { return };
    let (made, said) = repository.commit(&[("old/variables.tf", CLEAN), ("new/main.tf", CLEAN)]);
    assert!(made && said.contains("Passed") && !said.contains(RULE), "{said}");
}

#[test]
fn a_commit_of_other_files_does_not_start_the_hook() {
    let Some(repository) = Repository::with(&[("old/main.tf", WASTE)]) else { return };
    let (made, said) = repository.commit(&[("notes.md", "# Notes\n")]);
    assert!(made && said.contains("no files to check"), "{said}");
    // Programs are read, too.
    let (made, said) = repository.commit(&[("train.py", "print()\n")]);
    assert!(made && said.contains("Passed"), "{said}");
}

#[test]
fn a_template_of_a_chart_is_left_alone() {
    let Some(repository) = Repository::with(&[("charts/a/templates/deployment.yaml", HELM)]) else { return };
    let (made, said) = repository.commit(&[("infra/main.tf", CLEAN), ("charts/b/templates/deployment.yaml", HELM)]);
    assert!(made && said.contains("Passed"), "{said}");
}

#[test]
fn a_lifecycle_outside_the_commit_counts() {
    let Some(repository) = Repository::with(&[("infra/lifecycle.tf", LIFECYCLE)]) else { return };
    let (made, said) = repository.commit(&[("infra/main.tf", WASTE)]);
    assert!(made && said.contains("Passed"), "{said}");
}
