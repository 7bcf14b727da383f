#!/usr/bin/env python3
"""
Recomputes every statistic of a cohort's answers on sex and size with statsmodels and scipy.

  recompute.py TABLE.(csv|parquet) RESULTS.json [--tolerance 1e-8] [--bootstrap]

Prints one line a kind of statistic and exits 0 when all agree, 1 when not, 2 when the input cannot be read.
"""
import argparse
import json
import sys

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

import models
import pairs
from intervals import check_intervals
from tally import Tally

#: p values below this are compared with it, not with themselves.
SMALLEST_P = 1e-12


def read(path):
    if path.endswith('.parquet'):
        return pd.read_parquet(path)
    # Pandas' default parser of decimals is off by a unit in the last place now and then.
    return pd.read_csv(path, float_precision='round_trip')


def regressions_in(value):
    """Every regression record, wherever it stands."""
    if isinstance(value, dict):
        if 'model' in value and 'fit' in value:
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from regressions_in(inner)


def check_regression(tally, table, record, analysis):
    fit = record['fit']
    if 'undetermined' in fit:
        return
    theirs = models.regression(table, record)
    where = f"{analysis}: {record['model']}"
    interval = theirs.conf_int()
    for ours in fit['coefficients']:
        term = ours['term']
        error = theirs.bse[term]
        for name, value, scale in (
            ('estimate', theirs.params[term], error),
            ('std_error', error, None),
            ('t', theirs.tvalues[term], 1),
            ('p_value', theirs.pvalues[term], SMALLEST_P),
            ('low', interval.loc[term, 0], error),
            ('high', interval.loc[term, 1], error),
        ):
            tally.compare('regressions (OLS, HC3)', f'{where} {term} {name}', ours[name], value, scale)
    tally.compare('regressions (OLS, HC3)', f'{where} n', fit['n'], theirs.nobs)
    tally.compare('regressions (OLS, HC3)', f'{where} rSquared', fit['rSquared'], theirs.rsquared, 1e-3)
    tally.compare('regressions (OLS, HC3)', f'{where} sigma', fit['sigma'], np.sqrt(theirs.scale))


def check_welch(tally, where, ours, women, men):
    if ours is None or 'undetermined' in ours:
        return
    theirs = stats.ttest_ind(women, men, equal_var=False)
    interval = theirs.confidence_interval()
    error = (women.mean() - men.mean()) / theirs.statistic
    pooled = np.sqrt(
        ((len(women) - 1) * women.var() + (len(men) - 1) * men.var()) / (len(women) + len(men) - 2)
    )
    for name, value, scale in (
        ('difference', women.mean() - men.mean(), error),
        ('std_error', error, None),
        ('t', theirs.statistic, 1),
        ('degreesOfFreedom', theirs.df, None),
        ('p_value', theirs.pvalue, SMALLEST_P),
        ('low', interval.low, error),
        ('high', interval.high, error),
        ('cohenD', (women.mean() - men.mean()) / pooled, 1),
    ):
        tally.compare('Welch (scipy)', f'{where} {name}', ours[name], value, scale)


def check_differences(tally, table, answers):
    for analysis, key, name in (('velocityBySex', 'velocities', 'velocity'), ('repolarisationBySex', 'parameters', 'parameter')):
        for answer in answers.get(analysis, {}).get(key, []):
            if 'undetermined' in answer:
                continue
            column = answer[name]
            rows = models.complete(table, [column])
            women, men = (rows.loc[rows['female'] == code, column] for code in (1, 0))
            check_welch(tally, column, answer['welch'], women, men)
            difference = women.mean() - men.mean()
            error = np.sqrt(women.var() / len(women) + men.var() / len(men))
            tally.compare('differences of means', column, answer['difference']['estimate'], difference, error)
            tally.compare(
                'differences of means', f'{column} relative', answer['relative']['estimate'], difference / men.mean(), error / abs(men.mean())
            )


def check_shares(tally, table, answers):
    for outcome in answers['regressionShare']['outcomes']:
        if 'undetermined' in outcome:
            continue
        known = [name for parts in outcome['decompositions'] for name in parts['factors']]
        rows = models.complete(table, [outcome['outcome'], *dict.fromkeys(known)])
        for parts in outcome['decompositions']:
            if 'undetermined' in parts:
                continue
            theirs = models.decompose(rows, outcome['outcome'], parts['factors'])
            where, scale = f"{outcome['outcome']} {parts['label']}", abs(theirs['gap'])
            tally.compare('Oaxaca-Blinder (statsmodels OLS)', where, outcome['gap']['estimate'], theirs['gap'])
            for name in ('explained', 'unexplained'):
                tally.compare('Oaxaca-Blinder (statsmodels OLS)', f'{where} {name}', parts[name]['estimate'], theirs[name], scale)
            tally.compare('Oaxaca-Blinder (statsmodels OLS)', f'{where} share', parts['share']['estimate'], theirs['share'], 1)
            for ours, value in zip(parts['byFactor'], theirs['byFactor'], strict=True):
                tally.compare('Oaxaca-Blinder (statsmodels OLS)', f"{where} {ours['factor']}", ours['explained']['estimate'], value, scale)
            if 'undetermined' not in parts['threefold']:
                for name in ('endowments', 'coefficients', 'interaction'):
                    tally.compare('Oaxaca-Blinder (statsmodels OLS)', f'{where} {name}', parts['threefold'][name]['estimate'], theirs[name], scale)


def check_mediation(tally, table, answers):
    for outcome in answers['mediation']['outcomes']:
        if 'undetermined' in outcome:
            continue
        named = [name for model in outcome['effects'] for name in [*model['mediators'], *model['covariates']]]
        rows = models.complete(table, [outcome['outcome'], *dict.fromkeys(named)])
        gap = abs(rows.groupby('female')[outcome['outcome']].mean().diff().iloc[-1])
        for model in outcome['effects']:
            if 'undetermined' in model:
                continue
            theirs = models.natural_effects(
                rows, outcome['outcome'], model['mediators'], model['covariates'], model['hasInteraction']
            )
            where = f"{outcome['outcome']} {model['label']} {model['covariates']} {model['hasInteraction']}"
            for name in ('total', 'direct', 'indirect', 'mediatedInteraction', 'proportion'):
                if name in model:
                    scale = 1 if name == 'proportion' else gap
                    tally.compare('mediation (g-computation)', f'{where} {name}', model[name]['estimate'], theirs[name], scale)
            for ours, value in zip(model['byMediator'], theirs['byMediator'], strict=True):
                tally.compare('mediation (g-computation)', where, ours['indirect']['estimate'], value, gap)


def check_indices(tally, table, answers):
    exponents = {
        'not indexed': (None, 0),
        'by LV mass': ('lvMass_g', 1),
        'by LV volume': ('lvVolume_mL', 1),
        'by the cube root of LV volume': ('lvVolume_mL', 1 / 3),
        'by height': ('height_cm', 1),
        'by body surface area': ('bsa_m2', 1),
        'by the square root of body surface area': ('bsa_m2', 1 / 2),
    }
    for outcome in answers['indexedQrs']['outcomes']:
        for index in outcome['indices']:
            if 'undetermined' in index:
                continue
            size, exponent = exponents[index['label']]
            rows = models.complete(table, [outcome['outcome'], *([size] if size else [])])
            values = rows[outcome['outcome']] / (rows[size] ** exponent if size else 1)
            women, men = values[rows['female'] == 1], values[rows['female'] == 0]
            where = f"{outcome['outcome']} {index['label']}"
            tally.compare('indexed ratios', where, index['relative']['estimate'], women.mean() / men.mean() - 1, 1)
            check_welch(tally, where, index['welch'], women, men)


def check_matches(tally, table, answers):
    for outcome in answers['matchedSize']['outcomes']:
        for ours in outcome['matches']:
            if 'undetermined' in ours:
                continue
            rows = models.complete(table, [outcome['outcome'], *ours['on']])
            women, men = pairs.match(rows, ours['on'], ours['caliper'])
            values = rows.to_numpy()[men] - rows.to_numpy()[women]
            within = pd.DataFrame(values, columns=rows.columns)
            error = within[outcome['outcome']].std() / np.sqrt(len(within))
            where = f"{outcome['outcome']} {ours['label']}"
            kind = 'matched pairs (scipy assignment)'
            tally.compare(kind, f'{where} pairs', ours['pairs'], len(women))
            tally.compare(kind, where, ours['difference']['estimate'], within[outcome['outcome']].mean(), error)
            tally.compare(kind, f'{where} share', ours['matchedShare'], 2 * len(women) / len(rows))
            for row in ours['balance']:
                theirs = pairs.balance(rows, row['column'], women, men)
                for name in ('before', 'after'):
                    tally.compare(kind, f"{where} {row['column']} {name}", row[name], theirs[name], 0.01)
            if 'undetermined' not in ours['adjusted']:
                fit = models.ols(within[outcome['outcome']], within[ours['on']])
                const = ours['adjusted']['coefficients'][0]
                tally.compare(kind, f'{where} adjusted', const['estimate'], fit.params['const'], fit.bse['const'])
                tally.compare(kind, f'{where} adjusted error', const['std_error'], fit.bse['const'])


def check_sensitivity(tally, table, answers):
    thresholds = ['', 'Loose', 'Strict']
    for variation in answers['sensitivity']['variations']:
        if 'undetermined' in variation or variation['choice'] == 'massConvention':
            continue
        outcome = variation['outcome']
        columns = [outcome.replace('_ms', f'{suffix}_ms') for suffix in thresholds]
        is_age = variation['choice'] == 'age'
        rows = models.complete(table, [outcome, 'lvMass_g', 'age_y'] if is_age else [*columns, 'lvMass_g'])
        for at, ours in enumerate(variation['scenarios']):
            theirs = models.gap_and_share(
                rows, outcome if is_age else columns[at], ['lvMass_g'], ['age_y'] if is_age and at == 1 else []
            )
            for name in ('gap', 'explained', 'share'):
                scale = 1 if name == 'share' else abs(theirs['gap'])
                tally.compare('sensitivities (statsmodels OLS)', f"{outcome} {ours['by']} {name}", ours[name]['estimate'], theirs[name], scale)


def check_families(tally, answers):
    records = [record for answer in answers.values() for record in answer['estimates']]
    for family in dict.fromkeys(record.get('family') for record in records if record.get('family')):
        members = [record for record in records if record.get('family') == family and record['p_value'] is not None]
        raw = [record['p_value'] for record in members]
        for name, method in (('p_holm', 'holm'), ('q_value', 'fdr_bh')):
            for record, value in zip(members, multipletests(raw, method=method)[1], strict=True):
                tally.compare('adjusted p values (statsmodels)', f'{family} {name}', record[name], value, SMALLEST_P)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('table')
    parser.add_argument('results')
    parser.add_argument('--tolerance', type=float, default=1e-8)
    parser.add_argument('--bootstrap', action='store_true', help='also hold intervals against scipy.stats.bootstrap')
    parser.add_argument('--resamples', type=int, default=2000)
    parser.add_argument('--level', type=float, default=0.95)
    options = parser.parse_args()
    try:
        table = read(options.table)
        with open(options.results, encoding='utf-8') as file:
            answers = json.load(file)
    except (OSError, ValueError) as error:
        print(f'cannot read the input: {error}', file=sys.stderr)
        sys.exit(2)
    tally = Tally(options.tolerance)
    for analysis, answer in answers.items():
        for record in regressions_in(answer):
            check_regression(tally, table, record, analysis)
    check_differences(tally, table, answers)
    for check in (check_shares, check_mediation, check_indices, check_matches, check_sensitivity):
        check(tally, table, answers)
    check_families(tally, answers)
    for line in tally.lines():
        print(line)
    agrees = check_intervals(table, answers, options.resamples, options.level) if options.bootstrap else True
    sys.exit(0 if tally.failed == 0 and agrees else 1)


if __name__ == '__main__':
    main()
