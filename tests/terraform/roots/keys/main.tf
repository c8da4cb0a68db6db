# `for_each`, and references to what it makes.

variable "pools" {
  type = map(object({
    size = number
    gpu  = optional(bool, false)
    tags = optional(map(string), {})
  }))
  default = {
    small     = { size = "1" }
    "big-gpu" = { size = 8, gpu = true, tags = { team = "ml" } }
    "a.b/c d" = { size = 0 }
  }
}

variable "zones" {
  type    = list(string)
  default = ["b", "a", "b"]
}

locals {
  flat = { for pair in setproduct(["x", "y"], [1, 2]) : "${pair[0]}${pair[1]}" => pair[1] }
}

resource "terraform_data" "pool" {
  for_each = var.pools
  input    = merge({ key = each.key }, each.value)
}

resource "terraform_data" "gpu" {
  for_each = { for name, pool in var.pools : name => pool if pool.gpu }
  input    = each.value.size
}

resource "terraform_data" "zone" {
  for_each = toset(var.zones)
  input    = "${each.key}=${each.value}"
}

resource "terraform_data" "object" {
  for_each = { one = 1, two = "b", three = [true] }
  input    = each.value
}

resource "terraform_data" "flat" {
  for_each = local.flat
  input    = each.value * 10
}

resource "terraform_data" "nothing" {
  for_each = {}
  input    = "never"
}

resource "terraform_data" "no_zone" {
  for_each = toset([])
  input    = "never"
}

resource "terraform_data" "conditional" {
  for_each = length(var.zones) > 2 ? { many = "yes" } : {}
  input    = each.value
}

resource "terraform_data" "chained" {
  for_each = terraform_data.zone
  input    = { key = each.key, from = each.value.input }
}

resource "terraform_data" "refers" {
  input = {
    key    = terraform_data.pool["big-gpu"].input.size
    odd    = terraform_data.pool["a.b/c d"].input.key
    local  = terraform_data.flat[keys(local.flat)[0]].input
    values = values(terraform_data.zone)[*].input
    for    = { for key, one in terraform_data.pool : key => one.input.gpu }
    keys   = keys(terraform_data.pool)
    length = length(terraform_data.nothing)
    try    = try(terraform_data.nothing["x"].input, "none")
    lookup = lookup(var.pools, "small", null).size
    can    = can(terraform_data.gpu["small"])
    tags   = flatten([for name, pool in var.pools : [for key, value in pool.tags : "${name}:${key}=${value}"]])
  }
}
