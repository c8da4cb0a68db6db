//! Settings of people's own: YAML, JSON and TOML documents that name a machine for a program of theirs to read.
//!
//! ```text
//! claim ── tree ── find (machines by key, parts by prefix) ── roles (what each is for) ──► natives
//! ```
//!
//! Called through [`Frontend`], last of all. What the keys mean is a guess: the kinds say so of these natives, and
//! they are only read where somebody asks for guesses. Which words tell what stands in `rules/settings.yaml`.

mod find;
mod roles;
#[cfg(test)]
mod tests;

use super::held::Found;
use super::request;
use super::tree::{self, Node};
use super::{Claim, ClaimedFile, Context, Frontend, Reading};
use crate::files;
use crate::model::native::{Group, Native};
use find::Machine;
use roles::roles;

/// The frontend of settings.
pub struct Settings;

impl Frontend for Settings {
    fn name(&self) -> &'static str {
        "settings"
    }

    fn example_path(&self) -> &'static str {
        "config.yaml"
    }

    fn may_read(&self, path: &str) -> bool {
        matches!(files::extension(path).as_deref(), Some("yaml" | "yml" | "json" | "toml"))
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        match self.may_read(path) && roles().is_some_and(|roles| roles.occur_in(text)) {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        Reading::of_each(files, |file| read_file(context, file))
    }
}

fn read_file(context: &Context<'_>, file: &ClaimedFile) -> Result<Group, String> {
    let Some(roles) = roles().filter(|roles| roles.natives().any(|native| context.wanted.contains(native))) else {
        return Err("settings of its own, which are read with --pedantic".into());
    };
    let parsed = match files::extension(&file.path).as_deref() {
        Some("toml") => tree::parse_toml(context.sources, file.source).map(|root| vec![root]),
        _ => tree::parse(context.sources, file.source),
    };
    let roots: Vec<Node> = parsed.map_err(|error| format!("does not parse: {}", error.message))?;
    let machines = roots.iter().flat_map(|root| find::machines(roles, request::stem(&file.path), root));
    let natives: Vec<Native> = machines.map(|machine| native(context, file, machine)).collect();
    match natives.is_empty() {
        true => Err("no settings of a machine whose use is known".into()),
        false => Ok(Group::of_file(&file.path, request::stem(&file.path), natives)),
    }
}

fn native(context: &Context<'_>, file: &ClaimedFile, machine: Machine) -> Native {
    let Machine { native_type, address, head, body, tree } = machine;
    let found = Found { native_type, name: address, head, tree };
    Native { body, ..found.native(&file.path, "aws", context.region(head)) }
}
