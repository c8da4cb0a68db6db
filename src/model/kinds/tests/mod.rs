//! Kind files and lifting as a whole, on the kinds that are shipped; joins in `joins`, real text in `formats`.

mod formats;
mod joins;

use super::testing::*;
use super::*;
use crate::model::native::{Exists, Native};
use crate::model::value::{Value, Via};
use crate::source::SourceMap;
use serde_json::{Value as Json, json};

fn all_read(natives: Vec<Native>, kind: &str, attribute: &str) -> Vec<String> {
    let inventory = inventory(shipped(), natives);
    of_kind(&inventory, kind).iter().map(|id| read(&inventory, inventory.resource(*id), attribute)).collect()
}

fn errors(name: &str, text: &str) -> Vec<(String, String)> {
    let sources = SourceMap::new();
    let files = [(format!("rules/kinds/{name}.yaml"), text.to_owned())];
    let errors = KindSet::load(&sources, files).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.message.clone(), sources.text(error.span))).collect()
}

#[test]
fn mistakes_in_kind_files_point_into_the_file() {
    let head = "doc: d\nattributes:\n  spot: {type: enum, values: [\"on\", \"off\"]}\n  n: {type: number}\nnatives:\n  - names: [t]\n    set:\n";
    let wrong = |set: &str| errors("k", &format!("{head}      {set}\n"));
    assert_eq!(wrong("spto: a"), [("kind `k` has no attribute `spto`".to_owned(), "spto".to_owned())]);
    assert_eq!(wrong("spot: {path: a, map: {x: maybe}}")[0].1, "spot");
    assert_eq!(wrong("n: {path: a, absent: many}")[0].0, "`many` is not of the attribute's type");
    assert_eq!(wrong("n: link(x).y")[0].0, "kind `k` has no link `x`");
    assert!(wrong("n: {derive: nothing}")[0].0.contains("there is no derivation `nothing`"));
    assert!(wrong("n: a..b")[0].0.contains("is not a step"));
    assert!(errors("k", "doc: d\nattributes: {a: {type: list<thing>}}")[0].0.contains("no type `thing`"));
    assert!(errors("k", "doc: d\nlinks: {l: {to: nowhere, by: a, target: [$ref]}}")[0].0.contains("no kind `nowhere`"));
    assert!(errors("k", "doc: d\nnative: []")[0].0.contains("unknown field `native`"));
}

#[test]
fn json_and_yaml_are_the_same_file() {
    let yaml =
        "doc: d\nattributes: {a: {type: bool}}\nnatives: [{names: [t], set: {a: {path: x, map: {true: false}}}}]";
    let json = r#"{"doc":"d","attributes":{"a":{"type":"bool"}},"natives":[{"names":["t"],"set":{"a":{"path":"x","map":{"true":false}}}}]}"#;
    for text in [yaml, json] {
        let inventory = inventory(Arc::new(kinds(&[("k", text)])), vec![native("t", "t.x", json!({"X": true}))]);
        assert_eq!(read(&inventory, only(&inventory, "k"), "a"), "false");
    }
}

#[test]
fn one_row_serves_terraform_cloudformation_and_requests() {
    let terraform = json!({"resource_config": [{"instance_type": "ml.p3.2xlarge", "instance_count": 2}]});
    let request = json!({"ResourceConfig": {"InstanceType": "ml.p3.2xlarge", "InstanceCount": 2}});
    let natives = vec![
        native("aws_sagemaker_training_job", "aws_sagemaker_training_job.a", terraform),
        native("sagemaker:CreateTrainingJob", "b", request.clone()),
        native("AWS::SageMaker::TrainingJob", "c", request),
    ];
    let found = all_read(natives, "training_job", "instances");
    assert_eq!(found, vec!["[{type: ml.p3.2xlarge, count: 2}]"; 3]);
}

#[test]
fn services_defaults_stand_at_the_smallest_block() {
    let tree = json!({"enable_managed_spot_training": true, "stopping_condition": [{"max_wait_time_in_seconds": 5}]});
    let inventory = inventory(shipped(), vec![native("aws_sagemaker_training_job", "j", tree)]);
    let job = only(&inventory, "training_job");
    let kind = inventory.kinds.get(job.kind);
    let limit = job.attributes[kind.attribute("max_run").unwrap()].clone().unwrap();
    let Value::Map(tree) = &job.native.tree.value else { panic!() };
    let Value::List(blocks) = &tree.get("stopping_condition").unwrap().value else { panic!() };
    assert_eq!(limit.at, blocks.items[0].at);
    assert!(limit.origin.is_service_default() && limit.origin.steps[0].via == Via::ServiceDefault);
    assert_eq!(read(&inventory, job, "max_run"), "86400");
    assert_eq!(read(&inventory, job, "spot"), "on");
    assert_eq!(read(&inventory, job, "checkpoint"), "absent");
}

#[test]
fn heterogeneous_groups_and_preferences() {
    let groups = json!({"resource_config": {"instance_groups": [
        {"instance_type": "ml.c5.xlarge", "instance_count": 1}, {"instance_type": "ml.p4d.24xlarge", "instance_count": 2}]}});
    let preferences =
        json!({"resource_config": {"instance_preferences": [{"instance_type": "a"}, {"instance_type": "b"}]}});
    let natives = vec![
        native("aws_sagemaker_training_job", "a", groups),
        native("aws_sagemaker_training_job", "b", preferences),
        native("aws_sagemaker_training_job", "c", json!({"resource_config": "?var.config"})),
    ];
    assert_eq!(
        all_read(natives, "training_job", "instances"),
        [
            "[{type: ml.c5.xlarge, count: 1}, {type: ml.p4d.24xlarge, count: 2}]",
            "[{type: a|b, count: 1}]",
            "?var.config",
        ]
    );
}

#[test]
fn hard_1_mixed_instances_with_a_launch_template() {
    let mixed = json!({"mixed_instances_policy": [{
        "instances_distribution": [{"on_demand_percentage_above_base_capacity": 20}],
        "launch_template": [{
            "launch_template_specification": [{"launch_template_id": "?t->aws_launch_template.t"}],
            "override": [{"instance_type": "g5.xlarge"}, {"instance_type": "g6.xlarge"}]}]}],
        "desired_capacity": 3});
    let plain = json!({"launch_template": [{"id": "?t->aws_launch_template.t"}], "min_size": 2});
    let natives = vec![
        native("aws_launch_template", "aws_launch_template.t", json!({"instance_type": "p3.2xlarge"})),
        native("aws_autoscaling_group", "aws_autoscaling_group.a", mixed),
        native("aws_autoscaling_group", "aws_autoscaling_group.b", plain),
    ];
    let read = |attribute: &str| all_read(natives.clone(), "scaling_group", attribute);
    assert_eq!(read("instances"), ["[{type: g5.xlarge|g6.xlarge}]", "[{type: p3.2xlarge}]"]);
    assert_eq!(read("spot"), ["mixed", "off"]);
    assert_eq!(read("mixed"), ["true", "false"]);
    let inventory = inventory(shipped(), natives);
    let template = of_kind(&inventory, "machine_template")[0];
    assert_eq!(partners(&inventory, template, "groups"), "aws_autoscaling_group.a aws_autoscaling_group.b");
}

#[test]
fn hard_2_machine_with_attached_accelerators() {
    let tree = json!({"machine_type": "n1-standard-8", "zone": "us-central1-a",
        "guest_accelerator": [{"type": "nvidia-tesla-t4", "count": 2}], "scheduling": [{"preemptible": "?var.p"}]});
    let natives = vec![native("google_compute_instance", "google_compute_instance.m", tree)];
    let instances =
        "[{type: n1-standard-8, count: 1, accelerator: nvidia-tesla-t4, accelerator_count: 2, zone: us-central1-a}]";
    assert_eq!(all_read(natives.clone(), "machine", "instances"), [instances]);
    assert_eq!(all_read(natives, "machine", "spot"), ["?var.p"]);
}

#[test]
fn hard_3_karpenter_pool() {
    let pool = |requirements| {
        let tree = json!({"metadata": {"name": "gpu"}, "spec": {"template": {"spec": {"requirements": requirements}}}});
        native("karpenter.sh/NodePool", "gpu", tree)
    };
    let natives = vec![
        pool(json!([{"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": ["g5"]},
            {"key": "karpenter.k8s.aws/instance-size", "operator": "In", "values": ["48xlarge"]},
            {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["on-demand"]}])),
        pool(json!([{"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["p4d.24xlarge"]},
            {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot", "on-demand"]}])),
        pool(json!([{"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": ["g5", "g6"]}])),
        pool(json!([{"key": "eks.amazonaws.com/instance-family", "operator": "In", "values": ["g5"]},
            {"key": "eks.amazonaws.com/instance-size", "operator": "In", "values": ["48xlarge"]}])),
    ];
    // A pool that states no capacity takes spot where there is any; a Provisioner stayed on demand.
    assert_eq!(all_read(natives.clone(), "node_pool", "spot"), ["off", "on", "absent", "absent"]);
    let provisioner =
        native("karpenter.sh/Provisioner", "old", json!({"kind": "Provisioner", "spec": {"requirements": []}}));
    assert_eq!(all_read(vec![provisioner], "node_pool", "spot"), ["off"]);
    assert_eq!(
        all_read(natives, "node_pool", "instances"),
        [
            "[{type: g5.48xlarge, count: 1}]",
            "[{type: p4d.24xlarge, count: 1}]",
            "[{type: g5.${*}|g6.${*}, count: 1}]",
            "[{type: g5.48xlarge, count: 1}]",
        ]
    );
}

#[test]
fn hard_4_profiles_inherit_from_their_domain() {
    let idle = json!([{"jupyter_lab_app_settings": [{"app_lifecycle_management": [{"idle_settings": [
        {"lifecycle_management": "ENABLED", "idle_timeout_in_minutes": 60}]}]}]}]);
    let natives = vec![
        native("aws_sagemaker_domain", "aws_sagemaker_domain.d", json!({"default_user_settings": idle})),
        native("aws_sagemaker_domain", "aws_sagemaker_domain.e", json!({})),
        native("aws_sagemaker_user_profile", "a", json!({"domain_id": "?d->aws_sagemaker_domain.d"})),
        native(
            "aws_sagemaker_user_profile",
            "b",
            json!({"domain_id": "?e->aws_sagemaker_domain.e", "user_settings": idle}),
        ),
        native("aws_sagemaker_user_profile", "c", json!({"domain_id": "?e->aws_sagemaker_domain.e"})),
        native("aws_sagemaker_user_profile", "d", json!({"domain_id": "d-abc123"})),
        native("aws_sagemaker_user_profile", "e", json!({"domain_id": "?var.domain"})),
    ];
    assert_eq!(
        all_read(natives.clone(), "studio_settings", "idle"),
        ["on", "off", "on", "on", "off", "?d-abc123", "?var.domain"]
    );
    assert_eq!(all_read(natives, "studio_settings", "idle_timeout")[..3], ["3600", "absent", "3600"]);
}

#[test]
fn hard_5_batch_environment_through_an_ordered_queue() {
    let environment = |name: &str, kind: &str| {
        let tree = json!({"compute_resources": [{"type": kind, "instance_type": ["p3.2xlarge"]}]});
        native("aws_batch_compute_environment", name, tree)
    };
    let queue = json!({"compute_environment_order": [
        {"order": 2, "compute_environment": "?b->env.od"}, {"order": 1, "compute_environment": "?a->env.spot"}]});
    let natives =
        vec![environment("env.od", "EC2"), environment("env.spot", "SPOT"), native("aws_batch_job_queue", "q", queue)];
    let inventory = inventory(shipped(), natives);
    let on_demand = of_kind(&inventory, "batch_environment")[0];
    assert_eq!(partners(&inventory, on_demand, "queues"), "q");
    let queue = only(&inventory, "batch_queue");
    let id = of_kind(&inventory, "batch_queue")[0];
    let link = inventory.kinds.get(queue.kind).link("runs_on").unwrap();
    let partners = inventory.partners(id, link);
    let orders: Vec<String> = partners.resources.iter().map(|partner| shown(partner.edge[0].as_ref())).collect();
    assert_eq!(orders, ["2", "1"]);
    assert_eq!(inventory.kinds.get(queue.kind).links[usize::from(link.0)].edge[0].0.as_ref(), "order");
}

#[test]
fn hard_6_tuning_job_with_several_definitions() {
    let tree = json!({"HyperParameterTuningJobConfig": {"ResourceLimits": {"MaxNumberOfTrainingJobs": 50}},
        "TrainingJobDefinitions": [
            {"DefinitionName": "a", "EnableManagedSpotTraining": true, "ResourceConfig": {"InstanceType": "ml.p3.2xlarge", "InstanceCount": 1}},
            {"DefinitionName": "b", "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 4}}]});
    let natives = vec![native("sagemaker:CreateHyperParameterTuningJob", "tune", tree)];
    assert_eq!(all_read(natives.clone(), "training_job", "trials"), ["50", "50"]);
    assert_eq!(all_read(natives.clone(), "training_job", "spot"), ["on", "off"]);
    assert_eq!(all_read(natives.clone(), "tuning_job", "trials"), ["50"]);
    let inventory = inventory(shipped(), natives);
    let tuning = of_kind(&inventory, "tuning_job")[0];
    assert_eq!(partners(&inventory, tuning, "definitions"), "tune tune");
}

#[test]
fn hard_7_storage_account_with_management_policy() {
    let policy = json!({"storage_account_id": "?s->azurerm_storage_account.s", "rule": [{"name": "r", "enabled": true,
        "actions": [{"base_blob": [{"tier_to_cool_after_days_since_modification_greater_than": 30,
            "delete_after_days_since_modification_greater_than": 90}]}]}]});
    let natives = vec![
        native("azurerm_storage_account", "azurerm_storage_account.s", json!({"name": "mldata"})),
        native("azurerm_storage_account", "azurerm_storage_account.t", json!({"name": "other"})),
        native("azurerm_storage_management_policy", "azurerm_storage_management_policy.p", policy),
    ];
    assert_eq!(
        all_read(natives.clone(), "lifecycle_policy", "rules"),
        [
            "[{id: r, enabled: true, expires: true, expiration_days: 90, transitions: [{days: 30, storage_class: Cool}]}]"
        ]
    );
    let inventory = inventory(shipped(), natives);
    let accounts = of_kind(&inventory, "bucket");
    assert_eq!(partners(&inventory, accounts[0], "lifecycle"), "azurerm_storage_management_policy.p");
    assert_eq!(partners(&inventory, accounts[1], "lifecycle"), "");
}

/// Whatever the tree: every type is lifted and joined without an accident, and an unknown tree claims nothing.
#[test]
fn odd_trees_are_lifted_without_accident() {
    let odd =
        [json!({}), json!("?x"), json!([]), json!(5), json!({"|": [{}, "?x"]}), json!({"..": 1}), json!([["a"], "b"])];
    for native_type in shipped().native_types() {
        let keyed = |tree: &Json| {
            let nested =
                json!({"spec": tree, "rule": tree, "resource_config": tree, "compute_resources": tree, "bucket": tree});
            [native(&native_type, "t.a", tree.clone()), native(&native_type, "t.b", nested)]
        };
        let inventory = inventory(shipped(), odd.iter().flat_map(keyed).collect());
        for (id, resource) in (0..).map(crate::model::resource::ResourceId).zip(&inventory.resources) {
            let links = inventory.kinds.get(resource.kind).links.len();
            (0..links).for_each(|link| drop(inventory.partners(id, LinkId(link as u16))));
        }
    }
    let natives = vec![native("aws_instance", "t.a", json!("?x"))];
    assert_eq!(all_read(natives.clone(), "machine", "spot"), ["?x"]);
    assert_eq!(all_read(natives, "machine", "instances"), ["[{type: ?x, count: 1}]"]);
}

#[test]
fn registry_modules_stand_for_what_they_make() {
    let eks = json!({"eks_managed_node_group_defaults": {"capacity_type": "SPOT"}, "eks_managed_node_groups": {
        "gpu": {"instance_types": ["g5.xlarge"], "min_size": 1},
        "cpu": {"instance_types": ["m5.large", "m6i.large"], "capacity_type": "ON_DEMAND"}}});
    let natives = vec![native("module:terraform-aws-modules/eks/aws", "module.eks", eks)];
    assert_eq!(all_read(natives.clone(), "node_pool", "spot"), ["on", "off"]);
    assert_eq!(
        all_read(natives, "node_pool", "instances"),
        ["[{type: g5.xlarge, count: 1}]", "[{type: m5.large|m6i.large, count: 1}]"]
    );
    let workers = json!({"workers_group_defaults": {"instance_type": "p3.2xlarge"}, "worker_groups_launch_template": [
        {"asg_min_size": 2}, {"override_instance_types": ["g5.xlarge"], "on_demand_percentage_above_base_capacity": 100},
        {"override_instance_types": ["g5.xlarge"]}, {"market_type": "spot"}]});
    let natives = vec![native("module:terraform-aws-modules/eks/aws", "module.eks", workers)];
    assert_eq!(all_read(natives.clone(), "scaling_group", "spot"), ["off", "off", "on", "on"]);
    assert_eq!(all_read(natives, "scaling_group", "floor"), ["2", "1", "1", "1"]);
    let s3 =
        |rules| native("module:terraform-aws-modules/s3-bucket/aws", "module.s3", json!({"lifecycle_rule": rules}));
    let lifecycle = |rules| {
        let inventory = inventory(shipped(), vec![s3(rules)]);
        partners(&inventory, of_kind(&inventory, "bucket")[0], "lifecycle")
    };
    assert_eq!(lifecycle(json!([{"id": "a", "enabled": true}])), "module.s3");
    assert_eq!(lifecycle(json!([])), "");
    assert_eq!(lifecycle(json!("?var.rules")), "?var.rules");
}

#[test]
fn elements_that_may_exist_leave_a_doubtful_resource() {
    let tree = json!({"production_variants": [{"variant_name": "one", "instance_type": "ml.g5.xlarge"}, ".."]});
    let inventory = inventory(shipped(), vec![native("aws_sagemaker_endpoint_configuration", "c", tree)]);
    let variants = of_kind(&inventory, "endpoint_variant");
    let exists = |at: usize| inventory.resource(variants[at]).native.exists.clone();
    assert!(matches!(exists(0), Exists::Yes) && matches!(exists(1), Exists::Unless(_)));
    assert_eq!(read(&inventory, inventory.resource(variants[1]), "instances"), "?dynamic");
}

#[test]
fn shipped_kinds_read_the_same_from_json() {
    let as_json =
        |text: &str| serde_json::to_string(&serde_yaml::from_str::<serde_yaml::Value>(text).unwrap()).unwrap();
    let files: Vec<_> = shipped_files().into_iter().map(|(path, text)| (path, as_json(&text))).collect();
    let start = std::time::Instant::now();
    let from_json = KindSet::load(&SourceMap::new(), files.iter().map(|(path, text)| (path, text))).ok().unwrap();
    println!("from JSON in {:?}", start.elapsed());
    assert_eq!(from_json.native_types(), shipped().native_types());
    assert!(from_json.native_types().contains("aws_s3_bucket"));
    for (ours, theirs) in from_json.kinds.iter().zip(&shipped().kinds) {
        let names = |kind: &Kind| kind.attributes.iter().map(|one| one.name.to_string()).collect::<Vec<_>>();
        assert_eq!((names(ours), ours.links.len()), (names(theirs), theirs.links.len()));
    }
}
