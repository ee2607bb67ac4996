"""Where the values of a parameter lie on an axis, and which parameters are worth an axis."""

import html
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from tunewright.report.study.results import Dimension, Study, Trial
from tunewright.report.values import Floats


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high`, by the logarithm where `log`; or evenly spread `choices`, where there are any.

    whole: its values are whole numbers.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    choices: tuple[str, ...] = ()
    whole: bool = False

    @property
    def wide(self) -> bool:
        """Whether there is more than one value."""
        return len(self.choices) > 1 if self.choices else self.low < self.high

    def place(self, value: Any) -> float:
        """From 0 to 1."""
        if self.choices:
            return (self.choices.index(str(value)) + 0.5) / len(self.choices)
        low, high, here = (math.log(number) if self.log else number for number in (self.low, self.high, value))
        return 0.5 if low == high else (here - low) / (high - low)

    def values(self, count: int) -> Floats:
        """Evenly spread over the axis, shape (count,)."""
        spread = np.geomspace if self.log else np.linspace
        return np.asarray(spread(self.low, self.high, count), dtype=np.float64)


def scale_of(study: Study, name: str) -> Scale:
    """Values that were tried outside the space, as a start may be, widen the axis."""
    dimension = study.space.get(name, Dimension("choice"))
    tried = [trial.params[name] for trial in study.trials if name in trial.params]
    if dimension.type == "choice" or dimension.low is None or dimension.high is None:
        return Scale(name, choices=tuple(dict.fromkeys(map(str, (*dimension.choices, *tried)))))
    low, high = min((dimension.low, *tried)), max((dimension.high, *tried))
    return Scale(name, float(low), float(high), log=dimension.log and low > 0, whole=dimension.type == "int")


def score_scale(name: str, scores: Floats) -> Scale:
    return Scale(name, float(scores.min()), float(scores.max()), log=spans_decades(scores))


def parameters(study: Study) -> tuple[str, ...]:
    """Those that could vary and were tried, the most important first, otherwise in the order of the space."""
    share = study.importance.get("ped_anova", {})
    tried = [name for name in study.space if any(name in trial.params for trial in study.trials)]
    tuned = [name for name in tried if scale_of(study, name).wide]
    return tuple(sorted(tuned, key=lambda name: -share.get(name, 0.0)))


def complete(study: Study) -> list[Trial]:
    """Trials with a score of all folds, in the order of their numbers."""
    found = [trial for trial in study.trials if trial.state == "complete" and trial.score is not None]
    return sorted(found, key=lambda trial: trial.number)


def scores_of(trials: list[Trial]) -> Floats:
    return np.array([trial.score for trial in trials], dtype=np.float64)


def ranks(values: Floats) -> Floats:
    """From 0 (lowest) to 1 (highest), equals alike: no outlier takes the colours of the others. Shape as `values`."""
    if values.size < 2:
        return np.zeros_like(values)
    inorder = np.sort(values)
    below, upto = np.searchsorted(inorder, values, side="left"), np.searchsorted(inorder, values, side="right")
    return np.asarray((below + upto - 1) / (2 * values.size - 2), dtype=np.float64)


def spans_decades(values: Floats) -> bool:
    """True where a linear axis would hide most values: all positive, largest over 10 times smallest."""
    finite = values[np.isfinite(values)]
    return bool(finite.size and finite.min() > 0 and finite.max() > 10 * finite.min())


def describe(trial: Trial) -> str:
    """Hover text; plotly reads a little HTML in it, so what the user named is escaped."""
    lines = [f"Trial {trial.number}", *(f"{name} = {short(value)}" for name, value in trial.params.items())]
    return "<br>".join(html.escape(part) for part in lines)


def short(value: Any) -> str:
    """Floats of at most four digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def clipped(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(1, width - 1)] + "\u2026"
