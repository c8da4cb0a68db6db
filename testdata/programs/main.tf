variable "image" {}

variable "type" {
  default = "ml.p3.2xlarge"
}

# Its script starts a training when it boots.
resource "aws_launch_template" "scheduler" {
  name          = "scheduler"
  image_id      = var.image
  instance_type = "t3.small"
  user_data     = base64encode(templatefile("${path.module}/start.sh.tpl", { type = var.type, bucket = var.image }))
}

# Parts of a cloud-config run one after the other.
resource "aws_instance" "setup" {
  ami           = var.image
  instance_type = "t3.small"
  user_data     = file("setup.yaml")
}

# Nodes that join a cluster make nothing.
resource "aws_launch_template" "node" {
  image_id      = var.image
  instance_type = "m5.large"
  user_data     = base64encode("#!/bin/bash\n/etc/eks/bootstrap.sh main --kubelet-extra-args '--node-labels=pool=web'\n")
}

resource "terraform_data" "endpoint" {
  count = var.image == "" ? 0 : 1

  provisioner "local-exec" {
    command = "aws sagemaker create-endpoint-config --endpoint-config-name ranking --production-variants VariantName=a,ModelName=ranking,InstanceType=${var.type},InitialInstanceCount=2"
  }

  provisioner "local-exec" {
    when    = destroy
    command = "aws sagemaker delete-endpoint-config --endpoint-config-name ranking"
  }
}
