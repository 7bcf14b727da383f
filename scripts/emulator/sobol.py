"""The first points of scipy's Sobol sequence, not scrambled, as JSON: python sobol.py POINTS DIMENSIONS"""

import json
import sys

from scipy.stats import qmc

points, dimensions = int(sys.argv[1]), int(sys.argv[2])
json.dump(qmc.Sobol(dimensions, scramble=False).random(points).tolist(), sys.stdout)
