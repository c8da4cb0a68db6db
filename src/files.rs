//! The only way to files: read, list and test for existence below one project root.
//!
//! Used by `input::discover`, by frontends that follow references (`file()`, local modules) and by the config.
//! Paths are project-relative, with `/`, without `.` or `..`. It must not know what any file means.

mod git;

pub use git::GitTree;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{Cursor, Read, Take};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Bytes above which no file is read, whatever the options say: spans hold 32-bit offsets.
pub const MAX_FILE: u64 = 1 << 30;

/// Why a file was not read. `Display` is one clause for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// No such file.
    Missing,
    /// A folder, device, pipe or socket.
    NotAFile,
    /// Larger than the limit in bytes.
    TooLarge(u64),
    /// Not UTF-8 at this byte offset.
    NotUtf8(usize),
    /// What the operating system said.
    Io(String),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReadError::Missing => write!(f, "no such file"),
            ReadError::NotAFile => write!(f, "not a regular file"),
            ReadError::TooLarge(limit) => write!(f, "larger than {} MiB", limit >> 20),
            ReadError::NotUtf8(offset) => write!(f, "not UTF-8 (at byte {offset})"),
            ReadError::Io(message) => write!(f, "{message}"),
        }
    }
}

/// Access to the files of one project.
pub trait Files: Send + Sync {
    /// A file's text, byte-order mark included. Reads at most `limit` bytes and never blocks on pipes.
    fn read(&self, path: &str, limit: u64) -> Result<Arc<str>, ReadError> {
        text(self.bytes(path, limit)?)
    }
    /// A file's bytes, in the same bounds.
    fn bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError>;
    /// A file of at most [`MAX_FILE`] bytes, to be read without being held.
    fn stream(&self, path: &str) -> Result<Box<dyn Read>, ReadError> {
        Ok(Box::new(Cursor::new(self.bytes(path, MAX_FILE)?)))
    }
    /// Names of the entries of a folder, sorted; folders end in `/`. Empty where there is no such folder.
    fn list(&self, folder: &str) -> Vec<String>;
    /// Whether a file or folder is there.
    fn exists(&self, path: &str) -> bool;
}

/// Joins a relative reference to a folder and resolves `.` and `..`. `None` if it leaves the project or is absolute.
pub fn resolve(folder: &str, reference: &str) -> Option<String> {
    if reference.starts_with('/') || reference.contains('\\') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(reference.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The folder part of a path; empty for the project root.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A file's name without folders and extension.
pub fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// A file's extension in lower case.
pub fn extension(path: &str) -> Option<String> {
    path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
}

/// The real file system below a root.
pub struct Disk {
    root: PathBuf,
    /// Folders that have been asked about, and whether they really lie inside the root.
    folders: RwLock<HashMap<String, bool>>,
}

impl Disk {
    /// Files below `root`, which must be canonical.
    pub fn new(root: impl Into<PathBuf>) -> Disk {
        Disk { root: root.into(), folders: RwLock::default() }
    }

    /// A symlink that leaves the project would bring in the content of a file nobody asked for.
    fn is_inside(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|real| real.starts_with(&self.root))
    }

    fn folder_is_inside(&self, folder: &str) -> bool {
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(folder).copied();
        known.unwrap_or_else(|| {
            let inside = self.is_inside(&self.root.join(folder));
            self.folders.write().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned(), inside);
            inside
        })
    }

    /// The file and its length in bytes.
    fn open(&self, path: &str, limit: u64) -> Result<(Take<File>, u64), ReadError> {
        let full = self.root.join(path);
        let is_link = full.symlink_metadata().map_err(io)?.is_symlink();
        if !self.folder_is_inside(parent(path)) || (is_link && !self.is_inside(&full)) {
            return Err(ReadError::Io("links to a place outside the project".into()));
        }
        let meta = std::fs::metadata(&full).map_err(io)?;
        let limit = limit.min(MAX_FILE);
        if !meta.is_file() {
            return Err(ReadError::NotAFile);
        }
        if meta.len() > limit {
            return Err(ReadError::TooLarge(limit));
        }
        let file = File::open(&full).map_err(io)?;
        Ok((file.take(limit + 1), meta.len()))
    }
}

impl Files for Disk {
    fn bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let (mut file, length) = self.open(path, limit)?;
        let mut bytes = Vec::with_capacity(length as usize + 1);
        file.read_to_end(&mut bytes).map_err(io)?;
        Ok(bytes)
    }

    fn stream(&self, path: &str) -> Result<Box<dyn Read>, ReadError> {
        Ok(Box::new(self.open(path, MAX_FILE)?.0))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the implementation")]
    fn list(&self, folder: &str) -> Vec<String> {
        if !self.folder_is_inside(folder) {
            return Vec::new();
        }
        let Ok(entries) = std::fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let is_folder = entry.path().is_dir();
                Some(if is_folder { name + "/" } else { name })
            })
            .collect();
        names.sort();
        names
    }

    fn exists(&self, path: &str) -> bool {
        self.folder_is_inside(parent(path)) && self.root.join(path).exists()
    }
}

fn io(error: std::io::Error) -> ReadError {
    match error.kind() {
        std::io::ErrorKind::NotFound => ReadError::Missing,
        kind => ReadError::Io(kind.to_string()),
    }
}

fn text(bytes: Vec<u8>) -> Result<Arc<str>, ReadError> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => Err(ReadError::NotUtf8(error.utf8_error().valid_up_to())),
    }
}

/// A text as bytes, without a copy.
struct Shared(Arc<str>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Files that replace or add to others: standard input, an editor's buffer, the examples of a rule.
pub struct Overlay<F> {
    below: F,
    files: BTreeMap<String, Arc<str>>,
}

impl<F: Files> Overlay<F> {
    /// `files` by project-relative path, over `below`.
    pub fn new(below: F, files: impl IntoIterator<Item = (String, Arc<str>)>) -> Overlay<F> {
        Overlay { below, files: files.into_iter().collect() }
    }

    /// The paths that are overlaid.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

impl<F: Files> Files for Overlay<F> {
    fn read(&self, path: &str, limit: u64) -> Result<Arc<str>, ReadError> {
        match self.files.get(path) {
            Some(text) if text.len() as u64 > limit => Err(ReadError::TooLarge(limit)),
            Some(text) => Ok(Arc::clone(text)),
            None => self.below.read(path, limit),
        }
    }

    fn bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        match self.files.contains_key(path) {
            true => self.read(path, limit).map(|text| text.as_bytes().to_vec()),
            false => self.below.bytes(path, limit),
        }
    }

    fn stream(&self, path: &str) -> Result<Box<dyn Read>, ReadError> {
        match self.files.get(path) {
            Some(text) => Ok(Box::new(Cursor::new(Shared(Arc::clone(text))))),
            None => self.below.stream(path),
        }
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut names = self.below.list(folder);
        for path in self.files.keys() {
            if let Some(rest) = path.strip_prefix(&prefix) {
                names.push(rest.split_once('/').map_or(rest.to_owned(), |(name, _)| format!("{name}/")));
            }
        }
        names.sort();
        names.dedup();
        names
    }

    fn exists(&self, path: &str) -> bool {
        self.files.contains_key(path)
            || self.files.keys().any(|file| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
            || self.below.exists(path)
    }
}

/// No files at all; the base of in-memory projects.
pub struct Nothing;

impl Files for Nothing {
    fn bytes(&self, _path: &str, _limit: u64) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::Missing)
    }

    fn list(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }

    fn exists(&self, _path: &str) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_inside_the_project_only() {
        assert_eq!(resolve("a/b", "../c/./d.tf").as_deref(), Some("a/c/d.tf"));
        assert_eq!(resolve("", "x").as_deref(), Some("x"));
        assert_eq!(resolve("a", "../../x"), None);
        assert_eq!(resolve("a", "/etc/passwd"), None);
    }

    #[test]
    fn overlay_lists_and_reads_over_what_is_below() {
        let files = Overlay::new(Nothing, [("a/b.tf".to_owned(), Arc::from("x"))]);
        assert_eq!(files.list(""), ["a/"]);
        assert_eq!(files.list("a"), ["b.tf"]);
        assert!(files.exists("a") && files.exists("a/b.tf") && !files.exists("a/b"));
        assert_eq!(files.read("a/b.tf", 10).as_deref(), Ok("x"));
        let mut streamed = String::new();
        files.stream("a/b.tf").unwrap().read_to_string(&mut streamed).unwrap();
        assert!(streamed == "x" && files.stream("a").is_err());
    }
}
