# Templates, and values only known when made.

locals {
  names = ["a", "b"]
}

resource "terraform_data" "made" {
  input = "x"
}

resource "terraform_data" "text" {
  input = {
    unknown = "id ${terraform_data.made.id}"
    known   = "in ${terraform_data.made.input}"
    list    = [terraform_data.made.id, "y"]
    loop    = <<-EOT
      %{ for name in local.names ~}
      - ${name}
      %{ endfor ~}
      %{ if length(local.names) > 1 }many%{ else }few%{ endif }
    EOT
    file    = templatefile("${path.module}/a.tftpl", { names = local.names, port = 80 })
    raw     = file("a.tftpl")
    json    = jsonencode({ b = [1, null], a = { x = true } })
    decoded = jsondecode(file("${path.root}/a.json")).list[1]
    exists  = fileexists("b.tftpl")
  }
}
