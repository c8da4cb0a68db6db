//! Joins on the kinds that are shipped: certain, refuted, and not decidable.

use super::super::testing::*;
use crate::model::native::{Exists, Gap, Native};
use crate::model::resource::Inventory;
use crate::model::value::ResourceRef;
use serde_json::{Value as Json, json};

/// Partners of bucket `b` over `lifecycle`, with these lifecycle configurations beside it.
fn lifecycles(bucket: Native, policies: Vec<Native>) -> String {
    let inventory = inventory(shipped(), [vec![bucket], policies].concat());
    partners(&inventory, of_kind(&inventory, "bucket")[0], "lifecycle")
}

fn bucket(tree: Json) -> Native {
    native("aws_s3_bucket", "aws_s3_bucket.b", tree)
}

fn policy(key: &str) -> Native {
    native("aws_s3_bucket_lifecycle_configuration", "p", json!({"bucket": key, "rule": [{"status": "Enabled"}]}))
}

#[test]
fn joins_by_reference_and_by_name() {
    let named = || bucket(json!({"bucket": "my-data"}));
    assert_eq!(lifecycles(named(), vec![policy("?b->aws_s3_bucket.b")]), "p");
    assert_eq!(lifecycles(named(), vec![policy("arn:aws:s3:::${b->aws_s3_bucket.b}")]), "p");
    assert_eq!(lifecycles(named(), vec![policy("my-data")]), "p");
    assert_eq!(lifecycles(named(), vec![policy("other")]), "");
    assert_eq!(lifecycles(named(), vec![policy("?c->aws_s3_bucket.c")]), "");
    assert_eq!(lifecycles(named(), vec![]), "");
    // The same expression names the same bucket.
    assert_eq!(lifecycles(bucket(json!({"bucket": "${var.e}-data"})), vec![policy("${var.e}-data")]), "p");
    assert_eq!(lifecycles(named(), vec![bucket(json!({"lifecycle_rule": [{"enabled": true}]}))]), "aws_s3_bucket.b");
}

#[test]
fn joins_that_cannot_be_decided() {
    let named = || bucket(json!({"bucket": "my-data"}));
    assert_eq!(lifecycles(named(), vec![policy("?var.bucket")]), "?var.bucket");
    assert_eq!(lifecycles(named(), vec![policy("?x->data.aws_s3_bucket.x")]), "?x");
    assert_eq!(lifecycles(named(), vec![policy("my-${var.x}")]), "?var.x");
    assert_eq!(lifecycles(named(), vec![policy("logs-${var.x}")]), "");
    assert_eq!(lifecycles(bucket(json!({"bucket": "?var.name"})), vec![policy("my-data")]), "?my-data");
    assert_eq!(lifecycles(bucket(json!({"lifecycle_rule": [".."]})), vec![]), "?dynamic");
    let either = native("aws_s3_bucket_lifecycle_configuration", "p", json!({"bucket": {"|": ["my-data", "other"]}}));
    assert_eq!(lifecycles(named(), vec![either]), "?p");
}

#[test]
fn conditions_on_both_sides() {
    let under = |native: Native, what: &str| Native { exists: Exists::Unless(why(what)), ..native };
    let certain = || bucket(json!({}));
    let partner = || policy("?b->aws_s3_bucket.b");
    assert_eq!(lifecycles(certain(), vec![under(partner(), "var.on")]), "?var.on");
    assert_eq!(lifecycles(under(certain(), "var.on"), vec![under(partner(), "var.on")]), "p");
    assert_eq!(lifecycles(under(certain(), "var.off"), vec![under(partner(), "var.on")]), "?var.on");
}

#[test]
fn instances_are_told_apart() {
    let instance = |key: &str| Native { instance: Some(key.into()), ..bucket(json!({})) };
    let natives = vec![instance("a"), instance("b"), policy("?b->aws_s3_bucket.b#a")];
    let inventory = inventory(shipped(), natives);
    let found: Vec<_> = of_kind(&inventory, "bucket").iter().map(|id| partners(&inventory, *id, "lifecycle")).collect();
    assert_eq!(found, ["p", ""]);
}

#[test]
fn gaps_and_other_groups() {
    let gap = |receives| Gap { why: why("module.far"), receives };
    let target = |address: &str| ResourceRef {
        scope: SCOPE.into(),
        address: address.into(),
        instance: None,
        attribute: "id".into(),
    };
    let with = |gap| {
        let one = crate::model::native::Group { gaps: vec![gap], ..group(vec![bucket(json!({"bucket": "my-data"}))]) };
        let inventory = Inventory::build(shipped(), vec![one]);
        partners(&inventory, of_kind(&inventory, "bucket")[0], "lifecycle")
    };
    assert_eq!(with(gap(None)), "?module.far");
    assert_eq!(with(gap(Some(vec![target("aws_s3_bucket.b")]))), "?module.far");
    assert_eq!(with(gap(Some(vec![target("aws_s3_bucket.c")]))), "");
    let elsewhere =
        |name: &str, natives| crate::model::native::Group { scope: name.into(), name: name.into(), ..group(natives) };
    let far = |groups: Vec<Vec<Native>>| {
        let names = ["infra", "other", "third"].iter();
        let groups = names.zip(groups).map(|(name, natives)| elsewhere(name, natives)).collect();
        let inventory = Inventory::build(shipped(), groups);
        partners(&inventory, of_kind(&inventory, "bucket")[0], "lifecycle")
    };
    let named = || bucket(json!({"bucket": "my-data"}));
    assert_eq!(far(vec![vec![named()], vec![policy("my-data")]]), "p");
    assert_eq!(far(vec![vec![named()], vec![policy("?var.bucket")]]), "");
    // A name that means a bucket of its own group, and one that may mean either of two.
    assert_eq!(far(vec![vec![named()], vec![named(), policy("my-data")]]), "");
    assert_eq!(far(vec![vec![named()], vec![named()], vec![policy("my-data")]]), "?my-data");
}

#[test]
fn variants_reach_their_scaling_target_over_the_endpoint() {
    let variants = json!({"name": "c", "production_variants": [
        {"variant_name": "one", "instance_type": "ml.g5.xlarge", "initial_instance_count": 2},
        {"variant_name": "two", "instance_type": "ml.g5.xlarge", "initial_instance_count": 2}]});
    let target =
        json!({"service_namespace": "sagemaker", "resource_id": "endpoint/${e->aws_sagemaker_endpoint.e}/variant/one"});
    let other = json!({"service_namespace": "dynamodb", "resource_id": "table/t"});
    let policy = json!({"resource_id": "endpoint/${e->aws_sagemaker_endpoint.e}/variant/one"});
    let inventory = inventory(
        shipped(),
        vec![
            native("aws_sagemaker_endpoint_configuration", "aws_sagemaker_endpoint_configuration.c", variants),
            native("aws_sagemaker_endpoint", "aws_sagemaker_endpoint.e", json!({"endpoint_config_name": "c"})),
            native("aws_appautoscaling_target", "t", target),
            native("aws_appautoscaling_target", "u", other),
            native("aws_appautoscaling_policy", "p", policy),
        ],
    );
    let variants = of_kind(&inventory, "endpoint_variant");
    assert_eq!(partners(&inventory, variants[0], "scaling"), "t");
    assert_eq!(partners(&inventory, variants[1], "scaling"), "");
    assert_eq!(partners(&inventory, of_kind(&inventory, "scaling_target")[0], "policies"), "p");
    assert_eq!(read(&inventory, inventory.resource(variants[0]), "instances"), "[{type: ml.g5.xlarge, count: 2}]");
}

#[test]
fn buckets_know_the_jobs_that_read_and_write_them() {
    let job = json!({
        "input_data_config": [{"data_source": [{"s3_data_source": [{"s3_uri": "s3://my-data/train/"}]}]}],
        "output_data_config": [{"s3_output_path": "s3://${b->aws_s3_bucket.b}/out"}]});
    let natives = vec![
        native("aws_s3_bucket", "aws_s3_bucket.a", json!({"bucket": "my-data"})),
        native("aws_s3_bucket", "aws_s3_bucket.b", json!({})),
        native("aws_s3_bucket", "aws_s3_bucket.c", json!({"bucket": "my-logs"})),
        native("aws_sagemaker_training_job", "j", job),
    ];
    let inventory = inventory(shipped(), natives);
    let by_bucket = of_kind(&inventory, "bucket").iter().map(|id| partners(&inventory, *id, "training_jobs"));
    assert_eq!(by_bucket.collect::<Vec<_>>(), ["j", "j", ""]);
    let job = of_kind(&inventory, "training_job")[0];
    assert_eq!(partners(&inventory, job, "buckets"), "aws_s3_bucket.a aws_s3_bucket.b");
}

#[test]
fn pools_of_one_cluster_are_siblings() {
    let pool = |name: &str, cluster: &str| native("aws_eks_node_group", name, json!({"cluster_name": cluster}));
    let siblings = |natives: Vec<Native>| {
        let inventory = inventory(shipped(), natives);
        partners(&inventory, of_kind(&inventory, "node_pool")[0], "siblings")
    };
    let name = "?c->aws_eks_cluster.c";
    assert_eq!(siblings(vec![pool("a", name), pool("b", name), pool("c", "?d->aws_eks_cluster.d")]), "b");
    assert_eq!(siblings(vec![pool("a", "main"), pool("b", "main"), pool("c", "other")]), "b");
    assert_eq!(siblings(vec![pool("a", "?var.c"), pool("b", "?var.c")]), "b");
    assert_eq!(siblings(vec![pool("a", "main"), pool("b", "?var.c")]), "?var.c");
    assert_eq!(siblings(vec![pool("a", "main")]), "");
}

#[test]
fn many_buckets_join_in_no_time() {
    let natives = |count: usize| {
        (0..count).flat_map(|n| {
            let name = format!("aws_s3_bucket.b{n}");
            let key = json!({"bucket": format!("?b->{name}"), "rule": []});
            [
                native("aws_s3_bucket", &name, json!({"bucket": "${var.p}-x"})),
                native("aws_s3_bucket_lifecycle_configuration", "p", key),
            ]
        })
    };
    let inventory = inventory(shipped(), natives(5_000).collect());
    let start = std::time::Instant::now();
    for id in of_kind(&inventory, "bucket") {
        assert_eq!(partners(&inventory, *id, "lifecycle"), "p");
    }
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
