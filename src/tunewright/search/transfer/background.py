"""What is known of an earlier study beside its trials, as a new one sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tunewright.core.space import Params


def _nothing(params: Params) -> Params:
    return {}


def _the_same(params: Params) -> str:
    return ""


@dataclass(frozen=True)
class Background:
    """stood: from a trial's own parameters to the values that its experiment gave to parameters of the new space.
    other: what makes of a trial another model than are tried in the new study, in words; "" where nothing does. here:
    the values of what the new study does not tune."""

    stood: Callable[[Params], Params] = _nothing
    other: Callable[[Params], str] = _the_same
    here: Params = field(default_factory=dict)


Reading = Callable[[Mapping[str, object]], Background]
"""From what an experiment file says to the background of its study. Raises ConfigError."""
