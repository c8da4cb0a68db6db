//! Running the built command in a folder, with an environment that says nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run printed and how it ended.
pub struct Ran {
    /// Exit code; `None` if it was killed by a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Wall time.
    pub took: Duration,
}

/// The command with a clean environment, to be run in `folder`.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mlcost-lint"));
    command.current_dir(folder).stdin(Stdio::null()).env_clear();
    command
}

/// Runs the command in a folder.
pub fn run(folder: &Path, args: &[&str]) -> Ran {
    let start = Instant::now();
    let output = command(folder).args(args).output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        took: start.elapsed(),
    }
}

/// Runs the command and reads its JSON.
pub fn json(folder: &Path, args: &[&str]) -> (Ran, serde_json::Value) {
    let args: Vec<&str> = ["--output", "json"].into_iter().chain(args.iter().copied()).collect();
    let ran = run(folder, &args);
    let value = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}\nstdout: {}\nstderr: {}", ran.stdout, ran.stderr));
    (ran, value)
}

/// The repository's own folder.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the repository.
pub fn text(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_default()
}
