"""A Gaussian process beside the emulator, on the same hearts.

    python gp.py SPLIT.csv

Reads a table with `part` (train, calibration, test), standardised inputs `z:NAME` and outputs `y:NAME`; fits a process with one length for each input and
noise to each output of the training rows (lengths on some 300 of them, by at most 60 turns) and prints, as JSON, its error, R² and the coverage of its own 95 % intervals
on the test rows. Outputs that cannot be negative are learned as logarithms, as in the emulator: the column is then `log:NAME`.
Needs numpy, scipy and scikit-learn.
"""

import csv
import json
import sys
import warnings

import numpy as np
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

MOST_FOR_LENGTHS = 300
MOST_TURNS = 60


def optimise(negative_evidence, start, bounds):
    found = minimize(
        negative_evidence, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": MOST_TURNS}
    )
    return found.x, found.fun


def main(path: str) -> None:
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = rows[0].keys()
    z = np.array([[float(row[name]) for name in names if name.startswith("z:")] for row in rows])
    part = np.array([row["part"] for row in rows])
    scores = []
    for name in [name for name in names if name.startswith(("y:", "log:"))]:
        is_log = name.startswith("log:")
        y = np.array([float(row[name]) if row[name] else np.nan for row in rows])
        train = (part == "train") & np.isfinite(y)
        test = (part == "test") & np.isfinite(y)
        learned = np.log(y) if is_log else y
        kernel = ConstantKernel(1.0, (1e-2, 1e3)) * RBF(np.full(z.shape[1], 5.0), (0.5, 1e3)) + DotProduct(
            1.0, (1e-3, 1e3)
        ) + WhiteKernel(0.05, (1e-5, 1.0))
        some = np.flatnonzero(train)
        some = some[:: max(1, len(some) // MOST_FOR_LENGTHS)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            first = GaussianProcessRegressor(kernel, optimizer=optimise, normalize_y=True).fit(z[some], learned[some])
        process = GaussianProcessRegressor(first.kernel_, optimizer=None, normalize_y=True).fit(z[train], learned[train])
        mean, sd = process.predict(z[test], return_std=True)
        low, high = mean - 1.96 * sd, mean + 1.96 * sd
        if is_log:
            mean, low, high = np.exp(mean), np.exp(low), np.exp(high)
        error = y[test] - mean
        scores.append(
            {
                "output": name.split(":", 1)[1],
                "rmse": float(np.sqrt(np.mean(error**2))),
                "r2": float(1 - np.sum(error**2) / np.sum((y[test] - y[test].mean()) ** 2)),
                "coverage": float(np.mean((y[test] >= low) & (y[test] <= high))),
                "halfWidth": float(np.mean((high - low) / 2)),
                "rows": int(test.sum()),
            }
        )
    json.dump(scores, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
