"""Sex and size by statsmodels: rows, regressions, decompositions, natural effects. Written from docs/analyses.md, not from the product's code."""
import numpy as np
import pandas as pd
import statsmodels.api as sm

OUTCOMES = ['qrsDurationRecorded_ms', 'qrsDuration_ms']


def numbers(table, column):
    """A column as numbers; NaN where it is missing or the table lacks it."""
    if column not in table:
        return pd.Series(np.nan, index=table.index)
    return pd.to_numeric(table[column], errors='coerce').replace([np.inf, -np.inf], np.nan)


def complete(table, columns):
    """Finished subjects of known sex with a number in every column, and `female` beside them."""
    known = table[table['sex'].isin(['female', 'male'])]
    if 'status' in known:
        known = known[known['status'] == 'done']
    rows = pd.DataFrame({column: numbers(known, column) for column in columns})
    rows['female'] = (known['sex'] == 'female').astype(float)
    return rows.dropna().reset_index(drop=True)


def ols(outcome, terms, hc3=True):
    """Least squares with an intercept; HC3 and t intervals."""
    design = sm.add_constant(terms, has_constant='add')
    model = sm.OLS(outcome, design)
    return model.fit(cov_type='HC3', use_t=True) if hc3 else model.fit()


def regression(table, record):
    """The model of a formula, on the rows that are complete in the columns it names."""
    outcome, right = record['model'].split(' ~ ')
    terms = right.split(' + ')
    plain = [name.removeprefix('log_') for name in [outcome, *terms] if name != 'sex']
    rows = complete(table, list(dict.fromkeys(plain + list(record.get('complete') or []))))

    def column(name):
        if name == 'sex':
            return rows['female']
        return np.log(rows[name.removeprefix('log_')]) if name.startswith('log_') else rows[name]

    return ols(column(outcome), pd.DataFrame({name: column(name) for name in terms}))


def decompose(rows, outcome, factors):
    """Two-fold with the pooled slopes of a model that holds sex, and three-fold from women's side."""
    women, men = rows[rows['female'] == 1], rows[rows['female'] == 0]
    gap = men[outcome].mean() - women[outcome].mean()
    difference = men[factors].mean() - women[factors].mean()
    pooled = ols(rows[outcome], rows[['female', *factors]], hc3=False).params[factors]
    of_women = ols(women[outcome], women[factors], hc3=False).params
    of_men = ols(men[outcome], men[factors], hc3=False).params
    explained = float(difference @ pooled)
    endowments = float(difference @ of_women[factors])
    interaction = float(difference @ (of_men[factors] - of_women[factors]))
    at_women = of_men['const'] + float(women[factors].mean() @ of_men[factors])
    return {
        'gap': gap,
        'explained': explained,
        'unexplained': gap - explained,
        'share': explained / gap,
        'byFactor': [float(difference[name] * pooled[name]) for name in factors],
        'endowments': endowments,
        'coefficients': at_women - women[outcome].mean(),
        'interaction': interaction,
    }


def natural_effects(rows, outcome, mediators, covariates, has_products):
    """Means under sexes set for the outcome and for the mediators apart, read off the fitted models (g-computation at the covariates' mean)."""
    male = 1 - rows['female']
    means = {name: rows[name].mean() for name in covariates}

    def design(sex, mediator_values, base):
        columns = {'male': sex, **{name: base[name] for name in covariates}}
        if mediator_values is not None:
            columns.update(mediator_values)
            if has_products:
                columns.update({f'male x {name}': sex * mediator_values[name] for name in mediators})
        return columns

    observed = design(male, {name: rows[name] for name in mediators}, rows)
    fit = ols(rows[outcome], pd.DataFrame(observed), hc3=False).params
    of_mediator = {
        name: ols(rows[name], pd.DataFrame(design(male, None, rows)), hc3=False).params for name in mediators
    }

    def read(params, columns):
        return params['const'] + sum(params[name] * value for name, value in columns.items())

    def mean_of(sex, sex_of_mediators):
        values = {name: read(of_mediator[name], design(sex_of_mediators, None, means)) for name in mediators}
        return read(fit, design(sex, values, means))

    total = mean_of(1, 1) - mean_of(0, 0)
    direct = mean_of(1, 0) - mean_of(0, 0)
    indirect = mean_of(0, 1) - mean_of(0, 0)
    return {
        'total': total,
        'direct': direct,
        'indirect': indirect,
        'mediatedInteraction': total - direct - indirect,
        'proportion': (total - direct) / total,
        'byMediator': [float(fit[name] * of_mediator[name]['male']) for name in mediators],
    }


def gap_and_share(rows, outcome, factors, covariates):
    """Men's coefficients without and with the factors."""
    male = (1 - rows['female']).rename('male')
    without = ols(rows[outcome], pd.concat([male, rows[covariates]], axis=1), hc3=False).params['male']
    left = ols(rows[outcome], pd.concat([male, rows[[*covariates, *factors]]], axis=1), hc3=False).params['male']
    return {'gap': without, 'explained': without - left, 'share': (without - left) / without}
