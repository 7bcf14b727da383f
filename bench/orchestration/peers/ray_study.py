"""The job on Ray: three tasks a subject on a local cluster, at most a window of subjects in flight, then one table."""

import os
import sys
import time

import ray

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stage import gather, run_stage

inputs, out, subjects, slots = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
began = time.monotonic()
for stage in ("prepared", "calibrated", "measured"):
    os.makedirs(f"{out}/{stage}", exist_ok=True)
ray.init(num_cpus=slots, include_dashboard=False, logging_level="ERROR")


@ray.remote
def stage(name, before, after, _previous=None):
    run_stage(name, before, after)
    return after


ray.get(stage.remote("prepare", f"{inputs}/sub-000000.heart", f"{out}/prepared/first.json"))
ready = time.monotonic()
running, rows = [], []
for index in range(subjects):
    subject = f"sub-{index:06d}"
    paths = [f"{inputs}/{subject}.heart"] + [f"{out}/{folder}/{subject}.json" for folder in ("prepared", "calibrated", "measured")]
    previous = None
    for at, name in enumerate(("prepare", "calibrate", "measure")):
        previous = stage.remote(name, paths[at], paths[at + 1], previous)
    running.append(previous)
    rows.append(paths[3])
    if len(running) >= 2 * slots:
        _, running = ray.wait(running)
ray.get(running)
gather(rows, f"{out}/table.csv")
print(f"setup_s {ready - began:.3f}")
print(f"work_s {time.monotonic() - ready:.3f}")
