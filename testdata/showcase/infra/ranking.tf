# Served for real traffic, and scaled with it.
resource "aws_sagemaker_model" "ranking" {
  name               = "${var.project}-ranking"
  execution_role_arn = aws_iam_role.sagemaker.arn

  primary_container {
    image          = "${var.image_registry}/ranking:1.8"
    model_data_url = "s3://${module.artifacts.id}/ranking/model.tar.gz"
  }
}

resource "aws_sagemaker_endpoint_configuration" "ranking" {
  name = "${var.project}-ranking"

  production_variants {
    variant_name           = "main"
    model_name             = aws_sagemaker_model.ranking.name
    instance_type          = "ml.g5.xlarge"
    initial_instance_count = 2
  }
}

resource "aws_sagemaker_endpoint" "ranking" {
  name                 = "${var.project}-ranking"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.ranking.name
}

resource "aws_appautoscaling_target" "ranking" {
  service_namespace  = "sagemaker"
  scalable_dimension = "sagemaker:variant:DesiredInstanceCount"
  resource_id        = "endpoint/${aws_sagemaker_endpoint.ranking.name}/variant/main"
  min_capacity       = 1
  max_capacity       = 6
}

resource "aws_appautoscaling_policy" "ranking" {
  name               = "${var.project}-ranking"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.ranking.service_namespace
  scalable_dimension = aws_appautoscaling_target.ranking.scalable_dimension
  resource_id        = aws_appautoscaling_target.ranking.resource_id

  target_tracking_scaling_policy_configuration {
    target_value = 600

    predefined_metric_specification {
      predefined_metric_type = "SageMakerVariantInvocationsPerInstance"
    }
  }
}

resource "aws_iam_role" "sagemaker" {
  name_prefix = "${var.project}-sagemaker-"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sagemaker.amazonaws.com" }
    }]
  })
}
