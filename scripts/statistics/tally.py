"""Differences between two sources of the same numbers, by kind."""
import math


class Tally:
    """Largest relative difference of each kind of statistic, and where it is."""

    def __init__(self, tolerance):
        self.tolerance = tolerance
        self.kinds = {}

    def compare(self, kind, where, ours, theirs, scale=None):
        """Relative to the larger of their number and `scale` (a standard error, for what may be about zero); a missing number must be missing in both."""
        kind = self.kinds.setdefault(kind, {'compared': 0, 'largest': 0.0, 'where': '', 'failed': 0})
        kind['compared'] += 1
        if ours is None or theirs is None or math.isnan(theirs):
            difference = 0.0 if ours is None and (theirs is None or math.isnan(theirs)) else math.inf
        else:
            difference = abs(ours - theirs) / max(abs(theirs), scale or 0.0, 1e-300)
        if difference > kind['largest']:
            kind['largest'], kind['where'] = difference, where
        if not difference <= self.tolerance:
            kind['failed'] += 1

    @property
    def failed(self):
        return sum(kind['failed'] for kind in self.kinds.values())

    def lines(self):
        for name, kind in self.kinds.items():
            verdict = 'ok  ' if kind['failed'] == 0 else 'FAIL'
            yield f"{verdict} {name:34s} {kind['compared']:5d} numbers, largest relative difference {kind['largest']:.1e}  {kind['where']}"
