// Old habits that are still accepted.

variable plain { default = "p" }

variable "no_type" {
  type    = string
  default = 5
}

locals { one = 1 }

locals {
  map  = { "a" : 1, b = 2, "c" = 3 }
  list = ["x", "y", ]
  both = { "${var.plain}-key" = "${var.no_type}", (var.plain) = "paren" }
}

/* labels without quotes */
resource terraform_data words {
  input = "${var.plain}"
}

resource "terraform_data" "indices" {
  count = "${length(local.list)}"
  input = "${element(local.list, count.index)}"
}

resource "terraform_data" "refers" {
  depends_on = ["terraform_data.words"]
  input = {
    dotted  = terraform_data.indices.0.input
    splat   = "${terraform_data.indices.*.input}"
    joined  = "${join(",", terraform_data.indices.*.input)}"
    map     = "${local.map["b"]}"
    both    = local.both
    heredoc = <<EOF
one ${local.one}
  two
EOF
    flush   = <<-EOF
      a
        b ${local.one}
      EOF
    escaped = "$${x} %%{y} \u00e9"
    ternary = "${var.plain == "p" ? "yes" : "no"}"
    number  = "${local.one}" + 1
  }
  lifecycle {
    ignore_changes = ["input"]
  }
}
