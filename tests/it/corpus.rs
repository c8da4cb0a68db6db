//! Every project below `testdata/` prints what stands beside it in `<project>.out`, with any number of threads.

use crate::support::{command, repository, run};
use std::fs;
use std::path::PathBuf;

fn projects() -> Vec<PathBuf> {
    let entries = walk(&repository().join("testdata"));
    let projects: Vec<PathBuf> = entries.into_iter().filter(|path| path.is_dir()).collect();
    assert!(!projects.is_empty());
    projects
}

fn walk(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn projects_print_what_is_expected() {
    for project in projects() {
        let args = ["--output", "concise", "--notes", "--pedantic", "--show-unknown", "--show-files", "."];
        let printed = run(&project, &args).stdout;
        let name = format!("testdata/{}.out", project.file_name().unwrap().to_str().unwrap());
        if std::env::var_os("MLCOST_LINT_BLESS").is_some() {
            fs::write(repository().join(&name), &printed).unwrap();
        }
        assert_eq!(printed, crate::support::text(&name), "{name}");
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let printed = |threads: &str| {
        let mut command = command(&repository().join("testdata"));
        command.env("RAYON_NUM_THREADS", threads).args(["--output", "json", "--pedantic", "."]);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert_eq!(printed("1"), printed("4"));
}
