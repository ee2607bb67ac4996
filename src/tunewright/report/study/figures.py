"""The study's figures, in the order of the page; one that has nothing to show is left out."""

import math
from dataclasses import replace

import numpy as np

from tunewright.report.figure import Drawn
from tunewright.report.study import contour, curves, history, importance, parallel, pareto, pruning, slices, timeline
from tunewright.report.study.results import Study, Surface
from tunewright.report.values import Number

REACH = 1e100


def within_reach(study: Study) -> Study:
    """With scores that the plotting libraries can draw, from 1e-100 to 1e100; the tables show the true ones."""
    trials = (replace(trial, score=drawable(trial.score), cost=drawable(trial.cost)) for trial in study.trials)
    return replace(study, trials=tuple(trials))


def drawable(value: Number) -> Number:
    if not value:
        return value
    return math.copysign(min(REACH, max(1 / REACH, abs(value))), value)


def study_figures(study: Study, surface: Surface | None = None) -> tuple[Drawn, ...]:
    """surface: the function itself, where it was drawn."""
    study = within_reach(study)
    with np.errstate(all="ignore"):  # reports may lie near the ends of the number range
        figures = (
            history.draw(study),
            pareto.draw(study),
            contour.draw(study, surface),
            importance.draw(study),
            slices.draw(study),
            parallel.draw(study),
            pruning.draw(study),
            timeline.draw(study),
            curves.draw(study),
        )
    return tuple(figure for figure in figures if figure is not None)
