"""Answers one question on a cohort table with another library, for comparison: readTable.py LIBRARY FILE QUESTION

QUESTION is `sex` (mean of one column by sex) or `all` (mean of every column that ends in a unit, by sex). Prints the answer as JSON and, last, what the
process used.
"""

import json
import math
import resource
import sys
import time

library, path, question = sys.argv[1:]
COLUMN = "qrsDuration_ms"
ENDINGS = ("_ms", "_mV", "_mm", "_deg", "_mL", "_g")

started = time.perf_counter()
if library == "pandas":
    import pandas as pd
    import pyarrow.parquet as pq

    imported = time.perf_counter()
    columns = [COLUMN] if question == "sex" else [n for n in pq.read_schema(path).names if n.endswith(ENDINGS)]
    means = pd.read_parquet(path, columns=["sex", *columns]).groupby("sex")[columns].mean()
    answer = {sex: means.loc[sex].to_dict() for sex in means.index}
elif library == "polars":
    import polars as pl

    imported = time.perf_counter()
    table = pl.scan_parquet(path)
    columns = [COLUMN] if question == "sex" else [n for n in table.collect_schema().names() if n.endswith(ENDINGS)]
    rows = table.group_by("sex").agg([pl.col(name).mean() for name in columns]).collect().to_dicts()
    answer = {row.pop("sex"): row for row in rows}
else:
    import duckdb

    imported = time.perf_counter()
    connection = duckdb.connect(config={"threads": 1})
    names = [row[0] for row in connection.sql(f"DESCRIBE FROM read_parquet('{path}')").fetchall()]
    columns = [COLUMN] if question == "sex" else [n for n in names if n.endswith(ENDINGS)]
    means = ", ".join(f'avg("{name}")' for name in columns)
    rows = connection.sql(f"SELECT sex, {means} FROM read_parquet('{path}') GROUP BY sex").fetchall()
    answer = {row[0]: dict(zip(columns, row[1:])) for row in rows}
ended = time.perf_counter()

known = {sex: {k: None if v is None or math.isnan(v) else v for k, v in row.items()} for sex, row in answer.items() if isinstance(sex, str)}
print(json.dumps(known))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(
    json.dumps(
        {
            "import_s": imported - started,
            "question_s": ended - imported,
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "peakMemory_MB": usage.ru_maxrss / 1024,
        }
    )
)
