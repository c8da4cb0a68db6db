variable "name" {
  type = string
}

variable "settings" {
  type = object({
    size  = optional(number, 2)
    names = optional(list(string), ["default"])
  })
  default  = {}
  nullable = false
}

locals {
  label = "${var.name}-${var.settings.size}"
}

resource "terraform_data" "names" {
  count = length(var.settings.names)
  input = "${local.label}-${var.settings.names[count.index]}"
}

module "inner" {
  source   = "./inner"
  for_each = toset(var.settings.names)
  value    = { key = each.key, label = local.label }
}

output "name" {
  value = upper(var.name)
}

output "names" {
  value = terraform_data.names[*].input
}

output "total" {
  value = var.settings.size * 10
}

output "inner" {
  value = { for key, one in module.inner : key => one.text }
}

output "object" {
  value = { list = [1, local.label], id = terraform_data.names[0].id }
}

output "path" {
  value = path.module
}
