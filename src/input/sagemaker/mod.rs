//! Documents that ask SageMaker for something: requests to its operations told by their shape, definitions of
//! pipelines, resources of its controllers for Kubernetes; JSON and YAML.
//!
//! ```text
//! claim ── tree ── find ─┬─ shapes       requests, however deep
//!                        ├─ pipeline     steps, parameters, conditions
//!                        └─ kubernetes   resources of the controllers
//! ```
//!
//! Called through [`Frontend`]. Nothing here is ever an error: what is no request is skipped. It must not know what a
//! request means.

mod conditions;
mod find;
mod kubernetes;
mod pipeline;
mod shapes;
#[cfg(test)]
mod tests;

use super::held::Held;
use super::{Claim, ClaimedFile, Context, Frontend, Reading, request, tree};
use crate::files;
use crate::model::native::{Group, Native};
use crate::model::value::Attr;
use find::Finder;
use shapes::SHAPES;

/// The frontend of request documents.
pub struct SageMaker;

impl Frontend for SageMaker {
    fn name(&self) -> &'static str {
        "sagemaker"
    }

    fn example_path(&self) -> &'static str {
        "request.yaml"
    }

    fn may_read(&self, path: &str) -> bool {
        matches!(files::extension(path).as_deref(), Some("yaml" | "yml" | "json"))
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        let request = || shapes::may_occur_in(text) && SHAPES.iter().any(|shape| shape.occurs_in(text));
        let other = || pipeline::occurs_in(text) || kubernetes::MARKERS.iter().any(|marker| text.contains(marker));
        match self.may_read(path) && (request() || other()) {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        Reading::of_each(files, |file| read_file(context, file))
    }

    fn held(&self, context: &Context<'_>, held: &Held<'_>) -> Vec<Native> {
        let prefix = format!("{}:", held.holder.address);
        let requests = |document: &Attr| {
            let of_controller = || kubernetes::requests(document, "document");
            pipeline::requests(document, &held.holder.scope, &prefix).or_else(of_controller).unwrap_or_default()
        };
        let documents = held.documents(context.sources);
        documents.iter().flat_map(requests).filter_map(|request| request.held(context, held)).collect()
    }
}

fn read_file(context: &Context<'_>, file: &ClaimedFile) -> Result<Group, String> {
    let roots =
        tree::parse(context.sources, file.source).map_err(|error| format!("does not parse: {}", error.message))?;
    let mut finder = Finder::new(&file.path);
    roots.iter().for_each(|root| finder.document(root));
    if finder.requests.is_empty() {
        return Err("no request of SageMaker".into());
    }
    Ok(request::group(context, &file.path, finder.requests))
}
