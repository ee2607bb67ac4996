"""How good the trials are between them: interpolated in straight lines, and nothing beyond them."""

import numpy as np
from matplotlib.tri import LinearTriInterpolator, Triangulation

from tunewright.report.study.results import Trial
from tunewright.report.study.scales import Scale, ranks, scores_of
from tunewright.report.values import Floats


def between(scored: list[Trial], x: Scale, y: Scale, *, cells: int) -> Floats:
    """Ranks of the scores, from 0 (best) to 1, on the grid of both axes, shape (cells, cells).

    NaN outside the trials, and everywhere where they lie on a line.
    """
    places = np.array([[x.place(one.params[x.name]), y.place(one.params[y.name])] for one in scored])
    points, index = np.unique(places.round(9), axis=0, return_inverse=True)
    means = np.bincount(index.ravel(), weights=ranks(scores_of(scored))) / np.bincount(index.ravel())
    steps = np.linspace(0, 1, cells)
    try:
        heights = LinearTriInterpolator(Triangulation(*points.T), means)(*np.meshgrid(steps, steps))
    except (RuntimeError, ValueError):  # all on one line, or fewer than three points
        return np.full((cells, cells), np.nan)
    return np.asarray(heights.filled(np.nan), dtype=np.float64)
