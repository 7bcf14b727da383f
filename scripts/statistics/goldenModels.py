"""What statsmodels, patsy and scipy say of the forty rows in test/statistics/modelData.ts.

    python scripts/statistics/goldenModels.py

Prints JSON with the numbers that stand there. Needs numpy, scipy, statsmodels and patsy; no test runs it.
"""

import json
from pathlib import Path
import re

import numpy as np
import patsy
import scipy.optimize
import scipy.special
import scipy.stats
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

DATA = Path(__file__).parents[2] / "test" / "statistics" / "modelData.ts"
WOMEN = np.deg2rad([12, 35, -20, 48, 60, 5, 28, 41, -3, 22])
MEN = np.deg2rad([70, 44, 15, 58, 92, 36, 81, 50])


def column(name):
    """A column of the rows, as the tests have it."""
    found = re.search(rf"export const {name} = (\[[^\]]*\])", DATA.read_text())
    return np.array(json.loads(re.sub(r",\s*\]", "]", found.group(1))), dtype=float)


def hc3(outcome, design):
    return sm.OLS(outcome, design).fit(cov_type="HC3", use_t=True)


def linear(x, z, sex, y):
    fit = hc3(y, np.column_stack([np.ones(len(y)), sex, x, z]))
    together = fit.f_test(np.array([[0, 0, 1, 0], [0, 0, 0, 1]]))
    point = fit.t_test(np.array([1, 1, 50, 25.0]))
    return {
        "COVARIANCE": fit.cov_params().ravel().tolist(),
        "WALD": [float(together.fvalue), float(together.pvalue)],
        "COMBINED": [float(point.effect[0]), *point.conf_int()[0].tolist(), float(point.sd[0][0])],
    }


def spline(x, sex, y):
    """patsy's natural cubic spline: another basis of the same curves."""
    knots = np.quantile(x, [0.05, 0.35, 0.65, 0.95])
    names = dict(inner=knots[1:-1], low=knots[0], high=knots[-1])
    basis = patsy.dmatrix("cr(x, knots=inner, lower_bound=low, upper_bound=high) - 1", dict(x=x, **names))
    fit = hc3(y, np.column_stack([np.asarray(basis), sex]))
    places = np.array([25.0, 40.0, 52.5, 66.0, 80.0])
    at = np.asarray(patsy.build_design_matrices([basis.design_info], dict(x=places, **names))[0])
    found = [fit.t_test(np.append(row, 1.0)) for row in at]
    rows = [[p, float(f.effect[0]), *f.conf_int()[0].tolist(), float(f.sd[0][0])] for p, f in zip(places, found)]
    return {"KNOTS": knots.tolist(), "CURVE": rows}


def logistic(finished, sex, x, z):
    design = np.column_stack([np.ones(len(x)), sex, x, z])
    fit = sm.GLM(finished, design, family=sm.families.Binomial()).fit(tol=1e-15, maxiter=200)
    return {
        "LOGISTIC": np.column_stack([fit.params, fit.bse, fit.pvalues]).tolist(),
        "PROBABILITIES": fit.fittedvalues[:5].tolist(),
    }


def directions(a, b):
    """The test of Watson and Williams from its definition, with scipy's Bessel functions."""
    length = lambda angles: abs(np.exp(1j * angles).sum())
    n = len(a) + len(b)
    mean = (length(a) + length(b)) / n
    ratio = lambda kappa: scipy.special.i1e(kappa) / scipy.special.i0e(kappa)
    kappa = scipy.optimize.brentq(lambda k: ratio(k) - mean, 1e-6, 1e4, xtol=1e-14)
    f = (1 + 3 / (8 * kappa)) * (n - 2) * (length(a) + length(b) - length(np.r_[a, b])) / (n - length(a) - length(b))
    means = [float(np.rad2deg(np.angle(np.exp(1j * angles).mean()))) for angles in (a, b)]
    return {
        "WATSON_WILLIAMS": [kappa, f, float(scipy.stats.f.sf(f, 1, n - 2)), *means],
        "BESSEL": [[k, float(ratio(k))] for k in (0.3, 1.0, 5.0, 80.0, 2000.0)],
    }


x, z, sex, y, finished = (column(name) for name in ("x", "z", "sex", "y", "finished"))
print(
    json.dumps(
        {
            **linear(x, z, sex, y),
            **spline(x, sex, y),
            **logistic(finished, sex, x, z),
            **directions(WOMEN, MEN),
            "WILSON": proportion_confint(8, 10, method="wilson"),
        },
        indent=1,
    )
)
