//! Configurations of AWS ParallelCluster: a YAML document that states a Slurm cluster, its queues and its storage, in a
//! file or held by a resource.
//!
//! Called through [`Frontend`]. The whole document is one native of the type `parallelcluster:Cluster`. Nothing here is
//! ever an error: what only looks like one, or is a template of another language, is skipped. It must not know what a
//! queue costs.

#[cfg(test)]
mod tests;

use super::held::Held;
use super::request::{self, Request};
use super::{Claim, ClaimedFile, Context, Frontend, Reading, tree};
use crate::files;
use crate::model::native::{Exists, Native};
use crate::model::value::{Attr, Value};

const NATIVE: &str = "parallelcluster:Cluster";

/// Keys that every configuration has at its top.
const KEYS: &[&str] = &["HeadNode", "Scheduling"];

/// The frontend of cluster configurations.
pub struct ParallelCluster;

impl Frontend for ParallelCluster {
    fn name(&self) -> &'static str {
        "parallelcluster"
    }

    fn example_path(&self) -> &'static str {
        "cluster.yaml"
    }

    fn may_read(&self, path: &str) -> bool {
        matches!(files::extension(path).as_deref(), Some("yaml" | "yml"))
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        match self.may_read(path) && KEYS.iter().all(|key| text.contains(key)) {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        Reading::of_each(files, |file| {
            let roots = tree::parse(context.sources, file.source)
                .map_err(|error| format!("does not parse: {}", error.message))?;
            let found: Vec<Request> =
                roots.iter().filter_map(|root| cluster(request::written(root), request::stem(&file.path))).collect();
            match found.is_empty() {
                true => Err("no configuration of a cluster".into()),
                false => Ok(request::group(context, &file.path, found)),
            }
        })
    }

    fn held(&self, context: &Context<'_>, held: &Held<'_>) -> Vec<Native> {
        let clusters = held.documents(context.sources).into_iter().filter_map(|document| cluster(document, "cluster"));
        clusters.filter_map(|request| request.held(context, held)).collect()
    }
}

/// The cluster that a document states; `None` where it is something else.
fn cluster(document: Attr, name: &str) -> Option<Request> {
    let Value::Map(map) = &document.value else { return None };
    let [node, scheduling] = [map.get("HeadNode")?, map.get("Scheduling")?];
    let head = node.key.unwrap_or(node.at);
    matches!(scheduling.value, Value::Map(_)).then(|| Request {
        native_type: NATIVE.into(),
        address: name.into(),
        head,
        body: document.at,
        region: map.get("Region").cloned(),
        exists: Exists::Yes,
        tree: document.clone(),
    })
}
