//! The files of a project as a commit has them, read through `git`: nothing is checked out.
//!
//! Called by `cli::cost` for comparisons. Installed modules and providers (`.terraform/`) belong to no commit and come
//! from the disk. The `git` on the path is used because it reads whatever object store the project has; it is kept
//! from the network. It must not know what any file means.

use super::{Disk, Files, MAX_FILE, ReadError};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Where what a tool installed lies.
const INSTALLED: &str = ".terraform";

/// A commit's files below a project root.
pub struct GitTree {
    /// Object names by project-relative path.
    objects: BTreeMap<String, String>,
    reader: Mutex<Reader>,
    disk: Disk,
}

/// A running `git cat-file --batch`.
struct Reader {
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl GitTree {
    /// The files of a commit below `root`. `Err` says what git says, for people.
    pub fn open(root: &Path, revision: &str) -> Result<GitTree, String> {
        let commit = format!("{revision}^{{commit}}");
        let commit = run(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])
            .map_err(|error| if error.is_empty() { format!("no commit `{revision}`") } else { error })?;
        let listed = run(root, &["ls-tree", "-r", "-z", commit.trim()])?;
        let mut child = git(root, &["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("git: {error}"))?;
        let ask = child.stdin.take();
        let answers = child.stdout.take().ok_or("git: no output")?;
        let reader = Mutex::new(Reader { child, ask, answers: BufReader::new(answers) });
        let objects = listed.split('\0').filter_map(entry).collect();
        Ok(GitTree { objects, reader, disk: Disk::new(root) })
    }

    /// The paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.objects.keys().map(String::as_str)
    }
}

/// `100644 blob 1234…<tab>path`; links and submodules are left out.
fn entry(line: &str) -> Option<(String, String)> {
    let (head, path) = line.split_once('\t')?;
    let mut head = head.split(' ');
    let (mode, kind, object) = (head.next()?, head.next()?, head.next()?);
    (kind == "blob" && mode != "120000").then(|| (path.to_owned(), object.to_owned()))
}

fn git(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(args);
    // A partial clone would otherwise fetch what it lacks.
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    command
}

fn run(root: &Path, args: &[&str]) -> Result<String, String> {
    let output = git(root, args).stdin(Stdio::null()).output().map_err(|error| format!("git: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

impl Reader {
    /// The content of an object of at most `limit` bytes.
    fn read(&mut self, object: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let io = |error: std::io::Error| ReadError::Io(format!("git: {error}"));
        let lost = || ReadError::Io("git does not have it".into());
        let ask = self.ask.as_mut().ok_or_else(lost)?;
        writeln!(ask, "{object}").and_then(|()| ask.flush()).map_err(io)?;
        let mut head = String::new();
        self.answers.read_line(&mut head).map_err(io)?;
        let size: u64 = head.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok()).ok_or_else(lost)?;
        // The answer goes on with the content and a line feed; both are read even if nobody wants them.
        let mut answer = (&mut self.answers).take(size + 1);
        if size > limit {
            std::io::copy(&mut answer, &mut std::io::sink()).map_err(io)?;
            return Err(ReadError::TooLarge(limit));
        }
        let mut bytes = Vec::with_capacity(size as usize + 1);
        answer.read_to_end(&mut bytes).map_err(io)?;
        if bytes.len() as u64 != size + 1 {
            return Err(lost());
        }
        bytes.pop();
        Ok(bytes)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Closing its input ends it; there is nobody left to tell if that fails.
        self.ask = None;
        let _ = self.child.wait();
    }
}

fn is_installed(path: &str) -> bool {
    path.split('/').any(|part| part == INSTALLED)
}

impl Files for GitTree {
    fn bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        if is_installed(path) {
            return self.disk.bytes(path, limit);
        }
        let Some(object) = self.objects.get(path) else {
            return Err(if self.exists(path) { ReadError::NotAFile } else { ReadError::Missing });
        };
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.read(object, limit.min(MAX_FILE))
    }

    fn list(&self, folder: &str) -> Vec<String> {
        if is_installed(folder) {
            return self.disk.list(folder);
        }
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let below = self.objects.range(prefix.clone()..).map_while(|(path, _)| path.strip_prefix(&prefix));
        let mut names: Vec<String> =
            below.map(|rest| rest.split_once('/').map_or(rest.to_owned(), |(name, _)| format!("{name}/"))).collect();
        names.sort();
        names.dedup();
        names
    }

    fn exists(&self, path: &str) -> bool {
        if is_installed(path) {
            return self.disk.exists(path);
        }
        let folder = format!("{path}/");
        path.is_empty()
            || self.objects.contains_key(path)
            || self.objects.range(folder.clone()..).next().is_some_and(|(first, _)| first.starts_with(&folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_read_whatever_the_disk_holds() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let done = |args: &[&str]| run(&root, args).unwrap();
        done(&["init", "-q"]);
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::fs::write(root.join("a/b/c d.tf"), "one\n").unwrap();
        std::fs::write(root.join("ü.tf"), "").unwrap();
        done(&["add", "-A"]);
        done(&["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"]);
        std::fs::write(root.join("a/b/c d.tf"), "two\n").unwrap();
        let tree = GitTree::open(&root, "HEAD").unwrap();
        assert_eq!(tree.paths().collect::<Vec<_>>(), ["a/b/c d.tf", "ü.tf"]);
        assert_eq!(tree.read("a/b/c d.tf", 100).as_deref(), Ok("one\n"));
        assert_eq!(tree.read("a/b/c d.tf", 2), Err(ReadError::TooLarge(2)));
        assert_eq!(tree.read("ü.tf", 2).as_deref(), Ok(""));
        assert_eq!(tree.read("a", 9), Err(ReadError::NotAFile));
        assert_eq!(tree.read("none", 9), Err(ReadError::Missing));
        assert_eq!((tree.list(""), tree.list("a")), (vec!["a/".to_owned(), "ü.tf".to_owned()], vec!["b/".to_owned()]));
        assert!(tree.exists("a/b") && tree.exists("") && !tree.exists("a/c"));
        let below = GitTree::open(&root.join("a"), "HEAD").unwrap();
        assert_eq!(below.paths().collect::<Vec<_>>(), ["b/c d.tf"]);
        assert!(GitTree::open(&root, "--output=x").is_err() && GitTree::open(&root, "nowhere").is_err());
    }
}
