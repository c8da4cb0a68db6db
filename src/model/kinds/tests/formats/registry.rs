//! Modules of the public registry by their arguments.

use super::{all, inventory, joined};
use crate::input::terraform::Terraform;

#[test]
fn machines_of_a_template_module_are_joined_by_its_outputs() {
    let code = r#"
        variable "on" {}
        module "gpu" {
          source       = "terraform-google-modules/vm/google//modules/instance_template"
          machine_type = "n1-standard-8"
          gpu          = { type = "nvidia-tesla-v100", count = 1 }
          preemptible  = true
        }
        module "machines" {
          source            = "terraform-google-modules/vm/google//modules/compute_instance"
          instance_template = module.gpu.self_link
          num_instances     = 3
        }
        module "addressed" {
          source            = "terraform-google-modules/vm/google//modules/compute_instance"
          instance_template = module.gpu.self_link_unique
          static_ips        = ["10.0.0.1", "10.0.0.2"]
        }
        module "group" {
          source              = "terraform-google-modules/vm/google//modules/mig"
          instance_template   = module.gpu.self_link
          autoscaling_enabled = "true"
        }
    "#;
    let inventory = inventory(&Terraform, code);
    assert_eq!(joined(&inventory, "machine", "template_used"), ["module.gpu", "module.gpu"]);
    assert_eq!(all(&inventory, "machine", "spot"), ["on", "on"]);
    let machine = "accelerator: nvidia-tesla-v100, accelerator_count: 1";
    assert_eq!(
        all(&inventory, "machine", "instances"),
        [format!("[{{type: n1-standard-8, count: 3, {machine}}}]"), format!("[{{type: n1-standard-8, {machine}}}]")]
    );
    assert_eq!(all(&inventory, "scaling_group", "min"), ["2"]);
    assert_eq!(all(&inventory, "scaling_group", "desired"), ["absent"]);
}

#[test]
fn a_module_that_is_told_to_make_nothing_makes_nothing() {
    let code = r#"
        module "off" {
          source        = "terraform-aws-modules/ec2-instance/aws"
          create        = false
          instance_type = "p3.2xlarge"
        }
        module "on" {
          source            = "terraform-aws-modules/ec2-instance/aws"
          create            = true
          instance_type     = "p3.8xlarge"
          root_block_device = { type = "gp3", size = 100 }
        }
        module "five" {
          source            = "terraform-aws-modules/ec2-instance/aws"
          root_block_device = [{ volume_type = "gp2", volume_size = 50 }]
        }
    "#;
    let inventory = inventory(&Terraform, code);
    assert_eq!(
        all(&inventory, "machine", "instances"),
        ["[{type: p3.8xlarge, count: 1}]", "[{type: t3.micro, count: 1}]"]
    );
    assert_eq!(all(&inventory, "machine", "volumes"), ["[{type: gp3, size: 100}]", "[{type: gp2, size: 50}]"]);
}
