# `count`, and references to what it makes.

variable "on" {
  default = false
}

variable "names" {
  default = ["b", "a", "b"]
}

locals {
  size = "2"
  none = []
}

resource "terraform_data" "three" {
  count = length(var.names)
  input = "${count.index}-${var.names[count.index]}"
}

resource "terraform_data" "text" {
  count = local.size
  input = { i = count.index, odd = count.index % 2 == 1 }
}

resource "terraform_data" "off" {
  count = var.on ? 1 : 0
  input = "never"
}

resource "terraform_data" "empty" {
  count = length(local.none)
  input = "never"
}

resource "terraform_data" "single" {
  count = var.on == false ? 1 : 0
  input = one(terraform_data.off[*].input) == null ? "no other" : "other"
}

resource "terraform_data" "refers" {
  input = {
    index    = terraform_data.three[0].input
    computed = terraform_data.three[length(var.names) - 1].input
    splat    = terraform_data.three[*].input
    legacy   = terraform_data.three.*.input
    dotted   = terraform_data.three.1.input
    length   = length(terraform_data.three)
    element  = element(terraform_data.three[*].input, 4)
    off      = try(terraform_data.off[0].input, "none")
    offs     = terraform_data.off[*].input
    joined   = join(",", terraform_data.three[*].input)
    for      = [for one in terraform_data.three : upper(one.input)]
    indices  = { for i, one in terraform_data.three : i => one.input if i > 0 }
    deep     = terraform_data.text[1].input.odd
    concat   = concat(terraform_data.off[*].input, terraform_data.single[*].input)
  }
}

resource "terraform_data" "by_others" {
  count = length(terraform_data.three) - 1
  input = terraform_data.three[count.index + 1].input
}

resource "terraform_data" "unknown_input" {
  count = 2
  input = { id = terraform_data.three[count.index].id, known = count.index }
}
