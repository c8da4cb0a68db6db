//! The whole run as a ratio to its floor, both measured here and now: reading the same files and parsing them with
//! the parsers alone, on the same threads. Also the time for an expression of Terraform, and the start-up of the built
//! command.
//!
//! `cargo bench --bench floor -- PATH…` (default: `testdata`). Prints, never fails: a ratio is for people to judge.

#![allow(clippy::print_stdout, reason = "printing is all it does")]

use granit_parser::Parser;
use mlcost_lint::engine::{self, Settings};
use mlcost_lint::files::{Disk, Nothing, Overlay};
use mlcost_lint::input::discover::{self, Project};
use mlcost_lint::input::terraform::Terraform;
use mlcost_lint::input::{Claim, ClaimedFile, Context, Frontend, Options};
use mlcost_lint::source::SourceMap;
use rayon::prelude::*;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The command's own allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;

fn main() {
    let paths: Vec<PathBuf> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).map(PathBuf::from).collect();
    let paths = if paths.is_empty() { vec![PathBuf::from("testdata")] } else { paths };
    println!("{:<48} {:>7} {:>9} {:>9} {:>9} {:>6}", "path", "files", "walk ms", "floor ms", "run ms", "ratio");
    paths.iter().for_each(|path| measure(path));
    expressions();
    start_up();
}

/// The fastest of a few rounds: the least disturbed one.
fn fastest(mut round: impl FnMut()) -> Duration {
    let mut time = || {
        let start = Instant::now();
        round();
        start.elapsed()
    };
    (0..ROUNDS).map(|_| time()).min().unwrap_or_default()
}

fn measure(path: &Path) {
    let here = std::env::current_dir().unwrap_or_default();
    let project = match Project::around(&[path.to_path_buf()], &here) {
        Ok(project) => project,
        Err(bad) => return println!("{}: {}", bad.path, bad.reason),
    };
    let files = Disk::new(&project.root);
    let settings = Settings::default();
    let whole = || {
        let found = discover::walk(&project, &[]).unwrap_or_default();
        engine::analyse(&project, &files, &found, &settings, &|| ())
    };
    let Ok(analysis) = whole() else { return };
    let claimed: Vec<PathBuf> = analysis.read.iter().map(|path| project.root.join(&**path)).collect();
    let walk = fastest(|| {
        let _ = discover::walk(&project, &[]);
    });
    let floor = fastest(|| claimed.par_iter().for_each(|file| parse(file)));
    let run = fastest(|| {
        let _ = whole();
    });
    let [walk_ms, floor_ms, run_ms] = [walk, floor, run].map(|time| time.as_secs_f64() * 1e3);
    let name = path.display().to_string();
    let ratio = run_ms / floor_ms;
    println!("{name:<48} {:>7} {walk_ms:>9.1} {floor_ms:>9.1} {run_ms:>9.1} {ratio:>6.2}", claimed.len());
}

fn parse(file: &Path) {
    #[expect(clippy::disallowed_methods, reason = "the floor is measured without any of our code")]
    let Ok(text) = std::fs::read_to_string(file) else { return };
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("tf" | "tofu" | "tfvars") => {
            std::hint::black_box(hcl_edit::parser::parse_body(&text).is_ok());
        }
        _ => {
            std::hint::black_box(Parser::new_from_str(&text).take_while(Result::is_ok).count());
        }
    }
}

/// Expressions of one root.
const CHUNK: usize = 100;

/// Evaluates the recorded expressions that Terraform accepts, as attributes of a resource in roots of a hundred.
fn expressions() {
    #[expect(clippy::disallowed_methods, reason = "the bench reads its own data")]
    let read = |name: &str| std::fs::read_to_string(Path::new("tests/terraform").join(name)).unwrap_or_default();
    let (names, recorded) = (read("project/main.tf"), read("console.jsonl"));
    let lines = recorded.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let accepted = lines.filter(|line| !line["v"].is_null()).filter_map(|line| Some(line["x"].as_str()?.to_owned()));
    let single: Vec<String> = accepted.filter(|one| !one.contains('\n')).collect();
    let root = |(at, chunk): (usize, &[String])| {
        let attributes = chunk.iter().enumerate().map(|(at, one)| format!("  a{at} = {one}\n"));
        let text = format!("{names}\nresource \"aws_instance\" \"x\" {{\n{}}}\n", attributes.collect::<String>());
        (format!("{at}/main.tf"), Arc::<str>::from(text))
    };
    let texts: Vec<(String, Arc<str>)> = single.chunks(CHUNK).enumerate().map(root).collect();
    let (sources, options) = (SourceMap::new(), Options::default());
    let wanted: HashSet<Arc<str>> = [Arc::from("aws_instance")].into();
    let files = Overlay::new(Nothing, texts.clone());
    let context = Context { files: &files, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    let claim = |(path, text): &(String, Arc<str>)| {
        let source = sources.add(path.as_str(), Arc::clone(text));
        ClaimedFile { path: path.as_str().into(), source, claim: Claim::Surely }
    };
    let claimed: Vec<ClaimedFile> = texts.iter().map(claim).collect();
    let threads = rayon::current_num_threads() as f64;
    let parse = fastest(|| {
        texts.par_iter().for_each(|(_, text)| {
            std::hint::black_box(hcl_edit::parser::parse_body(text).is_ok());
        })
    });
    let whole = fastest(|| {
        std::hint::black_box(Terraform.read(&context, &claimed).groups.len());
    });
    let [parse, whole] = [parse, whole].map(|time| time.as_secs_f64() * 1e6 * threads / single.len() as f64);
    println!(
        "{:<48} {:>7} {parse:>9.1} {whole:>9.1} µs each: to parse, to parse and evaluate",
        "expressions",
        single.len()
    );
}

fn start_up() {
    let binary = env!("CARGO_BIN_EXE_mlcost-lint");
    let one_file = ["--no-config", "testdata/showcase/jobs/nightly.json"];
    let nothing = fastest(|| run("true", &[]));
    for (name, args) in [("--version", &["--version"][..]), ("one file", &one_file[..])] {
        let took = fastest(|| run(binary, args));
        let beyond = took.saturating_sub(nothing).as_secs_f64() * 1e3;
        println!("{name:<48} {beyond:>9.1} ms beyond starting any process");
    }
}

fn run(program: &str, args: &[&str]) {
    let _ = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
}
