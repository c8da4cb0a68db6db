resource "aws_launch_template" "worker" {
  name_prefix   = "${var.project}-worker-"
  image_id      = var.ami_id
  instance_type = "p3.8xlarge"
}

resource "aws_autoscaling_group" "workers" {
  name                = "${var.project}-workers"
  min_size            = 0
  max_size            = 8
  vpc_zone_identifier = var.subnet_ids

  mixed_instances_policy {
    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.worker.id
      }

      dynamic "override" {
        for_each = var.worker_types
        content {
          instance_type = override.value
        }
      }
    }
  }
}
