variable "name" {
  type = string
}

variable "expire_after_days" {
  description = "Days after which objects expire; 0 keeps them for ever"
  type        = number
  default     = 0
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count  = var.expire_after_days > 0 ? 1 : 0
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.expire_after_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

output "id" {
  value = aws_s3_bucket.this.id
}
