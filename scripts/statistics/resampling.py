"""Bootstrap intervals by scipy.stats.bootstrap (BCa), several times over, so that their Monte-Carlo error is known."""
import warnings

import numpy as np
from scipy import stats

#: Runs of scipy's bootstrap, each with as many resamples as ours and a stream of its own.
RUNS = 8


def bca_runs(statistic, samples, resamples, level, first_seed=0):
    """Ends of the interval of each run, [RUNS, 2]. The samples are row numbers, drawn each by itself; the statistic takes them."""
    ends = []
    for run in range(RUNS):
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            found = stats.bootstrap(
                samples,
                statistic,
                n_resamples=resamples,
                confidence_level=level,
                method='BCa',
                vectorized=False,
                rng=np.random.default_rng(first_seed + run),
            )
        ends.append([found.confidence_interval.low, found.confidence_interval.high])
    return np.array(ends)


def deviations(ours, ends):
    """
    How far each end of our interval lies from the runs' mean, in standard deviations of that difference: s √(1 + 1/RUNS), s the runs' spread. Were all
    from one law it would follow Student's t with RUNS − 1 degrees of freedom.
    """
    spread = ends.std(axis=0, ddof=1) * np.sqrt(1 + 1 / RUNS)
    return (np.array(ours) - ends.mean(axis=0)) / spread
