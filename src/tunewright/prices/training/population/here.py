"""Where the trainings of a thread go, for those that ask before anything is loaded."""

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tunewright.prices.training.population.gathering import Gathering

GATHERING: ContextVar["Gathering | None"] = ContextVar("gathering", default=None)
"""Of this thread; None where each training is on its own."""
