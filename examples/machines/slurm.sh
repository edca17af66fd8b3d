#!/usr/bin/env bash
#SBATCH --job-name=tracewright
#SBATCH --array=0-63
#SBATCH --requeue
#SBATCH --signal=TERM@60
# Sites cap arrays, so task 3 of 64 makes shards 3, 67, 131 … of 512. A task that is requeued goes on where it was.
#   tracewright plan config.yaml -o /shared/run --of 512 && sbatch examples/machines/slurm.sh /shared/run 512
set -euo pipefail
home=${1:?home of the plan}
shards=${2:?number of shards of the plan}
exec tracewright create -o "$home" --shard "auto/${SLURM_ARRAY_TASK_COUNT:?start it with sbatch}" --of "$shards"
