#!/usr/bin/env bash
# Shards on this machine, some at once; with --sshloginfile HOSTS on those hosts. A shard that dies is tried three times.
#   tracewright plan config.yaml -o /shared/run --of 512 && examples/machines/parallel.sh /shared/run 512 8
set -euo pipefail
home=${1:?home of the plan}
shards=${2:?number of shards of the plan}
jobs=${3:-$(nproc)}
seq 0 "$((shards - 1))" | parallel --jobs "$jobs" --retries 3 --joblog "${JOBLOG:-/dev/null}" tracewright create -o "$home" --shard "{}/$shards"
