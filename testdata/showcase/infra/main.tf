terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      team        = "forecasting"
      environment = var.environment
    }
  }
}

# Raw and prepared training data: grows with every export.
module "dataset" {
  source = "./modules/bucket"
  name   = "${var.project}-training-dataset"
}

# Checkpoints and model artifacts: expire by themselves.
module "artifacts" {
  source            = "./modules/bucket"
  name              = "${var.project}-model-artifacts"
  expire_after_days = 90
}
