image_registry = "123456789012.dkr.ecr.us-west-2.amazonaws.com"
worker_types   = ["p3.8xlarge", "p3.16xlarge"]
