//! Files with configurations of clusters, and what is none.

use super::*;
use crate::files::Nothing;
use crate::input::Options;
use crate::source::SourceMap;
use std::sync::Arc;

fn read(text: &str) -> Reading {
    let sources = SourceMap::new();
    let source = sources.add("pcluster/gpu.yaml", text);
    let wanted = [Arc::from(NATIVE)].into();
    let options = Options::default();
    let context = Context { files: &Nothing, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    match ParallelCluster.claim("pcluster/gpu.yaml", text) {
        Claim::No => Reading::default(),
        claim => ParallelCluster.read(&context, &[ClaimedFile { path: "pcluster/gpu.yaml".into(), source, claim }]),
    }
}

#[test]
fn a_configuration_is_one_cluster_in_its_region() {
    let reading = read("Region: eu-west-1\nHeadNode: {InstanceType: c5.large}\nScheduling: {Scheduler: slurm}\n");
    let native = &reading.groups[0].natives[0];
    assert_eq!((&*native.address, native.region.value.as_str(), &*native.provider), ("gpu", Some("eu-west-1"), "aws"));
}

#[test]
fn placeholders_leave_the_rest_readable() {
    let text = "Region: ${AWS_REGION}\nHeadNode: {InstanceType: c5.large}\nScheduling: {Scheduler: slurm}\n";
    assert!(read(text).groups[0].natives[0].region.value.as_str().is_none());
}

#[test]
fn what_only_looks_like_one_is_skipped() {
    for text in [
        "HeadNode: {InstanceType: c5.large}\nScheduling: slurm\n",
        "schema: [HeadNode, Scheduling]\n",
        "HeadNode: {{ head }}\nScheduling:\n{% for queue in queues %}\n",
        "cluster: {HeadNode: {}, Scheduling: {}}\n",
    ] {
        let reading = read(text);
        assert_eq!((reading.groups.len(), reading.errors.len(), reading.skipped.len()), (0, 0, 1), "{text}");
    }
    assert!(read("HeadNode: {}\n").skipped.is_empty());
}
