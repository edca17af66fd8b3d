#!/usr/bin/env bash
# An array job of AWS Batch, for a home in S3. The job definition's role may read and write there, and its retry strategy takes what dies.
#   tracewright plan config.yaml -o s3://bucket/run --of 512 && examples/machines/aws-batch.sh s3://bucket/run 512 QUEUE DEFINITION
set -euo pipefail
home=${1:?home of the plan}
shards=${2:?number of shards of the plan}
queue=${3:?job queue}
definition=${4:?job definition}
aws batch submit-job --job-name tracewright --job-queue "$queue" --job-definition "$definition" \
  --array-properties "size=$shards" --retry-strategy attempts=5 \
  --container-overrides "command=tracewright,create,-o,$home,--shard,auto/$shards"
