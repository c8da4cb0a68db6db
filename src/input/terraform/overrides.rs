//! Override files: laid over the files whose blocks they name, as Terraform merges them.
//!
//! Called by `read` after parsing. What results are files whose text is put together from both, so that nothing else
//! knows of overrides. It must not evaluate anything.

use super::parse::{self, Edit, File};
use super::project::attribute;
use crate::files;
use hcl_edit::Span as _;
use hcl_edit::structure::{Block, Structure};
use std::ops::Range;

/// Whether a file only changes what others declare.
fn is_override(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = name.strip_suffix(".json").unwrap_or(name);
    let stem = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tofu"));
    stem.is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

/// Merges the override files, which come in order of path, into the others. What they override but nothing declares
/// is left out: Terraform refuses it.
pub fn apply(all: Vec<File>) -> Vec<File> {
    let (overrides, mut bases): (Vec<File>, Vec<File>) = all.into_iter().partition(|file| is_override(&file.text.path));
    for over in &overrides {
        let folder = files::parent(&over.text.path);
        for base in bases.iter_mut().filter(|base| files::parent(&base.text.path) == folder) {
            let edits = edits(base, over);
            // Text that does not parse once merged stays as it was.
            if let (false, Ok(merged)) = (edits.is_empty(), parse::edited(base, over, edits)) {
                *base = merged;
            }
        }
    }
    bases
}

/// What an override file changes in one file.
fn edits(base: &File, over: &File) -> Vec<Edit> {
    let mut edits = Vec::new();
    for changed in over.body.blocks() {
        if changed.ident.as_str() == "locals" {
            for block in base.body.blocks().filter(|block| block.ident.as_str() == "locals") {
                attributes(block, changed, &mut edits);
            }
        } else if let Some(block) = base.body.blocks().find(|block| is_same(block, changed)) {
            let mut new = attributes(block, changed, &mut edits);
            new.extend(blocks(block, changed, &mut edits));
            if let (false, Some(inside)) = (new.is_empty(), base.text.inside(block)) {
                // A block in one line has no room for another attribute.
                edits.push(Edit { at: inside.start..inside.start, with: None });
                edits.extend(new.into_iter().map(|with| Edit { at: inside.end..inside.end, with: Some(with) }));
            }
        }
    }
    edits
}

/// Whether two blocks declare the same thing.
fn is_same(a: &Block, b: &Block) -> bool {
    let labels = |block: &Block| block.labels.iter().map(|label| label.as_str().to_owned()).collect::<Vec<_>>();
    let alias = |block: &Block| attribute(block, "alias").and_then(|alias| alias.as_str()).map(str::to_owned);
    let named = ["resource", "data", "variable", "output", "module", "provider"];
    a.ident == b.ident && named.contains(&a.ident.as_str()) && labels(a) == labels(b) && alias(a) == alias(b)
}

/// Attributes take the place of those of the same name; returns those that are new.
fn attributes(base: &Block, changed: &Block, edits: &mut Vec<Edit>) -> Vec<Range<usize>> {
    let mut new = Vec::new();
    for attribute in changed.body.attributes() {
        let Some(with) = attribute.span() else { continue };
        match base.body.get_attribute(attribute.key.as_str()).and_then(|before| before.span()) {
            Some(at) => edits.push(Edit { at, with: Some(with) }),
            None => new.push(with),
        }
    }
    new
}

/// Nested blocks take the place of all blocks of their type, generated ones included; returns the new ones.
fn blocks(base: &Block, changed: &Block, edits: &mut Vec<Edit>) -> Vec<Range<usize>> {
    // These are merged in ways that change nothing of the resource.
    const KEPT: &[&str] = &["lifecycle", "connection", "provisioner"];
    let new: Vec<&Block> = changed.body.blocks().filter(|block| !KEPT.contains(&made(block))).collect();
    for before in base.body.iter().filter_map(Structure::as_block) {
        if new.iter().any(|block| made(block) == made(before)) {
            edits.extend(before.span().map(|at| Edit { at, with: None }));
        }
    }
    new.iter().filter_map(|block| block.span()).collect()
}

/// The type of block that a block is or generates.
fn made(block: &Block) -> &str {
    match block.labels.first() {
        Some(label) if block.ident.as_str() == "dynamic" => label.as_str(),
        _ => block.ident.as_str(),
    }
}
