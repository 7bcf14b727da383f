"""Our bootstrap intervals beside scipy's, in units of their Monte-Carlo error."""
import numpy as np

import models
import pairs
from resampling import RUNS, bca_runs, deviations

#: An end of an interval further out than this, by Student's t with 7 degrees of freedom, happens once in 1,600.
FARTHEST = 5.5
#: The mean square of many deviations is near 7/5 when all is right (the variance of that t), and varies by about a third over 40 of them.
LARGEST_MEAN_SQUARE = 3.0


def slopes(outcome, columns):
    design = np.column_stack([np.ones(len(outcome)), *columns])
    return np.linalg.lstsq(design, outcome, rcond=None)[0]


def questions(table, answers):
    """Name, our estimate, samples of row numbers, and the statistic of drawn rows."""
    for outcome in answers['regressionShare']['outcomes']:
        if 'undetermined' in outcome:
            continue
        known = [name for parts in outcome['decompositions'] for name in parts['factors']]
        rows = models.complete(table, [outcome['outcome'], *dict.fromkeys(known)])
        y, female = rows[outcome['outcome']].to_numpy(), rows['female'].to_numpy()
        samples = [np.flatnonzero(female == code) for code in (1, 0)]
        yield f"gap {outcome['outcome']}", outcome['gap'], samples, lambda w, m, y=y: y[m].mean() - y[w].mean()
        for parts in outcome['decompositions']:
            if 'undetermined' in parts or parts['label'] not in ('LV mass', 'all together'):
                continue
            x = rows[parts['factors']].to_numpy()

            def explained(w, m, x=x, y=y, female=female):
                drawn = np.concatenate([w, m])
                beta = slopes(y[drawn], [female[drawn], *x[drawn].T])[2:]
                return float((x[m].mean(axis=0) - x[w].mean(axis=0)) @ beta)

            def share(w, m, y=y, explained=explained):
                return explained(w, m) / (y[m].mean() - y[w].mean())

            name = f"{outcome['outcome']} {parts['label']}"
            yield f'explained {name}', parts['explained'], samples, explained
            yield f'share {name}', parts['share'], samples, share
    for answer in answers['velocityBySex']['velocities']:
        if 'undetermined' in answer:
            continue
        rows = models.complete(table, [answer['velocity']])
        v = rows[answer['velocity']].to_numpy()
        samples = [np.flatnonzero(rows['female'] == code) for code in (1, 0)]
        yield f"relative {answer['velocity']}", answer['relative'], samples, lambda w, m, v=v: v[w].mean() / v[m].mean() - 1
    for outcome in answers['mediation']['outcomes']:
        for model in outcome.get('effects', []):
            if 'undetermined' in model or model['label'] != 'LV mass' or not model['hasInteraction'] or not model['covariates']:
                continue
            named = [name for other in outcome['effects'] for name in [*other['mediators'], *other['covariates']]]
            rows = models.complete(table, [outcome['outcome'], *dict.fromkeys(named)])
            samples = [np.flatnonzero(rows['female'] == code) for code in (1, 0)]
            y, mass, age, male = (
                column.to_numpy() for column in (rows[outcome['outcome']], rows['lvMass_g'], rows['age_y'], 1 - rows['female'])
            )

            def direct(w, m, y=y, mass=mass, age=age, male=male):
                drawn = np.concatenate([w, m])
                a, x, c = male[drawn], mass[drawn], age[drawn]
                t = slopes(y[drawn], [a, x, a * x, c])
                b = slopes(x, [a, c])
                return t[1] + t[3] * (b[0] + b[2] * c.mean())

            yield f"direct, slopes by sex, age held {outcome['outcome']}", model['direct'], samples, direct
    for outcome in answers['matchedSize']['outcomes']:
        for ours in outcome['matches']:
            if 'undetermined' in ours:
                continue
            rows = models.complete(table, [outcome['outcome'], *ours['on']])
            women, men = pairs.match(rows, ours['on'], ours['caliper'])
            y = rows[outcome['outcome']].to_numpy()
            within = y[men] - y[women]
            yield f"matched {outcome['outcome']} {ours['label']}", ours['difference'], [np.arange(len(within))], lambda p, d=within: d[p].mean()


def check_intervals(table, answers, resamples, level):
    """Prints each interval's deviations; whether all of them are what chance would give."""
    found = []
    for name, ours, samples, statistic in questions(table, answers):
        if ours['low'] is None:
            continue
        by_end = deviations([ours['low'], ours['high']], bca_runs(statistic, samples, resamples, level, len(found) * RUNS))
        found.extend(by_end)
        print(f'     BCa {name}: {ours["low"]:.4g} to {ours["high"]:.4g}, from scipy by {by_end[0]:+.1f} and {by_end[1]:+.1f} Monte-Carlo deviations')
    if not found:
        return True
    square, farthest = float(np.mean(np.square(found))), float(np.max(np.abs(found)))
    agrees = square < LARGEST_MEAN_SQUARE and farthest < FARTHEST
    print(
        f'{"ok  " if agrees else "FAIL"} BCa intervals (scipy.stats.bootstrap, {RUNS} runs of {resamples}): {len(found)} ends, '
        f'mean square deviation {square:.2f} (7/5 expected), farthest {farthest:.1f}'
    )
    return agrees
