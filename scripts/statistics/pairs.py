"""Women and men of like size by scipy's dense assignment, where every woman has a place of her own to stay alone."""
import numpy as np
from scipy.optimize import linear_sum_assignment

#: Far above any cost, and small enough to add up.
FORBIDDEN = 1e6


def match(rows, on, caliper):
    """Pairs of least summed squared distance, a woman alone costing what a pair at the caliper does: (women, men) by row."""
    women, men = (np.flatnonzero(rows['female'] == code) for code in (1, 0))
    values = rows[on].to_numpy()
    centred = np.concatenate([values[group] - values[group].mean(axis=0) for group in (women, men)])
    inverse = np.linalg.inv(np.atleast_2d(centred.T @ centred / (len(values) - 2)))
    difference = values[women][:, None, :] - values[men][None, :, :]
    squared = np.einsum('wmi,ij,wmj->wm', difference, inverse, difference) / len(on)
    penalty = caliper**2
    alone = np.full((len(women), len(women)), FORBIDDEN)
    np.fill_diagonal(alone, penalty)
    cost = np.concatenate([np.where(squared <= penalty, squared, FORBIDDEN), alone], axis=1)
    chosen, columns = linear_sum_assignment(cost)
    paired = columns < len(men)
    return women[chosen[paired]], men[columns[paired]]


def balance(rows, column, women, men):
    """Standardised difference before and after, in the spread before; men − women."""
    by_sex = [rows.loc[rows['female'] == code, column] for code in (1, 0)]
    spread = np.sqrt((by_sex[0].var() + by_sex[1].var()) / 2)
    before = (by_sex[1].mean() - by_sex[0].mean()) / spread
    after = np.mean(rows[column].to_numpy()[men] - rows[column].to_numpy()[women]) / spread
    return {'before': before, 'after': after}
