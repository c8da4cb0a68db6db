# Modules many times, and modules in modules.

variable "environments" {
  default = {
    dev  = { size = 1, names = ["a"] }
    prod = { size = 3, names = ["b", "c"] }
  }
}

module "each" {
  source   = "./m"
  for_each = var.environments
  name     = each.key
  settings = each.value
}

module "count" {
  source = "./m"
  count  = 2
  name   = "n${count.index}"
}

module "off" {
  source = "./m"
  count  = 0
  name   = "never"
}

module "single" {
  source   = "./m"
  name     = module.count[1].name
  settings = { size = module.each["prod"].total }
}

resource "terraform_data" "refers" {
  input = {
    each   = module.each["dev"].names
    splat  = module.count[*].name
    values = values(module.each)[*].total
    for    = { for key, one in module.each : key => one.total if key != "dev" }
    off    = one(module.off[*].name)
    length = length(module.each)
    deep   = module.single.inner
    whole  = module.single.object.list[1]
    list   = [for one in module.count : one.total]
    path   = module.single.path
  }
}
