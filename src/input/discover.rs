//! From the paths on the command line to the files of a project, each claimed by the format that reads it.
//!
//! Called by `engine` and `cli`. It must not know any format beyond asking [`super::FRONTENDS`].

use super::{Claim, ClaimedFile, FRONTENDS, Frontend, InputError, Options, Skipped, installed};
use crate::files::{self, Files, ReadError};
use crate::source::{SourceId, SourceMap};
use ignore::WalkState;
use ignore::overrides::{Override, OverrideBuilder};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs::FileType;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Names of a config file of its own; one of them marks a project root.
pub const CONFIG_FILE: &str = "mlcost-lint.toml";

/// Folders that hold other people's code or build output.
const SKIPPED_FOLDERS: &[&str] =
    &["node_modules", "vendor", "third_party", ".terraform", "venv", ".venv", "site-packages", "__pycache__", "target"];

/// What is read although its name hides it: pipelines that start machines.
const READ_HIDDEN: &[&str] = &[".github", ".gitlab", ".gitlab-ci.yml"];

/// Bytes by which a file is claimed that is too large to be held.
const START: u64 = 4096;

/// Where a run looks, and what it reports.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder that is read as a whole.
    pub root: PathBuf,
    /// Project-relative files and folders that findings are reported for; the empty path is everything.
    pub targets: Vec<String>,
}

/// Why a project could not be made out: a usage error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPath {
    /// The path as given.
    pub path: String,
    /// One clause.
    pub reason: String,
}

impl Project {
    /// The project around `paths`: the nearest folder above them with `.git` or a config file, else their common
    /// parent. No paths mean the working directory.
    pub fn around(paths: &[PathBuf], working_directory: &Path) -> Result<Project, BadPath> {
        let mut real = Vec::new();
        for path in paths {
            let bad = |reason: String| BadPath { path: path.display().to_string(), reason };
            let full = working_directory.join(path).canonicalize().map_err(|error| bad(error.kind().to_string()))?;
            if !full.is_dir() && !full.is_file() {
                return Err(bad("neither a file nor a folder".into()));
            }
            real.push(full);
        }
        if real.is_empty() {
            real.push(working_directory.to_path_buf());
        }
        let common = common_folder(&real);
        let root = common.ancestors().find(|folder| is_root(folder)).unwrap_or(&common).to_path_buf();
        let mut targets: Vec<String> = real.iter().map(|path| relative(&root, path)).collect();
        targets.sort();
        targets.dedup();
        Ok(Project { root, targets })
    }

    /// The targets as full paths.
    pub fn targets_on_disk(&self) -> Vec<PathBuf> {
        self.targets.iter().map(|target| self.root.join(target)).collect()
    }

    /// Whether a project-relative path lies in what is reported.
    pub fn reports(&self, path: &str) -> bool {
        self.targets.iter().any(|target| is_inside(path, target))
    }
}

/// Whether `path` is `folder` or lies below it; everything lies in the empty path.
fn is_inside(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_root(folder: &Path) -> bool {
    folder.join(".git").exists() || folder.join(CONFIG_FILE).is_file()
}

fn common_folder(paths: &[PathBuf]) -> PathBuf {
    let folder = |path: &PathBuf| match path.is_dir() {
        true => path.clone(),
        false => path.parent().map_or_else(PathBuf::new, Path::to_path_buf),
    };
    let folders: Vec<PathBuf> = paths.iter().map(folder).collect();
    let first = folders.first().cloned().unwrap_or_default();
    let common = first.ancestors().find(|above| folders.iter().all(|folder| folder.starts_with(above)));
    common.map_or(first.clone(), Path::to_path_buf)
}

/// `path` below `root` with `/`.
pub fn relative(root: &Path, path: &Path) -> String {
    // Most paths are plain text below the root: taking them apart by components costs as much as reading the folder.
    if let (Some(root), Some(path), '/') = (root.to_str(), path.to_str(), std::path::MAIN_SEPARATOR)
        && let Some(below) = path.strip_prefix(root).and_then(|rest| rest.strip_prefix('/'))
        && !below.split('/').any(|part| matches!(part, "" | "." | ".."))
    {
        return below.to_owned();
    }
    let below = path.strip_prefix(root).unwrap_or(path);
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A file of the project: where it stands, and the file it really is (another one behind a symlink).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Project-relative path.
    pub path: String,
    /// Project-relative path of what it links to; equal to `path` for a file of its own.
    pub real: String,
}

/// All files of the project in order of path, without what `.gitignore` hides, vendored folders and `exclude`
/// globs. Files and folders named as targets are there in any case: what a synthesis has made is often hidden.
pub fn walk(project: &Project, exclude: &[String]) -> Result<Vec<Found>, BadPath> {
    let overrides = overrides(project, exclude)?;
    let mut found = installed::without(walk_folder(project, &overrides, &project.root, true));
    for target in project.targets.iter().filter(|target| !target.is_empty()) {
        let path = project.root.join(target);
        if path.is_file() {
            found.extend(path.symlink_metadata().ok().and_then(|meta| file_of(project, &path, meta.file_type())));
        } else if !found.iter().any(|file| is_inside(&file.path, target)) {
            found.extend(walk_folder(project, &overrides, &path, false));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Whether files and folders of a name are not looked at.
fn is_left_out(name: &str) -> bool {
    SKIPPED_FOLDERS.contains(&name) || (name.starts_with('.') && !READ_HIDDEN.contains(&name))
}

/// Files below a folder; `.gitignore` of the folders above it is heeded if `as_seen_from_above`.
fn walk_folder(project: &Project, overrides: &Override, folder: &Path, as_seen_from_above: bool) -> Vec<Found> {
    let walker = ignore::WalkBuilder::new(folder)
        .overrides(overrides.clone())
        .parents(as_seen_from_above)
        .require_git(false)
        .hidden(false)
        .filter_entry(|entry| entry.depth() == 0 || !is_left_out(&entry.file_name().to_string_lossy()))
        .build_parallel();
    let found = Mutex::new(Vec::new());
    walker.run(|| {
        Box::new(|entry| {
            let file = entry.ok().and_then(|entry| file_of(project, entry.path(), entry.file_type()?));
            found.lock().unwrap_or_else(PoisonError::into_inner).extend(file);
            WalkState::Continue
        })
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The same for files that are no longer on the disk, by their paths.
pub fn among<'a>(
    paths: impl Iterator<Item = &'a str>,
    project: &Project,
    exclude: &[String],
) -> Result<Vec<Found>, BadPath> {
    let overrides = overrides(project, exclude)?;
    let is_read = |path: &&str| {
        let above = Path::new(path).ancestors().skip(1);
        let folders = above.filter(|folder| !folder.as_os_str().is_empty());
        !path.split('/').any(is_left_out)
            && !overrides.matched(path, false).is_ignore()
            && folders.into_iter().all(|folder| !overrides.matched(folder, true).is_ignore())
    };
    let found = paths.filter(is_read).map(|path| Found { path: path.to_owned(), real: path.to_owned() });
    Ok(installed::without(found.collect()))
}

fn overrides(project: &Project, exclude: &[String]) -> Result<Override, BadPath> {
    let mut overrides = OverrideBuilder::new(&project.root);
    for glob in exclude {
        let bad = |error: ignore::Error| BadPath { path: glob.clone(), reason: error.to_string() };
        overrides.add(&format!("!{glob}")).map_err(bad)?;
    }
    overrides.build().map_err(|error| BadPath { path: "exclude".into(), reason: error.to_string() })
}

/// The entry as a file of the project; `None` for folders, pipes, and links that lead elsewhere or nowhere.
fn file_of(project: &Project, path: &Path, kind: FileType) -> Option<Found> {
    let own = relative(&project.root, path);
    if kind.is_file() {
        return Some(Found { real: own.clone(), path: own });
    }
    let real = path.canonicalize().ok().filter(|real| kind.is_symlink() && real.is_file())?;
    real.starts_with(&project.root).then(|| Found { path: own, real: relative(&project.root, &real) })
}

/// What claiming found, by frontend in the order of [`FRONTENDS`].
pub struct Claims {
    /// The files of each frontend, in order of path.
    pub by_frontend: Vec<Vec<ClaimedFile>>,
    /// Files that could not be read and should have been.
    pub errors: Vec<InputError>,
    /// Files left out.
    pub skipped: Vec<Skipped>,
}

impl Claims {
    /// The paths that a format claimed.
    pub fn paths_of(&self, format: &str) -> impl Iterator<Item = &Arc<str>> {
        let claimed = FRONTENDS.iter().zip(&self.by_frontend).filter(move |(frontend, _)| frontend.name() == format);
        claimed.flat_map(|(_, files)| files.iter().map(|file| &file.path))
    }

    /// Paths of files that could not be read.
    pub fn unread(&self) -> impl Iterator<Item = &Arc<str>> {
        self.errors.iter().map(|error| &error.path).chain(self.skipped.iter().map(|file| &file.path))
    }
}

enum Outcome {
    Claimed(usize, Claim, Text),
    Error(InputError),
    Skipped(Skipped),
    NotOurs,
}

/// What is held of a file that is claimed.
enum Text {
    Whole(Arc<str>),
    Start(Arc<str>),
}

/// Lets every frontend look at every file it may read. Each text is read once, and kept only if it is claimed.
/// `done` is called for every file that nothing remains to be done for.
pub fn claim(
    files: &dyn Files,
    sources: &SourceMap,
    options: &Options,
    found: &[Found],
    done: &(dyn Fn() + Sync),
) -> Claims {
    let look = |file: &Found| {
        let outcome = claim_one(files, options, &file.path);
        if !matches!(outcome, Outcome::Claimed(..)) {
            done();
        }
        outcome
    };
    let outcomes: Vec<Outcome> = found.par_iter().map(look).collect();
    let mut claims = Claims { by_frontend: vec![Vec::new(); FRONTENDS.len()], errors: Vec::new(), skipped: Vec::new() };
    let mut registered: BTreeMap<&str, SourceId> = BTreeMap::new();
    for (file, outcome) in found.iter().zip(outcomes) {
        match outcome {
            Outcome::Claimed(frontend, claim, text) => {
                let source = *registered.entry(&file.real).or_insert_with(|| match text {
                    Text::Whole(text) => sources.add(file.real.as_str(), text),
                    Text::Start(text) => sources.add_start(file.real.as_str(), text),
                });
                let path = Arc::from(file.path.as_str());
                claims.by_frontend[frontend].push(ClaimedFile { path, source, claim });
            }
            Outcome::Error(error) => claims.errors.push(error),
            Outcome::Skipped(skipped) => claims.skipped.push(skipped),
            Outcome::NotOurs => {}
        }
    }
    claims
}

fn claim_one(files: &dyn Files, options: &Options, path: &str) -> Outcome {
    let is_wanted = |format: &str| options.skip_formats.iter().all(|skipped| skipped != format);
    let candidates: Vec<(usize, &&dyn Frontend)> = FRONTENDS
        .iter()
        .enumerate()
        .filter(|(_, frontend)| is_wanted(frontend.name()) && frontend.may_read(path))
        .collect();
    if candidates.is_empty() {
        return Outcome::NotOurs;
    }
    let own_limit = files.read(path, options.max_file_size);
    let large = matches!(own_limit, Err(ReadError::TooLarge(_))) && options.named.iter().any(|named| named == path);
    let candidates: Vec<_> = candidates.into_iter().filter(|(_, frontend)| !large || frontend.reads_large()).collect();
    let large = large && !candidates.is_empty();
    match if large { start(files, path) } else { own_limit } {
        Ok(text) => {
            // The surest claim; the earlier frontend among equals. Once one is sure, the others need not look.
            let mut best = (Claim::No, 0);
            for (at, frontend) in candidates {
                let claim = frontend.claim(path, &text);
                if claim > best.0 {
                    best = (claim, at);
                }
                if claim == Claim::Surely {
                    break;
                }
            }
            match best {
                (Claim::No, _) => Outcome::NotOurs,
                (claim, frontend) if large => Outcome::Claimed(frontend, claim, Text::Start(text)),
                (claim, frontend) => Outcome::Claimed(frontend, claim, Text::Whole(text)),
            }
        }
        Err(error) => {
            let surely = candidates.iter().any(|(_, frontend)| frontend.claim(path, "") == Claim::Surely);
            unreadable(path, &error, surely)
        }
    }
}

/// The first bytes of a file that is too large to be held.
fn start(files: &dyn Files, path: &str) -> Result<Arc<str>, ReadError> {
    let mut bytes = Vec::new();
    let read = files.stream(path)?.take(START).read_to_end(&mut bytes);
    read.map_err(|error| ReadError::Io(error.kind().to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into())
}

fn unreadable(path: &str, error: &ReadError, surely: bool) -> Outcome {
    let path = Arc::from(path);
    // A file that is too large is left out on purpose, whatever it is.
    if surely && !matches!(error, ReadError::TooLarge(_)) {
        let message = format!("cannot be read: {error}");
        return Outcome::Error(InputError { path, span: None, code: "unreadable-input", message });
    }
    Outcome::Skipped(Skipped { path, reason: error.to_string() })
}

/// Whether a path lies in tests, examples, documentation or fixtures, where waste is often deliberate.
pub fn is_sample(path: &str) -> bool {
    const SAMPLE_FOLDERS: &[&str] =
        &["test", "tests", "testing", "example", "examples", "doc", "docs", "fixture", "fixtures"];
    files::parent(path).split('/').any(|folder| SAMPLE_FOLDERS.contains(&folder.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_inside_folders_not_prefixes() {
        assert!(is_inside("a/b", "a") && is_inside("a", "a") && is_inside("x", ""));
        assert!(!is_inside("ab", "a"));
    }

    #[test]
    fn samples_are_told_by_whole_folder_names() {
        assert!(is_sample("modules/x/examples/basic/main.tf") && is_sample("tests/main.tf"));
        assert!(!is_sample("testdata/showcase/main.tf") && !is_sample("latest/main.tf") && !is_sample("examples.tf"));
    }

    #[test]
    fn a_named_folder_is_read_though_it_is_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("cdk.out/assembly")).unwrap();
        std::fs::write(root.join(".gitignore"), "cdk.out\n").unwrap();
        std::fs::write(root.join("cdk.out/assembly/A.template.json"), "{}").unwrap();
        std::fs::write(root.join("app.tf"), "").unwrap();
        let walked = |target: &str| {
            let project = Project { root: root.clone(), targets: vec![target.to_owned()] };
            walk(&project, &[]).unwrap().into_iter().map(|file| file.path).collect::<Vec<_>>()
        };
        assert_eq!(walked(""), ["app.tf"]);
        assert_eq!(walked("cdk.out"), ["app.tf", "cdk.out/assembly/A.template.json"]);
    }

    #[test]
    fn of_hidden_folders_only_those_of_pipelines_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let paths = [".github/workflows/train.yml", ".gitlab-ci.yml", ".idea/a.tf"];
        for path in paths {
            std::fs::create_dir_all(root.join(files::parent(path))).unwrap();
            std::fs::write(root.join(path), "").unwrap();
        }
        let project = Project { root, targets: vec![String::new()] };
        let of = |found: Vec<Found>| found.into_iter().map(|file| file.path).collect::<Vec<_>>();
        assert_eq!(of(walk(&project, &[]).unwrap()), paths[..2]);
        assert_eq!(of(among(paths.into_iter(), &project, &[]).unwrap()), paths[..2]);
    }
}
