"""Shards as tasks of Ray: each is a command that may be run again, on any node.

tracewright plan config.yaml -o s3://bucket/run --of 512 && python ray_shards.py s3://bucket/run 512
"""

import subprocess
import sys

import ray


@ray.remote(max_retries=5, retry_exceptions=[subprocess.CalledProcessError])
def make_shard(home: str, shard: int, shards: int) -> str:
    """Make one shard; a node that dies, or a command that fails, has it made again elsewhere."""
    command = ["tracewright", "create", "-o", home, "--shard", f"{shard}/{shards}"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    home, shards = sys.argv[1], int(sys.argv[2])
    ray.init()
    for said in ray.get([make_shard.remote(home, shard, shards) for shard in range(shards)]):
        print(said)
