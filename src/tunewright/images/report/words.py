"""Names and numbers of a run on images, in print."""

import html

from tunewright.images.report.outcome import Accuracy, ClassAccuracy, Gap, Scores
from tunewright.images.report.results import Contestant, Difference
from tunewright.report.study.scales import clipped
from tunewright.report.words import minus

DEFAULT = "default"
"""As results.json names the contestant with nothing tuned."""
NAMES = {"tuned": "Tuned model", DEFAULT: "Untuned default", "model": "The model"}
LETTERS = 18


def shown(contestant: Contestant) -> str:
    """What a contestant is called."""
    return named(contestant.name)


def named(name: str) -> str:
    """The same, by its name in results.json."""
    return NAMES.get(name, name)


def line(name: str, *, letters: int = LETTERS) -> str:
    """A name on one line, and not too long for an axis."""
    return clipped(" ".join(name.split()), letters)


def label(name: str, *, letters: int = LETTERS) -> str:
    """The same for plotly, which reads a little HTML in its texts."""
    return html.escape(line(name, letters=letters))


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def points(share: float) -> str:
    """A signed difference of two shares, in percentage points."""
    return minus(f"{100 * share:+.1f}")


def span(value: Accuracy | ClassAccuracy | Scores) -> str:
    """An interval of shares."""
    return "-" if value.low is None or value.high is None else f"{100 * value.low:.1f} to {100 * value.high:.1f} %"


def gap_span(gap: Gap | Difference) -> str:
    """An interval of differences."""
    return f"{points(gap.low)} to {points(gap.high)}"
