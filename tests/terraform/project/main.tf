# What the expressions in ../console.jsonl may refer to.

variable "typed" {
  type = object({
    name  = string
    size  = optional(number, 2)
    tags  = optional(map(string), {})
    label = optional(string)
    sub   = optional(object({ on = optional(bool, true) }), {})
  })
  default = { name = 5, extra = true, tags = { a = 1 } }
}

variable "quoted" {
  type    = string
  default = 7
}

variable "old_list" {
  type    = list
  default = ["1", "a"]
}

variable "old_map" {
  type    = map
  default = { a = "1", b = "true" }
}

variable "numbers" {
  type    = list(number)
  default = ["1", 2]
}

variable "set" {
  type    = set(string)
  default = ["b", "a", "b", 1]
}

variable "pair" {
  type    = tuple([string, number])
  default = [1, "2"]
}

variable "nothing" {
  type    = string
  default = null
}

variable "anything" {
  type    = list(any)
  default = ["a", 1, true]
}

variable "maps" {
  type    = map(object({ n = number, o = optional(list(string)) }))
  default = { x = { n = "1" }, y = { n = 2, o = [1] } }
}

locals {
  template      = "hello $${name}, %%{ if on }yes%%{ else }no%%{ endif }"
  broken        = "$${"
  wrapped       = "${var.quoted}"
  wrapped_list  = ["${var.old_list}"]
  object        = { name = "a", list = [1, 2], nested = { k = true } }
  objects       = [{ id = 1, tags = { n = "x" } }, { id = 2, tags = { n = "y" } }]
  conditional   = var.quoted == "7" ? var.old_list : []
  empty_strings = ["", "a", ""]
}
