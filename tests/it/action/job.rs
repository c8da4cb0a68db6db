//! A job on a runner, as far as the action needs one: expressions, conditions, the runner's files, the PATH.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Puts the built command where `cargo install --root ROOT` would.
const CARGO: &str = "#!/bin/bash\necho \"cargo $*\" >>\"$LOG\"\nwhile [[ \"$1\" != --root ]]; do shift; done\n\
                     mkdir -p \"$2/bin\" && cp \"$BUILT\" \"$2/bin/mlcost-lint\"\n";
/// Finds no such release.
pub const CURL_FAILS: &str = "#!/bin/bash\necho \"curl $*\" >>\"$LOG\"\nexit 22\n";

/// A job that uses the action in a checkout.
pub struct Job {
    folder: TempDir,
    action: Value,
    /// What expressions see: `inputs.…`, `github.…`, and the outputs of steps as they run.
    pub context: BTreeMap<String, String>,
    path: String,
}

/// What the steps did.
pub struct Done {
    /// Standard output of all steps.
    pub stdout: String,
    /// Exit codes of the `run` steps that were run, by name; others were skipped.
    pub steps: BTreeMap<String, i32>,
    /// The job summary.
    pub summary: String,
}

impl Job {
    /// A job with these inputs over the defaults, on a push to the default branch, with nothing checked out.
    pub fn new(inputs: &[(&str, &str)]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(root.join("action.yml")).unwrap();
        let action: Value = serde_yaml::from_str(&text).unwrap();
        let mut context = BTreeMap::new();
        for (name, input) in action["inputs"].as_object().unwrap() {
            context.insert(format!("inputs.{name}"), input["default"].as_str().unwrap().to_owned());
        }
        for (name, value) in inputs {
            let known = context.insert(format!("inputs.{name}"), (*value).to_owned());
            assert!(known.is_some(), "no input {name}");
        }
        for (name, value) in [
            ("action_ref", "main"),
            ("action_repository", "acme/mlcost-lint"),
            ("repository", "acme/models"),
            ("event_name", "push"),
        ] {
            context.insert(format!("github.{name}"), value.to_owned());
        }
        let folder = tempfile::tempdir().unwrap();
        for inside in ["checkout/.git", "temp", "tools"] {
            fs::create_dir_all(folder.path().join(inside)).unwrap();
        }
        let path = format!("{}:/usr/bin:/bin", folder.path().join("tools").display());
        let job = Self { folder, action, context, path };
        job.tool("cargo", CARGO);
        job.tool("curl", CURL_FAILS);
        job
    }

    /// Puts a script on the PATH.
    pub fn tool(&self, name: &str, script: &str) {
        let path = self.folder.path().join("tools").join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Puts a file into the checkout.
    pub fn file(self, path: &str, text: &str) -> Self {
        let full = self.folder.path().join("checkout").join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
        self
    }

    /// Sets what an expression sees.
    pub fn set(&mut self, name: &str, value: &str) {
        self.context.insert(name.to_owned(), value.to_owned());
    }

    /// One of the runner's files; empty if nothing has been written.
    pub fn runner_file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    /// An output of the action, by the expression `action.yml` gives for it.
    pub fn output(&self, name: &str) -> String {
        self.substitute(self.action["outputs"][name]["value"].as_str().unwrap())
    }

    /// A text with each `${{ … }}` replaced.
    fn substitute(&self, text: &str) -> String {
        let expression = regex::Regex::new(r"\$\{\{\s*([\w.-]+)\s*\}\}").unwrap();
        let replaced = expression.replace_all(text, |found: &regex::Captures| self.value(&found[1]));
        assert!(!replaced.contains("${{"), "an expression this test does not know: {text}");
        replaced.into_owned()
    }

    /// The value of a name; empty where nothing has set it, as on a runner.
    fn value(&self, name: &str) -> String {
        self.context.get(name).cloned().unwrap_or_default()
    }

    /// Whether a step runs. `&&`, `||`, `==`, `!=` and parentheses mean in `[[ … ]]` what they mean to a runner, once
    /// every name is a quoted value. No step may have a condition that asks for a status other than `always()`.
    fn runs(&self, step: &Value, failed: bool) -> bool {
        let Some(condition) = step["if"].as_str() else { return !failed };
        assert!(condition.starts_with("always() && "), "{condition}");
        let name = regex::Regex::new(r"(?:inputs|steps|github)\.[\w.-]+").unwrap();
        let test = condition.replace("always()", "1 == 1");
        let test = name.replace_all(&test, |found: &regex::Captures| format!("'{}'", self.value(&found[0])));
        Command::new("bash").args(["-c", &format!("[[ {test} ]]")]).status().unwrap().success()
    }

    /// Runs all steps that run anything.
    pub fn run(&mut self) -> Done {
        let mut done = Done { stdout: String::new(), steps: BTreeMap::new(), summary: String::new() };
        for step in self.action["runs"]["steps"].as_array().unwrap().clone() {
            let failed = done.steps.values().any(|code| *code != 0);
            let Some(script) = step["run"].as_str() else { continue };
            if !self.runs(&step, failed) {
                continue;
            }
            let (code, stdout) = self.bash(&step, script);
            done.stdout.push_str(&stdout);
            done.steps.insert(step["name"].as_str().unwrap().to_owned(), code);
            self.take_outputs(step["id"].as_str().unwrap_or("-"));
        }
        done.summary = self.runner_file("summary");
        done
    }

    fn bash(&self, step: &Value, script: &str) -> (i32, String) {
        let at = |name: &str| self.folder.path().join(name);
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &self.substitute(script)]);
        command.current_dir(at("checkout")).env_clear().env("PATH", &self.path);
        command.env("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR")).env("RUNNER_TEMP", at("temp"));
        command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64").env("GITHUB_ACTIONS", "true");
        for (variable, file) in
            [("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary"), ("GITHUB_PATH", "path"), ("LOG", "log")]
        {
            command.env(variable, at(file));
        }
        command.env("BUILT", env!("CARGO_BIN_EXE_mlcost-lint"));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, self.substitute(value.as_str().unwrap()));
        }
        let output = command.output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), stdout + &String::from_utf8_lossy(&output.stderr))
    }

    /// What the step wrote for later steps: its outputs, and folders for the PATH.
    fn take_outputs(&mut self, step: &str) {
        for line in self.runner_file("output").lines() {
            let (name, value) = line.split_once('=').unwrap();
            self.set(&format!("steps.{step}.outputs.{name}"), value);
        }
        for folder in self.runner_file("path").lines() {
            self.path = format!("{folder}:{}", self.path);
        }
        for file in ["output", "path"] {
            fs::write(self.folder.path().join(file), "").unwrap();
        }
    }

    /// Whether the report would be uploaded.
    pub fn uploads(&self) -> bool {
        let steps = self.action["runs"]["steps"].as_array().unwrap();
        let upload = steps.iter().find(|step| step["uses"].is_string()).unwrap();
        assert_eq!(upload["with"]["sarif_file"], "${{ steps.run.outputs.sarif }}");
        self.runs(upload, false)
    }

    /// The report that would be uploaded.
    pub fn sarif(&self) -> Value {
        let path = PathBuf::from(self.output("sarif"));
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }
}
