#!/usr/bin/env bash
# As parallel.sh, where GNU parallel is missing. What failed is made by starting it again.
set -euo pipefail
home=${1:?home of the plan}
shards=${2:?number of shards of the plan}
jobs=${3:-$(nproc)}
seq 0 "$((shards - 1))" | xargs -P "$jobs" -I{} tracewright create -o "$home" --shard "{}/$shards"
