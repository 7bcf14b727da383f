"""One stage of a subject, the same for every engine in Python: reads what came before, writes its result as a whole."""

import json
import os
import sys
import time


def write_whole(path, value):
    beside = f"{path}.part"
    with open(beside, "w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(beside, path)


def run_stage(stage, before, after):
    with open(before) as file:
        heart = json.load(file)
    if stage == "calibrate" and heart["wait_s"] > 0:
        time.sleep(heart["wait_s"])
    write_whole(after, heart)


def gather(rows, table):
    lines = []
    for path in rows:
        with open(path) as file:
            lines.append(str(json.load(file)["value"]))
    with open(table, "w") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    run_stage(*sys.argv[1:4])
