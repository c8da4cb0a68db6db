//! Kubernetes manifests: YAML or JSON documents with `apiVersion` and `kind`, several to a file, lists of them, and
//! those that resources of other formats hold.
//!
//! Called through [`Frontend`]. A native's type is the API group and the kind, `karpenter.sh/NodePool`, whatever the
//! version. Nothing here is ever an error: a Helm template that does not parse is skipped. It must not know what any
//! kind means.

mod manifest;
#[cfg(test)]
mod tests;

use super::held::Held;
use super::{Claim, ClaimedFile, Context, Frontend, Reading, Skipped};
use super::{request, tree};
use crate::files;
use crate::model::native::{Group, Native};
use crate::model::value::{Attr, Str};
use manifest::Manifest;
use rayon::prelude::*;
use std::sync::Arc;

/// The frontend of manifests.
pub struct Kubernetes;

impl Frontend for Kubernetes {
    fn name(&self) -> &'static str {
        "kubernetes"
    }

    fn example_path(&self) -> &'static str {
        "manifest.yaml"
    }

    fn may_read(&self, path: &str) -> bool {
        matches!(files::extension(path).as_deref(), Some("yaml" | "yml" | "json"))
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        match self.may_read(path) && text.contains("apiVersion") && text.contains("kind") {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        let wanted: Vec<(&str, &str)> =
            context.wanted.iter().filter_map(|name| manifest::group_and_kind(name)).collect();
        let read = |file: &ClaimedFile| read_file(context, &wanted, file);
        Reading::of(files.par_iter().filter_map(read).collect())
    }

    fn held(&self, context: &Context<'_>, held: &Held<'_>) -> Vec<Native> {
        let documents = held.documents(context.sources);
        let wanted =
            documents.iter().flat_map(manifest::all).filter(|manifest| context.wanted.contains(&manifest.native_type));
        let native = |manifest: Manifest| {
            let (provider, region) = (manifest.provider(), manifest.region());
            let native = held.native(manifest.found());
            let region = region.unwrap_or_else(|| native.region.clone());
            Native { provider: provider.into(), region, ..native }
        };
        wanted.map(native).collect()
    }
}

/// The group of a file; `None` where it holds nothing that is wanted.
fn read_file(context: &Context<'_>, wanted: &[(&str, &str)], file: &ClaimedFile) -> Option<Result<Group, Skipped>> {
    let text = Arc::clone(&context.sources.get(file.source).text);
    if !wanted.iter().any(|(group, kind)| text.contains(kind) && text.contains(group)) {
        return None;
    }
    let roots = match tree::parse(context.sources, file.source) {
        Ok(roots) => roots,
        Err(error) => {
            let reason = match text.contains("{{") {
                true => "a template of another language".into(),
                false => format!("does not parse: {}", error.message),
            };
            return Some(Err(Skipped { path: Arc::clone(&file.path), reason }));
        }
    };
    let documents: Vec<Attr> = roots.iter().map(request::written).collect();
    let manifests = documents.iter().flat_map(manifest::all);
    let wanted = manifests.filter(|manifest| context.wanted.contains(&manifest.native_type));
    let natives: Vec<Native> = wanted.map(|manifest| native(context, &file.path, manifest)).collect();
    let group = Group::of_file(&file.path, files::stem(&file.path), natives);
    (!group.natives.is_empty()).then_some(Ok(group))
}

fn native(context: &Context<'_>, path: &Str, manifest: Manifest) -> Native {
    let (head, provider) = (manifest.head, manifest.provider());
    let region = manifest.region().unwrap_or_else(|| context.region(head));
    manifest.found().native(path, provider, region)
}
