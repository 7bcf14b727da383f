"""Recomputes a run's answers on QT, age, body mass and covariates with statsmodels, scipy and patsy, from its published table alone.

    python scripts/statistics/checkTraits.py RUN/published

Prints how many numbers were compared and their largest relative difference; ends with 1 where that is above 1e-8. Needs pandas, pyarrow, scipy,
statsmodels and patsy; no test runs it. For tables whose age, height and weight are known of at least 80 %.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import patsy
import scipy.stats
import statsmodels.api as sm

LIMIT = 1e-8
RR = "rrIntervalRecorded_ms"
COLUMNS = {"age": "age_y", "RR interval": RR}
differences = []


def compare(what, found, expected):
    difference = abs(found - expected) / max(1e-12, abs(expected))
    differences.append(difference)
    if difference > LIMIT:
        print(f"{what}: {found}, expected {expected}")


def hc3(outcome, design):
    return sm.OLS(np.asarray(outcome), np.asarray(design, dtype=float)).fit(cov_type="HC3", use_t=True)


def regress(table, outcome, columns):
    rows = table[[outcome, *columns]].dropna()
    return hc3(rows[outcome], sm.add_constant(rows[columns]))


def qt_by_sex(table, records):
    for record in records[~records.outcome.str.contains("Axis")].itertuples():
        if record.estimand == "difference":
            women, men = (table[record.outcome][table.female == sex].dropna() for sex in (1, 0))
            compare(record.outcome, record.estimate, women.mean() - men.mean())
            compare(record.outcome, record.p_value, scipy.stats.ttest_ind(women, men, equal_var=False).pvalue)
        if record.estimand == "adjustedDifference":
            fit = regress(table, record.outcome, ["female", *(COLUMNS[name] for name in record.by.split(", "))])
            for found, expected in ((record.estimate, fit.params), (record.std_error, fit.bse), (record.p_value, fit.pvalues)):
                compare(record.outcome, found, expected[1])
        if record.estimand == "rateSlope":
            compare(record.outcome, record.estimate, regress(table, record.outcome, ["female", RR]).params[2])


def slopes(table, records):
    for record in records[records.estimand == "slope"].itertuples():
        place, step = (2, 10) if "age" in record.by else (3, 5)
        fit = regress(table, record.outcome, ["female", "age_y", "bmi_kg_m2"])
        compare(record.outcome, record.estimate, step * fit.params[place])
        compare(record.outcome, record.p_value, fit.pvalues[place])


def curves(table, answers):
    """Each sex has a natural spline of its own in patsy's basis: parallel when the splines' differences are one constant."""
    for answer in answers:
        if "undetermined" in answer or "undetermined" in answer["curve"]:
            continue
        curve, trait, outcome = answer["curve"], answer["trait"], answer["outcome"]
        held = list(curve["held"])
        rows = table[[outcome, trait, "female", *held]].dropna()
        knots = dict(inner=curve["knots"][1:-1], low=curve["knots"][0], high=curve["knots"][-1])
        made = patsy.dmatrix("cr(x, knots=inner, lower_bound=low, upper_bound=high) - 1", dict(x=rows[trait].values, **knots))
        basis = np.asarray(made)
        at = lambda x: np.asarray(patsy.build_design_matrices([made.design_info], dict(x=np.array([x]), **knots))[0])[0]
        fit = hc3(rows[outcome], np.column_stack([basis, basis * rows.female.values[:, None], rows[held]]))
        for sex, points in ((1, curve["women"]), (0, curve["men"])):
            for point in points[::10]:
                here = at(point["x"])
                expected = fit.t_test(np.concatenate([here, sex * here, rows[held].mean()]))
                low, high = expected.conf_int()[0]
                compare(f"{outcome} along {trait}", point["estimate"], float(expected.effect[0]))
                compare(f"{outcome} along {trait}", point["low"], low)
                compare(f"{outcome} along {trait}", point["high"], high)
        width = basis.shape[1]
        equal = np.zeros((width - 1, 2 * width + len(held)))
        for row in range(width - 1):
            equal[row, width + row : width + row + 2] = 1, -1
        if "f" in curve["interaction"]:
            compare(f"{outcome} along {trait}", curve["interaction"]["f"], float(fit.f_test(equal).fvalue))


def covariates(table, answers):
    for answer in answers:
        if "undetermined" in answer or answer["kind"] != "numbers":
            continue
        name, outcome = answer["covariate"], answer["outcome"]
        others = ["age_y", "bmi_kg_m2", "female"]
        rows = table[[outcome, name, *others]].dropna()
        scaled = rows.assign(**{name: (rows[name] - rows[name].mean()) / rows[name].std()})
        fit = regress(scaled, outcome, [name, *others])
        compare(f"{outcome} on {name}", answer["effects"][0]["effect"]["estimate"], fit.params[1])
        compare(f"{outcome} on {name}", answer["effects"][0]["effect"]["p_value"], fit.pvalues[1])


folder = Path(sys.argv[1])
table = pd.read_parquet(folder / "cohort.parquet").query("status == 'done'")
table = table.assign(female=(table.sex == "female") * 1.0, bmi_kg_m2=1e4 * table.weight_kg / table.height_cm**2)
records = pd.read_csv(folder / "estimates.csv")
answers = json.loads((folder / "results.json").read_text())
qt_by_sex(table, records[records.analysis == "qtBySex"])
slopes(table, records[records.analysis == "ageAndBody"])
curves(table, answers["ageAndBody"]["answers"])
covariates(table, answers["lifestyle"]["answers"])
worst = max(differences, default=np.nan)
print(f"{len(differences)} numbers, largest relative difference {worst:.1e}")
sys.exit(0 if worst <= LIMIT else 1)
