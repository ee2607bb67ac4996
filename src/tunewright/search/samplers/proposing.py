"""Asking a sampler: what one is, and what its answer means for the search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tunewright.core.space import Space, Value
from tunewright.search.course import Course
from tunewright.search.records import TrialRecord


class Sampler(Protocol):
    """A policy: stateless, its proposal depends on its arguments alone."""

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        """The configuration of trial number `len(history)`; None where the space is exhausted."""
        ...


@dataclass(frozen=True)
class Proposal:
    """The configuration of the next trial. Without one: `wait` for the trials under way and ask again, or stop."""

    params: dict[str, Value] | None
    wait: bool = False


def propose_next(sampler: Sampler, space: Space, course: Course, *, seed: int) -> Proposal:
    """What is to follow trials 0 .. n - 1 of the course.

    A space that looks exhausted may not be: a result that the lag hides can be a failure, and a failed point of a grid
    is run again. So the answer of an exhausted sampler counts only once every trial before is finished and all of them
    are in sight; what it is then does not depend on the order in which results came in. Raises ValueError where a
    trial that the proposal depends on is still running (`Course.sight`).
    """
    params = sampler.propose(space, course.sight().history, seed=seed)
    if params is not None:
        return Proposal(params)
    if not course.ended:
        return Proposal(None, wait=True)
    return Proposal(sampler.propose(space, tuple(course.records), seed=seed))
