#!/bin/bash
set -euo pipefail
export HOME=$${HOME:-/root}
aws sagemaker create-training-job \
  --training-job-name nightly \
  --output-data-config S3OutputPath=s3://${bucket}/models \
  --resource-config InstanceType=${type},InstanceCount=1,VolumeSizeInGB=50 \
  --stopping-condition MaxRuntimeInSeconds=86400
