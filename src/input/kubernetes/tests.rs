//! Files of manifests, and what is none.

use super::*;
use crate::files::Nothing;
use crate::input::Options;
use crate::source::SourceMap;

fn read(path: &str, text: &str) -> Reading {
    let sources = SourceMap::new();
    let source = sources.add(path, text);
    let wanted = ["karpenter.sh/NodePool", "eksctl.io/ClusterConfig", "module:a/b/c"].map(Arc::from).into();
    let options = Options::default();
    let context = Context { files: &Nothing, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    match Kubernetes.claim(path, text) {
        Claim::No => Reading::default(),
        claim => Kubernetes.read(&context, &[ClaimedFile { path: path.into(), source, claim }]),
    }
}

fn natives(text: &str) -> Vec<String> {
    let groups = read("pool.yaml", text).groups;
    let natives = groups.iter().flat_map(|group| &group.natives);
    natives.map(|native| format!("{} {} {}", native.native_type, native.address, native.provider)).collect()
}

#[test]
fn documents_and_lists_hold_manifests() {
    let pool = "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: gpu}\nspec: {template: {spec: {nodeClassRef: {group: karpenter.k8s.aws}}}}\n";
    let gpu = "karpenter.sh/NodePool NodePool/gpu aws";
    assert_eq!(natives(pool), [gpu]);
    assert_eq!(natives(&format!("# comment\n---\n{pool}---\n{pool}---\napiVersion: v1\nkind: Pod\n")), [gpu, gpu]);
    let listed = r#"{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "karpenter.sh/v1beta1", "kind": "NodePool"}, 1]}"#;
    assert_eq!(natives(listed), ["karpenter.sh/NodePool NodePool kubernetes"]);
    assert_eq!(
        natives("apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c, region: eu-west-1}\n"),
        ["eksctl.io/ClusterConfig ClusterConfig/c aws"]
    );
}

#[test]
fn templates_and_values_are_left_alone() {
    let template =
        "apiVersion: karpenter.sh/v1\nkind: NodePool\n{{- if .Values.gpu }}\nspec:\n{{ toYaml . }}\n{{- end }}\n";
    let helm = read("templates/pool.yaml", template);
    assert_eq!((helm.groups.len(), helm.errors.len(), helm.skipped.len()), (0, 0, 1));
    for text in [
        "karpenter: {nodePool: {apiVersion: karpenter.sh/v1, kind: NodePool}}\n",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: karpenter.sh, names: {kind: NodePool}}\n",
        "apiVersion: karpenter.sh/v1\nkind: {{ .Values.kind }}\nx: NodePool\n",
        "apiVersion: [karpenter.sh/v1]\nkind: NodePool\n",
        "just: a file\n",
    ] {
        let reading = read("values.yaml", text);
        assert_eq!((reading.groups.len(), reading.errors.len()), (0, 0), "{text}");
    }
}

#[test]
fn placeholders_are_not_known() {
    let text =
        "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: \"${NAME}\"}\nspec:\n  weight: ${WEIGHT}\n";
    let reading = read("pool.yaml", text);
    assert_eq!(&*reading.groups[0].natives[0].address, "NodePool");
}
