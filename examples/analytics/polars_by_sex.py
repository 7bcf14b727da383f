"""Means by sex, and activation by segment, with polars: python polars_by_sex.py RUN

Needs polars. RUN is the folder of a finished run; activation is there after `twinfold export RUN --tables activation`.
"""

import sys
from pathlib import Path

import polars as pl

COLUMN = "qrsDuration_ms"
published = Path(sys.argv[1]) / "published"

# Lazy: only the columns that are named are read.
cohort = pl.scan_parquet(published / "cohort.parquet")
by_sex = (
    cohort.filter(pl.col("status") == "done", pl.col("sex").is_not_null())
    .group_by("sex")
    .agg(pl.col(COLUMN).count().alias("count"), pl.col(COLUMN).mean().alias("mean"), pl.col(COLUMN).std().alias("std"))
    .sort("sex")
    .collect()
)
print(f"{COLUMN}")
print(by_sex.write_csv(float_scientific=False, float_precision=9))

activation = published / "tables" / "activation.parquet"
if activation.exists():
    latest = (
        pl.scan_parquet(activation)
        .join(cohort.select("subject", "sex"), on="subject")
        .group_by("sex", "ventricle", "segment", "name")
        .agg(pl.col("activation_ms").mean())
        .sort("activation_ms", descending=True)
        .group_by("sex", maintain_order=True)
        .first()
        .sort("sex")
        .collect()
    )
    for sex, ventricle, _, name, time_ms in latest.iter_rows():
        print(f"latest segment of {sex}: {ventricle} {name}, {time_ms:.1f} ms")
