variable "project" {
  description = "Prefix of all names"
  type        = string
  default     = "demand-forecast"
}

variable "environment" {
  type    = string
  default = "prod"
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "worker_types" {
  description = "GPU instance types that the training workers may run on"
  type        = list(string)
  default     = ["g5.12xlarge", "g5.24xlarge"]
}

variable "image_registry" {
  description = "Registry of the serving image"
  type        = string
}

variable "ami_id" {
  description = "Deep learning AMI of the workers"
  type        = string
}

variable "subnet_ids" {
  type = list(string)
}
