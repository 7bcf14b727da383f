"""Means by sex, and one beat, with pandas: python pandas_by_sex.py RUN

Needs pandas and pyarrow. RUN is the folder of a finished run; waveforms are there after `twinfold export RUN --tables waveforms`.
"""

import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

COLUMN = "qrsDuration_ms"
published = Path(sys.argv[1]) / "published"

# Two columns of some hundred are read; units travel in the file.
unit = pq.read_schema(published / "cohort.parquet").field(COLUMN).metadata[b"unit"].decode()
cohort = pd.read_parquet(published / "cohort.parquet", columns=["subject", "status", "sex", COLUMN])
finished = cohort[cohort["status"] == "done"]
print(f"{COLUMN} in {unit}")
print(finished.groupby("sex")[COLUMN].agg(["count", "mean", "std"]).to_csv(float_format="%.9g"))

waveforms = published / "tables" / "waveforms.parquet"
if waveforms.exists():
    # Row groups of other subjects are skipped by their statistics.
    subject = finished["subject"].iloc[0]
    wanted = [("subject", "==", subject), ("lead", "==", "II"), ("window", "==", "qrs")]
    beats = pd.read_parquet(waveforms, filters=wanted).set_index("kind")["voltage_mV"]
    difference = pd.Series(beats["recorded"]) - pd.Series(beats["simulated"])
    print(f"lead II of {subject}: {len(difference)} samples, root mean square difference {(difference**2).mean() ** 0.5:.4f} mV")
