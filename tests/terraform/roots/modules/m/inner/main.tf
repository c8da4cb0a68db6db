variable "value" {}

resource "terraform_data" "inner" {
  input = "${var.value.label}/${var.value.key} in ${path.module} of ${path.root}"
}

output "text" {
  value = terraform_data.inner.input
}
