# Blocks that make nothing, or say how something is made.

terraform {
  required_version = ">= 1.0"
}

variable "checked" {
  type    = number
  default = 3
  validation {
    condition     = var.checked > 1
    error_message = "too small: ${var.checked}"
  }
}

variable "secret" {
  type      = string
  sensitive = true
  default   = "s"
}

variable "fleeting" {
  type      = string
  ephemeral = true
  default   = "e"
}

moved {
  from = terraform_data.old
  to   = terraform_data.new
}

removed {
  from = terraform_data.gone
  lifecycle {
    destroy = false
  }
}

check "size" {
  assert {
    condition     = var.checked < 100
    error_message = "large"
  }
}

resource "terraform_data" "new" {
  input            = var.checked
  triggers_replace = [var.checked]

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [input]
    replace_triggered_by  = [terraform_data.other]
    precondition {
      condition     = var.checked > 0
      error_message = "none"
    }
    postcondition {
      condition     = self.input > 0
      error_message = "none"
    }
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.input}"
  }
}

resource "terraform_data" "other" {
  input      = nonsensitive(var.secret)
  depends_on = [terraform_data.third]
}

resource "terraform_data" "third" {
  provider = terraform
  input    = terraform.workspace == "default" ? "w" : "x"
}

output "secret" {
  value     = var.secret
  sensitive = true
  precondition {
    condition     = var.checked > 0
    error_message = "never"
  }
}
